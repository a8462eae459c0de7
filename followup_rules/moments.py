"""Moments on a calendar: the one module that knows the edges of the date library and of clock changes.

Inside the package a moment is a whole number of microseconds since 1970 in UTC, a date is its
proleptic day number (`date.toordinal`) and a time of day a number of microseconds since midnight.
Plain numbers compare rightly where two date-times of one zone do not (those ignore which of two
equal wall-clock times is meant) and cost a fraction of date-time objects.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import pendulum
from pendulum.tz.timezone import FixedTimezone, Timezone

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
EPOCH_DAY = dt.date(1970, 1, 1).toordinal()
YEARS = (1900, 2900)
"""The first and last year a record may name: zone rules before are not clock time as we know it."""

ZONES_KEPT = 1024
DATES_KEPT = 4096
STRETCH_DAYS = 32
STRETCH = STRETCH_DAYS * DAY
STRETCHES_KEPT = 128
"""How many stretches of a zone are kept: eleven years, in which the records of any one day lie."""

_zones_by_id: dict[int, Zone] = {}
_FIRST_DAY = dt.datetime(1, 1, 1)  # noqa: DTZ001  # the zone is what it is used to find out
_SINCE = EPOCH_DAY * DAY
_MICROSECOND = dt.timedelta(microseconds=1)
_SECOND = dt.timedelta(seconds=1)
_ONE_DAY = dt.timedelta(days=1)


Instant = tuple[int, int, int]
"""A moment, with the local date and time of day it is told by."""


Stretch = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]
"""The changes of one stretch of days in a zone, as moments and on the wall, and what to take from a clock to have the moment.

