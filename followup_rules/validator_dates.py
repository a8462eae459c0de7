"""When each step of a plan may be done: the moments of the contract's §4, read a second time for the validator.

Assumes the record's state, and the moments at which the plan at hand puts its actions, right or
wrong: an anchor on a step stands at its done moment, else there. Shares nothing with the planner's
own reading, so that a slip in one of them shows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from graphlib import TopologicalSorter
from typing import NamedTuple

import attrs

from followup_rules.moments import DAY, HOUR, Zone, day_of, wall_of
from followup_rules.references import IDEAL, step_anchors
from followup_rules.rules import WEEKDAYS, After, Hours, Ruleset, Step
from followup_rules.state import State

SEARCHED_DAYS = 800


class Instant(NamedTuple):
    """A moment to count from, with the date and time of day that a clock of the interview's zone shows."""

    moment: int
    day: int
    wall: int


class OpenTimes:
    """On which dates and at which times of day a step may be done; without hours at all of them."""

    def __init__(self, zone: Zone, hours: Hours | None, closed_on: frozenset[int]) -> None:
        self.zone = zone
        self.hours = hours
        self.opens, self.closes = (0, DAY) if hours is None else (wall_of(hours.opens), wall_of(hours.closes))
        self.weekdays = WEEKDAYS if hours is None else hours.days
        self.shut_on = closed_on if hours is not None and hours.shut_on_holidays else frozenset[int]()

    def open_on(self, day: int) -> bool:
        """Tell whether the date is an open one."""
        return WEEKDAYS[dt.date.fromordinal(day).weekday()] in self.weekdays and day not in self.shut_on

    def hold(self, moment: int) -> bool:
        """Tell whether the moment is within the hours, on the clock of its date or the one that a change has just skipped."""
        day, wall = self.zone.local(moment)
        if self._admit(day, wall):
            return True
        # A clock that had not been changed since this time yesterday; where the change skipped that time, hours go by it.
        day, wall = self.zone.local(moment - DAY)
        return self.zone.moment(day + 1, wall) == moment and self._admit(day + 1, wall)

    def _admit(self, day: int, wall: int) -> bool:
        return self.open_on(day) and self.opens <= wall < self.closes

    def after(self, offset: After, anchor: Instant) -> tuple[int, int | None]:
        """Give the moment an offset means, and the wall-clock time it wants: none where it counts elapsed hours."""
        if offset.hours is not None:
            return anchor.moment + offset.hours * HOUR, None
        wall = anchor.wall if offset.at is None else wall_of(offset.at)
        day = anchor.day
        if offset.days is not None:
            day += offset.days
        else:
            left = offset.amount
            while left:
                onward = 1 if left > 0 else -1
                day += onward
                if self.open_on(day):
                    left -= onward
        return self.zone.moment(day, wall), wall

    def first_from(self, bound: int, wanted: int | None) -> int | None:
        """Give the first moment that fits the hours from a lower bound on; None after 800 dates without one."""
        first_day, wall_of_bound = self.zone.local(bound)
        wall = wanted if wanted is not None and self.opens <= wanted < self.closes else self.opens
        for day in range(first_day, first_day + SEARCHED_DAYS):
            if self.open_on(day):
                moment = self.zone.moment(day, wall)
                if moment >= bound:
                    return moment
                if day == first_day and self.opens <= wall_of_bound < self.closes:
                    return bound
        return None


@attrs.frozen
class Terms:
    """What the dates of one step must keep to, given where this plan puts the others.

    `bounds`: the lower bounds, each with the words for its rule. `has_due`: the anchor of `due`
    exists. `first`: the earliest moment if there were no throttles, None where there is none.
    """

    open_times: OpenTimes
    has_due: bool
    bounds: tuple[tuple[int, str], ...]
    first: int | None
    deadline: int | None
    expires: int | None

    @property
    def expired(self) -> bool:
        """Whether there is no moment left for it, throttles apart."""
        return self.first is None or (self.expires is not None and self.first > self.expires)


