"""Zones: what is kept of the zone database says the same as the database."""

from __future__ import annotations

import datetime as dt

import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup_rules import moments
from followup_rules.moments import DAY, EPOCH_DAY, HOUR, MINUTE, Zone, day_and_wall, find_zone, to_moment
from followup_rules.testing.records import ZONES

EPOCH = dt.datetime(1970, 1, 1)
MICROSECOND = dt.timedelta(microseconds=1)
CHANGES = [(name, dt.datetime.fromisoformat(day).toordinal()) for name, days in ZONES.items() for day in days]


def zone(name: str) -> Zone:
    found = find_zone(name)
    assert found is not None
    return found


@st.composite
def around_changes(draw: st.DrawFn) -> tuple[Zone, int]:
    """Make a zone and a moment near one of its clock changes, or anywhere."""
    name, day = draw(st.sampled_from(CHANGES))
    days = draw(st.integers(day - 2, day + 2) | st.integers(day - 40_000, day + 40_000))
    return zone(name), (days - EPOCH_DAY) * DAY + draw(st.integers(0, 24 * 4)) * 15 * MINUTE + draw(st.integers(-1, 1))


@given(around_changes())
def test_a_clock_shows_what_the_database_says(given: tuple[Zone, int]) -> None:
    where, moment = given
    local = where.tz.fromutc((EPOCH + dt.timedelta(microseconds=moment)).replace(tzinfo=where.tz))
    assert where.local(moment) == day_and_wall(local)
    told = where.datetime(moment)
    assert (day_and_wall(told), told.fold) == (day_and_wall(local), local.fold)
    assert where.at((moment, *where.local(moment))) == told
    assert where.instant_of(told) == (moment, *where.local(moment))
    assert to_moment(told) == moment


@given(around_changes())
def test_a_wall_clock_time_means_what_the_database_says(given: tuple[Zone, int]) -> None:
    where, shown = given
    day, wall = EPOCH_DAY + shown // DAY, shown % DAY
    offset = where.tz.utcoffset(EPOCH + dt.timedelta(microseconds=shown))
    assert offset is not None
    assert where.moment(day, wall) == shown - offset // MICROSECOND
    moment = where.moment(day, wall)
    assert where.instant(day, wall) == (moment, *where.local(moment))


@given(around_changes())
def test_dates_that_a_change_touches_are_all_told(given: tuple[Zone, int]) -> None:
    where, moment = given
    day = where.local(moment)[0]
    touched = where.changes_on(day - 1, day + 1)
    if day not in touched:
        assert len({where.moment(day, wall) - wall for wall in range(0, DAY, HOUR // 4)}) == 1
        assert where.local(where.moment(day, DAY - 1)) == (day, DAY - 1)


def test_what_is_kept_of_zones_and_dates_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moments, "STRETCHES_KEPT", 3)
    monkeypatch.setattr(moments, "DATES_KEPT", 3)
    monkeypatch.setattr(moments, "ZONES_KEPT", 3)
    where = zone("Europe/Berlin")
    where._stretches.clear()
    moments._dates.clear()
    moments._clocks.clear()
    for day in range(730_000, 731_000, 50):
        assert day_and_wall(where.shown(day, HOUR)) == (day, HOUR)
        assert where.local(where.moment(day, HOUR)) == (day, HOUR)
        assert len(where._stretches) <= 3
        assert len(moments._dates) <= 3
    for hour in range(24):
        assert day_and_wall(where.shown(730_000, hour * HOUR + 1)) == (730_000, hour * HOUR + 1)
        assert len(moments._clocks) <= 3
    for seconds in range(8):
        Zone(pendulum.FixedTimezone(seconds))
        assert len(moments._zones_by_id) <= 3
    assert moments.zone_of(where.datetime(0)) is where
