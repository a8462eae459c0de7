"""Mutation testing of validator, checker and planner: `python benchmarks/mutation.py`, after `pip install -e '.[dev,mutation]'`.

mutmut makes the mutants; below `mutants/` each group of modules gets a copy with all of its mutants in
it, and one run of pytest, which this module joins as a plugin. There every mutant is tried in a process
of its own, forked once the tests are collected, so that none waits for imports and collection. It gets
the tests that reach its function, those first that found most mutants so far in little time.

Writes the score by module and what is left; `docs/mutation-testing.md` reads the result. An interrupted
run goes on where it was; `--left` tries again those that are left, as after adding a test.
"""

from __future__ import annotations

import argparse
import hashlib
import inspect
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from difflib import unified_diff
from functools import wraps
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from mutmut.mutation import trampoline
from mutmut.mutation.file_mutation import mutate_file_contents

PLANNER = [f"{name}.py" for name in ("planner", "cases", "offsets", "throttling", "state", "shapes")]
# The modules of each group, and the tests that decide over them. Every call of a function with mutants makes a detour, so
# groups are small.
GROUPS: dict[str, tuple[list[str], list[str]]] = {
    "validator": (["validator*.py"], ["validate", "validate_texts", "vectors"]),
    "checker": (
        ["checking/*.py"],
        [
            "check",
            "check_cells",
            "check_compare",
            "check_engine",
            "check_spans",
            "check_texts",
            "check_universe",
            "check_work",
            "wrong_cadences",
        ],
    ),
    "planner": (
        PLANNER,
        ["agenda", "laws", "planner", "plans", "record", "reference", "shapes", "throttling", "validate", "vectors", "zones"],
    ),
}
# Another process knows nothing of the mutant.
LEFT_OUT = ["test_laws.py::test_the_same_input_gives_the_same_bytes_in_another_process"]
PROFILES = "mutation", "mutation-again"
"""Of hypothesis: few examples find most mutants; those that are left are shown more."""
MEMORY = 4 << 30
SURVIVED, FOUND, BROKEN = 0, 1, 70
OUTCOMES = {SURVIVED: "survived", FOUND: "killed", BROKEN: "broken", -signal.SIGPROF: "timeout"}

Results = dict[str, dict[str, Any]]


# --- the command ---


