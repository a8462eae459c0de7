"""The plan of records, column by column: the contract's §4 and §5 with a number for every row in place of each moment.

Assumes a ruleset made ready, and rows that are plainly valid. Step by step it follows `cases` and
`planner`; the tests hold it to them. What it cannot be sure of it does not answer, and the planner does: rows
whose plan reaches more than one change of the clocks, or dates that are 800 days away, and rows whose steps are
to be placed in an order that few others have.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from followup_rules.compiled import FIRST_STEP, OWN_IDEAL, Compiled, CompiledStep, Offset
from followup_rules.moments import DAY
from followup_rules.plans import SKIP_CODES
from followup_rules.record import DETAIL_OF, FORMATS, OUTCOMES
from followup_rules.tables.clocks import Truth, Whole
from followup_rules.tables.columns import MOST_CONTACTS, Records
from followup_rules.tables.history import History
from followup_rules.tables.offsets import At, Calendar, Wanted
from followup_rules.tables.order import ABSENT, DONE, PLACE_BITS, PLACED, Placed, in_order
from followup_rules.tables.rows import NONE, Numbers
from followup_rules.tables.throttling import Tally
from followup_rules.tables.turns import in_doubt, turns

CLOSED, NOT_APPLICABLE, NO_CONTACT, NO_ANCHOR, EXPIRED, CROWDED_OUT = range(len(SKIP_CODES))

FEW = 8
"""So many rows must have an order of placing in common; for fewer the planner is as fast."""

Codes = npt.NDArray[np.int8]


class Instance(NamedTuple):
    """An instance of a step in every row: for whom, what the record alone makes of it, and when it was done."""

    contact: npt.NDArray[np.int8]
    code: Codes
    done_at: Whole | None


class Terms(NamedTuple):
    """From when on a step is done, at which wall-clock time, and where its hours let it."""

    there: Truth
    bound: Whole
    wanted: Wanted
    first: Whole


def covers(rules: Compiled) -> bool:
    """Tell whether the kernel plans by these rules at all: an instance must have its place in eight bits."""
    return 0 < len(rules.steps) * MOST_CONTACTS < 1 << PLACE_BITS


class Kernel:
    """The plans of records of a kind in the making."""

    def __init__(self, records: Records, rules: Compiled, as_of: int | None) -> None:
        self.records = records
        self.rules = rules
        self.as_of = as_of
        self.clock = records.clock
        self.size = len(records.rows)
        self.sure: Truth = np.ones(self.size, dtype=bool)
        self.clock.note(records.end)
        self.always: Truth = np.ones(self.size, dtype=bool)
        self.never: Truth = np.zeros(self.size, dtype=bool)
        self.history = History(records, rules)
        self.calendars = [Calendar(opening, records, self.sure) for opening in rules.openings]
        self.tally = Tally(rules, self.history.counted)
        self.nowhere = At(self.never, records.end, self.clock)
        self.ideals: list[At] = [*self._record_anchors(), *[self.nowhere] * len(rules.steps)]
        self.anchors = list(self.ideals)
        self.terms: list[Terms | None] = [None] * len(rules.steps)
        self._prepare()

    # --- what the record says ---

    def _record_anchors(self) -> tuple[At, ...]:
        records, history = self.records, self.history
        decision = self.nowhere
        if history.decided.any():
            day = np.where(history.decided, history.decision, self.nowhere.day)
            decision = At(history.decided, self.clock.moment(day * DAY), self.clock)
        start, end = (At(self.always, moment, self.clock) for moment in (records.start, records.end))
        return start, end, decision, self._recorded(history.reply), self._recorded(history.outcome_at)

    def _recorded(self, moment: Whole | None) -> At:
        """Give the anchor at these moments; None, or `NONE` in a row, is nowhere."""
        if moment is None:
            return self.nowhere
        there = moment != NONE
        return At(there, np.where(there, moment, self.records.end), self.clock)

    def _holds(self, fact: str) -> Truth:
        """Tell where a fact holds."""
        records, history = self.records, self.history
        kind, _, value = fact.partition(":")
        if kind == "format":
            formats: Truth = records.format == FORMATS.index(value)
            return formats
        if kind == "can":
            return _any(history.reachable[value]) if value in DETAIL_OF else self.always
        if kind == "done":
            finished = history.finished.get(self.rules.by_id[value].order)
            return self.never if finished is None else finished.latest != NONE
        if kind == "outcome":
            return self.never if history.outcome is None else history.outcome == OUTCOMES.index(value)
        truths = {"topics": records.topics, "replied": history.replied, "decision-date": history.decided}
        return records.tags[value] if kind == "tag" else truths[kind]

    def _instances(self, step: CompiledStep) -> list[Instance]:
        """Give every instance of a step."""
        general = np.full(self.size, PLACED, dtype=np.int8)
        if step.due.anchor < FIRST_STEP:
            np.copyto(general, NO_ANCHOR, where=~self.anchors[step.due.anchor].there)
        applies = self.always
        for fact in step.step.only_if:
            applies = applies & self._holds(fact)
        for fact in step.step.unless:
            applies = applies & ~self._holds(fact)
        closed = self.never
        if step.ends and self.history.outcome is not None:
            closed = np.isin(self.history.outcome, [OUTCOMES.index(outcome) for outcome in step.ends])
        instances = []
        for place in range(self.records.contacts if step.each and self.records.contacts else 1):
            contact, reached = self._recipient(step, place)
            code = general.copy()
            for other, where in ((NO_CONTACT, ~reached), (NOT_APPLICABLE, ~applies), (CLOSED, closed)):
                if where.any():
                    np.copyto(code, other, where=where)
            instances.append(self._unless_done(step, place, contact, code))
        return instances

    def _recipient(self, step: CompiledStep, place: int) -> tuple[npt.NDArray[np.int8], Truth]:
        """Give for whom an instance is, -1 for nobody, and where that can be."""
        nobody = np.full(self.size, -1, dtype=np.int8)
        if not step.needs_contact:
            return nobody, self.always
        if not self.records.contacts:
            return nobody, self.never
        reachable = self.history.reachable[step.channel]
        if step.each:
            return np.full(self.size, place, dtype=np.int8), reachable[place]
        for number in reversed(range(self.records.contacts)):
            np.copyto(nobody, number, where=reachable[number])
        return nobody, nobody >= 0

    def _unless_done(self, step: CompiledStep, place: int, contact: npt.NDArray[np.int8], code: Codes) -> Instance:
        finished = self.history.finished.get(step.order)
        if finished is None:
            return Instance(contact, code, None)
        whole = finished.whole != NONE
        at = finished.whole
        if step.each and self.records.contacts:
            at = finished.by_place[place]
            np.copyto(code, DONE, where=at != NONE)
            at = np.where(whole, finished.whole, at)
        np.copyto(code, ABSENT if place else DONE, where=whole)
        return Instance(np.where(whole, finished.contact, contact), code, at)

    # --- when ---

    def _terms(self, step: CompiledStep, anchors: list[At]) -> Terms:
        calendar = self.calendars[step.opening]
        at = anchors[step.due.anchor]
        bound, wanted = calendar.offset(step.due, at)
        for offset in step.not_before:
            other = anchors[offset.anchor]
            if other.there.any():
                moment = calendar.offset(offset, other)[0]
                bound = np.maximum(bound, moment if other.there.all() else np.where(other.there, moment, bound))
        return Terms(at.there, bound, wanted, calendar.fit(bound, wanted))

    def _limit(self, step: CompiledStep, offset: Offset | None) -> Whole | None:
        """Give the moments of a deadline or an expiry, `NONE` in a row that has none; None: none has."""
        if offset is None:
            return None
        if offset.anchor == OWN_IDEAL:
            terms = self.terms[step.order]
            assert terms is not None
            at = At(terms.there, terms.first, self.clock)
        else:
            at = self.anchors[offset.anchor]
        if not at.there.any():
            return None
        moment = self.calendars[step.opening].offset(offset, at)[0]
        return moment if at.there.all() else np.where(at.there, moment, NONE)

    # --- the plan ---

    def _prepare(self) -> None:
        """Find the instances of every step, where they would be best, and in which rows some have a chance to be placed."""
        self.instances = [self._instances(step) for step in self.rules.steps]
        self.alive = [_any([one.code == PLACED for one in some]) for some in self.instances]
        self.with_a_chance = list(self.alive)
        for step in self.rules.anchors_first:
            alive, moment = self.alive[step.order], self.records.end
            if alive.any():
                terms = self.terms[step.order] = self._terms(step, self.ideals)
                alive, moment = alive & terms.there, terms.first
            self.with_a_chance[step.order] = alive
            self._settle(step, self.ideals, alive, moment)

    def orders(self) -> Iterator[tuple[npt.NDArray[np.int64], Sequence[CompiledStep]]]:
        """Give rows with the order in which their steps are to be placed; rows of unusual orders are left out."""
        doubt = in_doubt(self.rules, self.with_a_chance)
        if not doubt.any():
            yield np.arange(self.size), self.rules.anchors_first
            return
        if not doubt.all():
            yield np.flatnonzero(~doubt), self.rules.anchors_first
        rows = np.flatnonzero(doubt)
        ideals = [self.records.end if terms is None else terms.first for terms in self.terms]
        order = turns(self.rules, [alive[rows] for alive in self.with_a_chance], [ideal[rows] for ideal in ideals])
        each, which, count = np.unique(order, axis=1, return_inverse=True, return_counts=True)
        for number in np.flatnonzero(count >= FEW).tolist():
            first = [place for place in each[:, number].tolist() if place >= 0]
            dead = [step for step in self.rules.steps if step.order not in first]
            yield rows[which.ravel() == number], [*dead, *(self.rules.steps[place] for place in first)]

    def run(self, order: Sequence[CompiledStep]) -> list[Placed]:
        """Place every step in this order; give the instances in the order of steps."""
        placed: list[list[Placed]] = [[] for _ in self.rules.steps]
        for step in order:
            placed[step.order] = self._place(step, self.instances[step.order], self.alive[step.order])
        if order is not self.rules.anchors_first:
            for step in order:
                due = step.due.anchor - FIRST_STEP
                if due >= 0:
                    # Where nothing comes of a step, those that are due from it have no turn: the order may be another one.
                    self.sure &= ~(self.with_a_chance[due] & ~self.anchors[FIRST_STEP + due].there)
        return [one for some in placed for one in some]

    def _settle(self, step: CompiledStep, anchors: list[At], there: Truth, moment: Whole) -> None:
        """Note where a step stands, for those anchored on it: where it was done, or the moment where there is one, if later."""
        if not step.dependents:
            return
        finished = self.history.finished.get(step.order)
        if finished is not None:
            done = finished.latest != NONE
            moment = np.where(there & done, np.maximum(moment, finished.latest), np.where(done, finished.latest, moment))
            there = there | done
        ideal = self.ideals[FIRST_STEP + step.order]
        same = anchors is not self.ideals and (ideal.there == there).all() and (ideal.moment == moment)[there].all()
        anchors[FIRST_STEP + step.order] = ideal if same else At(there, moment, self.clock)

    def _place(self, step: CompiledStep, instances: list[Instance], alive: Truth) -> list[Placed]:
        if not alive.any():
            self._settle(step, self.anchors, self.never, self.records.end)
            return [Placed(step, *self._done(one, self.records.end, one.code), None, None, None) for one in instances]
        if all(self.anchors[FIRST_STEP + anchor] is self.ideals[FIRST_STEP + anchor] for anchor in step.anchors):
            terms = self.terms[step.order]
            assert terms is not None
        else:
            terms = self._terms(step, self.anchors)
        calendar = self.calendars[step.opening]
        bound, unthrottled = terms.bound, terms.first
        deadline, expires = self._limit(step, step.deadline), self._limit(step, step.expires)
        over_before = self.never
        if self.as_of is not None and (bound < self.as_of).any():
            # Where it is over by then, no date of then needs to be looked at.
            if expires is not None:
                over_before = (expires != NONE) & (expires < self.as_of)
            bound = np.where(over_before, bound, np.maximum(bound, self.as_of))
            self.clock.note(bound)
            unthrottled = calendar.fit(bound, terms.wanted)
        expired = over_before | _after(unthrottled, expires)
        made = []
        latest, some = self.records.end, self.never
        for one in instances:
            code = one.code
            if step.due.anchor >= FIRST_STEP and not terms.there.all():
                code = np.where((code == PLACED) & ~terms.there, np.int8(NO_ANCHOR), code)
            live = code == PLACED
            moment = self._throttled(step, bound, terms.wanted, unthrottled, one.contact, live)
            over = (over_before | _after(moment, expires)) & live
            if over.any():
                code = np.where(over, np.where(expired, np.int8(EXPIRED), np.int8(CROWDED_OUT)), code)
                live = live & ~over
            if step.throttles:
                day = self.clock.local(moment) // DAY
                self.tally.count(step, self.records.person(one.contact), day, live)
            latest = np.where(live & (~some | (moment > latest)), moment, latest) if some.any() or not live.all() else moment
            some = some | live
            late = None if deadline is None else _after(moment, deadline) & live
            limits = (_where(live, limit) for limit in (deadline, expires))
            made.append(Placed(step, *self._done(one, moment, code), late, *limits))
        self._settle(step, self.anchors, some, latest)
        return made

    def _done(self, one: Instance, moment: Whole, code: Codes) -> tuple[npt.NDArray[np.int8], Whole, Codes]:
        """Give for whom, when and what of an instance, with when it was done where it was."""
        return one.contact, moment if one.done_at is None else np.where(code == DONE, one.done_at, moment), code

    def _throttled(
        self, step: CompiledStep, bound: Whole, wanted: Wanted, unthrottled: Whole, contact: npt.NDArray[np.int8], live: Truth
    ) -> Whole:
        """Give the first moments that the throttles leave free too."""
        if not self.tally.binds(step):
            return unthrottled
        some: npt.NDArray[Any] | slice = slice(None) if live.all() else np.flatnonzero(live)
        day = (self.clock.local(unthrottled) // DAY)[some]
        person = self.records.person(contact)
        full = self.tally.free_from(step, some, person[some], day) != day
        if not full.any():
            return unthrottled
        rows = np.arange(self.size)[some][full]
        moments = unthrottled.copy()
        free_from = partial(self._free_from, step, person)
        moments[rows] = self.calendars[step.opening].first_free(bound, wanted, rows, free_from)
        return moments

    def _free_from(self, step: CompiledStep, person: npt.NDArray[np.int8], rows: npt.NDArray[np.int64], day: Whole) -> Whole:
        return self.tally.free_from(step, rows, person[rows], day)


def _any(truths: npt.NDArray[np.bool_] | list[Truth]) -> Truth:
    """Tell for each row whether one of its truths holds."""
    some: Truth = np.logical_or.reduce(truths, axis=0)
    return some


def _where(there: Truth, limit: Whole | None) -> Whole | None:
    """Give the limits of these rows, `NONE` for the others."""
    return limit if limit is None or there.all() else np.where(there, limit, NONE)


def _after(moment: Whole, limit: Whole | None) -> Truth:
    """Tell which moments are after a limit; `NONE` is none."""
    after: Truth = np.zeros(len(moment), dtype=bool) if limit is None else (limit != NONE) & (moment > limit)
    return after


def plan_records(records: Records, rules: Compiled, as_of: int | None) -> Iterator[tuple[Numbers, npt.NDArray[np.int64]]]:
    """Give the rows of the plans of records, lot by lot, and the records (in the batch) of which they are sure."""
    kernel = Kernel(records, rules, as_of)
    for rows, order in kernel.orders():
        some = kernel if len(rows) == kernel.size else Kernel(records.take(rows), rules, as_of)
        numbers = in_order(some.records, some.run(order))
        yield numbers, some.records.rows[some.sure & some.clock.trusted()]
