"""How far a `Span` reaches: as far as every comparison comes out as it did, and not a minute or a stride less."""

from __future__ import annotations

from itertools import product

import pytest

from followup_rules.checking.compiled import Open
from followup_rules.checking.spans import DAY, MARKS, WITH_DISTANCE, WITH_END, Span, packed
from followup_rules.rules import WEEKDAYS, Hours


def moved(moment: int, minutes: int, distance: int) -> int:
    """Give the minute at which a moment stands when the interview ends so much later and its distance is so much larger."""
    return (moment >> 2) + (minutes if moment & WITH_END else 0) + (distance if moment & WITH_DISTANCE else 0)


def test_a_moment_is_its_minutes_and_its_marks() -> None:
    assert packed(7) == packed(7, 0) == 28
    assert packed(-7, WITH_END | WITH_DISTANCE) == -25
    assert [moved(packed(7, marks), 100, 1_000) for marks in range(MARKS + 1)] == [7, 107, 1_007, 1_107]


@pytest.mark.parametrize("stride", [1, 3])
def test_a_comparison_holds_within_the_span_and_flips_beyond_it(stride: int) -> None:
    for gap, one_marks, other_marks, minutes, strides in product(range(-7, 8), range(4), range(4), range(5), range(4)):
        one, other = packed(20, one_marks), packed(20 + gap, other_marks)
        span = Span(minutes, strides, stride)
        less = span.less(one, other)

        def holds(later: int, further: int, one: int = one, other: int = other, less: bool = less) -> bool:
            distance = stride * further
            return (moved(one, later, distance) < moved(other, later, distance)) == less

        assert less == (gap > 0)
        assert all(holds(later, further) for later in range(span.minutes + 1) for further in range(span.strides + 1))
        assert span.minutes == minutes or not holds(span.minutes + 1, 0)
        assert span.strides == strides or not all(holds(later, span.strides + 1) for later in range(span.minutes + 1))
        assert span.reads_distance == bool((one_marks ^ other_marks) & WITH_DISTANCE)


@pytest.mark.parametrize("marks", range(MARKS + 1))
def test_a_day_is_the_same_within_the_span_and_another_beyond_it(marks: int) -> None:
    for minute, minutes in product((0, 1, 700, DAY - 2, DAY - 1), (0, 1, 2, 739, 740, DAY - 1)):
        span = Span(minutes, 5, DAY)
        assert span.midnight(packed(3 * DAY + minute, marks)) == packed(3 * DAY, marks & WITH_DISTANCE)
        assert span.minutes == (min(minutes, DAY - 1 - minute) if marks & WITH_END else minutes)
        assert (span.strides, span.reads_distance) == (5, False)
    assert Span(0, 0, DAY).midnight(packed(-1)) == packed(-DAY)


def test_weekdays_follow_one_another() -> None:
    span = Span(0, 0, DAY)
    assert [span.weekday(packed(day * DAY)) for day in range(-1, 9)] == [6, 0, 1, 2, 3, 4, 5, 6, 0, 1]
    reads = [span.reads_distance]
    for moment, weekday in ((packed(10 * DAY, WITH_DISTANCE), 3), (packed(DAY), 1)):
        assert span.weekday(moment) == weekday
        reads.append(span.reads_distance)
    assert reads == [False, True, True]


@pytest.mark.parametrize("days", [WEEKDAYS, ("mon", "tue", "wed", "thu", "fri"), ("sun",), ("tue", "sat")])
def test_open_days_are_counted_one_by_one(days: tuple[str, ...]) -> None:
    opening = Open(Hours("some", days, opens="09:00", closes="17:30"))
    assert len(opening.ahead) == len(opening.after) == 7
    for weekday in range(7):
        ahead = [day for day in range(1, 60) if WEEKDAYS[(weekday + day) % 7] in days]
        behind = [-day for day in range(1, 60) if WEEKDAYS[(weekday - day) % 7] in days]
        assert [opening.workdays(weekday, count) for count in range(1, 6)] == ahead[:5]
        assert [opening.workdays(weekday, -count) for count in range(1, 6)] == behind[:5]
        assert opening.workdays(weekday, 0) == 0
        assert opening.after[weekday] == ahead[0]
        assert opening.ahead[weekday] == (0 if WEEKDAYS[weekday] in days else ahead[0])


def test_hours_hold_from_their_opening_until_before_their_closing() -> None:
    opening = Open(Hours("some", ("mon",), opens="09:00", closes="17:30"))
    times = {540 - 1: False, 540: True, 1050 - 1: True, 1050: False}
    assert {time: opening.within(packed(time), Span(0, 0, DAY)) for time in times} == times
    span = Span(DAY, 0, DAY)
    assert opening.within(packed(600, WITH_END), span)
    assert span.minutes == 449
    always = Open(None)
    assert (always.always, always.opens, always.closes, always.ahead) == (True, 0, packed(DAY), [0] * 7)
    assert always.within(packed(0), Span(0, 0, DAY))
