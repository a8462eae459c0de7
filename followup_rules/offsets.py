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
    """One interview's calendar: its zone, and the dates on which its office is closed."""

    __slots__ = ("closed_on", "zone")

    def __init__(self, zone: Zone, closed_on: frozenset[int]) -> None:
        self.zone = zone
        self.closed_on = closed_on

    def offset(self, offset: Offset, anchor: Instant, hours: Opening) -> Instant:
        """Give the moment that an offset means, workdays counted by these hours."""
        moment, day, wall = anchor
        if offset.elapsed is not None:
            moment += offset.elapsed
            return moment, *self.zone.local(moment)
        day = self._workday(day, offset.amount, hours) if offset.workdays else day + offset.amount
        return self.zone.instant(day, wall if offset.wall is None else offset.wall)

    def _workday(self, day: int, count: int, hours: Opening) -> int:
        closed_on = self.closed_on if hours.shut_on_holidays else ()
        step = 1 if count > 0 else -1
        while count:
            day += step
            if not hours.wait[day % 7] and day not in closed_on:
                count -= step
        return day

    def fit(
        self, bound: Instant, wanted: int | None, hours: Opening, free_from: Callable[[int], int] | None = None
    ) -> Instant | None:
        """Give the first moment from `bound` on that is open, at the wanted wall-clock time where that can be.

        `free_from(day)` gives the first date from this one on that throttles leave free; None: no date worked.
        """
        earliest, first, wall_of_bound = bound
        opens, until, wait = hours.opens, hours.until, hours.wait
        closed_on = self.closed_on if hours.shut_on_holidays else ()
        wall = wanted if wanted is not None and opens <= wanted < until else opens
        day = first + wait[first % 7]
        while day < first + SEARCH_DAYS:
            if day not in closed_on:
                instant = bound if wall == wall_of_bound and day == first else self.zone.instant(day, wall)
                if instant[0] < earliest and day == first and opens <= wall_of_bound < until:
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
            day += wait[day % 7]
        return None
