"""Throttles at work: which dates are full, and what is counted around them, held to a count over every window."""

from __future__ import annotations

from itertools import combinations_with_replacement

import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup_rules import Contact, Throttle
from followup_rules.compiled import compiled
from followup_rules.state import State, company_key, comparable, digits_of, person_key
from followup_rules.throttling import Counted, Ledger, free_from, full_around
from tests.making import interview, ruleset, step

DAY = 740_000
DATES = st.lists(st.integers(DAY, DAY + 25), max_size=12)


def counting(max: int, days: int, dates: list[int]) -> Counted:
    counted = Counted(0, Throttle("t", ("email",), max=max, days=days))
    for date in dates:
        counted.add(date, f"on {date}")
    return counted


def full(counted: Counted, dates: list[int], day: int) -> bool:
    """Tell by looking at every window around a date whether one has no room."""
    windows = range(day - counted.reach, day + 1)
    return any(sum(first <= date <= first + counted.reach for date in dates) > counted.full for first in windows)


@given(st.integers(1, 3), st.integers(1, 8), DATES, st.integers(DAY - 10, DAY + 35))
def test_the_next_free_date_is_the_first_that_no_full_window_contains(max: int, days: int, dates: list[int], day: int) -> None:
    counted = counting(max, days, dates)
    free = next(one for one in range(day, DAY + 400) if not full(counted, dates, one))
    assert counted.free_from(day, DAY + 400) == free
    assert free_from([counted], DAY + 400, day) == free


@pytest.mark.parametrize("max", [1, 2, 3])
@pytest.mark.parametrize("days", [1, 2, 3, 4])
def test_the_next_free_date_among_few_whatever_they_are(max: int, days: int) -> None:
    for count in range(5):
        for dates in combinations_with_replacement(range(DAY, DAY + 8), count):
            counted = counting(max, days, list(dates))
            taken = [full(counted, list(dates), day) for day in range(DAY - 4, DAY + 20)]
            assert [counted.free_from(DAY - 4 + place, DAY + 30) for place in range(14)] == [
                DAY - 4 + taken.index(False, place) for place in range(14)
            ]


@given(st.integers(1, 3), st.integers(1, 8), DATES, st.integers(DAY - 10, DAY + 35))
def test_what_is_counted_around_a_date_is_all_that_shares_a_window(max: int, days: int, dates: list[int], day: int) -> None:
    counted = counting(max, days, dates)
    near = sorted(date for date in dates if abs(date - day) < days)
    assert counted.around(day) == tuple((date, f"on {date}") for date in near)
    assert full_around([counted], day) == (((0, counted.around(day)),) if len(near) >= max else ())


def test_a_record_without_events_counts_nothing() -> None:
    rules = compiled(ruleset(step("mail", "email"), throttles=[Throttle("weekly", ("email",))]))
    ledger = Ledger(rules)
    ledger.count_record(State(interview()))
    assert ledger.counted == {}


def test_what_makes_two_people_one() -> None:
    assert person_key(Contact("Kim", email=" Kim@X.example ", phone="1"), "X") == ("email", "kim@x.example")
    assert person_key(Contact("Kim", phone="+1 (2)"), "X") == ("phone", "12")
    assert person_key(Contact(" Kim Doe ", phone="none"), " Initech ") == ("name", "kim doe", "initech")
    assert person_key(Contact("Kim"), "X") == ("name", "kim", "x")
    assert company_key(" InitECH ") == "initech"
    assert digits_of("+1 (2) 3") == "123"


def test_what_tells_two_details_apart() -> None:
    assert comparable("call", "+1 (2)") == "12"
    assert comparable("call", " none ") == "none"
    assert comparable("email", " A@B ") == "a@b"
    assert comparable("letter", " Main St ") == "Main St"


def test_what_a_state_says_of_nothing() -> None:
    state = State(interview(starts_at=pendulum.datetime(2026, 1, 5, 9, tz="UTC")))
    assert state.outcome is None
    assert state.replied is False
    assert state.finished(step("a")) == ({}, None)
