"""Moments: clock changes at their edges, and that nothing is lost on the way to date-times and back."""

from __future__ import annotations

import datetime as dt
import zoneinfo

import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup_rules import moments
from followup_rules.moments import DAY, HOUR, MINUTE, Zone, as_datetime, find_zone, rounded_up, to_moment, zone_of

NAMES = [
    "UTC",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "America/Nuuk",
    "Pacific/Apia",
    "Asia/Kathmandu",
    "+05:30",
]


def zone(name: str) -> Zone:
    found = find_zone(name)
    assert found is not None
    return found


@given(st.sampled_from(NAMES), st.datetimes(dt.datetime(1950, 1, 1), dt.datetime(2080, 1, 1)))
def test_a_moment_survives_the_way_to_a_date_time_and_back(name: str, naive: dt.datetime) -> None:
    moment = to_moment(naive.replace(tzinfo=dt.UTC))
    made = zone(name).datetime(moment)
    assert to_moment(made) == moment
    assert made == naive.replace(tzinfo=dt.UTC)
    day, wall = zone(name).local(moment)
    assert (day, wall) == (made.toordinal(), (made.hour * 60 + made.minute) * MINUTE + made.second * 1_000_000 + made.microsecond)


@given(st.sampled_from(NAMES[:-1]), st.datetimes(dt.datetime(1950, 1, 1), dt.datetime(2080, 1, 1)))
def test_a_skipped_time_moves_forward_by_the_gap_and_a_double_one_is_the_first(name: str, naive: dt.datetime) -> None:
    naive = naive.replace(second=0, microsecond=0)
    moment = zone(name).moment(naive.toordinal(), (naive.hour * 60 + naive.minute) * MINUTE)
    first = naive.replace(tzinfo=zoneinfo.ZoneInfo(name), fold=0)
    assert moment == to_moment(first)
    day, wall = zone(name).local(moment)
    gap = zone(name).skipped_by(naive.toordinal(), (naive.hour * 60 + naive.minute) * MINUTE)
    assert (day - naive.toordinal()) * DAY + wall - (naive.hour * 60 + naive.minute) * MINUTE == gap >= 0


@pytest.mark.parametrize(
    ("name", "day", "wall", "gap", "shown"),
    [
        ("Australia/Lord_Howe", dt.date(2026, 10, 4), 2 * HOUR, 30 * MINUTE, "2026-10-04T02:30:00+11:00"),
        ("Africa/Cairo", dt.date(2026, 4, 24), 0, HOUR, "2026-04-24T01:00:00+03:00"),
        ("America/Nuuk", dt.date(2026, 3, 28), 23 * HOUR, HOUR, "2026-03-29T00:00:00-01:00"),
        ("America/New_York", dt.date(2026, 11, 1), 90 * MINUTE, 0, "2026-11-01T01:30:00-04:00"),
        ("Pacific/Apia", dt.date(2011, 12, 30), 12 * HOUR, DAY, "2011-12-31T12:00:00+14:00"),
    ],
)
def test_clock_changes_at_their_edges(name: str, day: dt.date, wall: int, gap: int, shown: str) -> None:
    where = zone(name)
    assert where.skipped_by(day.toordinal(), wall) == gap
    assert where.datetime(where.moment(day.toordinal(), wall)).isoformat() == shown


@pytest.mark.parametrize("name", ["Nope/Nowhere", "", "..", "/etc/passwd", "a\0b", "+99:99", "-", "America"])
def test_an_unknown_zone_is_none(name: str) -> None:
    assert find_zone(name) is None


@pytest.mark.parametrize(
    ("tz", "name"),
    [
        (dt.UTC, "UTC"),
        (zoneinfo.ZoneInfo("Europe/Berlin"), "Europe/Berlin"),
        (pendulum.timezone("Asia/Tokyo"), "Asia/Tokyo"),
        (dt.timezone(dt.timedelta(hours=-3, minutes=-30)), "-03:30"),
    ],
)
def test_the_zone_of_any_aware_date_time_is_found(tz: dt.tzinfo, name: str) -> None:
    found = zone_of(dt.datetime(2026, 11, 18, tzinfo=tz))
    assert found is not None
    assert found.name == name
    assert zone_of(dt.datetime(2026, 11, 18)) is None


def test_a_foreign_zone_with_an_unknown_name_counts_by_its_offset() -> None:
    class Odd(dt.tzinfo):
        key = "Not/AZone"

        def utcoffset(self, _: dt.datetime | None) -> dt.timedelta:
            return dt.timedelta(hours=2)

        def dst(self, _: dt.datetime | None) -> dt.timedelta:
            return dt.timedelta(0)

        def tzname(self, _: dt.datetime | None) -> str:
            return "odd"

    made = as_datetime(dt.datetime(2026, 11, 18, 12, tzinfo=Odd()))
    assert made.isoformat() == "2026-11-18T12:00:00+02:00"


@given(st.integers(-(10**15), 10**15))
def test_rounding_up_gives_the_next_full_minute(moment: int) -> None:
    assert 0 <= rounded_up(moment) - moment < MINUTE
    assert rounded_up(moment) % MINUTE == 0


def test_what_is_kept_of_zones_and_dates_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moments, "ZONES_KEPT", 2)
    monkeypatch.setattr(moments, "DATES_KEPT", 2)
    monkeypatch.setattr(moments, "_zones_by_id", {})
    monkeypatch.setattr(moments, "_dates", {})
    where = [Zone(pendulum.FixedTimezone(60 * minutes)) for minutes in range(5)]
    for one in where:
        for day in range(5):
            moment = one.moment(740_000 + day, 0)
            assert one.datetime(moment).toordinal() == 740_000 + day
    assert len(moments._zones_by_id) <= 2
    assert len(moments._dates) <= 2
