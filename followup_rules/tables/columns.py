"""What of a batch the kernel can plan: the rows that are plainly valid, and what the rules read of them.

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

from followup_rules.compiled import Compiled
from followup_rules.moments import EPOCH_DAY, HOUR, Zone, find_zone
from followup_rules.record import DETAIL_OF, FORMATS, Contact
from followup_rules.state import person_key
from followup_rules.tables.clocks import Clock, Truth, Whole, clocks
from followup_rules.tables.events import Events, read_events, usual_day, usual_moment
from followup_rules.tables.schema import Columns
from followup_rules.tables.texts import (
    all_differ,
    all_filled,
    counts_of,
    filled,
    is_whole,
    numbers,
    owners,
    places_in,
    plain_ascii,
    valid,
)

MOST_CONTACTS = 4
"""Records with more contacts than that are left to the planner."""

DAY_BITS = 22


@attrs.frozen
class Records:
    """Records that all have so many contacts, and all have events or none: what the rules read, a row each."""

    rows: npt.NDArray[np.int64]
    contacts: int
    first_contact: Whole
    clock: Clock
    start: Whole
    end: Whole
    format: Whole
    topics: Truth
    tags: dict[str, Truth]
    decided: Truth
    decision: Whole
    on_record: dict[str, npt.NDArray[np.bool_]]
    """By channel that needs a detail: a row per contact."""
    closed: Whole
    """The dates they are closed on, in order, each with its row (in the batch) before it: `row << DAY_BITS | day`."""
    events: Events | None
    """What has happened; None: nothing."""
    persons: npt.NDArray[np.int8] | None
    """The first place at which the same person is, a row per contact; None: they are all different, or it does not matter."""

    def take(self, some: npt.NDArray[Any]) -> Records:
        """Give some of the records."""
        return Records(
            self.rows[some],
            self.contacts,
            self.first_contact[some],
            self.clock.take(some),
            self.start[some],
            self.end[some],
            self.format[some],
            self.topics[some],
            {tag: there[some] for tag, there in self.tags.items()},
            self.decided[some],
            self.decision[some],
            {channel: there[:, some] for channel, there in self.on_record.items()},
            self.closed,
            None if self.events is None else self.events.of(some, len(self.rows)),
            None if self.persons is None else self.persons[:, some],
        )

    def person(self, place: npt.NDArray[np.int8], row: npt.NDArray[Any] | slice = slice(None)) -> npt.NDArray[np.int8]:
        """Give the persons of contacts at these places; nobody, -1, is nobody."""
        if self.persons is None:
            return place
        whose = np.arange(len(self.rows))[row]
        return np.where(place < 0, place, self.persons[place, whose])


class _Times(NamedTuple):
    good: Truth
    start: Whole
    end: Whole
    clock: Clock


def plain_records(columns: Columns, rules: Compiled, seen_until: int | None = None) -> Iterator[Records]:
    """Give the rows that the kernel can plan, those of a kind together; of their events those until a moment (None: all)."""
    contacts, events = columns["contacts"], columns["events"]
    people = contacts.flatten()
    texts = [columns[name] for name in ("company", "role", "id")] + [columns[name].flatten() for name in ("topics", "tags")]
    texts += [column for column in (*people.flatten(), *events.flatten().flatten()) if pa.types.is_string(column.type)]
    if not all(map(is_whole, texts)):
        return
    counts = counts_of(contacts)
    first_contact = np.cumsum(counts) - counts
    times = _times(columns)
    formats = np.where(valid(columns["format"]), places_in(columns["format"], FORMATS), 0)
    good = times.good & (formats >= 0) & (counts <= MOST_CONTACTS) & ~valid(columns["country"])
    good &= filled(columns["company"]) & (filled(columns["id"]) | ~valid(columns["id"]))
    good &= all_filled(columns["topics"]) & all_filled(columns["tags"])
    decided = valid(columns["decision_by"])
    decision = numbers(columns["decision_by"], pa.int32())
    good &= ~decided | usual_day(decision)
    shut, closed = _closed(columns["closed_on"])
    good &= shut
    named = valid(people) & filled(people.field("name"))
    if not named.all():
        good[owners(counts)[~named]] = False
    on_record = {channel: filled(people.field(detail)) for channel, detail in DETAIL_OF.items()}
    topics = counts_of(columns["topics"]) > 0
    tags = _tags(columns["tags"], rules)
    happened = np.zeros(len(counts), dtype=bool)
    told = None
    if len(events.flatten()):
        told, plain = read_events(events, people, first_contact, counts, times.clock, rules, seen_until)
        happened[told.row] = True
        good &= plain
    by_person = any(throttle.per == "contact" for throttle in rules.throttles)
    for size, some in ((size, some) for size in range(MOST_CONTACTS + 1) for some in (~happened, happened)):
        rows = np.flatnonzero(good & (counts == size) & some)
        if size > 1 and len(rows):
            rows = rows[all_differ(people.field("name"), first_contact[rows, None] + np.arange(size))]
        if not len(rows):
            continue
        everyone = len(rows) == len(counts)
        which = slice(None) if everyone else rows
        first = first_contact[which]
        yield Records(
            rows,
            size,
            first,
            times.clock if everyone else times.clock.take(rows),
            times.start[which],
            times.end[which],
            formats[which],
            topics[which],
            {tag: there[which] for tag, there in tags.items()},
            decided[which],
            decision[which],
            {channel: np.array([there[first + place] for place in range(size)]) for channel, there in on_record.items()},
            closed,
            told.of(rows, len(counts)) if told is not None and happened[rows[0]] else None,
            _persons(columns, people, rows, first, size) if by_person and size > 1 else None,
        )


def _times(columns: Columns) -> _Times:
    """Give start and end of the records, and their clocks."""
    names = columns["timezone"].dictionary_encode()
    zones = [None if name is None else find_zone(name) for name in names.dictionary.to_pylist()]
    known = np.array([zone is not None for zone in zones] + [False])
    which = numbers(names.indices, pa.int64())
    if names.indices.null_count:
        which = np.where(valid(names.indices), which, len(zones))
    shown = numbers(columns["starts_at"], pa.int64())
    good = known[which] & valid(columns["starts_at"]) & usual_moment(shown)
    # Rows that are not good are given something harmless, so that nobody has to step around them.
    ours: list[Zone] = [zone for zone in zones if zone is not None]
    places = np.cumsum(known) - known
    fallback = find_zone("UTC")
    assert fallback is not None
    shown = np.where(good, shown, 0)
    clock = clocks([*ours, fallback], np.where(good, places[which], len(ours)), shown)
    start = shown if columns["starts_at"].type.tz else clock.moment(shown)
    ended = valid(columns["ends_at"])
    shown = numbers(columns["ends_at"], pa.int64())
    good &= ~ended | usual_moment(shown)
    shown = np.where(ended & good, shown, start)
    end = shown if columns["ends_at"].type.tz else clock.moment(shown)
    end = np.where(ended, end, start + HOUR)
    clock.note(end)
    good &= end > start
    return _Times(good, start, end, clock)


def _closed(array: pa.Array) -> tuple[Truth, Whole]:
    """Tell for which rows all of these dates are fine, and give the dates."""
    good: Truth = np.ones(len(array), dtype=bool)
    days = array.flatten()
    if not len(days):
        return good, np.zeros(0, dtype=np.int64)
    whose = owners(counts_of(array))
    shown = numbers(days, pa.int32())
    fine = valid(days) & usual_day(shown)
    good[whose[~fine]] = False
    return good, np.sort((whose[fine] << DAY_BITS) | (shown[fine] + EPOCH_DAY))


def _tags(array: pa.Array, rules: Compiled) -> dict[str, Truth]:
    """Tell for each of the tags that the rules read which rows have it."""
    facts = {fact for step in rules.steps for fact in (*step.step.only_if, *step.step.unless)}
    tagged: dict[str, Truth] = {}
    for tag in (fact.removeprefix("tag:") for fact in facts if fact.startswith("tag:")):
        there: Truth = np.zeros(len(array), dtype=bool)
        there[owners(counts_of(array))[pc.equal(array.flatten(), tag).fill_null(False).to_numpy(zero_copy_only=False)]] = True
        tagged[tag] = there
    return tagged


def _persons(columns: Columns, people: pa.Array, rows: Whole, first: Whole, size: int) -> npt.NDArray[np.int8]:
    """Give for each contact of these rows, a row of the result per contact, the first place at which the same person is."""
    persons = np.repeat(np.arange(size, dtype=np.int8)[:, None], len(rows), axis=1)
    places = first[:, None] + np.arange(size)
    # Whoever has an email is known by it, without regard to case; so at most one may have none.
    emails = people.field("email")
    apart = filled(emails)[places].sum(axis=1) >= size - 1
    apart &= pc.fill_null(plain_ascii(emails), True).to_numpy(zero_copy_only=False)[places].all(axis=1)
    apart &= all_differ(pc.ascii_lower(emails), places)
    unsure = np.flatnonzero(~apart)
    companies = columns["company"].take(pa.array(rows[unsure])).to_pylist()
    told = iter(people.take(pa.array(places[unsure].ravel())).to_pylist())
    for row, company in zip(unsure.tolist(), companies, strict=True):
        keys = [person_key(Contact(**next(told)), company) for _ in range(size)]
        persons[:, row] = [keys.index(key) for key in keys]
    return persons
