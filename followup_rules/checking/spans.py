"""How far a case reaches: the starting minutes and distances over which a plan takes the very same decisions.

A case is worked out for one time of day and one distance of its decision date or event. Every moment
in it is a constant, or moves one to one with the end of the interview, with the distance, or with
both; so a comparison of two moments flips at one place at most, and a `Span` notes how far off that
is. Within the smallest of those distances every comparison comes out as it did, and the plan is the
same but for the shift. Assumes UTC, where the wall clock and elapsed time agree.

A moment here is minutes since a Monday 00:00, times four, plus two marks: 1 if it moves with the
end of the interview, 2 if it moves with the distance.
"""

from __future__ import annotations

DAY = 24 * 60
WEEK = 7 * DAY

WITH_END = 1
WITH_DISTANCE = 2
MARKS = 3


def packed(minutes: int, marks: int = 0) -> int:
    """Give a moment of so many minutes, with its marks."""
    return minutes << 2 | marks


class Span:
    """How much later the interview may end, and how many strides further off the rest may be, with nothing decided otherwise.

    A stride is a week where weekdays matter to the rules, else a day.
    """

    __slots__ = ("minutes", "reads_distance", "stride", "strides")

    def __init__(self, minutes: int, strides: int, stride: int) -> None:
        self.minutes = minutes
        self.strides = strides
        self.stride = stride
        self.reads_distance = False

    def less(self, one: int, other: int) -> bool:
        """Tell whether one moment is before another, and note how far that holds."""
        if not (one ^ other) & MARKS:
            return one < other
        gap = (other >> 2) - (one >> 2)
        less = gap > 0
        if not less:
            # As much as the other may gain until it is later by a minute.
            one, other, gap = other, one, 1 - gap
        with_end = (other & WITH_END) - (one & WITH_END)
        with_distance = (other & WITH_DISTANCE) - (one & WITH_DISTANCE)
        if with_end < 0 and gap <= self.minutes:
            self.minutes = gap - 1
        if with_distance:
            self.reads_distance = True
            if with_distance < 0:
                # What the end of the interview may take of the gap is no longer there for the distance.
                taken = self.minutes if with_end < 0 else 0
                self.strides = min(self.strides, (gap - 1 - taken) // self.stride)
        return less

    def midnight(self, moment: int) -> int:
        """Give 00:00 of the day of a moment, and note how long it stays on that day."""
        wall = (moment >> 2) % DAY
        if moment & WITH_END and self.minutes > DAY - 1 - wall:
            self.minutes = DAY - 1 - wall
        return packed((moment >> 2) - wall, moment & WITH_DISTANCE)

    def weekday(self, midnight: int) -> int:
        """Give the weekday of a day, 0 for Monday; a stride never changes it."""
        if midnight & WITH_DISTANCE:
            self.reads_distance = True
        return (midnight >> 2) // DAY % 7
