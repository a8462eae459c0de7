"""The cases of a setting: all of its interviews, each once, and of each case the smallest."""

from __future__ import annotations

from itertools import product

import pytest

from followup_rules.checking.cells import Cell, cells
from followup_rules.checking.spans import DAY, WITH_DISTANCE, WITH_END, Span, packed
from followup_rules.checking.universe import Budget, Exhausted, Kind, Setting
from tests.test_check import size_of

FRESH, DATED, REPLIED = Setting(), Setting(dated=True), Setting(event=Kind("replied"))
Told = tuple[bool, bool]


def told(span: Span, weekday: int, minute: int, distance: int) -> Told:
    """Tell whether it ends before 10:00, and whether the distance is below twenty days, or below nine and the hour of the end."""
    monday = weekday * DAY
    early = span.less(packed(monday + minute, WITH_END), packed(monday + 600))
    far = packed(monday + distance * DAY, WITH_DISTANCE)
    if early:
        return True, span.less(far, packed(monday + 20 * DAY))
    return False, span.less(far, packed(monday + 8 * DAY + minute, WITH_END))


def time_only(span: Span, weekday: int, minute: int, _: int) -> bool:
    return span.less(packed(weekday * DAY + minute, WITH_END), packed(weekday * DAY + 600))


def test_cases_that_read_no_date_are_cut_by_the_time_of_day_alone() -> None:
    for setting, distance in ((FRESH, 0), (DATED, 0), (REPLIED, -7)):
        first, last = setting.distances
        budget = Budget(2, 0)
        found = list(cells(time_only, setting, budget, reads_weekdays=False))
        assert [(one.result, one.weekdays, one.minute, one.span.minutes, one.distance) for one in found] == [
            (True, range(7), 0, 599, distance),
            (False, range(7), 600, 839, distance),
        ]
        assert {one.span.strides for one in found} == {last - first}
        with pytest.raises(Exhausted):
            list(cells(time_only, setting, Budget(1, 0), reads_weekdays=False))


def test_cases_that_read_weekdays_are_looked_at_on_each() -> None:
    found = list(cells(time_only, DATED, Budget(14, 0), reads_weekdays=True))
    assert [(one.weekdays, one.minute) for one in found] == [
        (range(day, day + 1), minute) for day in range(7) for minute in (0, 600)
    ]
    assert {(one.span.stride, one.span.strides) for one in found} == {(7 * DAY, 60 // 7)}


@pytest.mark.parametrize("setting", [FRESH, DATED, REPLIED])
@pytest.mark.parametrize("reads_weekdays", [False, True])
def test_every_interview_is_in_one_case_and_is_what_it_says(setting: Setting, *, reads_weekdays: bool) -> None:
    first, last = setting.distances
    found = list(cells(told, setting, Budget(10_000, 0), reads_weekdays=reads_weekdays))
    size = sum(len(one.weekdays) * (one.span.minutes + 1) * (one.span.strides + 1) for one in found)
    assert size == 7 * DAY * (last - first + 1)
    for one in found:
        step = one.span.stride // DAY
        corners = product(one.weekdays, (0, one.span.minutes), (0, one.span.strides))
        for weekday, later, further in corners:
            minute, distance = one.minute + later, one.distance + step * further
            assert 0 <= minute < DAY
            assert first <= distance <= last
            assert told(Span(0, 0, DAY), weekday, minute, distance) == one.result
    seen = [(minute, distance) for one in found for minute in (one.minute,) for distance in (one.distance,) if 0 in one.weekdays]
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("stride", [1, 7])
def test_the_smallest_interview_of_a_case_is_the_smallest_of_all_of_them(stride: int) -> None:
    for setting, weekdays, minute, minutes, distance, strides in product(
        (DATED, REPLIED),
        (range(7), range(1), range(3, 4), range(6, 7)),
        (0, 1, 58, 59, 60, 61, 700),
        (0, 1, 2, 60),
        (-7, -3, -1, 0, 2),
        (0, 1, 2),
    ):
        span = Span(minutes, strides, stride * DAY)
        size, dates = Cell("anything", span, weekdays, minute, distance).smallest(setting)
        every = product(weekdays, range(minute, minute + minutes + 1), range(distance, distance + stride * strides + 1, stride))
        assert size == min(size_of(setting, *one) for one in every)
        assert size == size_of(setting, *dates)
        assert dates[0] in weekdays
        assert minute <= dates[1] <= minute + minutes
        assert dates[2] in range(distance, distance + stride * strides + 1, stride)
