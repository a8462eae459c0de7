"""What is written: the rows of plans as plain numbers, and from these the Arrow columns.

Assumes the schema of plans. A contact is told by its place among all contacts of the batch, a time by
its moment and what the wall clock shows then; -1 and `NONE` are null.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from followup_rules.errors import InvalidRecord
from followup_rules.moments import DAY, EPOCH_DAY, Zone, to_moment, zone_of
from followup_rules.plans import SKIP_CODES, Plan
from followup_rules.record import CHANNELS
from followup_rules.rules import Ruleset
from followup_rules.tables.schema import PLAN_SCHEMA

STATES = ("action", "done", "skip", "fault")
ACTION, DONE, SKIP, FAULT = range(4)
NONE = np.iinfo(np.int64).min
TIMES = ("at", "local_at", "deadline", "local_deadline", "expires", "local_expires")

Numbers = dict[str, npt.NDArray[Any]]
"""The columns of rows by name; `row` is the place in the batch, `late` -1 for none."""

DTYPES: dict[str, Any] = {
    "row": np.int64,
    "contact": np.int64,
    **dict.fromkeys(TIMES, np.int64),
    "state": np.int8,
    "step": np.int8,
    "late": np.int8,
    "code": np.int8,
}
_NULLS = {"row": 0, "contact": -1, **dict.fromkeys(TIMES, NONE), "state": FAULT, "step": -1, "late": -1, "code": -1}


class Written:
    """The rows of plans that were made one by one."""

    def __init__(self, ruleset: Ruleset) -> None:
        self._steps = {step.id: place for place, step in enumerate(ruleset.steps)}
        self._columns: dict[str, list[int]] = {name: [] for name in DTYPES}
        self.faults: dict[int, str] = {}

    def numbers(self) -> Numbers:
        """Give what was written."""
        return {name: np.array(values, dtype=DTYPES[name]) for name, values in self._columns.items()}

    def fault(self, row: int, error: InvalidRecord) -> None:
        """Write the fault of a row."""
        self._add(row=row, state=FAULT)
        self.faults[row] = "; ".join(map(str, error.faults))

    def plan(self, row: int, plan: Plan, first_contact: int) -> None:
        """Write a plan: its actions, what is done, what is skipped."""
        zone = plan.interview.zone
        places = {contact.name: first_contact + place for place, contact in enumerate(plan.interview.contacts)}
        steps = self._steps
        for action in plan.actions:
            self._add(
                row=row,
                state=ACTION,
                step=steps[action.step],
                contact=-1 if action.contact is None else places[action.contact.name],
                late=int(action.late),
                **_times("at", action.at, zone),
                **_times("deadline", action.deadline, zone),
                **_times("expires", action.expires, zone),
            )
        for done in plan.done:
            contact = -1 if done.contact is None else places[done.contact]
            self._add(row=row, state=DONE, step=steps[done.step], contact=contact, **_times("at", done.at, zone))
        for skip in plan.skipped:
            contact = -1 if skip.contact is None else places[skip.contact.name]
            self._add(row=row, state=SKIP, step=steps[skip.step], contact=contact, code=SKIP_CODES.index(skip.code))

    def _add(self, **values: int) -> None:
        for name, column in self._columns.items():
            column.append(values.get(name, _NULLS[name]))


def _times(name: str, value: Any, zone: Zone) -> dict[str, int]:
    if value is None:
        return {}
    assert zone_of(value) is zone
    moment = to_moment(value)
    day, wall = zone.local(moment)
    return {name: moment, f"local_{name}": (day - EPOCH_DAY) * DAY + wall}


def to_arrow(
    numbers: Numbers, faults: dict[int, str], ruleset: Ruleset, ids: pa.Array, names: pa.Array, first: int
) -> pa.RecordBatch:
    """Give rows as Arrow: `ids` of the batch's rows, `names` of all its contacts, `first` its first row in the whole table."""
    row = numbers["row"]
    size = len(row)
    steps = ruleset.steps
    channels = np.array([*(CHANNELS.index(step.channel) for step in steps), -1], dtype=np.int8)
    texts = {"step": [step.id for step in steps], "channel": list(CHANNELS), "state": list(STATES), "code": list(SKIP_CODES)}
    arrays: dict[str, pa.Array] = {
        "row": pa.array(row + first),
        "id": _texts(ids, row),
        "contact": _texts(names, numbers["contact"]),
        "late": pa.array(numbers["late"] == 1, mask=numbers["late"] < 0),
        "fault": pa.nulls(size, pa.string()),
    }
    if faults:
        at_fault = numbers["state"] == FAULT
        places = np.cumsum(at_fault) - 1
        texts_of = pa.array([faults[place] for place in row[at_fault].tolist()], pa.string())
        arrays["fault"] = texts_of.take(_masked(np.where(at_fault, places, -1), pa.int64(), -1))
    for name, values in texts.items():
        places = channels[numbers["step"]] if name == "channel" else numbers[name]
        arrays[name] = pa.DictionaryArray.from_arrays(_masked(places, pa.int8(), -1), pa.array(values, pa.string()))
    for name in TIMES:
        arrays[name] = _masked(numbers[name], PLAN_SCHEMA.field(name).type, NONE)
    return pa.RecordBatch.from_arrays([arrays[name] for name in PLAN_SCHEMA.names], schema=PLAN_SCHEMA)


def _texts(texts: pa.Array, places: npt.NDArray[np.int64]) -> pa.Array:
    """Give the texts at these places; -1 is none. Copying each as often as it is needed would cost more than the planning."""
    encoded = texts.dictionary_encode()
    # What is past the end is none too, so that -1 finds it.
    codes = np.append(pc.fill_null(encoded.indices, -1).to_numpy(), np.int32(-1))
    return pa.DictionaryArray.from_arrays(_masked(codes.take(places), pa.int32(), -1), encoded.dictionary)


def _masked(values: npt.NDArray[Any], kind: pa.DataType, null: int) -> pa.Array:
    """Give numbers as an Arrow array without copying them; `null` stands for none."""
    valid = values != null
    bitmap = None if valid.all() else pa.py_buffer(np.packbits(valid, bitorder="little"))
    return pa.Array.from_buffers(kind, len(values), [bitmap, pa.py_buffer(np.ascontiguousarray(values))])
