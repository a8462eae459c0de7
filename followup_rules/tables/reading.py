"""A row of the table as a record, or what is wrong with it; and records as a table.

Assumes the data forms, which check a row as they check a file: null is a key that is not there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

import pendulum
import pyarrow as pa
import pyarrow.compute as pc

from followup_rules.data import from_data, to_data
from followup_rules.errors import FollowupError, InvalidRecord
from followup_rules.moments import EPOCH_DAY, YEARS, Zone, day_and_wall, find_zone, to_moment
from followup_rules.record import EVENT_KINDS, Contact, Event, Interview
from followup_rules.tables.schema import RECORD_SCHEMA, Columns

_EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - local times have no zone
_UTC_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def record_table(interviews: Iterable[Interview]) -> pa.Table:
    """Give records as a table of `RECORD_SCHEMA`, one row each."""
    rows = []
    for interview in interviews:
        row = to_data(interview)
        # As moments: a local time alone does not say which one, where it occurs twice.
        row |= {"id": interview.id, "timezone": interview.timezone}
        row |= {"starts_at": to_moment(interview.starts_at), "ends_at": to_moment(interview.ends_at)}
        row["closed_on"] = interview.closed_on
        row["decision_by"] = interview.decision_by
        if interview.events:
            row["events"] = [
                event | {"at": to_moment(given.at), "decision_by": getattr(given, "decision_by", None)}
                for event, given in zip(row["events"], interview.events, strict=True)
            ]
        rows.append(row)
    return pa.Table.from_pylist(rows, schema=RECORD_SCHEMA)


def read_rows(columns: Columns) -> Iterator[Interview | InvalidRecord]:
    """Give every row as a record, or as the error that tells all of its faults."""
    names = tuple(columns)
    for values in zip(*map(_values, columns.values()), strict=True):
        yield _read({name: value for name, value in zip(names, values, strict=True) if value is not None})


def _read(data: dict[str, Any]) -> Interview | InvalidRecord:
    try:
        # Straight to the constructors, which is several times as fast: what they refuse, or do not
        # understand, is read as data is, so that every fault is told.
        return _constructed(data)
    except (FollowupError, KeyError, TypeError, AttributeError):
        pass
    try:
        return from_data(data, Interview)
    except FollowupError as error:
        return InvalidRecord(error.faults)


def _constructed(data: dict[str, Any]) -> Interview:
    """Make a record whose columns are all as they should be; raises some error for any other."""
    fields = dict(data)
    zone = find_zone(fields.pop("timezone"))
    for name in ("starts_at", "ends_at"):
        if name in fields:
            fields[name] = _in_zone(fields[name], zone)
    if "contacts" in fields:
        fields["contacts"] = [Contact(**contact) for contact in fields["contacts"]]
    if "events" in fields:
        fields["events"] = [_event(event, zone) for event in fields["events"]]
    return Interview(**fields)


def _event(data: dict[str, Any], zone: Zone | None) -> Event:
    kind: Any = EVENT_KINDS[data["kind"]]
    event: Event = kind(
        **{name: _in_zone(value, zone) if name == "at" else value for name, value in data.items() if name != "kind"}
    )
    return event


def _in_zone(value: dt.datetime | str, zone: Zone | None) -> pendulum.DateTime:
    if zone is None or isinstance(value, str) or not YEARS[0] <= value.year <= YEARS[1]:
        raise TypeError
    return zone.datetime(zone.moment(*day_and_wall(value)) if value.tzinfo is None else to_moment(value))


def _values(array: pa.Array) -> list[Any]:
    """Give a column as the values that the data form has."""
    kind = array.type
    if pa.types.is_list(kind):
        lengths = pc.fill_null(pc.list_value_length(array), 0).to_pylist()
        items = _values(array.flatten())
        made: list[Any] = []
        first = 0
        for length, valid in zip(lengths, array.is_valid().to_pylist(), strict=True):
            made.append(items[first : first + length] if valid else None)
            first += length
        return made
    if pa.types.is_struct(kind):
        names = [field.name for field in kind]
        rows = zip(*map(_values, array.flatten()), strict=True)
        valid = array.is_valid().to_pylist()
        return [
            {name: value for name, value in zip(names, row, strict=True) if value is not None} if there else None
            for row, there in zip(rows, valid, strict=True)
        ]
    if pa.types.is_timestamp(kind):
        epoch = _EPOCH if kind.tz is None else _UTC_EPOCH
        return [None if number is None else _moment(number, epoch) for number in array.cast(pa.int64()).to_pylist()]
    if pa.types.is_date(kind):
        return [None if number is None else _date(number) for number in array.cast(pa.int32()).to_pylist()]
    try:
        texts: list[Any] = array.to_pylist()
    except UnicodeDecodeError:
        # The checks of texts refuse what this leaves in place of bytes that are no UTF-8.
        texts = [None if text is None else text.decode(errors="surrogateescape") for text in array.cast(pa.binary()).to_pylist()]
    return texts


def _moment(number: int, epoch: dt.datetime) -> dt.datetime | str:
    """Give a timestamp; one that no calendar has as a text, for the data form to refuse."""
    try:
        return epoch + dt.timedelta(microseconds=number)
    except OverflowError:
        return f"{number} microseconds since 1970"


def _date(number: int) -> dt.date | str:
    try:
        return dt.date.fromordinal(EPOCH_DAY + number)
    except (ValueError, OverflowError):
        return f"{number} days since 1970"
