"""What is written: the rows of plans as plain numbers, and from these the Arrow columns.

Assumes the schema of plans. A contact is told by its place among all contacts of the batch, a time by
its moment and what the wall clock shows then; -1 and `NONE` are null.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from followup_rules.errors import InvalidRecord
from followup_rules.moments import DAY, EPOCH_DAY, Zone, to_moment, zone_of
from followup_rules.plans import SKIP_CODES, Plan
from followup_rules.record import CHANNELS
from followup_rules.rules import Ruleset
from followup_rules.tables.clocks import Truth, Whole
from followup_rules.tables.schema import PLAN_SCHEMA

STATES = ("action", "done", "skip", "fault")
ACTION, DONE, SKIP, FAULT = range(4)
NONE = np.iinfo(np.int64).min
TIMES = ("at", "local_at", "deadline", "local_deadline", "expires", "local_expires")

Numbers = dict[str, npt.NDArray[Any]]
"""The columns of rows by name; `row` is the place in the batch, `late` -1 for none."""

DTYPES: dict[str, Any] = {
    **dict.fromkeys(TIMES, np.int64),
    "row": np.int64,
    "contact": np.int32,
    "state": np.int8,
    "step": np.int8,
    "late": np.int8,
    "code": np.int8,
}


def blank(size: int) -> Numbers:
    """Give columns for so many rows, with anything in them."""
    # In one block: to get and give back so much memory piece by piece costs a tenth of a plan.
    sizes = {name: size * np.dtype(kind).itemsize for name, kind in DTYPES.items()}
    block = np.empty(sum(sizes.values()), dtype=np.uint8)
    ends = np.cumsum([*sizes.values()])[:-1]
    return {name: part.view(kind) for (name, kind), part in zip(DTYPES.items(), np.split(block, ends), strict=True)}


class Written:
    """The rows of plans that were made one by one."""

    def __init__(self, ruleset: Ruleset) -> None:
        self._steps = {step.id: place for place, step in enumerate(ruleset.steps)}
        self._rows: list[tuple[int, ...]] = []
        self.faults: dict[int, str] = {}

    def numbers(self) -> Numbers:
        """Give what was written."""
        columns = np.array(self._rows, dtype=np.int64).reshape(-1, len(DTYPES)).T
        return {name: column.astype(kind) for (name, kind), column in zip(DTYPES.items(), columns, strict=True)}

    def fault(self, row: int, error: InvalidRecord) -> None:
        """Write the fault of a row."""
        self._rows.append((*_NEVER, *_NEVER, *_NEVER, row, -1, FAULT, -1, -1, -1))
        self.faults[row] = "; ".join(map(str, error.faults))

    def plan(self, row: int, plan: Plan, first_contact: int) -> None:
        """Write a plan: its actions, what is done, what is skipped."""
        zone = plan.interview.zone
        places: dict[str | None, int] = {
            contact.name: first_contact + place for place, contact in enumerate(plan.interview.contacts)
        }
        places[None] = -1
        for action in plan.actions:
            times = (*_times(action.at, zone), *_times(action.deadline, zone), *_times(action.expires, zone))
            place = places[None if action.contact is None else action.contact.name]
            self._rows.append((*times, row, place, ACTION, self._steps[action.step], action.late, -1))
        for done in plan.done:
            times = (*_times(done.at, zone), *_NEVER, *_NEVER)
            self._rows.append((*times, row, places[done.contact], DONE, self._steps[done.step], -1, -1))
        for skip in plan.skipped:
            place = places[None if skip.contact is None else skip.contact.name]
            code = SKIP_CODES.index(skip.code)
            self._rows.append((*_NEVER, *_NEVER, *_NEVER, row, place, SKIP, self._steps[skip.step], -1, code))


_NEVER = (NONE, NONE)


def _times(value: Any, zone: Zone) -> tuple[int, int]:
    """Give a moment and what the clock shows then."""
    if value is None:
        return _NEVER
    assert zone_of(value) is zone
    moment = to_moment(value)
    day, wall = zone.local(moment)
    return moment, (day - EPOCH_DAY) * DAY + wall


def merged(pieces: list[Numbers], written: Numbers, left: Truth) -> Numbers:
    """Give the rows of several lots in the order of their records; `written` are those of the records that are `left`.

    Each piece has a number of rows for every one of its records. Of those that are left they are replaced by what was written,
    which has no more for them, and rows with the state -1 are dropped.
    """
    if len(written["row"]):
        elsewhere = np.ones(len(written["row"]), dtype=bool)
        for piece in pieces:
            elsewhere &= ~_replaced(piece, written, left)
        pieces = [*pieces, {name: values[elsewhere] for name, values in written.items()}]
    kept = [(piece, piece["state"] >= 0) for piece in pieces]
    lots = [piece if keep.all() else {name: values[keep] for name, values in piece.items()} for piece, keep in kept if keep.any()]
    if len(lots) == 1:
        return lots[0]
    each = sum((np.bincount(lot["row"], minlength=len(left)) for lot in lots), np.zeros(len(left), dtype=np.int64))
    starts = np.cumsum(each) - each
    whole = blank(int(each.sum()))
    for lot in lots:
        where = starts[lot["row"]] + _places(lot["row"], len(left))
        for name, values in lot.items():
            whole[name][where] = values
    return whole


def _places(row: Whole, size: int) -> Whole:
    """Give the place of each row among those of its record, which are together."""
    each = np.bincount(row, minlength=size)
    places: Whole = np.arange(len(row)) - np.repeat((np.cumsum(each) - each)[each > 0], each[each > 0])
    return places


def _replaced(piece: Numbers, written: Numbers, left: Truth) -> Truth:
    """Put rows that were written in the place of a piece's own for the same records; tell which were put there."""
    where = np.flatnonzero(left[piece["row"]])
    first = np.full(len(left), -1)
    first[piece["row"][where][::-1]] = where[::-1]
    there: Truth = first[written["row"]] >= 0
    piece["state"][where] = -1
    where = (first[written["row"]] + _places(written["row"], len(left)))[there]
    for name, values in piece.items():
        values[where] = written[name][there]
    return there


