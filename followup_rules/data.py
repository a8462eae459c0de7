"""The data forms: records, rulesets and plans as plain data, and back, every fault of an input at once.

Assumes the classes; their field names are the keys, with three exceptions: an offset has its anchor
under `after`, an event its class under `kind`, and a record its zone under `timezone` with local
date-times beside it. Field by field the values are read by type; what they may be is asked of the
checks of the class itself, also when other fields of the same input are at fault. It is a little over
400 lines because writing and reading one form belong side by side.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import types
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import attrs
import cattrs
import pendulum

from followup_rules.checks import Partial
from followup_rules.errors import Fault, FollowupError, InvalidRecord, InvalidRuleset, allowed, did_you_mean, shown
from followup_rules.moments import YEARS, Zone, day_and_wall, find_zone, to_moment
from followup_rules.plans import Action, Plan, Reason, Skip, Violation
from followup_rules.record import EVENT_KINDS, Contact, Event, Interview, derived_id
from followup_rules.rules import After, Hours, Ruleset, Step, Throttle, Wording, as_time

T = TypeVar("T")

RULES = (Ruleset, Step, After, Hours, Throttle, Wording)
RESULTS = (Plan, Action, Skip, Reason, Violation)
RECORDS = (Interview, Contact, *EVENT_KINDS.values())

KEYS: dict[tuple[type, str], str] = {(After, "anchor"): "after"}
"""The fields whose key is not their name."""

_zone: ContextVar[Zone | None] = ContextVar("zone", default=None)
"""The zone in which date-times without an offset are read."""
_people: ContextVar[Mapping[str, Contact]] = ContextVar("people")
"""The contacts that a plan's actions name."""


def to_data(value: Any) -> Any:
    """Give a record, ruleset, plan or a part of one as plain data: dicts, lists, texts, numbers and None.

    Fields of records and rules that have their default are left out; those of results are all there.
    """
    return _unstructure(value, in_record=False)


def from_data(data: Any, kind: type[T]) -> T:
    """Make an instance of one of our classes from plain data, as JSON or TOML gives it.

    Raises `InvalidRecord` or `InvalidRuleset` (for a plan `FollowupError`) with every fault of the data,
    each with its path; nothing is half-loaded.
    """
    if kind not in (*RULES, *RESULTS, *RECORDS):
        names = [one.__name__ for one in (*RECORDS, *RULES, *RESULTS)]
        raise FollowupError(f"must be asked for {allowed(names)}, not {shown(getattr(kind, '__name__', kind))}")
    try:
        made: T = _converter.structure(data, kind)
    except FollowupError as error:
        error_kind = InvalidRecord if kind in RECORDS else InvalidRuleset if kind in RULES else FollowupError
        raise error_kind(error.faults, source=f"invalid {kind.__name__.lower()}") from None
    return made


