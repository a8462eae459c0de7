"""One record on its way to a plan: the instances of its steps, their anchors, and what is settled of them.

Assumes state and offsets. Works out ideal moments, which need no other record; the planner decides
in which order instances are placed, and where.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from followup_rules.compiled import FIRST_STEP, OWN_IDEAL, Compiled, CompiledStep, Offset
from followup_rules.moments import Instant, as_datetime, day_of, to_moment
from followup_rules.offsets import Calendar
from followup_rules.plans import Plan, Reasons, Skip, Violation, made_action, made_plan
from followup_rules.reasons import done_late
from followup_rules.record import Contact, Done
from followup_rules.rules import Ruleset
from followup_rules.state import State


class Instance:
    """One thing that may be planned: a step of an interview, for the contact at `place` if it is to one."""

    # No way back to the case: what refers to itself is freed by the garbage collector only, which costs more than a plan.
    __slots__ = ("because", "contact", "place", "planned", "skip", "step")

    def __init__(self, step: CompiledStep, place: int | None, contact: Contact | None) -> None:
        self.step = step
        self.place = place
        self.contact = contact
        self.planned: Instant | None = None
        self.skip: Skip | None = None
        self.because: Callable[[], Reasons] = tuple


class Terms(NamedTuple):
    """What the instances of a step have in common, given its anchors: from when on it is done.

    `bound` is the latest of `due` and the `not_before`s, `held_by` the `not_before` that set it, if
    one did; `first` is where the hours then let it be done, if they do.
    """

    due: Instant
    wanted: int | None
    bound: Instant
    held_by: Offset | None
    first: Instant | None


class Case:
    """One record on its way to a plan: the instances of its steps and what is settled of them."""

    def __init__(self, order: int, state: State, rules: Compiled, as_of: int | None, calendar: type[Calendar] = Calendar) -> None:
        self.order = order
        self.state = state
        self.zone = state.zone
        self.rules = rules
        self.as_of = self._instant(as_of)
        closed_on = frozenset(map(day_of, state.interview.closed_on))
        self.calendars = [calendar(state.zone, opening, closed_on) for opening in rules.openings]
        self.finished: dict[int, Sequence[tuple[int | None, Done]]] = {}
        self.done_at: dict[int, Instant] = {}
        self.instances = [
            self._spread(step) if step.needs_contact or step.id in state.done else [Instance(step, None, None)]
            for step in rules.steps
        ]
        # What stands where: the anchors of the record, then the steps, each once all of its instances are settled.
        self.anchors: list[Instant | None] = [*self._record_anchors(), *[None] * len(rules.steps)]
        self.ideals: list[Instant | None] = []
        self.terms: list[Terms | None] = [None] * len(rules.steps)
        self.waits_for: list[int] = []
        self.unsettled: list[int] = []
        self.warnings: list[Violation] = []

    # --- instances ---

    def _spread(self, step: CompiledStep) -> list[Instance]:
        """Give a step its instances, and set those apart that a `Done` finished."""
        state = self.state
        places: Iterable[int | None] = (None,)
        if step.needs_contact:
            if step.each and state.contacts:
                places = range(len(state.contacts))
            elif not step.each and (reachable := state.reachable(step.channel)):
                places = reachable[:1]
        if step.id in state.done:
            finished = state.finished(step.step)
            if finished.whole is not None:
                places = ()
                self.finished[step.order] = ((None, finished.whole),)
            else:
                places = [place for place in places if place not in finished.by_place]
                self.finished[step.order] = sorted(finished.by_place.items())
            self.done_at[step.order] = max([self.zone.instant_of(done.at) for _, done in self.finished[step.order]])
        return [Instance(step, place, None if place is None else state.contacts[place]) for place in places]

    # --- anchors ---

    def _record_anchors(self) -> tuple[Instant | None, ...]:
        state = self.state
        decision = None if state.decision is None else (self.zone.moment(state.decision, 0), state.decision, 0)
        return state.started, state.ended, decision, self._instant(state.reply), self._instant(state.outcome_at)

    def _instant(self, moment: int | None) -> Instant | None:
        return None if moment is None else (moment, *self.zone.local(moment))

    def settle(self, step: CompiledStep) -> None:
        """Note where a step stands, for those anchored on it: where it was done, else where this plan puts it."""
        latest = self.done_at.get(step.order)
        for instance in self.instances[step.order]:
            if instance.planned is not None and (latest is None or instance.planned > latest):
                latest = instance.planned
        self.anchors[FIRST_STEP + step.order] = latest

    def work_out_ideals(self) -> None:
        """Work out the ideal moment of every step, those it is anchored on first.

        The instances of a step share it. Where the record alone rules them all out there is none, and
        so they move nothing that is anchored on them; an instance that later finds no date keeps its own.
        """
        self.ideals = list(self.anchors)
        for step in self.rules.anchors_first:
            latest = self.done_at.get(step.order)
            for instance in self.instances[step.order]:
                if instance.skip is None:
                    terms = self.terms[step.order] = self._terms(step, self.ideals)
                    if terms is not None and terms.first is not None and (latest is None or terms.first > latest):
                        latest = terms.first
                    break
            self.ideals[FIRST_STEP + step.order] = latest

    def ideal(self, step: CompiledStep) -> Instant | None:
        """Give the ideal moment of a step that is not ruled out; None if it has none."""
        terms = self.terms[step.order]
        return None if terms is None else terms.first

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
        anchor = anchors[step.due.anchor]
        if anchor is None:
            return None
        calendar = self.calendars[step.opening]
        due, wanted = calendar.offset(step.due, anchor)
        bound, held_by = due, None
        for offset in step.not_before:
            anchor = anchors[offset.anchor]
            if anchor is not None:
                instant = calendar.offset(offset, anchor)[0]
                if instant[0] > bound[0]:
                    bound, held_by = instant, offset
        return Terms(due, wanted, bound, held_by, calendar.fit(bound, wanted))

    def _limit(self, step: CompiledStep, offset: Offset | None) -> Instant | None:
        """Give the moment of a deadline or an expiry; None where there is none, or its anchor does not exist."""
        if offset is None:
            return None
        if offset.anchor == OWN_IDEAL:
            terms = self.terms[step.order] or self._terms(step, self.ideals)
            anchor = None if terms is None else terms.first
        else:
            anchor = self.anchors[offset.anchor]
        return None if anchor is None else self.calendars[step.opening].offset(offset, anchor)[0]

    def deadline(self, step: CompiledStep) -> Instant | None:
        """Give the moment after which a step is late; None if there is none."""
        return self._limit(step, step.deadline)

    def expires(self, step: CompiledStep) -> Instant | None:
        """Give the moment after which a step is not done at all; None if there is none."""
        return self._limit(step, step.expires)

    # --- the result ---

    def warn(self, warnings: Iterable[Violation]) -> None:
        """Take up warnings of what the record itself already broke."""
        self.warnings.extend(warnings)

    def as_plan(self, ruleset: Ruleset, as_of: dt.datetime | None) -> Plan:
        """Put together what was settled."""
        actions = []
        skipped = []
        at = self.zone.at
        for step, instances in zip(self.rules.steps, self.instances, strict=True):
            limits = None
            for instance in instances:
                if instance.skip is not None:
                    skipped.append(instance.skip)
                    continue
                planned = instance.planned
                assert planned is not None  # what is settled is either skipped or planned
                if limits is None:
                    deadline, expires = self.deadline(step), self.expires(step)
                    limits = None if deadline is None else at(deadline), None if expires is None else at(expires)
                late = deadline is not None and planned[0] > deadline[0]
                action = made_action(step.step, instance.contact, at(planned), *limits, late, instance.because)
                actions.append((planned[0], step.order, instance.place or 0, action))
        actions.sort()
        return made_plan(
            self.state.interview,
            ruleset,
            None if as_of is None else as_datetime(as_of, self.zone),
            tuple([item[3] for item in actions]),
            tuple([done for order in sorted(self.finished) for _, done in self.finished[order]]),
            tuple(skipped),
            (*self._done_late(), *self.warnings) if self.state.events else (),
            self.zone.name,
        )

    def _done_late(self) -> Iterator[Violation]:
        for order, finished in self.finished.items():
            step = self.rules.steps[order]
            deadline = self.deadline(step)
            if deadline is not None and self.done_at[order][0] > deadline[0]:
                for place, done in finished:
                    if to_moment(done.at) > deadline[0]:
                        contact = None if place is None else self.state.contacts[place]
                        yield done_late(step.step, contact, done, self.zone.at(deadline))
