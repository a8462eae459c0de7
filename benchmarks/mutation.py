"""Mutation testing of validator, checker and planner: `python benchmarks/mutation.py`, after `pip install -e '.[dev,mutation]'`.

Runs mutmut over one group of modules after the other, each in a copy of its own below `mutants/`, and
writes the score by module and every mutant that is left. Takes names of groups, and patterns of
mutants to run anew (`planner 'followup_rules.offsets*'`). `docs/mutation-testing.md` reads the result.

pytest loads this module too, as a plugin: it lets quick tests go first, and bounds the processor time
of each, so that a mutant that runs for ever is soon told from a machine that is busy.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest

ROOT = Path(__file__).parent.parent.resolve()

VALIDATOR = ["followup_rules/validator*.py"]
CHECKER = ["followup_rules/checking/*.py"]
PLANNER = [f"followup_rules/{name}.py" for name in ("planner", "cases", "offsets", "throttling", "state", "shapes")]
# Each with the test modules that decide over it. Every call of a function with mutants goes a detour, so groups are small.
GROUPS: dict[str, tuple[list[str], list[str]]] = {
    "validator": (VALIDATOR, ["validate", "vectors"]),
    "checker": (CHECKER, ["check", "check_compare", "check_engine", "wrong_cadences"]),
    "planner": (
        PLANNER,
        ["agenda", "laws", "planner", "plans", "record", "reference", "shapes", "validate", "vectors", "zones"],
    ),
}
# Another process knows nothing of the mutant; the others would take most of the time, and what they find is found elsewhere.
LEFT_OUT = [
    "test_laws.py::test_the_same_input_gives_the_same_bytes_in_another_process",
    "test_check.py::test_every_weekday_and_minute_by_brute_force_gives_the_same_findings",
    "test_check_compare.py::test_the_order_of_steps_that_do_not_meet_is_no_difference",
    "test_check_compare.py::test_a_change_without_effect_is_worked_out_to_be_none",
]
CONFIG = """
[tool.mutmut]
source_paths = ["followup_rules"]
also_copy = ["benchmarks"]
only_mutate = {modules}
pytest_add_cli_args_test_selection = {tests}
pytest_add_cli_args = ["-p", "benchmarks.mutation", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:cov", *{left_out}]
# A mutant starts from what collecting the tests left in the process, not from the caches that running them filled.
process_isolation = "forkserver"
# What bounds the time on the clock; a busy machine should not count as a mutant found, so this is wide.
timeout_constant = 60.0
"""

TIMED_OUT = 36
"""The exit code that mutmut counts as a timeout."""
OUTCOMES = {
    0: "survived",
    1: "killed",
    3: "killed",
    TIMED_OUT: "timeout",
    -signal.SIGXCPU: "timeout",
    33: "no tests",
    None: "not run",
}
MEMORY = 4 << 30

# --- the command ---


def main(arguments: list[str]) -> int:
    """Run mutants and write what became of them; gives 1 if mutmut could not run."""
    groups = [name for name in arguments if name in GROUPS] or list(GROUPS)
    patterns = [pattern for pattern in arguments if pattern not in GROUPS]
    failed = 0
    for group in groups:
        copy = _copied(group)
        failed |= subprocess.run(
            ["mutmut", "run", "--max-children", os.environ.get("MUTANTS_AT_ONCE", "2"), *patterns], cwd=copy, check=False
        ).returncode
    _report()
    return min(failed, 1)


def _copied(group: str) -> Path:
    """Give a copy of what mutants need, with the settings of a group; what mutmut knows of an earlier run stays there."""
    copy = ROOT / "mutants" / group
    for folder in ("followup_rules", "tests", "benchmarks"):
        shutil.copytree(ROOT / folder, copy / folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    modules, tests = GROUPS[group]
    config = CONFIG.replace(", *{left_out}", "".join(f', "--deselect=tests/{test}"' for test in LEFT_OUT))
    config = config.format(modules=json.dumps(modules), tests=json.dumps([f"tests/test_{name}.py" for name in tests]))
    (copy / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text(encoding="utf-8") + config, encoding="utf-8")
    return copy


def _report() -> None:
    counts: dict[str, Counter[str]] = {}
    for path in sorted(ROOT.glob("mutants/*/mutants/followup_rules/**/*.meta")):
        module = str(path).rpartition("/mutants/")[2].removesuffix(".meta")
        for name, code in json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"].items():
            outcome = OUTCOMES.get(code, f"exit code {code}")
            counts.setdefault(module, Counter())[outcome] += 1
            if outcome not in ("killed", "timeout", "not run"):
                print(f"{outcome}: {name}")
    for module, count in [*counts.items(), ("all", sum(counts.values(), Counter()))]:
        print(f"{module:40} {count.total():5} mutants:", ", ".join(f"{number} {what}" for what, number in count.most_common()))


# --- the plugin ---


def pytest_configure() -> None:
    """Let what grows for ever fail before the machine does."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.RLIM_INFINITY))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let quick tests go first."""
    seconds = _durations()
    items.sort(key=lambda item: seconds.get(item.nodeid, 0))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """End the process when a test takes far more processor time than it does without a mutant."""
    usual = _durations().get(item.nodeid)
    if usual is not None:  # in the run that finds this out it is None
        signal.signal(signal.SIGPROF, _time_out)
        signal.setitimer(signal.ITIMER_PROF, 5 + 4 * usual)
    try:
        return (yield)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _time_out(_signal: int, _frame: FrameType | None) -> None:
    os._exit(TIMED_OUT)


def _durations() -> dict[str, float]:
    """Give the seconds that each test takes without a mutant, as far as that is known."""
    try:
        seconds: dict[str, float] = json.loads((ROOT / "mutmut-stats.json").read_text(encoding="utf-8"))["duration_by_test"]
    except FileNotFoundError:
        return {}
    return seconds


if __name__ == "__main__":
    os.environ["HYPOTHESIS_PROFILE"] = "mutation"
    sys.exit(main(sys.argv[1:]))
