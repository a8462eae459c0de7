"""A ruleset made ready for planning: all that can be said of it before there is a record.

Assumes rules. Decides in which order steps wait for each other; knows no dates. A ruleset is made
ready once and what was made lives as long as it does.
"""

from __future__ import annotations

from typing import Any
from weakref import ref

from followup_rules.moments import DAY, HOUR, wall_of
from followup_rules.record import CHANNELS, DETAIL_OF, Channel
from followup_rules.references import IDEAL, RECORD_ANCHORS
from followup_rules.rules import WEEKDAYS, After, Hours, Ruleset, Step

START, END, DECISION, REPLY, OUTCOME = range(5)
FIRST_STEP = 5
"""Anchors by number: those of the record in their order, then the steps in theirs."""

OWN_IDEAL = -1
"""The number of the anchor `ideal`."""


class Offset:
    """An `After` with its anchor by number and its amounts in microseconds."""

    __slots__ = ("after", "amount", "anchor", "elapsed", "wall", "workdays")

    def __init__(self, after: After, places: dict[str, int]) -> None:
        self.after = after
        self.anchor = places[after.anchor]
        self.elapsed = None if after.hours is None else after.hours * HOUR
        self.wall = None if after.at is None else wall_of(after.at)
        self.amount = after.amount
        self.workdays = after.workdays is not None


class Opening:
    """The hours in which a step may be done, as numbers; `days=None` is at all times.

    `wait` tells by the day number of a date, modulo seven, how many days it is to the next one that is
    on one of its weekdays; `until` is when it closes, which is never on a day that is open at all times.
    """

    __slots__ = ("closes", "days", "opens", "shut_on_holidays", "until", "wait")

    def __init__(self, hours: Hours | None) -> None:
        self.days = None if hours is None else frozenset(WEEKDAYS.index(day) for day in hours.days)
        self.opens = 0 if hours is None else wall_of(hours.opens)
        self.closes = 0 if hours is None else wall_of(hours.closes)
        self.until = DAY if hours is None else self.closes
        self.shut_on_holidays = hours is not None and hours.shut_on_holidays
        open_on = [self.days is None or (day - 1) % 7 in self.days for day in range(7)]
        self.wait = tuple([next(days for days in range(7) if open_on[(day + days) % 7]) for day in range(7)])


class CompiledStep:
    """A step with its offsets, its place in the order and what it has to do with other steps and throttles, by number."""

    __slots__ = (
        "anchors", "channel", "deadline", "dependents", "due", "each", "ends", "expires", "has_facts", "hours", "id",
        "needs_contact", "not_before", "opening", "order", "priority", "step", "throttles",
    )  # fmt: skip

    def __init__(self, order: int, step: Step, ruleset: Ruleset, openings: tuple[Opening, ...], places: dict[str, int]) -> None:
        self.order = order
        self.step = step
        self.id = step.id
        self.channel: Channel = step.channel
        self.priority = step.priority
        self.each = step.to == "each"
        self.needs_contact = step.channel in DETAIL_OF
        self.opening = 0 if step.during is None else 1 + [hours.name for hours in ruleset.hours].index(step.during)
        self.hours = openings[self.opening]
        self.has_facts = bool(step.only_if or step.unless)
        self.due = Offset(step.due, places)
        self.not_before = tuple(Offset(after, places) for after in step.not_before)
        self.deadline = None if step.deadline is None else Offset(step.deadline, places)
        self.expires = None if step.expires is None else Offset(step.expires, places)
        self.ends = frozenset(ruleset.stop_on if step.stop_on is None else step.stop_on)
        anchors = [one.anchor for one in (self.due, *self.not_before)]
        self.anchors = tuple(dict.fromkeys(anchor - FIRST_STEP for anchor in anchors if anchor >= FIRST_STEP))
        self.dependents: tuple[int, ...] = ()
        self.throttles = tuple(place for place, throttle in enumerate(ruleset.throttles) if throttle.counts(step.id, step.channel))


class Compiled:
    """A ruleset made ready; `shapes` is for the planner to keep what it found out about its plans."""

    def __init__(self, ruleset: Ruleset) -> None:
        places = {name: place for place, name in enumerate((*RECORD_ANCHORS, *(step.id for step in ruleset.steps)))}
        places[IDEAL] = OWN_IDEAL
        self.throttles = ruleset.throttles
        self.throttles_of = {
            channel: tuple(place for place, throttle in enumerate(ruleset.throttles) if channel in throttle.channels)
            for channel in CHANNELS
        }
        self.openings = (Opening(None), *map(Opening, ruleset.hours))
        self.steps = tuple(CompiledStep(order, step, ruleset, self.openings, places) for order, step in enumerate(ruleset.steps))
        self.by_id = {step.id: step for step in self.steps}
        for step in self.steps:
            for anchor in step.anchors:
                self.steps[anchor].dependents += (step.order,)
        self.waits_for = tuple(len(step.anchors) for step in self.steps)
        self.anchors_first = _anchors_first(self.steps)
        self.shapes: Any = None


def _anchors_first(steps: tuple[CompiledStep, ...]) -> tuple[CompiledStep, ...]:
    """Order steps so that each comes after those it is anchored on; there is no circle of them."""
    placed: dict[int, CompiledStep] = {}
    for root in steps:
        stack = [root]
        while stack:
            waits = [steps[anchor] for anchor in stack[-1].anchors if anchor not in placed]
            if waits:
                stack.extend(waits)
            else:
                step = stack.pop()
                placed[step.order] = step
    return tuple(placed.values())


_compiled: dict[int, tuple[ref[Ruleset], Compiled]] = {}


def compiled(ruleset: Ruleset) -> Compiled:
    """Give the ruleset made ready for planning: made when first asked for, dropped with the ruleset."""
    # By identity: to hash a ruleset is to hash every text in it.
    key = id(ruleset)
    known = _compiled.get(key)
    if known is not None and known[0]() is ruleset:
        return known[1]
    made = Compiled(ruleset)
    _compiled[key] = ref(ruleset, lambda _: _compiled.pop(key, None)), made
    return made
