"""What single values may be: the small checks that records and rules are made of.

Each check reads one field of the values given and yields a fault for all that is wrong with it. A
field that is absent is passed over, so that the same checks serve a class under construction and
a file of which some fields could not be read: whatever can be judged is judged, at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

import attrs

from followup_rules.errors import Fault, FollowupError, allowed, did_you_mean, shown
from followup_rules.moments import YEARS, as_datetime, to_moment, zone_of

Given = Mapping[str, Any]


class Partial:
    """What could be read of an item that has faults: the fields that are well, None for the others.

    It stands in the item's place while what refers to it is checked, and never leaves an error.
    """

    def __init__(self, given: Given) -> None:
        self._given = given

    def __getattr__(self, name: str) -> Any:
        return self._given.get(name)


def require(kind: type[FollowupError], instance: attrs.AttrsInstance, faults: Callable[[Given], Iterator[Fault]]) -> None:
    """Raise one error of this kind that holds every fault of a new instance, if there are any."""
    found = tuple(faults({field.name: getattr(instance, field.name) for field in attrs.fields(type(instance))}))
    if found:
        raise kind(found, source=f"invalid {type(instance).__name__.lower()}")


# --- what constructors make of what they are given ---


def as_tuple(value: Any) -> Any:
    """Store a sequence as a tuple; leave what is none for the check to refuse."""
    if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Iterable):
        return value
    return tuple(value)


def as_aware(value: Any) -> Any:
    """Store an aware date-time as our kind; leave any other value for the check to refuse."""
    if isinstance(value, dt.datetime) and value.utcoffset() is not None and YEARS[0] <= value.year <= YEARS[1]:
        return as_datetime(value)
    return value


def as_date(value: Any) -> Any:
    """Store a date of any library as a plain one; leave any other value for the check to refuse."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return dt.date(value.year, value.month, value.day)
    return value


def as_detail(value: Any) -> Any:
    """Store a detail that was left blank as one that is missing."""
    return None if isinstance(value, str) and not value.strip() else value


def moment_and_zone(value: Any) -> Any:
    """Compare date-times by the moment they mean and the zone they are in."""
    if isinstance(value, dt.datetime) and (zone := zone_of(value)) is not None:
        return to_moment(value), zone.name
    return value


# --- what they may be ---


def text(given: Given, name: str, *, blank: bool = True) -> Iterator[Fault]:
    """Hold a text; `blank=False`: with something in it."""
    if name in given:
        yield from _text(given[name], (name,), blank)


def optional_text(given: Given, name: str) -> Iterator[Fault]:
    """Hold a text with something in it, or None."""
    if given.get(name) is not None:
        yield from _text(given[name], (name,), False)


def texts(given: Given, name: str) -> Iterator[Fault]:
    """Hold a sequence of texts, none of them blank."""
    for index, value in _sequence(given, name):
        if index is None:
            yield value
        else:
            yield from _text(value, (name, index), False)


def choice(given: Given, name: str, values: Collection[str]) -> Iterator[Fault]:
    """Hold one of the values."""
    if name in given:
        yield from _choice(given[name], (name,), values)


def choices(given: Given, name: str, values: Collection[str], *, some: bool = False) -> Iterator[Fault]:
    """Hold a sequence of the values, each at most once; `some`: at least one."""
    seen: set[str] = set()
    for index, value in _sequence(given, name):
        if index is None:
            yield value
            return
        bad = list(_choice(value, (name, index), values))
        yield from bad
        if not bad and value in seen:
            yield Fault((name, index), f"must not be there twice: {shown(value)}")
        if not bad:
            seen.add(value)
    if some and name in given and given[name] == ():
        yield Fault((name,), f"must not be empty: at least {allowed(values)}")


def integer(given: Given, name: str, low: int | None = None, high: int | None = None) -> Iterator[Fault]:
    """Hold a whole number from `low` to `high`."""
    if name not in given:
        return
    value = given[name]
    span = "" if low is None else f" from {low} to {high}"
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole or (low is not None and value < low) or (high is not None and value > high):
        yield Fault((name,), f"must be a whole number{span}, not {shown(value)}")


def boolean(given: Given, name: str) -> Iterator[Fault]:
    """Hold true or false."""
    if name in given and not isinstance(given[name], bool):
        yield Fault((name,), f"must be true or false, not {shown(given[name])}")


