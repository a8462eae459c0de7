"""Small records and rulesets that the tests vary, and ways to read errors."""

from __future__ import annotations

from typing import Any

import pendulum

from followup_rules import After, Contact, FollowupError, Interview, Ruleset, Step
from followup_rules.errors import render_path

AT = pendulum.datetime(2026, 11, 18, 14, tz="America/New_York")
DANA = Contact("Dana Reyes", email="dana@initech.example", phone="+1 212 555 0100")
OLA = Contact("Ola Berg", email="ola@initech.example", phone="+1 212 555 0101", address="1 Main Street")


def interview(**changes: Any) -> Interview:
    """Give an interview on Wednesday 18 November 2026, 14:00 to 15:00 in New York, with changes."""
    fields: dict[str, Any] = {"company": "Initech", "role": "Backend engineer", "starts_at": AT, "contacts": [DANA]}
    return Interview(**(fields | changes))


def ruleset(*steps: Step, **changes: Any) -> Ruleset:
    """Give a ruleset of these steps."""
    return Ruleset("test", "1", steps=steps, **changes)


def step(id: str, channel: Any = "task", due: After | None = None, **changes: Any) -> Step:
    """Give a step, by default a task due when the interview ends."""
    return Step(id, channel, due=due or After("end"), **changes)


def paths(error: FollowupError) -> set[str]:
    """Give the paths of all faults of an error."""
    return {render_path(fault.path) for fault in error.faults}
