"""Throttles at work: which dates are full, given the contacts counted so far.

Assumes the record's state. Keeps, for every throttle and scope, the sorted dates of what counts, so
that asking for the next free date takes a look at its neighbours and not at everything.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from followup_rules.compiled import Compiled, CompiledStep
from followup_rules.rules import Throttle
from followup_rules.state import NOBODY, PersonKey, State

Scope = tuple[int, str | PersonKey]
"""The place of a throttle in the ruleset, and the person or the company that it counts for."""

Count = tuple[tuple[int, str], ...]
"""What was counted around a date: on which dates, and what."""

Moved = tuple[int, int, Count]
"""How a throttle moved an action: its place in the ruleset, the moment it moved it to, and what it had counted there."""


class Counted:
    """What one throttle has counted in one scope: dates in order, each with what it was."""

    __slots__ = ("days", "full", "labels", "place", "reach")

    def __init__(self, place: int, throttle: Throttle) -> None:
        self.place = place
        self.reach = throttle.days - 1
        self.full = throttle.max - 1
        self.days: list[int] = []
        self.labels: list[str] = []

    def add(self, day: int, label: str) -> None:
        """Count one contact more."""
        place = bisect_right(self.days, day)
        self.days.insert(place, day)
        self.labels.insert(place, label)

    def free_from(self, day: int, last: int) -> int:
        """Give the first date from this one on that no full window contains; if none is up to the last, some date after that."""
        days, reach, full = self.days, self.reach, self.full
        # `max` dates that fit a window fill every window around them: the date is taken if one of those contains it.
        place = bisect_left(days, day - reach)
        while day <= last and place + full < len(days):
            begin, end = days[place], days[place + full]
            if end > day + reach:
                break
            if end - begin <= reach:
                day = begin + reach + 1
                place = bisect_right(days, begin, place)  # a crowded date is passed over at once
            else:
                place += 1
        return day

    def around(self, day: int) -> Count:
        """Give what is counted in the windows that contain this date."""
        window = slice(bisect_left(self.days, day - self.reach), bisect_right(self.days, day + self.reach))
        return tuple(zip(self.days[window], self.labels[window], strict=True))


class Ledger:
    """All that the throttles of a ruleset have counted so far, over one or more records."""

    def __init__(self, rules: Compiled) -> None:
        self.rules = rules
        self.throttles = rules.throttles
        self.counted: dict[Scope, Counted] = {}

    def scope(self, place: int, key: str | PersonKey) -> Counted:
        """Give what this throttle has counted for a person or a company, to be looked at and to be added to."""
        counted = self.counted.get((place, key))
        if counted is None:
            counted = self.counted[place, key] = Counted(place, self.throttles[place])
        return counted

    def scopes(self, step: CompiledStep, state: State, place: int) -> list[Counted]:
        """Give what the throttles that count this step to this contact have counted by now."""
        scopes = []
        for number in step.throttles:
            if self.throttles[number].per == "company":
                scopes.append(self.scope(number, state.company))
            elif place != NOBODY:
                scopes.append(self.scope(number, state.person(place)))
        return scopes

    def count_record(self, state: State) -> None:
        """Count what a record says has happened."""
        if not self.throttles or not (state.contacted or state.done):
            return
        everybody = [state.person(place) for place in range(len(state.contacts))]
        for contacted in state.contacted:
            # One contact reaches a person once, however often the record lists them.
            who = list(dict.fromkeys(everybody)) if contacted.contact is None else [everybody[state.places[contacted.contact]]]
            places = self.rules.throttles_of[contacted.channel]
            self._count(places, who, 1, state.company, contacted.at, f"{contacted.channel} on record")
        for id, events in state.done.items():
            step = self.rules.by_id[id]
            if step.throttles:
                for done in events:
                    who = [everybody[place] for place in state.done_for(done, step.step)]
                    self._count(step.throttles, who, len(who) or 1, state.company, done.at, step.step.label)

    def _count(
        self, places: Iterable[int], who: Iterable[PersonKey], times: int, company: str, at: dt.datetime, label: str
    ) -> None:
        """Count what was done: once for each of these people, and so many times for the company."""
        for place in places:
            keys: Iterable[str | PersonKey] = who if self.throttles[place].per == "contact" else (company,) * times
            for key in keys:
                self.scope(place, key).add(at.toordinal(), label)  # events of a record are in its zone


def free_from(scopes: Sequence[Counted], last: int, day: int) -> int:
    """Give the first date from this one on that all these throttles leave free; if none is up to the last, some date after that."""
    while True:
        start = day
        for counted in scopes:
            day = counted.free_from(day, last)
        if day == start:
            return day


def full_around(scopes: Sequence[Counted], day: int) -> tuple[tuple[int, Count], ...]:
    """Tell which throttles have no room around this date, each with what it has counted there."""
    around = [(counted.place, counted.around(day), counted.full) for counted in scopes]
    return tuple([(place, counted) for place, counted, full in around if len(counted) > full])
