"""The two tables: records in, rows of plans out, and what other types of column are taken for them.

Assumes the classes: the columns of a record are the fields of the data form, with its names, types
and defaults; null is the default. A list of events has the fields of all kinds of event beside its
`kind`, null where a kind has none of the name. Moments are UTC timestamps in microseconds; a column
without a time zone is taken as local time in the record's own.
"""

from __future__ import annotations

import datetime as dt
import types
from collections.abc import Iterable
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import attrs
import numpy as np
import pendulum
import pyarrow as pa
import pyarrow.compute as pc

from followup_rules.data import fields_of
from followup_rules.errors import Fault, FollowupError, allowed, did_you_mean
from followup_rules.record import EVENT_KINDS, Event, Interview

UTC_TIME = pa.timestamp("us", tz="UTC")
LOCAL_TIME = pa.timestamp("us")
NOWHEN = np.iinfo(np.int64).min
"""A timestamp that no calendar has, for one that does not fit its column."""

_SCALARS = {str: pa.string(), pendulum.DateTime: UTC_TIME, dt.date: pa.date32()}
_PER_MICROSECOND = {"s": 1_000_000, "ms": 1_000, "us": 1}


def _type(kind: Any) -> pa.DataType:
    """Give the Arrow type of a field by its type hint."""
    if kind == Event:
        merged: dict[str, pa.Field] = {"kind": pa.field("kind", pa.string())}
        for event in EVENT_KINDS.values():
            merged |= {field.name: field for field in _fields(event)}
        return pa.struct(list(merged.values()))
    if get_origin(kind) in (Union, types.UnionType):
        return _type(next(one for one in get_args(kind) if one is not types.NoneType))
    if get_origin(kind) is Literal:
        return pa.string()
    if get_origin(kind) is tuple:
        return pa.list_(_type(get_args(kind)[0]))
    if attrs.has(kind):
        return pa.struct(_fields(kind))
    return _SCALARS[kind]


def _fields(kind: Any) -> list[pa.Field]:
    hints = get_type_hints(kind)
    return [pa.field(key, _type(hints[field.name])) for key, field in fields_of(kind)]


RECORD_SCHEMA: pa.Schema = pa.schema(
    [*_fields(Interview)[:1], pa.field("timezone", pa.string()), *_fields(Interview)[1:], pa.field("country", pa.string())]
)
"""One row a record. `company`, `timezone` and `starts_at` must be there; any other column may be missing."""

_NAMES = pa.dictionary(pa.int8(), pa.string())

PLAN_SCHEMA: pa.Schema = pa.schema(
    [
        pa.field("row", pa.int64(), nullable=False),
        pa.field("id", pa.string()),
        pa.field("state", _NAMES, nullable=False),
        pa.field("step", _NAMES),
        pa.field("channel", _NAMES),
        pa.field("contact", pa.string()),
        pa.field("at", UTC_TIME),
        pa.field("local_at", LOCAL_TIME),
        pa.field("deadline", UTC_TIME),
        pa.field("local_deadline", LOCAL_TIME),
        pa.field("expires", UTC_TIME),
        pa.field("local_expires", LOCAL_TIME),
        pa.field("late", pa.bool_()),
        pa.field("code", _NAMES),
        pa.field("fault", pa.string()),
    ]
)
"""One row for every action, done and skip of a record, in the order of its plan, or one for its fault."""

Columns = dict[str, pa.Array]
"""The columns of a batch in our own types; one that is missing is all null."""


