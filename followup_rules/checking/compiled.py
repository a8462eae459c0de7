"""Rules made ready for whole minutes: hours by weekday, offsets as functions, anchors and throttles by their places.

Assumes UTC without holidays, where a week is like any other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from followup_rules.checking.spans import DAY, Span, packed
from followup_rules.checking.universe import Rules
from followup_rules.moments import MINUTE, wall_of
from followup_rules.references import RECORD_ANCHORS
from followup_rules.rules import WEEKDAYS, After, Hours, Step

PLACES = {"start": 0, "end": 1, "decision": 2, "reply": 3, "outcome": 4}
FIRST_STEP = len(RECORD_ANCHORS)
IDEAL_PLACE = -1
ONE_DAY = packed(DAY)


class Open:
    """When hours are open in a week without holidays; None is always."""

    __slots__ = ("after", "ahead", "always", "closes", "opens")

    def __init__(self, hours: Hours | None) -> None:
        open_on = [hours is None or name in hours.days for name in WEEKDAYS]
        self.always = hours is None
        self.opens = 0 if hours is None else packed(wall_of(hours.opens) // MINUTE)
        self.closes = packed(DAY if hours is None else wall_of(hours.closes) // MINUTE)
        self.ahead = [next(days for days in range(7) if open_on[(day + days) % 7]) for day in range(7)]
        """By weekday: the days until the next open one, 0 if it is open itself."""
        self.after = [1 + self.ahead[(day + 1) % 7] for day in range(7)]
        """By weekday: the days until the next open one after it."""

    def workdays(self, weekday: int, count: int) -> int:
        """Give how many days the so manieth open day is after (or before) a day of this weekday."""
        step, days = (1 if count > 0 else -1), 0
        for _ in range(abs(count)):
            days += step
            while self.ahead[(weekday + days) % 7]:
                days += step
        return days

    def within(self, wall: int, span: Span) -> bool:
        """Tell whether a time of day is within the hours."""
        return self.always or (not span.less(wall, self.opens) and span.less(wall, self.closes))


Move = Callable[[int, Span], int]
"""From the moment of an anchor to the one that an offset means."""


class Offset(NamedTuple):
    """An `After`: the place of its anchor, the way from there, and the wall-clock time it asks for, if it names one."""

    anchor: int
    move: Move
    at: int | None
    keeps_wall: bool
    """It asks for the anchor's own wall-clock time."""


def _move(after: After, open: Open) -> Move:
    at = None if after.at is None else packed(wall_of(after.at) // MINUTE)
    if after.unit == "workdays":
        shifts = [ONE_DAY * open.workdays(weekday, after.amount) for weekday in range(7)]

        def by_workdays(anchor: int, span: Span) -> int:
            midnight = span.midnight(anchor)
            return (anchor if at is None else midnight + at) + shifts[span.weekday(midnight)]

        return by_workdays
    shift = packed(60 * after.amount) if after.unit == "hours" else ONE_DAY * after.amount
    if at is None:
        return lambda anchor, _: anchor + shift
    day_shift = shift + at
    return lambda anchor, span: span.midnight(anchor) + day_shift


class Compiled:
    """A step, ready to be placed many times."""

    __slots__ = ("anchors", "deadline", "due", "expires", "not_before", "open", "priority", "throttles")

    def __init__(self, step: Step, rules: Rules, places: dict[str, int]) -> None:
        self.open = open = Open(rules.ruleset.hours_of(step))

        def offset(after: After) -> Offset:
            at = None if after.at is None else packed(wall_of(after.at) // MINUTE)
            return Offset(places[after.anchor], _move(after, open), at, at is None and after.unit != "hours")

        self.due = offset(step.due)
        self.not_before = [offset(after) for after in step.not_before]
        self.deadline = None if step.deadline is None else offset(step.deadline)
        self.expires = None if step.expires is None else offset(step.expires)
        self.priority = step.priority
        self.anchors = sorted({after.anchor for after in (self.due, *self.not_before) if after.anchor >= FIRST_STEP})
        self.throttles = [
            (place, throttle.max, packed(DAY * throttle.days), throttle.per == "company")
            for place, throttle in enumerate(rules.throttles)
            if throttle.counts(step.id, step.channel)
        ]