def main() -> int:
    """Try mutants and write what became of them; gives 1 if that could not be found out."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("groups", nargs="*", choices=[[], *GROUPS], help="by default all")
    parser.add_argument("--left", action="store_true", help="try again those that are left")
    parser.add_argument("--report", action="store_true", help="only write what is known already")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    root = Path(__file__).parent.parent
    os.chdir(root)  # where mutmut looks for its settings
    failed = 0
    for group in options.groups or GROUPS:
        copy = root / "mutants" / group
        if not options.report:
            _write_mutants(root, copy, GROUPS[group][0])
            for profile in PROFILES[options.left :]:
                again = options.left or profile != PROFILES[0]
                failed |= _run_pytest(copy, GROUPS[group][1], profile, options.processes, again=again)
        _report(_read(copy / "results.json"))
    return min(failed, 1)


def _write_mutants(root: Path, copy: Path, modules: list[str]) -> None:
    """Write a copy of package and tests, with all mutants in it; what is known of mutants of the same code stays."""
    for folder in ("followup_rules", "tests", "benchmarks"):
        shutil.copytree(root / folder, copy / folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(root / "pyproject.toml", copy)
    known, results = _read(copy / "results.json"), {}
    for path in sorted(path for pattern in modules for path in (copy / "followup_rules").glob(pattern)):
        source = path.read_text(encoding="utf-8")
        made = mutate_file_contents(str(path), source)
        path.write_text(made.code, encoding="utf-8")
        module = ".".join(path.relative_to(copy).with_suffix("").parts)
        code = hashlib.sha256(source.encode()).hexdigest()
        for name in made.mutant_names:
            mutant = f"{module}.{name}"
            old = known.get(mutant, {})
            results[mutant] = old if old.get("code") == code else {"code": code}
    _write(copy / "results.json", results)


def _run_pytest(copy: Path, tests: list[str], profile: str, processes: int, *, again: bool) -> int:
    files = [f"tests/test_{name}.py" for name in tests]
    left_out = [f"--deselect=tests/{test}" for test in LEFT_OUT]
    plugins = [f"-p{name}" for name in ("benchmarks.mutation", "no:cacheprovider", "no:xdist", "no:cov")]
    command = [sys.executable, "-m", "pytest", "--rootdir=.", "-s", *plugins, *left_out, *files]
    told = {"HYPOTHESIS_PROFILE": profile, "MUTANTS_AT_ONCE": str(processes), "MUTANTS_AGAIN": str(int(again)), "PYTHONPATH": "."}
    return subprocess.run(command, cwd=copy, check=False, env=dict(os.environ) | told).returncode


def _report(results: Results) -> None:
    counts: dict[str, Counter[str]] = {}
    for mutant, result in results.items():
        outcome = result.get("outcome", "not tried")
        counts.setdefault(mutant.rpartition(".")[0], Counter())[outcome] += 1
        if outcome not in ("killed", "timeout", "not tried"):
            print(f"{outcome}: {mutant}\n{result.get('change', '')}")
    for module, count in [*counts.items(), ("together", sum(counts.values(), Counter()))]:
        told = ", ".join(f"{number} {outcome}" for outcome, number in count.most_common())
        print(f"{module:40} {count.total():5} mutants: {told}")


def _read(path: Path) -> Results:
    results: Results = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return results


def _write(path: Path, results: Results) -> None:
    path.write_text(json.dumps(results, indent=1), encoding="utf-8")


# --- the plugin ---


class Switch:
    """Which mutant is at work in this process, and which functions with mutants are called."""

    mutant = ""
    called: set[str] = set()  # noqa: RUF012  # there is one switch

    @classmethod
    def wrap(cls, mutants: dict[str, Callable[..., Any]], **_: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Decorate a function that has mutants: as mutmut's own decorator, which asks the environment at every call."""

        def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
            module = function.__module__
            named: dict[str, Callable[..., Any]] = {}
            key = ""

            @wraps(function)
            def switched(*args: Any, **kwargs: Any) -> Any:
                nonlocal key
                if not named:
                    named.update({f"{module}.{one.__name__}": one for one in mutants.values()})
                    FUNCTIONS.update(named)
                    key = f"{module}.{mutants['_mutmut_orig'].__name__}"
                cls.called.add(key)
                return named.get(cls.mutant, function)(*args, **kwargs)

            return switched

        return decorate


FUNCTIONS: dict[str, Callable[..., Any]] = {}
trampoline.wrap_in_trampoline = Switch.wrap


def pytest_runtestloop(session: pytest.Session) -> bool:
    """Try every mutant that is not tried yet, or that is left, instead of running the tests once."""
    path = Path("results.json")
    results = _read(path)
    tests = {item.nodeid: item for item in session.items}
    usual, reached = _in_child(lambda: _without_mutant(session.items))
    found: Counter[str] = Counter(result["test"] for result in results.values() if "test" in result)
    settled = ("killed", "timeout") if os.environ["MUTANTS_AGAIN"] == "1" else ("killed", "timeout", "survived")
    open_ones = [mutant for mutant, result in results.items() if result.get("outcome") not in settled]
    open_ones.sort(key=lambda mutant: hashlib.sha256(mutant.encode()).digest())  # so that a part of them is a fair sample
    running: dict[int, tuple[str, int]] = {}
    written = time.monotonic()
    for number, mutant in enumerate([*open_ones, *[""] * int(os.environ["MUTANTS_AT_ONCE"])]):
        if mutant:
            names = reached.get(f"{mutant.rpartition('__mutmut_')[0]}__mutmut_orig", [])
            names.sort(key=lambda name: (-found[name] / (usual[name] + 0.05), usual[name]))
            reading, writing = os.pipe()
            if (process := os.fork()) == 0:
                _try_mutant(mutant, [(tests[name], usual[name]) for name in names], writing)
            os.close(writing)
            running[process] = mutant, reading
        if running and (len(running) >= int(os.environ["MUTANTS_AT_ONCE"]) or not mutant):
            process, status = os.wait()
            tried, reading = running.pop(process)
            with os.fdopen(reading, encoding="utf-8") as file:
                told = json.loads(file.read() or "{}")
            found[told.get("test", "")] += 1
            outcome = OUTCOMES.get(os.waitstatus_to_exitcode(status), f"exit {os.waitstatus_to_exitcode(status)}")
            results[tried] = {"code": results[tried]["code"], "outcome": outcome, **told}
        if time.monotonic() > written + 5 or not running:
            _write(path, results)
            written = time.monotonic()
            print(f"\r{number} of {len(open_ones)} tried", end="", flush=True)
    print(file=sys.__stderr__)
    return True