The last has one more than the others. What a clock on the wall shows counts in microseconds from the
day before 1 January of the year 1, as day numbers do. Of a time that is skipped or occurs twice the
offset is the one from before the change, which is what both of the contract's cases ask for.
"""


class Zone:
    """One time zone: between moments and what a clock on the wall there shows.

    Asking the zone database costs more than all else in a plan, so a stretch of days is read from it once.
    """

    __slots__ = ("_steady", "_stretches", "name", "tz")

    def __init__(self, tz: Timezone | FixedTimezone) -> None:
        self.tz = tz
        self.name: str = tz.name
        if len(_zones_by_id) >= ZONES_KEPT:
            _zones_by_id.clear()
        _zones_by_id[id(tz)] = self
        self._steady: dict[int, int] = {}  # of stretches without a change, which nearly all are, the last of a `Stretch` alone
        self._stretches: dict[int, Stretch] = {}

    def local(self, moment: int) -> tuple[int, int]:
        """Give the local day number and time of day of a moment."""
        number = (EPOCH_DAY + moment // DAY) // STRETCH_DAYS
        since = self._steady.get(number)
        if since is None:
            changes, _, sinces = self._stretch(number)
            since = sinces[bisect_right(changes, moment)]
        return divmod(moment + since, DAY)

    def moment(self, day: int, wall: int) -> int:
        """Give the moment at which a clock shows this; a skipped time moves forward by the gap, of two the first."""
        return self.instant(day, wall)[0]

    def instant(self, day: int, wall: int) -> Instant:
        """Give the moment at which a clock shows this, and what it shows then: another time where this one is skipped."""
        since = self._steady.get(day // STRETCH_DAYS)
        if since is not None:
            return day * DAY + wall - since, day, wall
        _, changes, sinces = self._stretch(day // STRETCH_DAYS)
        shown = day * DAY + wall
        moment = shown - sinces[bisect_right(changes, shown)]
        return moment, *self.local(moment)

    def skipped_by(self, day: int, wall: int) -> int:
        """Give how far a clock change moves this wall-clock time forward: 0 nearly always."""
        day_after, wall_after = self.local(self.moment(day, wall))
        return (day_after - day) * DAY + wall_after - wall

    def datetime(self, moment: int) -> pendulum.DateTime:
        """Give the moment as a date-time in this zone."""
        day, wall = self.local(moment)
        changes, on_wall, _ = self._stretch((EPOCH_DAY + moment // DAY) // STRETCH_DAYS)
        fold = 0 if bisect_right(on_wall, day * DAY + wall) == bisect_right(changes, moment) else 1
        return self.shown(day, wall, fold=fold)

    def at(self, instant: Instant) -> pendulum.DateTime:
        """Give an instant as a date-time in this zone."""
        moment, day, wall = instant
        if day // STRETCH_DAYS not in self._steady:
            return self.datetime(moment)
        made: pendulum.DateTime = _datetime(
            (_dates.get(day) or _read_date(day)) + (_clocks.get(wall) or _read_clock(wall)), self.tz
        )
        return made

    def instant_of(self, value: dt.datetime) -> Instant:
        """Give an aware date-time as an instant in this zone."""
        if value.tzinfo is self.tz and not value.fold:
            return self.instant(*day_and_wall(value))
        moment = to_moment(value)
        return moment, *self.local(moment)

    def shown(self, day: int, wall: int, *, fold: int = 0) -> pendulum.DateTime:
        """Give the date-time that shows this date and time of day, which must exist; `fold`: the second of two."""
        made: pendulum.DateTime = _datetime((_dates.get(day) or _read_date(day)) + clock_of(wall), self.tz)
        return made.replace(fold=1) if fold else made

    def all_shown(self, day: int, moments: Iterable[tuple[int, int]], clocks: Sequence[bytes]) -> list[Any]:
        """Give many date-times, each so many days from a date and at one of these times of day, which must exist there."""
        new, tz, get = _datetime, self.tz, _dates.get
        return [new((get(day + days) or _read_date(day + days)) + clocks[place], tz) for days, place in moments]

    def changes(self, first: int, last: int) -> list[tuple[int, int]]:
        """Give the clock changes around these dates, from the first to the last.

        Of each what a clock on the wall shows, in microseconds as in a `Stretch`: from the first time
        that is skipped or occurs twice to the last one that a skipped one moves to.
        """
        found: list[tuple[int, int]] = []
        for number in range(first // STRETCH_DAYS, last // STRETCH_DAYS + 1):
            if number in self._steady:
                continue
            _, changes, sinces = self._stretch(number)
            for place, change in enumerate(changes):
                reach = abs(sinces[place + 1] - sinces[place])
                found.append((change - reach, change + reach))
        return found

    def changes_on(self, first: int, last: int) -> list[int]:
        """Give the dates around these, from the first to the last, that a clock change touches."""
        return [day for begin, end in self.changes(first, last) for day in range(begin // DAY, end // DAY + 1)]

    def _stretch(self, number: int) -> Stretch:
        since = self._steady.get(number)
        if since is not None:
            return (), (), (since,)
        return self._stretches.get(number) or self._read(number)

    def _read(self, number: int) -> Stretch:
        """Read a stretch from the zone database; with two days around it, as no clock is further from UTC."""
        probe = _FIRST_DAY + (number * STRETCH_DAYS - 3) * _ONE_DAY
        offset = self._offset(probe)
        changes: list[int] = []
        changes_on_wall: list[int] = []
        sinces = [_SINCE + offset // _MICROSECOND]
        for _ in range((STRETCH_DAYS + 4) // 3):
            # No zone has ever changed twice within three days.
            before, probe = probe, probe + 3 * _ONE_DAY
            while self._offset(probe) != offset:
                # Offsets change on full seconds.
                low, high = 0, (probe - before) // _SECOND
                while high - low > 1:
                    middle = (low + high) // 2
                    if self._offset(before + middle * _SECOND) == offset:
                        low = middle
                    else:
                        high = middle
                before += high * _SECOND
                old, offset = offset, self._offset(before)
                changes_on_wall.append((before - _FIRST_DAY) // _MICROSECOND + DAY)
                changes.append(changes_on_wall[-1] - _SINCE - max(old, offset) // _MICROSECOND)
                sinces.append(_SINCE + offset // _MICROSECOND)
        if len(self._steady) + len(self._stretches) >= STRETCHES_KEPT:
            self._steady.clear()
            self._stretches.clear()
        stretch = tuple(changes), tuple(changes_on_wall), tuple(sinces)
        if changes:
            self._stretches[number] = stretch
        else:
            self._steady[number] = sinces[0]
        return stretch

    def _offset(self, naive: dt.datetime) -> dt.timedelta:
        offset = self.tz.utcoffset(naive)
        assert offset is not None
        return offset


# A date-time is made of the bytes that it would be pickled as, those of its date and of its time of day: a third less work than of
# seven numbers, which are looked at one by one. Both are asked of the standard library, and the same few come again and again.
_datetime: Any = pendulum.DateTime
_dates: dict[int, bytes] = {}
_clocks: dict[int, bytes] = {}


def _read_date(day: int) -> bytes:
    """Give a date as bytes, and keep it: most dates of a day's plans lie in the same few months."""
    if len(_dates) >= DATES_KEPT:
        _dates.clear()
    made = _dates[day] = _as_bytes(dt.date.fromordinal(day))
    return made


def clock_of(wall: int) -> bytes:
    """Give a time of day as bytes, and keep it: most are full minutes."""
    return _clocks.get(wall) or _read_clock(wall)


def _read_clock(wall: int) -> bytes:
    if len(_clocks) >= DATES_KEPT:
        _clocks.clear()
    minutes, rest = divmod(wall, MINUTE)
    made = _clocks[wall] = _as_bytes(dt.time(minutes // 60, minutes % 60, rest // SECOND, rest % SECOND))
    return made


def _as_bytes(value: dt.date | dt.time) -> bytes:
    state: Any = value.__reduce__()[1]
    made: bytes = state[0]
    return made


@lru_cache(maxsize=ZONES_KEPT)
def _named_zone(name: str) -> Zone:
    return Zone(pendulum.timezone(name))


@lru_cache(maxsize=ZONES_KEPT)
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


def _own_zone(tz: dt.tzinfo | None) -> Zone | None:
    """Give the zone that handed out this very object: the short way for date-times that are ours already."""
    zone = _zones_by_id.get(id(tz))
    return zone if zone is not None and zone.tz is tz else None


def zone_of(value: dt.datetime) -> Zone | None:
    """Give the zone of an aware date-time: its IANA name if it carries one, else its offset; None if it is naive."""
    if (zone := _own_zone(value.tzinfo)) is not None:
        return zone
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
    day, wall = day_and_wall(value)
    if not value.fold and (zone := _own_zone(value.tzinfo)) is not None:
        return zone.moment(day, wall)
    offset = value.utcoffset()
    assert offset is not None
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
