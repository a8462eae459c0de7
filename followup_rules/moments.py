"""Moments on a calendar: the one module that knows the edges of the date library and of clock changes.

Inside the package a moment is a whole number of microseconds since 1970 in UTC, a date is its
proleptic day number (`date.toordinal`) and a time of day a number of microseconds since midnight.
Plain numbers compare rightly where two date-times of one zone do not (those ignore which of two
equal wall-clock times is meant) and cost a fraction of date-time objects.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

import pendulum
from pendulum.tz.timezone import FixedTimezone, Timezone

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
EPOCH_DAY = dt.date(1970, 1, 1).toordinal()
YEARS = (1900, 2900)
"""The first and last year a record may name: zone rules before are not clock time as we know it."""

_EPOCH = dt.datetime(1970, 1, 1)
_MICROSECOND = dt.timedelta(microseconds=1)


class Zone:
    """One time zone: between moments and what a clock on the wall there shows."""

    __slots__ = ("name", "tz")

    def __init__(self, tz: Timezone | FixedTimezone) -> None:
        self.tz = tz
        self.name: str = tz.name

    def local(self, moment: int) -> tuple[int, int]:
        """Give the local day number and time of day of a moment."""
        wall = moment + self._offset_at(moment)
        return EPOCH_DAY + wall // DAY, wall % DAY

    def moment(self, day: int, wall: int) -> int:
        """Give the moment at which a clock shows this; a skipped time moves forward by the gap, of two the first."""
        # With fold=0 the offset is the one from before a change, which is just what both cases ask for.
        naive = dt.datetime.fromordinal(day) + dt.timedelta(microseconds=wall)
        offset = self.tz.utcoffset(naive)
        assert offset is not None
        return (day - EPOCH_DAY) * DAY + wall - offset // _MICROSECOND

    def skipped_by(self, day: int, wall: int) -> int:
        """Give how far a clock change moves this wall-clock time forward: 0 nearly always."""
        day_after, wall_after = self.local(self.moment(day, wall))
        return (day_after - day) * DAY + wall_after - wall

    def datetime(self, moment: int) -> pendulum.DateTime:
        """Give the moment as a date-time in this zone."""
        offset = self._offset_at(moment)
        naive = _EPOCH + dt.timedelta(microseconds=moment + offset)
        fold = 0
        if self.tz.utcoffset(naive) != dt.timedelta(microseconds=offset):
            fold = 1
        return pendulum.DateTime(
            naive.year, naive.month, naive.day, naive.hour, naive.minute, naive.second, naive.microsecond, self.tz, fold=fold
        )

    def _offset_at(self, moment: int) -> int:
        utc = _EPOCH + dt.timedelta(microseconds=moment)
        local = self.tz.fromutc(utc.replace(tzinfo=self.tz))
        return (local.replace(tzinfo=None) - utc) // _MICROSECOND


@lru_cache(maxsize=1024)
def _named_zone(name: str) -> Zone:
    return Zone(pendulum.timezone(name))


@lru_cache(maxsize=1024)
def _fixed_zone(seconds: int) -> Zone:
    return Zone(pendulum.FixedTimezone(seconds))


def find_zone(name: str) -> Zone | None:
    """Give the zone of an IANA name or of a fixed offset such as `+05:30`; None if there is none of it."""
    if name[:1] in "+-" and len(name) == 6:
        try:
            offset = dt.datetime.strptime(name, "%z").utcoffset()
        except ValueError:
            return None
        assert offset is not None
        return _fixed_zone(offset // dt.timedelta(seconds=1))
    try:
        return _named_zone(name)
    except (ValueError, OSError):
        return None


def zone_of(value: dt.datetime) -> Zone | None:
    """Give the zone of an aware date-time: its IANA name if it carries one, else its offset; None if it is naive."""
    offset = value.utcoffset()
    if offset is None:
        return None
    for attribute in ("key", "zone"):  # zoneinfo and pendulum say `key`, older libraries `zone`
        name = getattr(value.tzinfo, attribute, None)
        if isinstance(name, str) and (zone := find_zone(name)) is not None:
            return zone
    if value.tzinfo is dt.UTC:
        return _named_zone("UTC")
    return _fixed_zone(offset // dt.timedelta(seconds=1))


def to_moment(value: dt.datetime) -> int:
    """Give an aware date-time as a moment."""
    # Field by field: the library's own subtraction gives its own kind of interval, which does not divide.
    offset = value.utcoffset()
    assert offset is not None
    day, wall = day_and_wall(value)
    return (day - EPOCH_DAY) * DAY + wall - offset // _MICROSECOND


def day_and_wall(value: dt.datetime) -> tuple[int, int]:
    """Give the date and the time of day that a date-time shows, whatever its zone."""
    return value.toordinal(), (value.hour * 60 + value.minute) * MINUTE + value.second * SECOND + value.microsecond


def as_datetime(value: dt.datetime, zone: Zone | None = None) -> pendulum.DateTime:
    """Give an aware date-time as our kind, in the zone named or in its own."""
    zone = zone or zone_of(value)
    assert zone is not None
    return zone.datetime(to_moment(value))


def rounded_up(moment: int) -> int:
    """Round a moment up to the full minute."""
    return -(-moment // MINUTE) * MINUTE


def wall_of(value: dt.time) -> int:
    """Give a time of day as microseconds since midnight."""
    return (value.hour * 60 + value.minute) * MINUTE


def day_of(value: dt.date) -> int:
    """Give a date as its day number."""
    return value.toordinal()


def date_of(day: int) -> pendulum.Date:
    """Give a day number as a date."""
    return pendulum.Date.fromordinal(day)