def to_arrow(
    numbers: Numbers, faults: dict[int, str], ruleset: Ruleset, ids: pa.Array, names: pa.Array, first: int
) -> pa.RecordBatch:
    """Give rows as Arrow: `ids` of the batch's rows, `names` of all its contacts, `first` its first row in the whole table."""
    row, state = numbers["row"], numbers["state"]
    steps = ruleset.steps
    channels = np.array([*(CHANNELS.index(step.channel) for step in steps), -1], dtype=np.int8)
    arrays: dict[str, pa.Array] = {
        "row": pa.array(row if not first else row + first),
        "id": _texts(ids, row),
        "contact": _texts(names, numbers["contact"]),
        "fault": pa.nulls(len(row), pa.string()),
    }
    at_fault = None
    if faults:
        at_fault = state == FAULT
        places = np.cumsum(at_fault) - 1
        texts_of = pa.array([faults[place] for place in row[at_fault].tolist()], pa.string())
        arrays["fault"] = texts_of.take(_masked(np.where(at_fault, places, -1), pa.int64(), -1))
    actions = _bits(state == ACTION)
    arrays["late"] = pa.Array.from_buffers(pa.bool_(), len(row), [actions, _bits(numbers["late"] == 1)])
    whole = None if at_fault is None else _bits(~at_fault)
    codes_of = {"state": state, "step": numbers["step"], "channel": channels.take(numbers["step"]), "code": numbers["code"]}
    texts = {"state": STATES, "step": [step.id for step in steps], "channel": CHANNELS, "code": SKIP_CODES}
    there = {"state": None, "step": whole, "channel": whole, "code": _bits(state == SKIP)}
    for name, values in codes_of.items():
        codes = pa.Array.from_buffers(pa.int8(), len(row), [there[name], pa.py_buffer(values)])
        arrays[name] = pa.DictionaryArray.from_arrays(codes, pa.array(texts[name], pa.string()))
    for name in ("at", "deadline", "expires"):
        known = state <= DONE if name == "at" else numbers[name] != NONE
        bits = None if known.all() else _bits(known)
        for column in (name, f"local_{name}"):
            kind = PLAN_SCHEMA.field(column).type
            arrays[column] = pa.Array.from_buffers(kind, len(row), [bits, pa.py_buffer(numbers[column])])
    return pa.RecordBatch.from_arrays([arrays[name] for name in PLAN_SCHEMA.names], schema=PLAN_SCHEMA)


def _bits(truths: Truth) -> pa.Buffer:
    return pa.py_buffer(np.packbits(truths, bitorder="little"))


def _texts(texts: pa.Array, places: npt.NDArray[Any]) -> pa.Array:
    """Give the texts at these places; -1 is none."""
    return texts.take(_masked(places, pa.from_numpy_dtype(places.dtype), -1))


def _masked(values: npt.NDArray[Any], kind: pa.DataType, null: int) -> pa.Array:
    """Give numbers as an Arrow array without copying them; `null` stands for none."""
    valid = values != null
    return pa.Array.from_buffers(kind, len(values), [None if valid.all() else _bits(valid), pa.py_buffer(values)])
