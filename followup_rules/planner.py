"""The planner: places every step of every record, one by one, so that nothing moves because of what comes after.

Assumes everything before it in `docs/architecture.md`. Pure: no clock, no disk, no network. The
validator reads the contract a second time and shares no code with this module, nor with `offsets`
and `throttling` below it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from heapq import heappop, heappush

from followup_rules.cadences.classic import CLASSIC
from followup_rules.cases import Case, Instance
from followup_rules.moments import to_moment
from followup_rules.offsets import always_free
from followup_rules.plans import Plan, Skip, require_aware
from followup_rules.reasons import (
    Moved,
    Trace,
    not_placed,
    throttles_that_moved,
    why_closed,
    why_no_anchor,
    why_no_contact,
    why_not_applicable,
)
from followup_rules.record import DETAIL_OF, Interview
from followup_rules.rules import RECORD_ANCHORS, Ruleset, Step, step_anchors
from followup_rules.state import State, refuse_unknown_steps
from followup_rules.throttling import Ledger


def plan(interview: Interview, ruleset: Ruleset = CLASSIC, *, as_of: dt.datetime | None = None) -> Plan:
    """Plan what to do after an interview: a pure function of record, ruleset and `as_of`.

    `as_of=None` gives the plan from the start, in which nothing is overdue. With an aware date-time
    events after it are not seen and nothing is planned before it, rounded up to the full minute. All
    dates and wall-clock times of the plan are in the interview's zone.

    Raises `InvalidRecord` for an event that names no step of the ruleset and `FollowupError` for a
    naive `as_of`.
    """
    return plan_all((interview,), ruleset, as_of=as_of)[0]


def plan_all(
    interviews: Iterable[Interview], ruleset: Ruleset = CLASSIC, *, as_of: dt.datetime | None = None
) -> tuple[Plan, ...]:
    """Plan many interviews together: as `plan` does each, with the throttles shared between them.

    Contacts are the same person, and companies the same company, as the contract's §4 says. Gives
    the plans in the order of the interviews; raises as `plan` does.
    """
    seen_until = None if as_of is None else to_moment(require_aware(as_of, "as_of"))
    ledger = Ledger(ruleset)
    cases = []
    for order, interview in enumerate(interviews):
        refuse_unknown_steps(interview, ruleset)
        case = Case(order, State(interview, seen_until), ruleset, seen_until)
        ledger.count_record(case.state)
        cases.append(case)
    Placement(cases, ruleset, ledger).run()
    return tuple(case.as_plan(as_of) for case in cases)


_NEVER = 1 << 62


class Placement:
    """The placing of all instances: by falling priority, rising ideal moment and order, each once its anchors are settled."""

    def __init__(self, cases: list[Case], ruleset: Ruleset, ledger: Ledger) -> None:
        self.cases = cases
        self.ledger = ledger
        self.steps = ruleset.steps
        self.dependents: dict[str, list[Step]] = {step.id: [] for step in ruleset.steps}
        for step in ruleset.steps:
            for anchor in step_anchors(step):
                self.dependents[anchor].append(step)
        self.unsettled: dict[tuple[int, str], int] = {}
        self.waits_for: dict[tuple[int, str], int] = {}
        self.ready: list[tuple[int, int, int, int, int, Instance]] = []

    def run(self) -> None:
        """Settle every instance: skip it or place it."""
        for case in self.cases:
            for instance in case.all_instances():
                instance.skip = _ruled_out(instance)
            case.work_out_ideals()
            self._line_up_first(case)
        while self.ready:
            instance = heappop(self.ready)[-1]
            _place(instance, self.ledger)
            self._settled(instance.case, instance.step)

    def _line_up_first(self, case: Case) -> None:
        """Line up what waits for no other step, or only for such as are settled already."""
        settled = []
        for step in self.steps:
            still_open = sum(instance.skip is None for instance in case.instances[step.id])
            self.unsettled[case.order, step.id] = still_open
            self.waits_for[case.order, step.id] = len(step_anchors(step))
            if not still_open:
                settled.append(step)
            elif not step_anchors(step):
                self._line_up(case, step)
        for step in settled:
            self._release(case, step)

    def _settled(self, case: Case, step: Step, count: int = 1) -> None:
        """Note that so many instances of a step are settled; once all are, release what waits for it."""
        self.unsettled[case.order, step.id] -= count
        if not self.unsettled[case.order, step.id]:
            self._release(case, step)

    def _release(self, case: Case, settled: Step) -> None:
        nothing = case.planned_anchor(settled.id) is None
        for step in self.dependents[settled.id]:
            key = case.order, step.id
            self.waits_for[key] -= 1
            if not self.unsettled[key]:
                continue
            if nothing and step.due.anchor == settled.id:
                waiting = [instance for instance in case.instances[step.id] if instance.skip is None]
                for instance in waiting:
                    instance.skip = why_no_anchor(step, instance.contact, case.ruleset)
                self._settled(case, step, len(waiting))
            elif not self.waits_for[key]:
                self._line_up(case, step)

    def _line_up(self, case: Case, step: Step) -> None:
        for instance in case.instances[step.id]:
            if instance.skip is None:
                ideal = _NEVER if instance.ideal is None else instance.ideal
                key = (-step.priority, ideal, case.order, instance.step_order, instance.place or 0)
                heappush(self.ready, (*key, instance))


def _ruled_out(instance: Instance) -> Skip | None:
    """Give the skip of an instance for which the record alone says that it is not planned."""
    case, step, state = instance.case, instance.step, instance.case.state
    if state.outcome is not None and case.ruleset.ends(step, state.outcome):
        return why_closed(step, instance.contact, state)
    if not state.applies(step):
        return why_not_applicable(step, instance.contact, state)
    if step.channel in DETAIL_OF and (instance.place is None or instance.place not in state.reachable(step.channel)):
        return why_no_contact(step, instance.contact, state)
    if step.due.anchor in RECORD_ANCHORS and case.anchors[step.due.anchor] is None:
        return why_no_anchor(step, instance.contact, case.ruleset)
    return None


def _place(instance: Instance, ledger: Ledger) -> None:
    """Give an instance its planned moment, or skip it as expired or crowded out."""
    case, step = instance.case, instance.step
    calendar = case.calendars[step.during]
    due_anchor = case.planned_anchor(step.due.anchor)
    assert due_anchor is not None
    due, wanted = calendar.offset(step.due, due_anchor)
    bound, held_by = due, None
    for after in step.not_before:
        anchor = case.planned_anchor(after.anchor)
        if anchor is not None:
            moment = calendar.offset(after, anchor)[0]
            if moment > bound:
                bound, held_by = moment, after
    not_before = bound
    if case.as_of is not None:
        bound = max(bound, case.as_of)
    contact = instance.contact
    company = case.state.interview.company
    binding = ledger.binding(step, contact, company)
    unthrottled = calendar.fit(bound, wanted, always_free)
    moment_planned = calendar.fit(bound, wanted, binding.free_from) if binding.scopes else unthrottled
    expires = case.limit(step, step.expires, instance.ideal)
    if moment_planned is None or (expires is not None and moment_planned > expires):
        expired = unthrottled is None or (expires is not None and unthrottled > expires)
        instance.skip = not_placed(
            step, contact, case.zone, binding, bound=bound, expires=expires, unthrottled=unthrottled, expired=expired
        )
        return
    moved: tuple[Moved, ...] = ()
    if moment_planned != unthrottled:
        moved = throttles_that_moved(binding, case.zone, lambda some: calendar.fit(bound, wanted, some.free_from), unthrottled)
    instance.moment = moment_planned
    instance.trace = Trace(
        step=step,
        zone=case.zone,
        due=due,
        held_by=held_by,
        not_before=not_before,
        bound=bound,
        fitted=unthrottled if unthrottled is not None else moment_planned,
        moved=moved,
        steps=case.ruleset.steps,
    )
    ledger.count_action(step, contact, company, case.zone.local(moment_planned)[0])