def canonical_json(value: Any) -> str:
    """Give the one JSON text of a value: keys sorted, no white space."""
    return json.dumps(to_data(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical_digest(value: Any) -> str:
    """Give the sha256 of the canonical JSON."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


# --- to data ---


def _unstructure(value: Any, *, in_record: bool) -> Any:
    if isinstance(value, Interview):
        return _interview_to_data(value)
    if isinstance(value, pendulum.DateTime):
        return _local_text(value) if in_record else value.isoformat()
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_unstructure(item, in_record=in_record) for item in value]
    if isinstance(value, RESULTS) or (isinstance(value, Event) and not in_record):
        return {key: _unstructure(_named(getattr(value, key)), in_record=False) for key, _ in fields_of(type(value))}
    if attrs.has(type(value)):
        return _without_defaults(value, in_record=in_record)
    return value


def _named(value: Any) -> Any:
    return value.name if isinstance(value, Contact) else value


def _without_defaults(value: Any, *, in_record: bool) -> dict[str, Any]:
    kind: Any = type(value)
    data = {"kind": kind.__name__.lower()} if in_record and kind in EVENT_KINDS.values() else {}
    for field in attrs.fields(kind):
        item = getattr(value, field.name)
        if field.default is attrs.NOTHING or item != field.default:
            data[KEYS.get((kind, field.name), field.name)] = _unstructure(item, in_record=in_record)
    return data


def _interview_to_data(interview: Interview) -> dict[str, Any]:
    data = _without_defaults(interview, in_record=True)
    if interview.ends_at == interview.starts_at.add(hours=1):
        del data["ends_at"]
    if interview.id == derived_id(interview.company, interview.role, interview.starts_at):
        del data["id"]
    first = {"company": data.pop("company"), "role": data.pop("role", None), "timezone": interview.timezone}
    return {key: item for key, item in first.items() if item is not None} | data


def _local_text(value: pendulum.DateTime) -> str:
    """Write a date-time of a record in its zone, with the offset only where the local time alone says another moment."""
    return value.isoformat() if value.fold else value.replace(tzinfo=None).isoformat()


# --- from data ---


def fields_of(kind: Any) -> list[tuple[str, attrs.Attribute[Any]]]:
    """Give the fields of one of our classes, each with its key in the data form."""
    return [(KEYS.get((kind, field.name), field.name.lstrip("_")), field) for field in attrs.fields(kind)]


def _structure_class(kind: type) -> Callable[[Any, Any], Any]:
    fields = fields_of(kind)
    hints = get_type_hints(kind)
    renamed = {field.name: key for key, field in fields if key != field.name}
    check: Callable[[Mapping[str, Any]], Iterator[Fault]] | None = getattr(kind, "faults", None)

    def structure(value: Any, _: Any) -> Any:
        faults: list[Fault] = []
        given: dict[str, Any] = {}
        for key, field in fields:
            if key in value:
                item = None
                with _collecting(faults, key) as failed:
                    item = _converter.structure(value[key], type_of(kind, field, hints))
                if not failed or failed[0].partial is not None:
                    item = failed[0].partial if failed else item
                    given[field.name] = field.converter(item) if callable(field.converter) else item
            elif field.default is attrs.NOTHING:
                faults.append(Fault((key,), "must be given"))
            elif not isinstance(field.default, attrs.Factory):  # type: ignore[arg-type]  # a class at run time, a function to the stubs
                given[field.name] = field.default
        if check is not None:
            for fault in check(given):
                first = fault.path[:1]
                faults.append(Fault((renamed.get(str(first[0]), first[0]), *fault.path[1:]), fault.message) if first else fault)
        if faults:
            raise _failed(faults, Partial(given))
        return kind(**{field.alias or field.name: given[field.name] for _, field in fields if field.name in given})

    return structure


def _failed(faults: list[Fault], partial: Any) -> FollowupError:
    error = FollowupError(faults)
    error.partial = partial
    return error


_MADE_WHEN_READ: dict[tuple[type, str], Any] = {
    (Plan, "_actions"): tuple[Action, ...],
    (Plan, "_skipped"): tuple[Skip, ...],
    (Plan, "_warnings"): tuple[Violation, ...],
    (Action, "_because"): tuple[Reason, ...],
    (Skip, "_text"): str,
}


def type_of(kind: type, field: attrs.Attribute[Any], hints: dict[str, Any]) -> Any:
    """Give the type of a field as the data form has it, given the type hints of its class."""
    return _MADE_WHEN_READ.get((kind, field.name), hints[field.name])


def _with_known_keys(keys: list[str], structure: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Refuse what is no table, and report unknown keys together with the faults of the others."""

    def structure_table(value: Any, kind: Any) -> Any:
        if not isinstance(value, Mapping):
            listed = ", ".join(f"`{key}`" for key in keys)
            raise _failed([Fault((), f"must be a table with the keys {listed}, not {shown(value)}")], Partial({}))
        faults = [
            Fault((str(key)[:80],), f"is not a known key{did_you_mean(str(key), keys)}; it must be {allowed(keys)}")
            for key in value
            if key not in keys
        ]
        made = None
        with _collecting(faults) as failed:
            made = structure(value, kind)
        if faults:
            raise _failed(faults, failed[0].partial if failed else made)
        return made

    return structure_table


@contextmanager
def _collecting(faults: list[Fault], *prefix: str | int) -> Iterator[list[FollowupError]]:
    """Collect the faults that are raised inside, as seen from outside; the list given then holds the error."""
    failed: list[FollowupError] = []
    try:
        yield failed
    except FollowupError as error:
        faults.extend(fault.under(*prefix) for fault in error.faults)
        failed.append(error)


def _structure_interview(value: Any, _: Any) -> Interview:
    """Read the zone first, then all else in it; turn `country` into dates their office is shut."""
    faults: list[Fault] = []
    rest = {key: item for key, item in value.items() if key not in ("timezone", "country")}
    zone = None
    if "timezone" not in value:
        faults.append(Fault(("timezone",), "must be given, as an IANA name such as `America/New_York`"))
    else:
        zone = find_zone(value["timezone"]) if isinstance(value["timezone"], str) else None
        if zone is None:
            faults.append(Fault(("timezone",), f"must be an IANA name such as `America/New_York`, not {shown(value['timezone'])}"))
    token = _zone.set(zone or find_zone("UTC"))
    try:
        if "country" in value:
            with _collecting(faults):
                rest["closed_on"] = _with_holidays(rest, value["country"])
        with _collecting(faults):
            interview: Interview = _interview_fields(rest, Interview)
    finally:
        _zone.reset(token)
    if faults:
        raise FollowupError(faults)
    return interview


def _with_holidays(rest: Mapping[str, Any], country: Any) -> Any:
    from followup_rules.holidays import public_holidays

    closed_on = rest.get("closed_on", [])
    if not isinstance(country, str):
        raise FollowupError([Fault(("country",), f"must be a country such as `US` or `US-NY`, not {shown(country)}")])
    try:
        starts_at = _structure_datetime(rest["starts_at"], None)
    except (KeyError, FollowupError):
        return closed_on  # reported where it stands
    days = [day.isoformat() for day in public_holidays(country, starts_at.date())]
    return [*closed_on, *days] if isinstance(closed_on, (list, tuple)) else closed_on


def _structure_plan(value: Any, _: Any) -> Plan:
    """Read the interview first: actions name its contacts."""
    faults: list[Fault] = []
    people: dict[str, Contact] = {}
    with _collecting(faults, "interview"):
        interview = _converter.structure(value.get("interview"), Interview)
        people = {contact.name: contact for contact in interview.contacts}
    if faults:
        raise FollowupError(faults)
    zone = find_zone(value["timezone"]) if isinstance(value.get("timezone"), str) else interview.zone
    if zone is None:
        raise FollowupError([Fault(("timezone",), f"must be a time zone, not {shown(value['timezone'])}")])
    tokens = _zone.set(zone), _people.set(people)
    try:
        plan: Plan = _plan_fields(value, Plan)
    finally:
        _zone.reset(tokens[0])
        _people.reset(tokens[1])
    return plan


def _structure_person(value: Any, _: Any) -> Contact | None:
    if value is None:
        return None
    people = _people.get()
    if not isinstance(value, str) or value not in people:
        known = allowed(people) if people else "none, as there are none"
        raise FollowupError([Fault((), f"must name a contact of the interview: {known}, not {shown(value)}")])
    return people[value]


def _structure_event(value: Any, _: Any) -> Any:
    if not isinstance(value, Mapping):
        raise _failed([Fault((), f"must be a table with a `kind`, {allowed(EVENT_KINDS)}, not {shown(value)}")], Partial({}))
    kind = value.get("kind")
    if not isinstance(kind, str) or kind not in EVENT_KINDS:
        hint = did_you_mean(kind, EVENT_KINDS) if isinstance(kind, str) else ""
        raise _failed([Fault(("kind",), f"must be {allowed(EVENT_KINDS)}, not {shown(kind)}{hint}")], Partial({}))
    return _converter.structure({key: item for key, item in value.items() if key != "kind"}, EVENT_KINDS[kind])


def _structure_tuple(value: Any, kind: Any) -> tuple[Any, ...]:
    if not isinstance(value, (list, tuple)):
        raise FollowupError([Fault((), f"must be a list, not {shown(value)}")])
    faults: list[Fault] = []
    items = []
    for index, item in enumerate(value):
        with _collecting(faults, index) as failed:
            items.append(_converter.structure(item, get_args(kind)[0]))
        if failed:
            items.append(failed[0].partial)
    if faults:
        raise _failed(faults, None if None in items else tuple(items))
    return tuple(items)


def _structure_optional(value: Any, kind: Any) -> Any:
    inner = next(one for one in get_args(kind) if one is not types.NoneType)
    return None if value is None else _converter.structure(value, inner)


def _structure_literal(value: Any, kind: Any) -> Any:
    values = get_args(kind)
    if not isinstance(value, str) or value not in values:
        hint = did_you_mean(value, values) if isinstance(value, str) else ""
        raise FollowupError([Fault((), f"must be {allowed(values)}, not {shown(value)}{hint}")])
    return value


def _structure_scalar(kind: type, name: str) -> Callable[[Any, Any], Any]:
    def structure(value: Any, _: Any) -> Any:
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise FollowupError([Fault((), f"must be {name}, not {shown(value)}")])
        return value

    return structure


def _structure_datetime(value: Any, _: Any) -> pendulum.DateTime:
    zone = _zone.get()
    if isinstance(value, str) and len(value) > len("2026-11-18"):
        try:
            value = dt.datetime.fromisoformat(value)
        except ValueError:
            pass
    if not isinstance(value, dt.datetime):
        raise FollowupError([Fault((), f"must be a date-time such as `2026-11-18T14:00:00`, not {shown(value)}")])
    if not YEARS[0] <= value.year <= YEARS[1]:
        raise FollowupError([Fault((), f"must be in the years {YEARS[0]} to {YEARS[1]}, not {value.year}")])
    if value.utcoffset() is not None:
        return (zone or find_zone("UTC") or Zone(pendulum.UTC)).datetime(to_moment(value))
    if zone is None:
        raise FollowupError([Fault((), f"must have an offset such as `+01:00`: {shown(value.isoformat())} has none")])
    return zone.datetime(zone.moment(*day_and_wall(value)))


def _structure_date(value: Any, _: Any) -> dt.date:
    if isinstance(value, str):
        try:
            value = dt.date.fromisoformat(value)
        except ValueError:
            pass
    if isinstance(value, dt.datetime) or not isinstance(value, dt.date):
        raise FollowupError([Fault((), f"must be a date such as `2026-11-18`, not {shown(value)}")])
    return value


def _structure_time(value: Any, _: Any) -> dt.time:
    made = as_time(value)
    if not isinstance(made, dt.time):
        raise FollowupError([Fault((), f'must be a time of day such as "10:00", not {shown(value)}')])
    return made


def _is_literal(kind: Any) -> bool:
    return get_origin(kind) is Literal


def _is_tuple(kind: Any) -> bool:
    return get_origin(kind) is tuple


def _is_union(kind: Any) -> bool:
    return get_origin(kind) in (Union, types.UnionType)


def _make_converter() -> cattrs.Converter:
    converter = cattrs.Converter()
    converter.register_structure_hook(str, _structure_scalar(str, "text"))
    converter.register_structure_hook(int, _structure_scalar(int, "a whole number"))
    converter.register_structure_hook(bool, _structure_scalar(bool, "true or false"))
    converter.register_structure_hook(pendulum.DateTime, _structure_datetime)
    converter.register_structure_hook(dt.date, _structure_date)
    converter.register_structure_hook(dt.time, _structure_time)
    converter.register_structure_hook_func(_is_literal, _structure_literal)
    converter.register_structure_hook_func(_is_tuple, _structure_tuple)
    converter.register_structure_hook_func(_is_union, _structure_optional)
    converter.register_structure_hook_func(lambda kind: kind == Event, _structure_event)
    converter.register_structure_hook_func(lambda kind: kind == (Contact | None), _structure_person)
    for kind in (*RULES, *RESULTS, *RECORDS):
        keys = [key for key, _ in fields_of(kind)]
        converter.register_structure_hook(kind, _with_known_keys(keys, _structure_class(kind)))
    interview_keys = [key for key, _ in fields_of(Interview)]
    converter.register_structure_hook(Interview, _with_known_keys([*interview_keys, "timezone", "country"], _structure_interview))
    converter.register_structure_hook(Plan, _with_known_keys([key for key, _ in fields_of(Plan)], _structure_plan))
    return converter


_interview_fields = _structure_class(Interview)
_plan_fields = _structure_class(Plan)
_converter = _make_converter()
