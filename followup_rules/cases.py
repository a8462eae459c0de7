"""One record on its way to a plan: the instances of its steps, their anchors, and what is settled of them.

Assumes state and offsets. Works out ideal moments, which need no other record; the planner decides
in which order instances are placed, and where.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from followup_rules.compiled import FIRST_STEP, OWN_IDEAL, Compiled, CompiledStep, Offset, compiled
from followup_rules.making import made_action, made_plan, made_skip
from followup_rules.moments import Instant, as_datetime, day_of, to_moment
from followup_rules.offsets import Calendar
from followup_rules.plans import Action, Plan, Reasons, Settled, Skip, SkipCode, Violation
from followup_rules.reasons import NoRoom, Why, done_late, reasons, too_often, why_skipped
from followup_rules.record import Done, Interview
from followup_rules.rules import Ruleset
from followup_rules.state import NOBODY, State
from followup_rules.throttling import Ledger

Placed = tuple[Instant, int, int, Instant | None, Instant | None, bool, Why]
"""An action in numbers: its moment, the order of its step, the place of its contact, deadline, expiry, whether it is late, why."""

LeftOut = tuple[int, int, SkipCode, NoRoom | None]
"""A skip in numbers: the order of its step, the place of its contact, the code and, if it found no date, why."""

Terms = tuple[Instant, int | None, Instant, int, Instant | None]
"""What the instances of a step have in common, given its anchors: its `due`, the time of day wanted, the latest of `due`
and the not-befores, the place of the not-before that set it (-1: none did), and where the hours then let it be done."""


_NOBODY: tuple[int, ...] = (NOBODY,)


class Case:
    """One record on its way to a plan: what is open of its steps, and what is settled of them."""

    # Nothing in it leads back to it: what refers to itself is freed by the garbage collector only, which costs more than a plan.
    __slots__ = (
        "anchors", "as_of", "calendar", "finished", "ideals", "left_out", "limits", "open", "order", "placed", "rules",
        "state", "terms", "unsettled", "waits_for", "zone",
    )  # fmt: skip

    def __init__(self, order: int, state: State, rules: Compiled, as_of: int | None, calendar: type[Calendar] = Calendar) -> None:
        self.order = order
        self.state = state
        self.zone = state.zone
        self.rules = rules
        self.as_of = self._instant(as_of)
        self.calendar = calendar(state.zone, frozenset(map(day_of, state.interview.closed_on)))
        steps = len(rules.steps)
        # What stands where: the anchors of the record, then the steps, where they were done or else are placed.
        self.anchors: list[Instant | None] = [*self._record_anchors(), *[None] * steps]
        self.ideals = list(self.anchors)
        self.terms: list[Terms | None] = [None] * steps
        self.limits: list[tuple[Instant | None, Instant | None] | None] = [None] * steps
        # Of each step: for the contacts at which places it is open, how many of those are not settled, how many steps it waits for.
        self.open: list[tuple[int, ...]] = [()] * steps
        self.unsettled = [0] * steps
        self.waits_for = list(rules.waits_for)
        self.placed: list[Placed] = []
        self.left_out: list[LeftOut] = []
        self.finished: dict[int, Sequence[tuple[int, Done]]] = {}
        self._look()

    # --- instances and their ideal moments ---

    def _look(self) -> None:
        """Find out for whom each step is open, which is nobody for whom it is done or ruled out by the record alone.

        The instances of a step share its ideal moment. Where none is open there is none, and so they
        move nothing that is anchored on them; an instance that later finds no date keeps its own.
        """
        state, ideals = self.state, self.ideals
        everybody = tuple(range(len(state.contacts))) or _NOBODY
        for step in self.rules.anchors_first:
            order = step.order
            reachable = places = _NOBODY
            if step.needs_contact:
                reachable = state.reachable(step.channel)
                places = everybody if step.each else reachable[:1] or _NOBODY
            if step.id in state.done:
                places = self._not_done(step, places)
            code: SkipCode | None = None
            if state.outcome in step.ends:
                code = "closed"
            elif step.has_facts and not state.applies(step.step):
                code = "not-applicable"
            else:
                if places != reachable:
                    self.left_out += [(order, place, "no-contact", None) for place in places if place not in reachable]
                    places = tuple([place for place in places if place in reachable])
                if ideals[step.due.anchor] is None and step.due.anchor < FIRST_STEP:
                    code = "no-anchor"
            if code is not None:
                self.left_out += [(order, place, code, None) for place in places]
            elif places:
                self.open[order] = places
                self.unsettled[order] = len(places)
                terms = self.terms[order] = self._terms(step, ideals)
                if terms is not None and (first := terms[4]) is not None:
                    latest = ideals[FIRST_STEP + order]
                    if latest is None or first > latest:
                        ideals[FIRST_STEP + order] = first

    def _not_done(self, step: CompiledStep, places: tuple[int, ...]) -> tuple[int, ...]:
        """Note which instances a `Done` finished, and when; give the places of the others."""
        finished = self.state.finished(step.step)
        if finished.whole is not None:
            places = ()
            done: Sequence[tuple[int, Done]] = ((NOBODY, finished.whole),)
        else:
            places = tuple([place for place in places if place not in finished.by_place])
            done = sorted(finished.by_place.items())
        self.finished[step.order] = done
        at = max([self.zone.instant_of(one.at) for _, one in done])
        self.anchors[FIRST_STEP + step.order] = self.ideals[FIRST_STEP + step.order] = at
        return places

    # --- anchors ---

    def _record_anchors(self) -> tuple[Instant | None, ...]:
        state = self.state
        decision = None if state.decision is None else (self.zone.moment(state.decision, 0), state.decision, 0)
        return state.started, state.ended, decision, self._instant(state.reply), self._instant(state.outcome_at)

    def _instant(self, moment: int | None) -> Instant | None:
        return None if moment is None else (moment, *self.zone.local(moment))

    def place(self, placed: Placed) -> None:
        """Note where an instance is placed, for those that are anchored on its step: the latest of its instances counts."""
        self.placed.append(placed)
        anchor = FIRST_STEP + placed[1]
        latest = self.anchors[anchor]
        if latest is None or placed[0] > latest:
            self.anchors[anchor] = placed[0]

    def planned_terms(self, step: CompiledStep) -> Terms:
        """Give the terms for a step whose anchors are all settled: mostly those of its ideal moment."""
        terms = self.terms[step.order]
        for anchor in step.anchors:
            if self.anchors[FIRST_STEP + anchor] != self.ideals[FIRST_STEP + anchor]:
                terms = self._terms(step, self.anchors)
                break
        assert terms is not None  # a step whose due has no anchor is not placed
        return terms

    def _terms(self, step: CompiledStep, anchors: Sequence[Instant | None]) -> Terms | None:
        after, hours, calendar = step.due, step.hours, self.calendar
        anchor = anchors[after.anchor]
        if anchor is None:
            return None
        wanted = None if after.elapsed is not None else anchor[2] if after.wall is None else after.wall
        bound = due = calendar.offset(after, anchor, hours)
        held_by = -1
        for place, after in enumerate(step.not_before):
            anchor = anchors[after.anchor]
            if anchor is not None:
                instant = calendar.offset(after, anchor, hours)
                if instant[0] > bound[0]:
                    bound, held_by = instant, place
        return due, wanted, bound, held_by, calendar.fit(bound, wanted, hours)

    def deadline_and_expiry(self, step: CompiledStep) -> tuple[Instant | None, Instant | None]:
        """Give the moments after which a step is late and after which it is not done at all; None where there is none."""
        limits = self.limits[step.order]
        if limits is None:
            deadline = None if step.deadline is None else self._limit(step, step.deadline)
            expires = None if step.expires is None else self._limit(step, step.expires)
            limits = self.limits[step.order] = deadline, expires
        return limits

    def _limit(self, step: CompiledStep, offset: Offset) -> Instant | None:
        if offset.anchor == OWN_IDEAL:
            terms = self.terms[step.order] or self._terms(step, self.ideals)
            anchor = None if terms is None else terms[4]
        else:
            anchor = self.anchors[offset.anchor]
        return None if anchor is None else self.calendar.offset(offset, anchor, step.hours)

    # --- the result ---

    def settled(self) -> tuple[tuple[Placed, ...], tuple[LeftOut, ...]]:
        """Give what was settled: what is placed in the order of time, what is left out in that of the steps."""
        self.placed.sort()
        self.left_out.sort()
        return tuple(self.placed), tuple(self.left_out)

    def as_plan(self, ruleset: Ruleset, as_of: dt.datetime | None, seen_until: int | None) -> Plan:
        """Put together what was settled."""
        interview = self.state.interview
        return made_plan(
            interview,
            ruleset,
            None if as_of is None else as_datetime(as_of, self.zone),
            WorkedOut(interview, ruleset, seen_until, *self.settled()),
            tuple([done for order in sorted(self.finished) for _, done in self.finished[order]]) if self.finished else (),
            self.zone.name,
        )

    def done_late(self) -> Iterator[Violation]:
        """Warn of what was done after its deadline."""
        for order in sorted(self.finished):
            step = self.rules.steps[order]
            deadline, _ = self.deadline_and_expiry(step)
            if deadline is not None:
                for place, done in self.finished[order]:
                    if to_moment(done.at) > deadline[0]:
                        contact = None if place == NOBODY else self.state.contacts[place]
                        yield done_late(step.step, contact, done, self.zone.at(deadline))


class WorkedOut(Settled):
    """What was settled for one record, in numbers: these are no objects that the garbage collector has to walk."""

    __slots__ = ("interview", "left_out", "placed", "ruleset", "seen_until")

    def __init__(
        self,
        interview: Interview,
        ruleset: Ruleset,
        seen_until: int | None,
        placed: tuple[Placed, ...],
        left_out: tuple[LeftOut, ...],
    ) -> None:
        self.interview = interview
        self.ruleset = ruleset
        self.seen_until = seen_until
        self.placed = placed
        self.left_out = left_out

    def actions(self) -> tuple[Action, ...]:
        """Make the actions, each with its reasons when they are read."""
        steps, contacts, at = self.ruleset.steps, (*self.interview.contacts, None), self.interview.zone.at
        made = []
        for number, (planned, order, place, deadline, expires, late, _) in enumerate(self.placed):
            due_by, until = None if deadline is None else at(deadline), None if expires is None else at(expires)
            made.append(made_action(steps[order], contacts[place], at(planned), due_by, until, late, (self, number)))
        return tuple(made)

    def because(self, place: int) -> Reasons:
        """Put into words why an action is when it is."""
        _, order, _, _, _, _, why = self.placed[place]
        return reasons(self.ruleset.steps[order], self.ruleset, self.interview.zone, why)

    def skipped(self) -> tuple[Skip, ...]:
        """Make the skips, each with its text when it is read."""
        steps, contacts = self.ruleset.steps, (*self.interview.contacts, None)
        return tuple(
            [
                made_skip(steps[order].id, contacts[place], code, (self, number))
                for number, (order, place, code, _) in enumerate(self.left_out)
            ]
        )

    def text(self, place: int) -> str:
        """Put into words why an instance is not planned."""
        order, contact, code, no_room = self.left_out[place]
        step, who = self.ruleset.steps[order], (*self.interview.contacts, None)[contact]
        return why_skipped(step, who, code, State(self.interview, self.seen_until), self.ruleset, no_room)

    def warnings(self) -> tuple[Violation, ...]:
        """Make the warnings: what the record says was done late, and what too often."""
        state = State(self.interview, self.seen_until)
        if not state.events:
            return ()
        rules = compiled(self.ruleset)
        ledger = Ledger(rules)
        ledger.count_record(state)
        return *Case(0, state, rules, None).done_late(), *too_often(ledger)