def aware(given: Given, name: str) -> Iterator[Fault]:
    """Hold a date-time with a zone, in the years the calendar rules are good for."""
    if name not in given:
        return
    value = given[name]
    if not isinstance(value, dt.datetime):
        yield Fault((name,), f"must be a date-time with a time zone, not {shown(value)}")
    elif value.utcoffset() is None:
        yield Fault((name,), f"must have a time zone: {shown(str(value))} is naive, and could mean any moment of a day")
    elif not YEARS[0] <= value.year <= YEARS[1]:
        yield Fault((name,), f"must be in the years {YEARS[0]} to {YEARS[1]}, not {value.year}")


def date(given: Given, name: str) -> Iterator[Fault]:
    """Hold a date, or None."""
    if given.get(name) is not None:
        yield from _date(given[name], (name,))


def dates(given: Given, name: str) -> Iterator[Fault]:
    """Hold a sequence of dates."""
    for index, value in _sequence(given, name):
        if index is None:
            yield value
        else:
            yield from _date(value, (name, index))


def items(given: Given, name: str, kinds: tuple[type, ...], limit: int) -> Iterator[Fault]:
    """Hold a sequence of at most so many instances of these classes."""
    for index, value in _sequence(given, name):
        if index is None:
            yield value
            return
        if not isinstance(value, (*kinds, Partial)):
            names = " or ".join(f"`{kind.__name__}`" for kind in kinds)
            yield Fault((name, index), f"must be {names}, not {shown(value)}")
    if name in given and len(given[name]) > limit:
        yield Fault((name,), f"must be at most {limit}, not {len(given[name])}")


def item(given: Given, name: str, kind: type) -> Iterator[Fault]:
    """Hold an instance of this class, or None."""
    if given.get(name) is not None and not isinstance(given[name], (kind, Partial)):
        yield Fault((name,), f"must be `{kind.__name__}`, not {shown(given[name])}")


def unique(given: Given, name: str, key: str) -> Iterator[Fault]:
    """Hold items that differ in this attribute."""
    first: dict[Any, int] = {}
    for index, value in enumerate(given.get(name, ())):
        label = getattr(value, key, None)
        if label in first:
            yield Fault((name, index, key), f"must be unique: {shown(label)} is already the {key} of {name}[{first[label]}]")
        elif label is not None:
            first[label] = index


def known(value: str, names: Collection[str], path: tuple[str | int, ...], what: str) -> Iterator[Fault]:
    """Refuse a name that is none of those there are."""
    if value not in names:
        there = allowed(names) if names else "nothing, as there is none"
        yield Fault(path, f"must name {what}: {there}, not {shown(value)}{did_you_mean(value, names)}")


def _sequence(given: Given, name: str) -> Iterator[tuple[int | None, Any]]:
    """Give the items with their places; for what is no sequence one fault in place of an item."""
    if name not in given:
        return
    if isinstance(given[name], tuple):
        yield from enumerate(given[name])
    else:
        yield None, Fault((name,), f"must be a list, not {shown(given[name])}")


def _text(value: Any, path: tuple[str | int, ...], blank: bool) -> Iterator[Fault]:
    if not isinstance(value, str):
        yield Fault(path, f"must be text, not {shown(value)}")
    elif not blank and not value.strip():
        yield Fault(path, "must not be blank")
    elif not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
        yield Fault(path, "must be text that UTF-8 can hold: there is half of a surrogate pair in it")


def _choice(value: Any, path: tuple[str | int, ...], values: Collection[str]) -> Iterator[Fault]:
    if not isinstance(value, str):
        yield Fault(path, f"must be {allowed(values)}, not {shown(value)}")
    elif value not in values:
        yield Fault(path, f"must be {allowed(values)}, not {shown(value)}{did_you_mean(value, values)}")


def _date(value: Any, path: tuple[str | int, ...]) -> Iterator[Fault]:
    if isinstance(value, dt.datetime) or not isinstance(value, dt.date):
        yield Fault(path, f"must be a date, not {shown(value)}")
    elif not YEARS[0] <= value.year <= YEARS[1]:
        yield Fault(path, f"must be in the years {YEARS[0]} to {YEARS[1]}, not {value.year}")
