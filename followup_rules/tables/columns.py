"""What of a batch the kernel can plan: the rows that are plainly valid and fresh, and what the rules read of them.

Assumes the checks of records, and is on the safe side of them: a row that is not plainly valid goes to the
planner, which tells its faults.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import attrs
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from followup_rules.moments import DAY, EPOCH_DAY, HOUR, Zone, find_zone
from followup_rules.record import DETAIL_OF, FORMATS
from followup_rules.tables.clocks import Clock, Truth, Whole, clocks
from followup_rules.tables.schema import Columns

MOST_CONTACTS = 4
"""Records with more contacts than that are left to the planner."""

_FIRST_MOMENT, _LAST_MOMENT = -68 * 365 * DAY, 928 * 365 * DAY
"""Well within the years that a record may name, whatever its zone."""
_FIRST_DAY, _LAST_DAY = _FIRST_MOMENT // DAY, _LAST_MOMENT // DAY
DAY_BITS = 22


def counts_of(array: pa.Array) -> Whole:
    """Give the length of each list; null is empty."""
    counts: Whole = pc.fill_null(pc.list_value_length(array), 0).to_numpy().astype(np.int64)
    return counts


def _valid(array: pa.Array) -> Truth:
    valid: Truth = np.ones(len(array), dtype=bool) if not array.null_count else array.is_valid().to_numpy(zero_copy_only=False)
    return valid


def _numbers(array: pa.Array, kind: pa.DataType) -> Whole:
    numbers: Whole = pc.fill_null(array.cast(kind), 0).to_numpy().astype(np.int64)
    return numbers


def _whole_text(array: pa.Array) -> bool:
    """Tell whether every text of a column is UTF-8."""
    try:
        array.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _filled(array: pa.Array) -> Truth:
    """Tell which texts of a column there are that are not blank."""
    _, offsets, data = array.buffers()
    # An empty column may come without its one offset.
    ends = np.frombuffer(offsets, np.int32, len(array) + 1, array.offset * 4) if len(array) else np.zeros(1, dtype=np.int32)
    letters = np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(1, dtype=np.uint8)
    first = letters[np.minimum(ends[:-1], len(letters) - 1)]
    some = (ends[1:] > ends[:-1]) & _valid(array)
    filled: Truth = some & (first > 0x20) & (first < 0x7F)
    unsure = np.flatnonzero(some & ~filled)
    if len(unsure):
        filled[unsure] = [bool(text.strip()) for text in array.take(pa.array(unsure)).to_pylist()]
    return filled


def _all_filled(array: pa.Array) -> Truth:
    """Tell for which lists every text is there and not blank."""
    good: Truth = np.ones(len(array), dtype=bool)
    good[np.repeat(np.arange(len(array)), counts_of(array))[~_filled(array.flatten())]] = False
    return good


@attrs.frozen
class Fresh:
    """Records without events, all with so many contacts: what the rules read, a row each."""

    rows: npt.NDArray[np.int64]
    contacts: int
    first_contact: Whole
    clock: Clock
    start: Whole
    end: Whole
    format: npt.NDArray[Any]
    topics: Truth
    tags: dict[str, Truth]
    decided: Truth
    decision: Whole
    reachable: dict[str, npt.NDArray[np.bool_]]
    """By channel that needs a detail: a row per contact."""
    closed: Whole
    """The dates they are closed on, in order, each with its row (in the batch) before it: `row << DAY_BITS | day`."""


class _Times(NamedTuple):
    good: Truth
    start: Whole
    end: Whole
    clock: Clock


def fresh_records(columns: Columns, tags: tuple[str, ...], *, tell_apart: bool) -> Iterator[Fresh]:
    """Give the rows that the kernel can plan, by their number of contacts; `tell_apart`: contacts must be different people."""
    contacts = columns["contacts"]
    people = contacts.flatten()
    texts = [columns[name] for name in ("company", "role", "id")] + [columns[name].flatten() for name in ("topics", "tags")]
    if not all(map(_whole_text, [*texts, *people.flatten()])):
        return
    counts = counts_of(contacts)
    times = _times(columns)
    kinds = pc.index_in(columns["format"], value_set=pa.array(FORMATS))
    formats = np.where(_valid(columns["format"]), pc.fill_null(kinds, -1).to_numpy(), 0)
    good = times.good & _filled(columns["company"]) & (formats >= 0) & (counts <= MOST_CONTACTS)
    good &= ~_valid(columns["country"]) & (counts_of(columns["events"]) == 0)
    good &= _filled(columns["id"]) | ~_valid(columns["id"])
    good &= _all_filled(columns["topics"]) & _all_filled(columns["tags"])
    decided = _valid(columns["decision_by"])
    decision = _numbers(columns["decision_by"], pa.int32())
    good &= ~decided | ((decision > _FIRST_DAY) & (decision < _LAST_DAY))
    shut, closed = _closed(columns["closed_on"])
    good &= shut
    whose = np.repeat(np.arange(len(counts)), counts)
    good[whose[~(_valid(people) & _filled(people.field("name")))]] = False
    reach = {channel: _filled(people.field(detail)) for channel, detail in DETAIL_OF.items()}
    named = _tags(columns["tags"], tags)
    before = np.cumsum(counts) - counts
    for size in range(MOST_CONTACTS + 1):
        rows = np.flatnonzero(good & (counts == size))
        if size > 1 and len(rows):
            rows = rows[_apart(people, before[rows], size, by_person=tell_apart)]
        if not len(rows):
            continue
        everyone = len(rows) == len(counts)
        yield Fresh(
            rows,
            size,
            before[rows],
            times.clock if everyone else times.clock.take(rows),
            times.start[rows],
            times.end[rows],
            formats[rows],
            counts_of(columns["topics"])[rows] > 0,
            {tag: there[rows] for tag, there in named.items()},
            decided[rows],
            decision[rows],
            {channel: np.array([there[before[rows] + place] for place in range(size)]) for channel, there in reach.items()},
            closed,
        )


def _times(columns: Columns) -> _Times:
    """Give start and end of the records, and their clocks."""
    names = columns["timezone"].dictionary_encode()
    zones = [None if name is None else find_zone(name) for name in names.dictionary.to_pylist()]
    known = np.array([zone is not None for zone in zones] + [False])
    which = _numbers(names.indices, pa.int64())
    which[~_valid(names.indices)] = len(zones)
    good = known[which]
    good &= _valid(columns["starts_at"])
    shown = _numbers(columns["starts_at"], pa.int64())
    good &= (shown > _FIRST_MOMENT) & (shown < _LAST_MOMENT)
    # Rows that are not good are given something harmless, so that nobody has to step around them.
    ours: list[Zone] = [zone for zone in zones if zone is not None]
    places = np.cumsum(known) - known
    fallback = find_zone("UTC")
    assert fallback is not None
    clock = clocks([*ours, fallback], np.where(good, places[which], len(ours)), np.where(good, shown, 0))
    shown = np.where(good, shown, 0)
    start = shown if columns["starts_at"].type.tz else clock.moment(shown)
    ended = _valid(columns["ends_at"])
    shown = _numbers(columns["ends_at"], pa.int64())
    good &= ~ended | ((shown > _FIRST_MOMENT) & (shown < _LAST_MOMENT))
    shown = np.where(ended & good, shown, start)
    end = shown if columns["ends_at"].type.tz else clock.moment(shown)
    end = np.where(ended, end, start + HOUR)
    good &= end > start
    return _Times(good, start, end, clock)


def _closed(array: pa.Array) -> tuple[Truth, Whole]:
    """Tell for which rows all of these dates are fine, and give the dates."""
    good: Truth = np.ones(len(array), dtype=bool)
    days = array.flatten()
    if not len(days):
        return good, np.zeros(0, dtype=np.int64)
    whose = np.repeat(np.arange(len(array)), counts_of(array))
    numbers = _numbers(days, pa.int32())
    fine = _valid(days) & (numbers > _FIRST_DAY) & (numbers < _LAST_DAY)
    good[whose[~fine]] = False
    return good, np.sort((whose[fine] << DAY_BITS) | (numbers[fine] + EPOCH_DAY))


def _tags(array: pa.Array, tags: tuple[str, ...]) -> dict[str, Truth]:
    """Tell for each of these tags which rows have it."""
    named: dict[str, Truth] = {}
    if not tags:
        return named
    whose = np.repeat(np.arange(len(array)), counts_of(array))
    for tag in tags:
        there: Truth = np.zeros(len(array), dtype=bool)
        there[whose[pc.fill_null(pc.equal(array.flatten(), tag), False).to_numpy(zero_copy_only=False)]] = True
        named[tag] = there
    return named


def _apart(people: pa.Array, first: Whole, size: int, *, by_person: bool) -> Truth:
    """Tell for which rows the contacts plainly have different names and, where it matters, are different people."""
    places = first[:, None] + np.arange(size)
    apart = _all_differ(people.field("name"), places)
    if by_person:
        # Whoever has an email is known by it, without regard to case; so at most one may have none.
        emails = people.field("email")
        apart &= _filled(emails)[places].sum(axis=1) >= size - 1
        apart &= pc.fill_null(_plain_ascii(emails), True).to_numpy(zero_copy_only=False)[places].all(axis=1)
        apart &= _all_differ(pc.ascii_lower(emails), places)
    return apart


def _plain_ascii(texts: pa.Array) -> pa.Array:
    """Tell which texts have nothing around them to be cut off, and no letters whose case needs more than ASCII."""
    return pc.match_substring_regex(texts, r"^[!-~]([ -~]*[!-~])?$")


def _all_differ(texts: pa.Array, places: Whole) -> Truth:
    codes = np.sort(_numbers(texts.dictionary_encode("encode").indices, pa.int64())[places], axis=1)
    differ: Truth = (codes[:, 1:] != codes[:, :-1]).all(axis=1)
    return differ
