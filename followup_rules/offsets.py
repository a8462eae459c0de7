"""From a rule to a moment: offsets from anchors, and the fit of a moment to opening hours.

Assumes that anchors are known; knows nothing of steps, throttles or what was done.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from followup_rules.moments import HOUR, Zone, wall_of
from followup_rules.rules import WEEKDAYS, After, Hours

SEARCH_DAYS = 800
"""After so many dates without one that works there is none: as if it were after `expires`."""


class Anchor(NamedTuple):
    """A moment that others count from, with the local date and time of day it is told by."""

    moment: int
    day: int
    wall: int


class Calendar:
    """When the hours of a step are open, in one interview's zone and with its closed dates."""

    __slots__ = ("closed", "closes", "days", "opens", "zone")

    def __init__(self, zone: Zone, hours: Hours | None, closed_on: frozenset[int]) -> None:
        self.zone = zone
        self.days = None if hours is None else frozenset(WEEKDAYS.index(day) for day in hours.days)
        self.opens = 0 if hours is None else wall_of(hours.opens)
        self.closes = 0 if hours is None else wall_of(hours.closes)
        self.closed = closed_on if hours is not None and hours.shut_on_holidays else frozenset[int]()

    def open_on(self, day: int) -> bool:
        """Tell whether this date is open at all."""
        return self.days is None or ((day - 1) % 7 in self.days and day not in self.closed)

    def within(self, wall: int) -> bool:
        """Tell whether this time of day is within the hours of an open date."""
        return self.days is None or self.opens <= wall < self.closes

    def offset(self, after: After, anchor: Anchor) -> tuple[int, int | None]:
        """Give the moment that an offset means, and the wall-clock time it asks for (none for `hours`)."""
        if after.hours is not None:
            return anchor.moment + after.hours * HOUR, None
        wall = anchor.wall if after.at is None else wall_of(after.at)
        day = anchor.day + after.amount if after.workdays is None else self._workday(anchor.day, after.workdays)
        return self.zone.moment(day, wall), wall

    def _workday(self, day: int, count: int) -> int:
        step = 1 if count > 0 else -1
        for _ in range(abs(count)):
            day += step
            while not self.open_on(day):
                day += step
        return day

    def fit(self, bound: int, wanted: int | None, free_from: Callable[[int], int]) -> int | None:
        """Give the first moment from `bound` on that is open, at the wanted wall-clock time where that can be.

        `free_from(day)` gives the first date from this one on that throttles leave free; None: no date worked.
        """
        first, wall_of_bound = self.zone.local(bound)
        wall = wanted if wanted is not None and self.within(wanted) else self.opens
        day = first
        while day < first + SEARCH_DAYS:
            if self.open_on(day):
                moment = self.zone.moment(day, wall)
                if moment < bound and day == first and self.within(wall_of_bound):
                    moment = bound
                if moment >= bound:
                    falls_on = day if moment == bound else self.zone.local(moment)[0]
                    free = free_from(falls_on)
                    if free == falls_on:
                        return moment
                    # The date before a free one may fall on it, where a clock change skips midnight.
                    day = max(day, free - 2)
            day += 1
        return None


def always_free(day: int) -> int:
    """Leave every date free: the fit without throttles."""
    return day
