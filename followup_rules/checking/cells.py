"""The finitely many cases of a shape: rectangles of starting minutes and distances in which every decision is the same.

Assumes a way to work out one case that notes its `Span`. Each case is worked out at the earliest
minute and the least distance of a rectangle not decided yet; what its span does not reach is cut into
two smaller rectangles. So the cases fill the whole of it, and none is sampled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Generic, NamedTuple, TypeVar

from followup_rules.checking.spans import DAY, Span
from followup_rules.checking.universe import Budget, Setting

Result = TypeVar("Result")
Size = tuple[tuple[int, ...], int, bool, int]
"""How large an interview is: its setting, the distance, whether it lies before the end, the minute of the week of the start."""


class Cell(NamedTuple, Generic[Result]):
    """One case: what came out, and all the interviews for which it is the same."""

    result: Result
    span: Span
    weekdays: range
    minute: int
    distance: int

    def smallest(self, setting: Setting) -> tuple[Size, tuple[int, int, int]]:
        """Give the size of its smallest interview, and the weekday, minute and distance that make it."""
        days = self.span.stride // DAY
        distances = range(self.distance, self.distance + days * self.span.strides + 1, days)
        distance = min(distances, key=lambda distance: (abs(distance), distance < 0))
        # The end goes past midnight an hour before the start does, so the earliest end may be of the later weekday.
        minutes = [minute for minute in (self.minute, 60) if 0 <= minute - self.minute <= self.span.minutes]
        starts = [((day * DAY + minute - 60) % (7 * DAY), day, minute) for day in self.weekdays for minute in minutes]
        start, weekday, minute = min(starts)
        return (setting.size, abs(distance), distance < 0, start), (weekday, minute, distance)


def cells(
    run: Callable[[Span, int, int, int], Result], setting: Setting, budget: Budget, *, reads_weekdays: bool
) -> Iterator[Cell[Result]]:
    """Yield the cases of a setting's shape; `run` takes a span, the weekday and minute of the end, and the distance."""
    first, last = setting.distances
    days = 7 if reads_weekdays else 1
    for weekday in range(days):
        reads_distance = False
        for start in range(first, min(first + days, last + 1)):
            rectangles = [(0, DAY - 1, start, (last - start) // days)]
            while rectangles:
                early, late, near, strides = rectangles.pop()
                budget.case()
                span = Span(late - early, strides, days * DAY)
                result = run(span, weekday, early, near)
                yield Cell(result, span, range(weekday, weekday + 1) if reads_weekdays else range(7), early, near)
                reads_distance = reads_distance or span.reads_distance
                if span.minutes < late - early:
                    rectangles.append((early + span.minutes + 1, late, near, strides))
                if span.strides < strides:
                    further = span.strides + 1
                    rectangles.append((early, early + span.minutes, near + days * further, strides - further))
            if not reads_distance:
                break
