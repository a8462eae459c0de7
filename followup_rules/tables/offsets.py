"""From a rule to moments, for whole columns: offsets from anchors, and the fit to opening hours; day 0 is the first of 1970.

Assumes a ruleset made ready, and records with their clocks. It is `offsets` with a number for every row in
place of each moment.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from followup_rules.compiled import Offset, Opening
from followup_rules.moments import DAY, EPOCH_DAY
from followup_rules.offsets import SEARCH_DAYS
from followup_rules.tables.clocks import Clock, Truth, Whole
from followup_rules.tables.columns import DAY_BITS, Records

Wanted = Whole | int | None
"""A wall-clock time, for all rows or by row; None: none is asked for."""


class At:
    """Where an anchor stands, for the rows where it does, and what the clock shows then."""

    __slots__ = ("_clock", "_day", "_wall", "moment", "there")

    def __init__(self, there: Truth, moment: Whole, clock: Clock) -> None:
        self.there = there
        self.moment = moment
        self._clock = clock
        self._day: Whole | None = None
        self._wall: Whole | None = None

    @property
    def day(self) -> Whole:
        """The local date."""
        if self._day is None:
            self._day = self._clock.local(self.moment) // DAY
        return self._day

    @property
    def wall(self) -> Whole:
        """The local time of day."""
        if self._wall is None:
            self._wall = self._clock.local(self.moment) - self.day * DAY
        return self._wall


class Calendar:
    """When the hours of some steps are open, at the places of so many records and with their closed dates."""

    def __init__(self, opening: Opening, records: Records, sure: Truth) -> None:
        self.always = opening.days is None
        self.opens = opening.opens
        self.closes = opening.closes
        self.clock = records.clock
        self.sure = sure
        self.rows = np.arange(len(records.rows))
        days = range(7) if opening.days is None else opening.days
        open_on = [day in days for day in range(7)]
        # By the days since Thursday, which the first of 1970 was.
        self._ahead = np.array([next(ahead for ahead in range(7) if open_on[(day + 3 + ahead) % 7]) for day in range(7)])
        self._back = np.array([-next(back for back in range(7) if open_on[(day + 3 - back) % 7]) for day in range(7)])
        self._daily = all(open_on)
        self._closed = records.closed if opening.shut_on_holidays else records.closed[:0]
        self._row_keys = records.rows << DAY_BITS

    def offset(self, offset: Offset, at: At) -> tuple[Whole, Wanted]:
        """Give the moments that an offset means, and the wall-clock time it asks for."""
        if offset.elapsed is not None:
            moment = at.moment + offset.elapsed
            self.clock.note(moment)
            return moment, None
        wall: Whole | int = at.wall if offset.wall is None else offset.wall
        day = at.day
        if offset.workdays:
            step = 1 if offset.amount > 0 else -1
            for _ in range(abs(offset.amount)):
                day = self._open_from(self.rows, day + step, step)
        else:
            day = day + offset.amount
        return self.clock.moment(day * DAY + wall), wall

    def fit(self, bound: Whole, wanted: Wanted) -> Whole:
        """Give the first moment from the bound on that is open, at the wanted time where that can be."""
        if self.always and wanted is None:
            return bound
        clock = self.clock
        shown = clock.local(bound)
        first = shown // DAY
        if wanted is not None and self.always:
            return np.maximum(clock.moment(first * DAY + wanted), bound)
        wall = self._wall(wanted)
        day = self._open_from(self.rows, first)
        early = clock.moment(day * DAY + wall)
        # Past the wanted time on the first date: at once, if it is open still, else on the next date.
        rows = np.flatnonzero(early < bound)
        if len(rows):
            at_once = self._within(shown[rows] - first[rows] * DAY) & (day[rows] == first[rows])
            early[rows[at_once]] = bound[rows[at_once]]
            rows = rows[~at_once]
        if len(rows):
            day = day.copy() if day is first else day
            day[rows] = self._open_from(rows, day[rows] + 1)
            there = clock.take(rows)
            early[rows] = there.moment(day[rows] * DAY + (wall if isinstance(wall, int) else wall[rows]))
            clock.saw(rows, there)
            self.sure[rows] &= early[rows] >= bound[rows]
        if len(self._closed):
            self.sure &= day - first < SEARCH_DAYS
        return early

    def first_free(
        self, bound: Whole, wanted: Wanted, rows: npt.NDArray[Any], free_from: Callable[[npt.NDArray[Any], Whole], Whole]
    ) -> Whole:
        """Go through the dates of some rows until each has one that is open and free: `free_from(rows, day)` gives those."""
        found = np.zeros(len(rows), dtype=np.int64)
        wall = self._wall(wanted)
        first = self.clock.take(rows).local(bound[rows]) // DAY
        day = first
        left = np.arange(len(rows))
        while len(left):
            here = rows[left]
            day = self._open_from(here, day)
            clock = self.clock.take(here)
            moment = clock.moment(day * DAY + (wall if isinstance(wall, int) else wall[here]))
            earliest = bound[here]
            at_once = (moment < earliest) & (day == first) & (self.always | self._within(clock.local(earliest) - first * DAY))
            moment = np.where(at_once, earliest, moment)
            falls_on = clock.local(moment) // DAY
            free = free_from(here, falls_on)
            self.clock.saw(here, clock)
            done = (moment >= earliest) & (free == falls_on)
            found[left[done]] = moment[done]
            # The date before a free one may fall on it, where a clock change skips midnight.
            day = np.where(moment >= earliest, np.maximum(day, free - 2), day) + 1
            lost = ~done & (day - first >= SEARCH_DAYS)
            self.sure[here[lost]] = False
            going_on = ~done & ~lost
            left, day, first = left[going_on], day[going_on], first[going_on]
        return found

    def _wall(self, wanted: Wanted) -> Whole | int:
        if self.always:
            return 0 if wanted is None else wanted
        if wanted is None:
            return self.opens
        if isinstance(wanted, int):
            return wanted if self._within(wanted) else self.opens
        return np.where(self._within(wanted), wanted, self.opens)

    def _within(self, wall: Any) -> Any:
        """Tell whether a time of day is within the hours."""
        return (self.opens <= wall) & (wall < self.closes)

    def _open_from(self, rows: npt.NDArray[Any], day: Whole, step: int = 1) -> Whole:
        """Give the first open day from this one on, or back from it."""
        if self.always:
            return day
        table = self._ahead if step > 0 else self._back
        if not self._daily:
            day = day + table.take(_weekday(day))
        if len(self._closed):
            shut = np.flatnonzero(self._is_closed(rows, day))
            day = day.copy() if len(shut) and self._daily else day
            while len(shut):
                moved = day[shut] + step
                day[shut] = moved + table.take(_weekday(moved))
                shut = shut[self._is_closed(rows[shut], day[shut])]
        return day

    def _is_closed(self, rows: npt.NDArray[Any], day: Whole) -> Truth:
        keys = self._row_keys[rows] | (day + EPOCH_DAY)
        places = np.minimum(np.searchsorted(self._closed, keys), len(self._closed) - 1)
        closed: Truth = self._closed[places] == keys
        return closed


def _weekday(day: Whole) -> Whole:
    """Give the days since Thursday."""
    return day - day // 7 * 7
