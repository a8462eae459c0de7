"""From what became of every instance, column by column, to the rows of the plans in their order.

Assumes the rows that are written; decides nothing on a plan.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from followup_rules.compiled import CompiledStep
from followup_rules.tables.clocks import Whole
from followup_rules.tables.columns import Records
from followup_rules.tables.rows import DTYPES, NONE, SKIP, Numbers

PLACED, DONE, ABSENT = -1, -2, -3
"""What becomes of an instance beside the codes of skips; one that is absent has no row, as its step is finished whole."""

PLACE_BITS = 8
"""An instance must have its place among all of a record in so many bits, beside its moment."""

_DONE_FROM, _SKIPS_FROM, _ABSENT_FROM = (((1 << 63 - PLACE_BITS) - lot) << PLACE_BITS for lot in (3, 2, 1))
"""What is no action comes after all that is, in the order of its places."""


class Placed(NamedTuple):
    """What became of one instance of a step: `code` is `PLACED`, `DONE`, `ABSENT` or that of its skip."""

    step: CompiledStep
    contact: npt.NDArray[np.int8]
    at: Whole
    code: npt.NDArray[np.int8]
    late: npt.NDArray[np.bool_] | None
    deadline: Whole | None
    expires: Whole | None


_LATE, _CONTACT, _STEP = 4, 5, 8
"""Where in the small number of an instance what is told of it stands, after its code."""


def in_order(records: Records, placed: list[Placed]) -> Numbers:
    """Give the rows in the order of the plans: by moment, step and contact, then what is done, then what is skipped.

    Each record has a row for every instance; an absent one has the state -1.
    """
    count, size = len(placed), len(records.rows)
    order = np.empty((size, count), dtype=np.int64)
    for place, one in enumerate(placed):
        order[:, place] = _keys(one) + place
    order.sort(axis=1)
    keys = order.ravel()
    where = (keys & ((1 << PLACE_BITS) - 1)) * size
    where += np.repeat(np.arange(size), count)

    def gathered(values: list[npt.NDArray[Any]]) -> npt.NDArray[Any]:
        gathered: npt.NDArray[Any] = np.concatenate(values).take(where)
        return gathered

    told = gathered([_told(one) for one in placed])
    code = (told & 15).astype(np.int8) - np.int8(3)
    state = np.where(code >= 0, np.int8(SKIP), -1 - code)
    absent = code == ABSENT
    if absent.any():
        state[absent] = -1
    contact = (told >> _CONTACT & 7).astype(np.int64) - 1
    contact = np.where(contact < 0, -1, contact + np.repeat(records.first_contact, count))
    numbers: Numbers = {
        "row": np.repeat(records.rows, count),
        "contact": contact,
        "state": state,
        "step": (told >> _STEP).astype(np.int8),
        "late": np.where(code == PLACED, (told >> _LATE & 1).astype(np.int8), np.int8(-1)),
        "code": np.maximum(code, np.int8(-1)),
    }
    if records.events is None:
        numbers["at"] = np.where(code == PLACED, keys >> PLACE_BITS, NONE)
    else:
        numbers["at"] = np.where(code < 0, gathered([one.at for one in placed]), NONE)
    nothing = np.full(size, NONE)
    for name in ("deadline", "expires"):
        limits = [getattr(one, name) for one in placed]
        if any(limit is not None for limit in limits):
            moments = gathered([nothing if limit is None else limit for limit in limits])
            numbers[name] = np.where(code == PLACED, moments, NONE)
    clock = records.clock.repeat(count)
    for name in ("at", "deadline", "expires"):
        moments = numbers.setdefault(name, np.full(len(keys), NONE))
        numbers[f"local_{name}"] = clock.local(moments)
    return {name: numbers[name] for name in DTYPES}


def _keys(one: Placed) -> Whole:
    placed = one.code == PLACED
    if placed.all():
        return one.at << PLACE_BITS
    lots = np.where(one.code == DONE, _DONE_FROM, np.where(one.code == ABSENT, _ABSENT_FROM, _SKIPS_FROM))
    return np.where(placed, one.at << PLACE_BITS, lots)


def _told(one: Placed) -> npt.NDArray[np.int16]:
    """Give a small number that tells code, contact, step and whether it is late."""
    told = one.code.astype(np.int16) + np.int16(3 + (one.step.order << _STEP) + (1 << _CONTACT))
    told += one.contact.astype(np.int16) << _CONTACT
    if one.late is not None:
        told += one.late.astype(np.int16) << _LATE
    return told
