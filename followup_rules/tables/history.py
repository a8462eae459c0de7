"""What events come to, for records in columns: answers, outcomes, what is done and for whom, and what throttles count.

Assumes events that are plainly valid, in the order of their moments. It is what `state` makes of them.
"""

from __future__ import annotations

import attrs
import numpy as np
import numpy.typing as npt

from followup_rules.compiled import Compiled, CompiledStep
from followup_rules.moments import DAY
from followup_rules.record import CHANNELS
from followup_rules.tables.clocks import Truth, Whole
from followup_rules.tables.columns import Records
from followup_rules.tables.events import CONTACTED, DECIDED, DONE, REPLIED, UNREACHABLE, Events
from followup_rules.tables.rows import NONE
from followup_rules.tables.throttling import Counted


@attrs.frozen
class Finished:
    """Where a step is done: as a whole, when last and for whom, or for single contacts; `NONE` where it is not."""

    latest: Whole
    whole: Whole
    contact: npt.NDArray[np.int8]
    by_place: list[Whole]


class History:
    """What has happened, by row; of a record without events it says that nothing has."""

    def __init__(self, records: Records, rules: Compiled) -> None:
        size = len(records.rows)
        self.replied: Truth = np.zeros(size, dtype=bool)
        self.reply: Whole | None = None
        self.decided = records.decided
        self.decision = records.decision
        self.outcome: Whole | None = None
        self.outcome_at: Whole | None = None
        self.reachable = records.on_record
        self.finished: dict[int, Finished] = {}
        self.counted: list[list[Counted]] = [[] for _ in rules.throttles]
        if records.events is not None:
            self._read(records, records.events, rules)

    def _read(self, records: Records, events: Events, rules: Compiled) -> None:
        size = len(records.rows)
        # They are in order: the first of a record is put down last in the one, the last in the other.
        for row, at in ((events.row[::-1], events.at[::-1]), (events.row, events.at)):
            told = records.end.copy()
            told[row] = at
            records.clock.note(told)
        replies = events.take(events.kind == REPLIED)
        self.replied[replies.row] = True
        # Of several events of a record the latest is the last to be put in its place.
        dated = replies.take(replies.decided)
        self.decided, self.decision = self.decided.copy(), self.decision.copy()
        self.decided[dated.row] = True
        self.decision[dated.row] = dated.decision
        undated = replies.take(~replies.decided)
        self.reply = _put(size, undated.row, undated.at)
        outcomes = events.take(events.kind == DECIDED)
        self.outcome = _put(size, outcomes.row, outcomes.outcome)
        self.outcome_at = _put(size, outcomes.row, outcomes.at)
        lost = events.take((events.kind == UNREACHABLE) & events.missing)
        if len(lost.row):
            self.reachable = {channel: there.copy() for channel, there in records.on_record.items()}
            for channel, there in self.reachable.items():
                ours = lost.channel == CHANNELS.index(channel)
                there[lost.contact[ours], lost.row[ours]] = False
        self._read_contacts(records, events, rules)

    def _read_contacts(self, records: Records, events: Events, rules: Compiled) -> None:
        """Take in what was done, and what else throttles count."""
        size, kind = len(records.rows), events.kind
        all_of_them = (1 << records.contacts) - 1
        who = np.where(events.contact >= 0, 1 << np.maximum(events.contact, 0), all_of_them)
        times = np.ones(len(kind), dtype=np.int64)
        for step in rules.steps:
            ours = np.flatnonzero((kind == DONE) & (events.step == step.order))
            if len(ours):
                row = events.row[ours]
                done_for = who[ours] = _done_for(step, row, events.contact[ours], records)
                times[ours] = np.maximum(1, sum(done_for >> place & 1 for place in range(records.contacts)))
                self.finished[step.order] = _finished(step, row, events.at[ours], done_for, records)
        clock = records.clock.take(events.row)
        day = clock.local(events.at) // DAY
        for place, throttle in enumerate(rules.throttles):
            on_channel = np.array([channel in throttle.channels for channel in CHANNELS] + [False])
            of_step = np.array([place in step.throttles for step in rules.steps] + [False])
            counts = ((kind == CONTACTED) & on_channel[events.channel]) | ((kind == DONE) & of_step[events.step])
            often = np.where(who > 0, 1, 0) if throttle.per == "contact" else times
            ours = np.repeat(np.arange(len(kind)), counts * often)
            self.counted[place] = _columns(size, events.row[ours], day[ours], who[ours])


def _put(size: int, row: Whole, value: Whole) -> Whole | None:
    """Give a column with these values in it, `NONE` elsewhere; None where there are none."""
    if not len(row):
        return None
    column = np.full(size, NONE)
    column[row] = value
    return column


def _done_for(step: CompiledStep, row: Whole, contact: Whole, records: Records) -> Whole:
    """Give for whom each `Done` of a step was done, a bit a contact: the one named, else those it stands for."""
    who = np.zeros(len(row), dtype=np.int64)
    if step.needs_contact:
        for place, there in enumerate(records.on_record[step.channel]):
            who |= (there[row] & ((who == 0) | step.each)).astype(np.int64) << place
    return np.where(contact >= 0, 1 << np.maximum(contact, 0), who)


def _finished(step: CompiledStep, row: Whole, at: Whole, who: Whole, records: Records) -> Finished:
    size = len(records.rows)
    latest = np.full(size, NONE)
    latest[row] = at
    contact = np.full(size, -1, dtype=np.int8)
    if not step.each:
        place = np.full(1 << records.contacts, -1, dtype=np.int8)
        place[1 << np.arange(records.contacts)] = np.arange(records.contacts)
        contact[row] = place[who]
        return Finished(latest, latest, contact, [])
    # One that is of nobody finishes the step whole.
    whole = np.full(size, NONE)
    whole[row[who == 0]] = 0
    whole = np.where(whole == NONE, NONE, latest)
    by_place = []
    for place in range(records.contacts):
        moments = np.full(size, NONE)
        ours = (who >> place & 1) == 1
        moments[row[ours]] = at[ours]
        by_place.append(np.where(whole == NONE, moments, NONE))
    return Finished(latest, whole, contact, by_place)


def _columns(size: int, row: Whole, day: Whole, who: Whole) -> list[Counted]:
    """Put what was counted, in the order of rows, into so many columns that each row has its own in some of them."""
    each = np.bincount(row, minlength=size)
    place = np.arange(len(row)) - (np.cumsum(each) - each)[row]
    columns = []
    for number in range(int(each.max(initial=0))):
        column = Counted(np.full(size, NONE), np.zeros(size, dtype=np.int64))
        ours = place == number
        column.day[row[ours]], column.who[row[ours]] = day[ours], who[ours]
        columns.append(column)
    return columns
