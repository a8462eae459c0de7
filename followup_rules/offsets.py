"""From a rule to a moment: offsets from anchors, and the fit of a moment to opening hours.

Assumes that anchors are known; knows nothing of steps, throttles or what was done.
"""

from __future__ import annotations

from collections.abc import Callable

from followup_rules.compiled import Offset, Opening
from followup_rules.moments import Instant, Zone

SEARCH_DAYS = 800
"""After so many dates without one that works there is none: as if it were after `expires`."""


class Calendar:
    """When the hours of a step are open, in one interview's zone and with its closed dates."""

    __slots__ = ("closed", "closes", "days", "opens", "zone")

    def __init__(self, zone: Zone, opening: Opening, closed_on: frozenset[int]) -> None:
        self.zone = zone
        self.days = opening.days
        self.opens = opening.opens
        self.closes = opening.closes
        self.closed = closed_on if opening.shut_on_holidays else frozenset[int]()

    def open_on(self, day: int) -> bool:
        """Tell whether this date is open at all."""
        return self.days is None or ((day - 1) % 7 in self.days and day not in self.closed)

    def within(self, wall: int) -> bool:
        """Tell whether this time of day is within the hours of an open date."""
        return self.days is None or self.opens <= wall < self.closes

    def offset(self, offset: Offset, anchor: Instant) -> tuple[Instant, int | None]:
        """Give the moment that an offset means, and the wall-clock time it asks for (none for `hours`)."""
        moment, day, wall = anchor
        if offset.elapsed is not None:
            moment += offset.elapsed
            return (moment, *self.zone.local(moment)), None
        if offset.wall is not None:
            wall = offset.wall
        day = self._workday(day, offset.amount) if offset.workdays else day + offset.amount
        return self.zone.instant(day, wall), wall

    def _workday(self, day: int, count: int) -> int:
        step = 1 if count > 0 else -1
        for _ in range(abs(count)):
            day += step
            while not self.open_on(day):
                day += step
        return day

    def fit(self, bound: Instant, wanted: int | None, free_from: Callable[[int], int] | None = None) -> Instant | None:
        """Give the first moment from `bound` on that is open, at the wanted wall-clock time where that can be.

        `free_from(day)` gives the first date from this one on that throttles leave free; None: no date worked.
        """
        earliest, first, wall_of_bound = bound
        wall = wanted if wanted is not None and self.within(wanted) else self.opens
        if wall == wall_of_bound and free_from is None and self.open_on(first):
            return bound
        day = first
        while day < first + SEARCH_DAYS:
            if self.open_on(day):
                instant = self.zone.instant(day, wall)
                if instant[0] < earliest and day == first and self.within(wall_of_bound):
                    instant = bound
                if instant[0] >= earliest:
                    if free_from is None:
                        return instant
                    free = free_from(instant[1])
                    if free == instant[1]:
                        return instant
                    # The date before a free one may fall on it, where a clock change skips midnight.
                    day = max(day, free - 2)
            day += 1
        return None
