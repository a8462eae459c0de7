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
        size, kind, row = len(records.rows), events.kind, events.row
        everyone = (1 << records.contacts) - 1
        who = np.where(events.contact >= 0, 1 << np.maximum(events.contact, 0), everyone)
        for step in rules.steps:
            ours = np.flatnonzero((kind == DONE) & (events.step == step.order))
            if len(ours):
                who[ours] = _done_for(step, row[ours], events.contact[ours], records)
                self.finished[step.order] = _finished(step, row[ours], events.at[ours], who[ours], records)
        # One contact reaches a person once, however often the record lists them; what is done is done for each entry.
        persons = records.persons
        spread = []
        for place in range(records.contacts):
            person = place if persons is None else persons[place].astype(np.int64)[row]
            spread.append(np.where(who >> place & 1, 1 << np.asarray(person), 0))
        together = np.bitwise_or.reduce([*spread, np.zeros(len(row), dtype=np.int64)], axis=0)
        times = sum((one > 0 for one in spread), np.zeros(len(row), dtype=np.int64))
        times = np.maximum(times, 1)
        day = records.clock.take(row).local(events.at) // DAY
        for place, throttle in enumerate(rules.throttles):
            on_channel = np.array([channel in throttle.channels for channel in CHANNELS] + [False])
            of_step = np.array([place in step.throttles for step in rules.steps] + [False])
            contacted = np.flatnonzero((kind == CONTACTED) & on_channel[events.channel])
            done = np.flatnonzero((kind == DONE) & of_step[events.step])
            lots = [(contacted, together)]
            if throttle.per == "contact":
                lots += [(done[one[done] > 0], one) for one in spread]
            else:
                lots.append((np.repeat(done, times[done]), together))
            which = np.concatenate([some for some, _ in lots])
            whom = np.concatenate([bits[some] for some, bits in lots])
            order = np.argsort(row[which], kind="stable")
            which = which[order]
            self.counted[place] = _columns(size, row[which], day[which], whom[order])


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
        place_of = np.full(1 << records.contacts, -1, dtype=np.int8)
        place_of[1 << np.arange(records.contacts)] = np.arange(records.contacts)
        contact[row] = place_of[who]
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
