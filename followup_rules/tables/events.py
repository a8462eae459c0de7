"""What has happened, of many records at once: their events as columns of numbers, in the order of their moments.

Assumes the checks of events, and is on the safe side of them: a record with an event that is not plainly valid,
or with more events than are usual, is left to the planner.
"""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from followup_rules.compiled import Compiled
from followup_rules.data import fields_of
from followup_rules.moments import DAY
from followup_rules.record import CHANNELS, DETAIL_OF, EVENT_KINDS, OUTCOMES
from followup_rules.state import comparable
from followup_rules.tables.clocks import Clock, Truth, Whole
from followup_rules.tables.texts import counts_of, numbers, owners, places_in, valid

MOST_EVENTS = 32
"""Records with more events than that are left to the planner."""

KINDS = tuple(EVENT_KINDS)
DONE, CONTACTED, REPLIED, UNREACHABLE, DECIDED = range(len(KINDS))

_FIRST_MOMENT, _LAST_MOMENT = -68 * 365 * DAY, 928 * 365 * DAY
"""Well within the years that a record may name, whatever its zone."""


def usual_moment(moment: Whole) -> Truth:
    """Tell which moments, or local times, are in years that a record may name."""
    usual: Truth = (moment > _FIRST_MOMENT) & (moment < _LAST_MOMENT)
    return usual


def usual_day(day: Whole) -> Truth:
    """Tell which dates are in years that a record may name; day 0 is the first of 1970."""
    usual: Truth = (day > _FIRST_MOMENT // DAY) & (day < _LAST_MOMENT // DAY)
    return usual


@attrs.frozen
class Events:
    """Events by record and moment. Of a field that a kind does not have the number says nothing."""

    row: Whole
    kind: Whole
    at: Whole
    step: Whole
    contact: Whole
    """The place of the contact in the record; -1 for none."""
    channel: Whole
    outcome: Whole
    decided: Truth
    decision: Whole
    missing: Truth
    """Whether this is `Unreachable` and of a detail that the record shows."""

    def take(self, some: npt.NDArray[Any]) -> Events:
        """Give some of the events."""
        return Events(*(getattr(self, field.name)[some] for field in attrs.fields(Events)))

    def of(self, rows: npt.NDArray[np.int64], size: int) -> Events:
        """Give the events of some of so many records, which are then counted from 0."""
        places = np.full(size, -1)
        places[rows] = np.arange(len(rows))
        ours = self.take(np.flatnonzero(places[self.row] >= 0))
        return attrs.evolve(ours, row=places[ours.row])


def read_events(
    array: pa.Array, people: pa.Array, first_contact: Whole, counts: Whole, clock: Clock, rules: Compiled, seen_until: int | None
) -> tuple[Events, Truth]:
    """Give the events of a batch, and for which of its records they are plainly valid.

    `people` are all contacts of the batch, `first_contact` and `counts` where those of each record are.
    What comes after `seen_until` is checked, but not given.
    """
    many = counts_of(array)
    row = owners(many)
    told = array.flatten()
    fields = {field.name: told.field(field.name) for field in told.type}
    there = {name: valid(column) for name, column in fields.items()}
    kind = places_in(fields["kind"], KINDS)
    shown = numbers(fields["at"], pa.int64())
    good = valid(told) & (kind >= 0) & there["at"] & usual_moment(shown)
    for name in fields:
        if name not in ("kind", "at", "note"):
            has = np.array([name in dict(fields_of(one)) for one in EVENT_KINDS.values()] + [False])
            good &= ~there[name] | has[kind]
    at, trusted = _moments(shown, fields["at"].type, clock, row)
    step = places_in(fields["step"], tuple(step.id for step in rules.steps))
    contact, known = _contacts(fields["contact"], people, first_contact[row], counts[row])
    channel = places_in(fields["channel"], CHANNELS)
    outcome = places_in(fields["outcome"], OUTCOMES)
    decision = numbers(fields["decision_by"], pa.int32())
    good &= trusted & known & (~there["decision_by"] | usual_day(decision))
    good &= (kind != DONE) | (step >= 0)
    good &= (kind != CONTACTED) | (channel >= 0)
    good &= (kind != DECIDED) | (outcome >= 0)
    on_detail = np.array([channel in DETAIL_OF for channel in CHANNELS] + [False])
    good &= (kind != UNREACHABLE) | ((contact >= 0) & on_detail[channel])
    plain = many <= MOST_EVENTS
    plain[row[~good]] = False
    seen = plain[row] if seen_until is None else plain[row] & (at <= seen_until)
    missing = np.zeros(len(row), dtype=bool)
    unreachable = np.flatnonzero(seen & (kind == UNREACHABLE))
    missing[unreachable] = _same_details(fields["detail"], people, channel, first_contact[row] + contact, unreachable)
    events = Events(row, kind, at, step, contact, channel, outcome, there["decision_by"], decision, missing)
    order = np.lexsort((at, row))
    return events.take(order[seen[order]]), plain


def _moments(shown: Whole, kind: pa.DataType, clock: Clock, row: Whole) -> tuple[Whole, Truth]:
    """Give the moments of events; local times are those of their record's clock, where it can be trusted."""
    if kind.tz:
        return shown, np.ones(len(row), dtype=bool)
    there = clock.take(row)
    return there.moment(shown), there.trusted()


def _contacts(names: pa.Array, people: pa.Array, first: Whole, count: Whole) -> tuple[Whole, Truth]:
    """Give the place of each name among the contacts of its record, -1 for null; and where there is such a contact."""
    place = np.full(len(first), -1)
    if len(people):
        known = people.field("name").dictionary_encode()
        wanted = pc.fill_null(pc.index_in(names, value_set=known.dictionary), -1).to_numpy()
        codes = numbers(known.indices, pa.int64())
        for number in range(int(count.max())):
            found = (number < count) & (codes.take(first + number, mode="clip") == wanted)
            place[found] = number
    return place, (place >= 0) | ~valid(names)


def _same_details(details: pa.Array, people: pa.Array, channel: Whole, person: Whole, some: npt.NDArray[Any]) -> Truth:
    """Tell which of some events say of a detail on record that it does not work; one without a detail says it of any."""
    same = np.zeros(len(some), dtype=bool)
    for code, name in enumerate(CHANNELS):
        ours = np.flatnonzero(channel[some] == code)
        if len(ours):
            there = people.field(DETAIL_OF[name]).take(pa.array(person[some[ours]])).to_pylist()
            told = details.take(pa.array(some[ours])).to_pylist()
            same[ours] = [_same(name, written, detail) for written, detail in zip(there, told, strict=True)]
    return same


def _same(channel: str, written: str | None, detail: str | None) -> bool:
    if written is None or not written.strip():
        return False
    return detail is None or not detail.strip() or comparable(channel, detail) == comparable(channel, written)
