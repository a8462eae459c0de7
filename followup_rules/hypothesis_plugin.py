"""What hypothesis runs when it is imported, if this package is installed: the entry point of its group `hypothesis`.

Assumes records, rules and plans. Only classes are named here; the strategies are made, and the kit is
imported, when a test first asks for one of them.
"""

from __future__ import annotations

from typing import Any

from followup_rules.plans import Plan
from followup_rules.record import Contact, Interview
from followup_rules.rules import Ruleset


def register() -> None:
    """Register the strategies for the types that tests hint at.

    An `Interview` has a history that fits any ruleset, so without `Done`; a `Plan` is by the classic cadence.
    """
    from hypothesis import strategies as st

    st.register_type_strategy(Contact, _contacts)
    st.register_type_strategy(Interview, _interviews)
    st.register_type_strategy(Ruleset, _rulesets)
    st.register_type_strategy(Plan, _plans)


def _contacts(_: Any) -> Any:
    from followup_rules.testing import contacts

    return contacts()


def _interviews(_: Any) -> Any:
    from followup_rules.testing import histories

    return histories(None)


def _rulesets(_: Any) -> Any:
    from followup_rules.testing import rulesets

    return rulesets()


def _plans(_: Any) -> Any:
    from followup_rules.planner import plan
    from followup_rules.testing import histories

    return histories().map(plan)
