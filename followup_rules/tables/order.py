"""From what became of every instance, column by column, to the rows of the plans in their order.

Assumes the rows that are written; decides nothing on a plan.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from followup_rules.compiled import CompiledStep
from followup_rules.tables.clocks import Whole
from followup_rules.tables.columns import Fresh
from followup_rules.tables.rows import ACTION, DTYPES, NONE, SKIP, Numbers

PLACED = -1
PLACE_BITS = 8
"""An instance must have its place among all of a record in so many bits, beside its moment."""

_AFTER_ALL = np.iinfo(np.int64).max - (1 << PLACE_BITS) + 1


class Placed(NamedTuple):
    """What became of one instance of a step: `code` is `PLACED` or that of its skip."""

    step: CompiledStep
    contact: npt.NDArray[np.int64]
    at: Whole
    local_at: Whole
    code: npt.NDArray[np.int8]
    late: npt.NDArray[np.int8]
    limits: tuple[Whole, Whole, Whole, Whole]


def in_order(records: Fresh, placed: list[Placed], sure: npt.NDArray[Any]) -> Numbers:
    """Give the rows in the order of the plans: by moment, step and contact, then what is skipped."""
    count, size = len(placed), len(records.rows)
    order = np.empty((len(sure), count), dtype=np.int64)
    for place, one in enumerate(placed):
        order[:, place] = np.where(one.code == PLACED, one.at << PLACE_BITS, _AFTER_ALL)[sure] + place
    order.sort(axis=1)
    which = (order & ((1 << PLACE_BITS) - 1)).ravel()
    where = which * size + np.repeat(sure, count)

    def gathered(values: list[npt.NDArray[Any]]) -> npt.NDArray[Any]:
        gathered: npt.NDArray[Any] = np.concatenate(values).take(where)
        return gathered

    code = gathered([one.code for one in placed])
    actions = code == PLACED
    contact = gathered([np.where(one.contact >= 0, one.contact + records.first_contact, -1) for one in placed])
    numbers: Numbers = {
        "row": np.repeat(records.rows[sure], count),
        "contact": contact,
        "state": np.where(actions, ACTION, SKIP).astype(np.int8),
        "step": np.array([one.step.order for one in placed], dtype=np.int8)[which],
        "late": np.where(actions, gathered([one.late for one in placed]), -1).astype(np.int8),
        "code": code,
        "at": gathered([np.where(one.code == PLACED, one.at, NONE) for one in placed]),
        "local_at": gathered([np.where(one.code == PLACED, one.local_at, NONE) for one in placed]),
    }
    for column, name in enumerate(("deadline", "local_deadline", "expires", "local_expires")):
        numbers[name] = gathered([np.where(one.code == PLACED, one.limits[column], NONE) for one in placed])
    return {name: numbers[name] for name in DTYPES}
