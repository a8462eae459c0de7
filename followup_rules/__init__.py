"""followup_rules: what to do after a job interview, when, and why then.

An `Interview` goes in, a `Plan` comes out: ordered, validated, explained. `plan` is a pure function
of the record and a `Ruleset` (by default `CLASSIC`); nothing is contacted, nothing is stored. A
cadence of one's own is plain data, which `check` decides sound or not before anyone is contacted.
`docs/architecture.md` shows the way through the source.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from followup_rules.cadences.classic import CLASSIC
    from followup_rules.checking import Difference, Finding, Report, check, compare
    from followup_rules.data import from_data, to_data
    from followup_rules.drafts import draft
    from followup_rules.errors import FollowupError, InvalidRecord, InvalidRuleset
    from followup_rules.files import load_interview, load_ruleset
    from followup_rules.holidays import public_holidays
    from followup_rules.planner import plan, plan_all
    from followup_rules.plans import Action, Plan, Reason, Skip, Violation
    from followup_rules.record import Contact, Contacted, Decided, Done, Interview, Replied, Unreachable
    from followup_rules.rules import After, Hours, Ruleset, Step, Throttle, Wording
    from followup_rules.validator import validate
    from followup_rules.wording import Remark, review

_HOME = {
    "CLASSIC": "cadences.classic",
    "Difference": "checking",
    "Finding": "checking",
    "Report": "checking",
    "check": "checking",
    "compare": "checking",
    "from_data": "data",
    "to_data": "data",
    "draft": "drafts",
    "FollowupError": "errors",
    "InvalidRecord": "errors",
    "InvalidRuleset": "errors",
    "load_interview": "files",
    "load_ruleset": "files",
    "public_holidays": "holidays",
    "plan": "planner",
    "plan_all": "planner",
    "Action": "plans",
    "Plan": "plans",
    "Reason": "plans",
    "Skip": "plans",
    "Violation": "plans",
    "Contact": "record",
    "Contacted": "record",
    "Decided": "record",
    "Done": "record",
    "Interview": "record",
    "Replied": "record",
    "Unreachable": "record",
    "After": "rules",
    "Hours": "rules",
    "Ruleset": "rules",
    "Step": "rules",
    "Throttle": "rules",
    "Wording": "rules",
    "validate": "validator",
    "Remark": "wording",
    "review": "wording",
}
"""Where each name lives: it is imported from there when it is first used, and nothing before."""

__all__ = [
    "CLASSIC",
    "Action",
    "After",
    "Contact",
    "Contacted",
    "Decided",
    "Difference",
    "Done",
    "Finding",
    "FollowupError",
    "Hours",
    "Interview",
    "InvalidRecord",
    "InvalidRuleset",
    "Plan",
    "Reason",
    "Remark",
    "Replied",
    "Report",
    "Ruleset",
    "Skip",
    "Step",
    "Throttle",
    "Unreachable",
    "Violation",
    "Wording",
    "check",
    "compare",
    "draft",
    "from_data",
    "load_interview",
    "load_ruleset",
    "plan",
    "plan_all",
    "public_holidays",
    "review",
    "to_data",
    "validate",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
