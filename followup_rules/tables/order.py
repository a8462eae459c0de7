"""From what became of every instance, column by column, to the rows of the plans in their order.

Assumes the rows that are written; decides nothing on a plan.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from followup_rules.compiled import CompiledStep
from followup_rules.tables.clocks import Whole
from followup_rules.tables.columns import Records
from followup_rules.tables.rows import NONE, SKIP, Numbers, blank

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


_CHUNK = 4096
"""How many records are put in order at once: few enough for all of their instances to stay near the processor."""


def in_order(records: Records, placed: list[Placed]) -> Numbers:
    """Give the rows in the order of the plans: by moment, step and contact, then what is done, then what is skipped.

    Each record has a row for every instance; an absent one has the state -1. Of what is no action, moments mean nothing.
    """
    count, size = len(placed), len(records.rows)
    numbers = blank(size * count)
    whose = np.repeat(np.arange(_CHUNK), count)
    for start in range(0, size, _CHUNK):
        chunk = slice(start, min(start + _CHUNK, size))
        rows = slice(chunk.start * count, chunk.stop * count)
        _put_in_order(records, placed, chunk, whose, {name: values[rows] for name, values in numbers.items()})
    return numbers


def _put_in_order(records: Records, placed: list[Placed], chunk: slice, whose: Whole, numbers: Numbers) -> None:
    """Put the rows of some of the records in order, into these numbers; `whose` tells the place of each row's record."""
    count, size = len(placed), chunk.stop - chunk.start
    keys_of = np.empty((count, size), dtype=np.int64)
    for place, one in enumerate(placed):
        _write_keys(one.at[chunk], one.code[chunk], place, keys_of[place])
    order = np.ascontiguousarray(keys_of.T)
    order.sort(axis=1)
    keys = order.ravel()
    where = keys & ((1 << PLACE_BITS) - 1)
    where *= size
    where += whose[: len(where)]

    told = np.concatenate([_told(one, chunk) for one in placed]).take(where)
    code = (told & 15).astype(np.int8) - np.int8(3)
    state = numbers["state"]
    np.multiply(code >= 0, np.int8(SKIP), out=state)
    np.maximum(code, -1, out=numbers["code"])
    numbers["step"][:] = told >> _STEP
    numbers["late"][:] = told >> _LATE & 1
    numbers["row"][:] = np.repeat(records.rows[chunk], count)
    contact = (told >> _CONTACT & 7).astype(np.int32) - np.int32(1)
    numbers["contact"][:] = np.repeat(records.first_contact[chunk], count)
    numbers["contact"] += contact
    numbers["contact"] |= contact >> 31  # -1 stays -1
    np.right_shift(keys, PLACE_BITS, out=numbers["at"])
    if records.events is not None:
        state += code == DONE
        np.copyto(state, -1, where=code == ABSENT)
        np.copyto(numbers["at"], np.concatenate([one.at[chunk] for one in placed]).take(where), where=code == DONE)
    offsets, changing = records.clock.offsets(chunk)
    offsets = np.repeat(offsets, count)
    nothing = np.full(size, NONE)
    for name in ("at", "deadline", "expires"):
        if name != "at":
            limits = [getattr(one, name) for one in placed]
            if all(limit is None for limit in limits):
                numbers[name][:] = numbers[f"local_{name}"][:] = NONE
                continue
            limits = [nothing if limit is None else limit[chunk] for limit in limits]
            np.concatenate(limits).take(where, out=numbers[name], mode="clip")
        local = np.add(numbers[name], offsets, out=numbers[f"local_{name}"]).reshape(size, count)
        local[changing] = records.clock.local_of(changing + chunk.start, numbers[name].reshape(size, count)[changing])


def _write_keys(at: Whole, code: npt.NDArray[np.int8], place: int, keys: Whole) -> None:
    """Write by what the instances at one place are put in order."""
    np.left_shift(at, PLACE_BITS, out=keys)
    if not (code == PLACED).all():
        np.copyto(keys, _SKIPS_FROM, where=code >= 0)
        np.copyto(keys, _DONE_FROM, where=code == DONE)
        np.copyto(keys, _ABSENT_FROM, where=code == ABSENT)
    keys += place


def _told(one: Placed, chunk: slice) -> npt.NDArray[np.int16]:
    """Give a small number that tells code, contact, step and whether it is late."""
    told = one.code[chunk].astype(np.int16)
    told += np.int16(3 + (one.step.order << _STEP) + (1 << _CONTACT))
    told += one.contact[chunk].astype(np.int16) << _CONTACT
    if one.late is not None:
        told += one.late[chunk].astype(np.int16) << _LATE
    return told