class Timetable:
    """The terms of every step of a plan.

    `done` and `planned` hold, by step, the moments at which the record and the plan put it; `live`
    the steps that the record alone does not rule out; `now` is `as_of` rounded up to the minute.
    """

    def __init__(
        self,
        state: State,
        ruleset: Ruleset,
        *,
        done: Mapping[str, Sequence[int]],
        planned: Mapping[str, Sequence[int]],
        live: frozenset[str],
        now: int | None,
    ) -> None:
        self._zone = state.zone
        self._now = now
        closed_on = frozenset(map(day_of, state.interview.closed_on))
        self._open_times = {step.id: OpenTimes(state.zone, ruleset.hours_of(step), closed_on) for step in ruleset.steps}
        self._from_record = {
            "start": self._instant(state.start),
            "end": self._instant(state.end),
            "reply": self._instant(state.reply),
            "outcome": self._instant(state.outcome_at),
            # 00:00 of the date, even where a clock change skips that.
            "decision": None if state.decision is None else Instant(state.zone.moment(state.decision, 0), state.decision, 0),
        }
        steps = {step.id: step for step in ruleset.steps}
        self._ideals: dict[str, int | None] = {}
        ideal_anchors = dict(self._from_record)
        for id in TopologicalSorter({step.id: step_anchors(step) for step in ruleset.steps}).static_order():
            self._ideals[id] = self._ideal(steps[id], ideal_anchors)
            ideal_anchors[id] = self._latest([*done[id], self._ideals[id] if id in live else None])
        self._anchors = self._from_record | {id: self._latest([*done[id], *planned[id]]) for id in steps}
        self._terms = {step.id: self._work_out(step) for step in ruleset.steps}

    def terms(self, step: Step) -> Terms:
        """Give the terms of a step."""
        return self._terms[step.id]

    def _instant(self, moment: int | None) -> Instant | None:
        return None if moment is None else Instant(moment, *self._zone.local(moment))

    def _latest(self, moments: Sequence[int | None]) -> Instant | None:
        return self._instant(max((moment for moment in moments if moment is not None), default=None))

    def _ideal(self, step: Step, anchors: Mapping[str, Instant | None]) -> int | None:
        due = anchors[step.due.anchor]
        if due is None:
            return None
        open_times = self._open_times[step.id]
        moment, wanted = open_times.after(step.due, due)
        waits = [moment, *(open_times.after(wait, anchor)[0] for wait in step.not_before if (anchor := anchors[wait.anchor]))]
        return open_times.first_from(max(waits), wanted)

    def _work_out(self, step: Step) -> Terms:
        open_times = self._open_times[step.id]
        bounds: list[tuple[int, str]] = []
        wanted = None
        due = self._anchors[step.due.anchor]
        if due is not None:
            moment, wanted = open_times.after(step.due, due)
            bounds.append((moment, f"`due`, {_words(step.due)}"))
        bounds += [
            (open_times.after(wait, anchor)[0], f"`not_before`, {_words(wait)}")
            for wait in step.not_before
            if (anchor := self._anchors[wait.anchor])
        ]
        if self._now is not None:
            bounds.append((self._now, "`as_of`, before which nothing is planned"))
        return Terms(
            open_times=open_times,
            has_due=due is not None,
            bounds=tuple(bounds),
            first=open_times.first_from(max(bounds)[0], wanted) if due is not None else None,
            deadline=self._limit(step, step.deadline),
            expires=self._limit(step, step.expires),
        )

    def _limit(self, step: Step, offset: After | None) -> int | None:
        if offset is None:
            return None
        anchor = self._instant(self._ideals[step.id]) if offset.anchor == IDEAL else self._from_record[offset.anchor]
        return None if anchor is None else self._open_times[step.id].after(offset, anchor)[0]


def _words(offset: After) -> str:
    at = "" if offset.at is None else f" at {offset.at:%H:%M}"
    return f"{offset.amount:+} {offset.unit} from `{offset.anchor}`{at}"
