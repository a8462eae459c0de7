"""Time zones for whole columns: between moments and wall clocks, a record a row, each in its own zone.

Assumes `moments`, of which this is the same arithmetic on arrays. A row carries one change of the
clocks, the next one from its anchor on, and remembers how far it was asked: whoever went beyond that
change's neighbours got an answer that does not count (`trusted`).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from followup_rules.moments import DAY, EPOCH_DAY, STRETCH, Zone

Whole = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]

FAR = np.iinfo(np.int64).max // 2
_MARGIN = 3 * DAY
_BEHIND = 1
_AHEAD = 4
"""How many stretches of a zone are read behind and ahead of a record's anchor."""


def _changes(zone: Zone, first: int, last: int) -> list[tuple[int, int, int]]:
    """Give the clock changes between two days: the moment, and the offsets before and after it."""
    found = []
    # Those are dates on the wall; a date in UTC is at most one off.
    for day in sorted({day + off for day in zone.changes_on(first, last) for off in (-1, 0, 1)}):
        # No zone has ever changed twice on a day, so what is the same at both ends of it did not change on it.
        low, high = (day - EPOCH_DAY) * DAY - 1, (day - EPOCH_DAY + 1) * DAY - 1
        before, after = _offset(zone, low), _offset(zone, high)
        if before != after:
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if _offset(zone, middle) == before else (low, middle)
            found.append((high, before, after))
    return found


def _offset(zone: Zone, moment: int) -> int:
    day, wall = zone.local(moment)
    return (day - EPOCH_DAY) * DAY + wall - moment


_KNOWN = ("change", "on_wall", "before", "after", "first_known", "last_known")


class Clock:
    """What clocks show at the places of so many records."""

    __slots__ = ("after", "before", "change", "first_known", "first_seen", "last_known", "last_seen", "on_wall")

    def __init__(self, change: Whole, on_wall: Whole, before: Whole, after: Whole, first_known: Whole, last_known: Whole) -> None:
        self.change = change
        self.on_wall = on_wall
        self.before = before
        self.after = after
        self.first_known = first_known
        self.last_known = last_known
        self.first_seen = np.full(len(change), FAR)
        self.last_seen = np.full(len(change), -FAR)

    def take(self, rows: npt.NDArray[Any]) -> Clock:
        """Give the clocks of some of the rows, which have seen nothing yet."""
        return Clock(*(getattr(self, name)[rows] for name in _KNOWN))

    def offsets(self, some: slice) -> tuple[Whole, npt.NDArray[Any]]:
        """Give the offsets from UTC of some of the clocks for all that they were asked or noted.

        Given too are the places of those that have no such offset, as a change lies among that.
        """
        change = self.change[some]
        before = self.last_seen[some] < change - _MARGIN
        after = self.first_seen[some] > change + _MARGIN
        return np.where(after, self.after[some], self.before[some]), np.flatnonzero(~(before | after))

    def local_of(self, places: npt.NDArray[Any], moments: Whole) -> Whole:
        """Give what the clocks at these places show at several moments each, a row a clock."""
        change, before, after = (one[places][:, None] for one in (self.change, self.before, self.after))
        local: Whole = moments + np.where(moments >= change, after, before)
        return local

    def saw(self, rows: npt.NDArray[Any], others: Clock) -> None:
        """Note what the clocks taken for these rows were asked."""
        self.first_seen[rows] = np.minimum(self.first_seen[rows], others.first_seen)
        self.last_seen[rows] = np.maximum(self.last_seen[rows], others.last_seen)

    def local(self, moment: Whole) -> Whole:
        """Give what the wall clock shows at a moment that was asked or noted, in microseconds since 1970 on that clock."""
        local: Whole = moment + np.where(moment >= self.change, self.after, self.before)
        return local

    def moment(self, shown: Whole) -> Whole:
        """Give the moment at which the wall clock shows this; a skipped time moves forward by the gap, of two the first."""
        self.note(shown)
        return shown - np.where(shown >= self.on_wall, self.after, self.before)

    def note(self, time: Whole) -> None:
        """Note that the answer depends on what the clocks do around this time."""
        np.minimum(self.first_seen, time, out=self.first_seen)
        np.maximum(self.last_seen, time, out=self.last_seen)

    def trusted(self) -> Truth:
        """Tell for which rows no other clock change was near anything asked."""
        trusted: Truth = (self.first_seen > self.first_known) & (self.last_seen < self.last_known)
        return trusted


def clocks(zones: list[Zone], which: Whole, anchor: Whole) -> Clock:
    """Give the clocks of rows, each in the zone at its place among `zones`, for the weeks from its anchor on.

    An anchor may be a moment or a local time.
    """
    stretch = anchor // STRETCH
    lowest = int(stretch.min(initial=FAR))
    span = max(0, int(stretch.max(initial=-FAR)) - lowest + 1)
    key = which * span + (stretch - lowest)
    there = np.zeros(len(zones) * span, dtype=bool)
    there[key] = True
    keys = np.flatnonzero(there)
    tables = [_table(zones[one // span], one % span + lowest) for one in keys.tolist()]
    first = np.zeros(len(there), dtype=np.int64)
    first[keys] = np.cumsum([0, *map(len, tables[:-1])])
    entries = np.concatenate(tables)
    row = first[key]
    # From its turn on the next entry is the one to use, and so on; the last has no turn.
    for _ in range(max(map(len, tables)) - 1):
        row += entries[row, _TURN] <= anchor
    return Clock(*(np.ascontiguousarray(entries[:, column]).take(row) for column in range(_TURN)))


_TURN = 6


@lru_cache(maxsize=8192)
def _table(zone: Zone, stretch: int) -> Whole:
    """Give what a clock has to know, for anchors before each of the changes around a stretch and after all of them.

    The last number is the anchor from which on the next entry is the one to use.
    """
    first, last = (stretch - _BEHIND) * STRETCH, (stretch + 1 + _AHEAD) * STRETCH
    changes = _changes(zone, EPOCH_DAY + first // DAY, EPOCH_DAY + last // DAY)
    offset = changes[0][1] if changes else _offset(zone, first)
    entries = []
    for place in range(len(changes) + 1):
        change, before, after = changes[place] if place < len(changes) else (FAR, offset, offset)
        # A time that is skipped or occurs twice has the offset from before the change, as in `moments`.
        on_wall = min(FAR, change + max(before, after))
        known_from = (changes[place - 1][0] if place else first) + _MARGIN // 2
        known_to = (changes[place + 1][0] if place + 1 < len(changes) else last) - _MARGIN
        entries.append((change, on_wall, before, after, known_from, known_to, min(FAR, change + _MARGIN)))
        offset = after
    return np.array(entries, dtype=np.int64)