def _in_child(work: Callable[[], Any]) -> Any:
    """Give what work gives that leaves no trace in this process: no cache is filled by code without a mutant."""
    reading, writing = os.pipe()
    if (process := os.fork()) == 0:
        try:
            with os.fdopen(writing, "w", encoding="utf-8") as file:
                json.dump(work(), file)
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as file:
        told = file.read()
    os.waitpid(process, 0)
    return json.loads(told)


def _without_mutant(items: list[pytest.Item]) -> tuple[dict[str, float], dict[str, list[str]]]:
    """Give the processor seconds of each test, and the tests that reach each function."""
    usual: dict[str, float] = {}
    reached: dict[str, list[str]] = {}
    for item in items:
        Switch.called.clear()
        before = time.process_time()
        if not _passes(item):
            print(f"fails without a mutant: {item.nodeid}", file=sys.stderr)
            os._exit(1)
        usual[item.nodeid] = time.process_time() - before
        for function in Switch.called:
            reached.setdefault(function, []).append(item.nodeid)
    return usual, reached


def _try_mutant(mutant: str, tests: list[tuple[pytest.Item, float]], writing: int) -> None:
    """Run tests until one finds the mutant, and end this process with what came of it."""
    Switch.mutant = mutant
    # What grows for ever is to fail before the machine does; what runs for ever is ended by SIGPROF.
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.RLIM_INFINITY))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    outcome, told = SURVIVED, {}
    try:
        for item, usual in tests:
            signal.setitimer(signal.ITIMER_PROF, 4 + 5 * usual)
            if not _passes(item):
                outcome, told = FOUND, {"test": item.nodeid}
                break
    except BaseException as error:  # noqa: BLE001  # told as it is
        outcome, told = BROKEN, {"change": repr(error)}
    signal.setitimer(signal.ITIMER_PROF, 0)
    if outcome == SURVIVED:
        told = {"change": _change(mutant), "tests": str(len(tests))}
    os.write(writing, json.dumps(told).encode())
    os._exit(outcome)


def _passes(item: pytest.Item) -> bool:
    return not any(report.failed for report in runtestprotocol(item, log=False, nextitem=None))


def _change(mutant: str) -> str:
    """Tell what of its function a mutant changes."""
    if mutant not in FUNCTIONS:
        return "it is never called"
    both = FUNCTIONS[f"{mutant.rpartition('__mutmut_')[0]}__mutmut_orig"], FUNCTIONS[mutant]
    return "".join(_changed_lines(*(inspect.getsource(one).splitlines(keepends=True) for one in both)))


def _changed_lines(one: list[str], other: list[str]) -> Iterator[str]:
    for line in unified_diff(one, other, n=0):
        if line[:1] in "+-" and line[:3] not in ("+++", "---") and "__mutmut_" not in line:
            yield line


if __name__ == "__main__":
    sys.exit(main())
