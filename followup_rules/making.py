"""Results made of values that are well, past their constructors: a plan in numbers becomes objects here.

Assumes the classes of `plans`. Going through a constructor costs several times as much, for
converters that find nothing to do in what the planner made itself.
"""

from __future__ import annotations

from typing import Any

import pendulum

from followup_rules.plans import Action, Later, Plan, Settled, Skip, SkipCode
from followup_rules.record import Contact, Done, Interview
from followup_rules.rules import Ruleset, Step


class _Draft:
    """A result while it is being made: its class is set when all fields are, which no frozen class allows."""

    __slots__ = ()
    __setattr__ = object.__setattr__
    __delattr__ = object.__delattr__


class _DraftAction(_Draft, Action):
    __slots__ = ()


class _DraftSkip(_Draft, Skip):
    __slots__ = ()


class _DraftPlan(_Draft, Plan):
    __slots__ = ()


def made_action(
    step: Step,
    contact: Contact | None,
    at: pendulum.DateTime,
    deadline: pendulum.DateTime | None,
    expires: pendulum.DateTime | None,
    late: bool,
    because: Later,
) -> Action:
    """Make an action of values that are well: as its constructor does, without looking at them again."""
    action: Any = object.__new__(_DraftAction)
    action.step = step.id
    action.title = step.title or step.id
    action.channel = step.channel
    action.contact = contact
    action.at = at
    action.deadline = deadline
    action.expires = expires
    action.late = late
    action._because = because  # noqa: SLF001  # the field has no other name
    action.guidance = step.guidance
    action.if_unreachable = step.if_unreachable
    action.__class__ = Action
    made: Action = action
    return made


def made_skip(step: str, contact: Contact | None, code: SkipCode, text: Later) -> Skip:
    """Make a skip of values that are well."""
    skip: Any = object.__new__(_DraftSkip)
    skip.step = step
    skip.contact = contact
    skip.code = code
    skip._text = text  # noqa: SLF001  # the field has no other name
    skip.__class__ = Skip
    made: Skip = skip
    return made


def made_plan(
    interview: Interview,
    ruleset: Ruleset,
    as_of: pendulum.DateTime | None,
    settled: Settled,
    done: tuple[Done, ...],
    timezone: str,
) -> Plan:
    """Make a plan of values that are well."""
    plan: Any = object.__new__(_DraftPlan)
    plan.interview = interview
    plan.ruleset = ruleset
    plan.as_of = as_of
    plan._actions = plan._skipped = plan._warnings = settled  # noqa: SLF001  # the fields have no other names
    plan.done = done
    plan.timezone = timezone
    plan.__class__ = Plan
    made: Plan = plan
    return made
