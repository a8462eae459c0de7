"""The front door: the public names, how quickly they come, and how errors read."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import followup_rules
from followup_rules import FollowupError, InvalidRecord, InvalidRuleset
from followup_rules.errors import Fault, did_you_mean, render_path, shown

# §1 of the contract, as it stands there.
PUBLIC = [
    "Interview",
    "Contact",
    "Done",
    "Contacted",
    "Replied",
    "Unreachable",
    "Decided",
    "Ruleset",
    "Step",
    "After",
    "Hours",
    "Throttle",
    "Wording",
    "CLASSIC",
    "public_holidays",
    "plan",
    "plan_all",
    "validate",
    "check",
    "compare",
    "review",
    "draft",
    "Plan",
    "Action",
    "Skip",
    "Reason",
    "Violation",
    "Finding",
    "Report",
    "Remark",
    "Difference",
    "load_interview",
    "load_ruleset",
    "to_data",
    "from_data",
    "FollowupError",
    "InvalidRecord",
    "InvalidRuleset",
]


def test_the_public_names_are_those_of_the_contract() -> None:
    assert sorted(followup_rules.__all__) == sorted(PUBLIC)
    assert set(PUBLIC) <= set(dir(followup_rules))
    for name in PUBLIC:
        assert getattr(followup_rules, name) is not None
    with pytest.raises(AttributeError):
        followup_rules.nothing_of_the_kind  # noqa: B018  # the access is the test


def test_planning_imports_nothing_that_only_others_need() -> None:
    code = "import sys, followup_rules; print([name for name in ('typer', 'rich', 'hypothesis', 'holidays', 'tomlkit') if name in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_every_module_says_what_it_decides() -> None:
    package = Path(followup_rules.__file__).parent
    for file in package.rglob("*.py"):
        assert file.read_text(encoding="utf-8").startswith('"""'), file.name


def test_errors_carry_their_faults() -> None:
    error = InvalidRecord([Fault(("steps", 2, "due", "days"), "must be less"), Fault((), "must be there")], source="a.toml")
    assert str(error) == "a.toml: 2 faults\n  steps[2].due.days: must be less\n  must be there"
    assert str(InvalidRuleset("must be there")) == "invalid ruleset: must be there"
    assert str(error.faults[0].under("x", 1)) == "x[1].steps[2].due.days: must be less"
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), again.faults, again.source) == (InvalidRecord, error.faults, "a.toml")
    assert issubclass(InvalidRecord, (FollowupError, ValueError))
    assert str(Fault((), "x")) == "(top level): x"
    assert render_path((0, "a")) == "[0].a"


def test_a_hostile_number_of_faults_is_counted_not_written_out() -> None:
    error = FollowupError([Fault(("steps", index), "must be given") for index in range(1500)])
    assert len(error.faults) == 1500
    assert str(error).splitlines()[0] == "input: 1500 faults"
    assert str(error).splitlines()[-1] == "  and 500 more"
    assert len(str(error).splitlines()) == 1002


def test_values_are_shown_short() -> None:
    assert shown("x" * 100) == "`" + "x" * 57 + "…`"
    assert shown(10**5000) == "`int`"
    assert shown([[[[1]]]]) == "`[[[...]]]`" or len(shown([[[[1]]]])) < 60
    assert did_you_mean("x" * 1000, ["x"]) == ""