def columns_of(batch: pa.RecordBatch, more: Iterable[str] = ()) -> Columns:
    """Give the columns of records; `more`: names of columns that may be there besides.

    Raises `FollowupError` for columns that are missing, unknown or of another type, all at once.
    """
    faults = [Fault((name,), "must be there once") for name in batch.schema.names if batch.schema.names.count(name) > 1]
    needed = [name for name in ("company", "timezone", "starts_at") if name not in batch.schema.names]
    faults += [Fault((name,), "must be a column of the table") for name in needed]
    known = set(RECORD_SCHEMA.names)
    columns: Columns = {}
    for name in batch.schema.names:
        if name not in known and name not in more:
            hint = did_you_mean(name, known)
            faults.append(Fault((name,), f"is not a known column{hint}; it must be {allowed(RECORD_SCHEMA.names)}"))
    if not faults:
        for field in RECORD_SCHEMA:
            there = field.name in batch.schema.names
            columns[field.name] = (
                _fitted(batch.column(field.name), field.type, (field.name,), faults) if there else pa.nulls(len(batch), field.type)
            )
    if faults:
        raise FollowupError(faults, source="table")
    return columns


def _fitted(array: pa.Array, want: pa.DataType, path: tuple[str | int, ...], faults: list[Fault]) -> pa.Array:
    """Give a column in our type, whichever way its values are stored."""
    have = array.type
    if pa.types.is_dictionary(have) and not pa.types.is_nested(want):
        array = array.dictionary_decode()
        have = array.type
    if have == want or (have == LOCAL_TIME and want == UTC_TIME):
        return array
    if pa.types.is_null(have):
        return pa.nulls(len(array), want)
    if pa.types.is_struct(want) and pa.types.is_struct(have):
        return _fitted_struct(array, want, path, faults)
    if pa.types.is_list(want) and (pa.types.is_list(have) or pa.types.is_large_list(have) or pa.types.is_fixed_size_list(have)):
        lengths = pc.fill_null(pc.list_value_length(array), 0).to_numpy()
        offsets = np.concatenate(([0], np.cumsum(lengths))).astype(np.int32)
        items = _fitted(array.flatten(), want.value_type, (*path, "items"), faults)
        return pa.ListArray.from_arrays(pa.array(offsets), items, mask=array.is_null())
    if pa.types.is_timestamp(want) and pa.types.is_timestamp(have):
        return _fitted_times(array)
    if pa.types.is_string(want) and (pa.types.is_large_string(have) or pa.types.is_string_view(have)):
        return array.cast(want)
    if pa.types.is_date(want) and pa.types.is_date(have):
        return array.cast(want, safe=False)
    faults.append(Fault(path, f"must be of the type {want}, not {have}"))
    return pa.nulls(len(array), want)


def _fitted_struct(array: pa.Array, want: pa.DataType, path: tuple[str | int, ...], faults: list[Fault]) -> pa.Array:
    names = [field.name for field in array.type]
    known = [field.name for field in want]
    hints = {name: did_you_mean(name, known) for name in names if name not in known}
    faults += [Fault((*path, name), f"is not a known field{hint}; it must be {allowed(known)}") for name, hint in hints.items()]
    there = dict(zip(names, array.flatten(), strict=True))
    children = [_fitted(there.get(field.name, pa.nulls(len(array))), field.type, (*path, field.name), faults) for field in want]
    fields = [pa.field(field.name, child.type) for field, child in zip(want, children, strict=True)]
    return pa.StructArray.from_arrays(children, fields=fields, mask=array.is_null())


def _fitted_times(array: pa.Array) -> pa.Array:
    """Give timestamps in microseconds; what a microsecond is too coarse for is cut off, and what does not fit is `NOWHEN`."""
    have = array.type
    numbers = pc.fill_null(array.cast(pa.int64()), 0).to_numpy()
    if have.unit == "ns":
        moments = numbers // 1000
    else:
        factor = _PER_MICROSECOND[have.unit]
        fits = np.abs(numbers) < np.iinfo(np.int64).max // factor
        moments = np.where(fits, numbers * np.where(fits, factor, 0), NOWHEN)
    made = pa.array(moments, mask=array.is_null().to_numpy(zero_copy_only=False))
    return made.cast(LOCAL_TIME if have.tz is None else UTC_TIME)
