"""The planner: places every step of every record, one by one, so that nothing moves because of what comes after.

Assumes everything before it in `docs/architecture.md`. Pure: no clock, no disk, no network. The
validator reads the contract a second time and shares no code with this module, nor with `offsets`
and `throttling` below it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from heapq import heappop, heappush

from followup_rules.cadences.classic import CLASSIC
from followup_rules.cases import Case, Instance
from followup_rules.compiled import FIRST_STEP, Compiled, CompiledStep, compiled
from followup_rules.moments import rounded_up, to_moment
from followup_rules.offsets import Calendar
from followup_rules.plans import Plan, Skip, SkipCode, made_skip, require_aware
from followup_rules.reasons import (
    Moved,
    not_placed,
    reasons,
    throttles_that_moved,
    too_often,
    why_closed,
    why_no_anchor,
    why_no_contact,
    why_not_applicable,
)
from followup_rules.record import Interview
from followup_rules.rules import Ruleset
from followup_rules.shapes import Shapes, WatchedCalendar
from followup_rules.state import PersonKey, State, company_key, person_key, refuse_unknown_steps
from followup_rules.throttling import Ledger, free_from


def plan(interview: Interview, ruleset: Ruleset = CLASSIC, *, as_of: dt.datetime | None = None) -> Plan:
    """Plan what to do after an interview: a pure function of record, ruleset and `as_of`.

    `as_of=None` gives the plan from the start, in which nothing is overdue. With an aware date-time
    events after it are not seen and nothing is planned before it, rounded up to the full minute. All
    dates and wall-clock times of the plan are in the interview's zone.

    Raises `InvalidRecord` for an event that names no step of the ruleset and `FollowupError` for a
    naive `as_of`.
    """
    return plan_all((interview,), ruleset, as_of=as_of)[0]


def plan_all(interviews: Iterable[Interview], ruleset: Ruleset = CLASSIC, *, as_of: dt.datetime | None = None) -> tuple[Plan, ...]:
    """Plan many interviews together: as `plan` does each, with the throttles shared between them.

    Contacts are the same person, and companies the same company, as the contract's §4 says. Gives
    the plans in the order of the interviews; raises as `plan` does.
    """
    records = tuple(interviews)
    if as_of is not None:
        require_aware(as_of, "as_of")
    for record in records:
        if record.events:
            refuse_unknown_steps(record, ruleset)
    plans: dict[int, Plan] = {}
    for group in _apart(records, compiled(ruleset)):
        together = [records[number] for number in group]
        if len(group) == 1 and as_of is None and not together[0].events:
            plans[group[0]] = _plan_fresh(together[0], ruleset)
        else:
            plans.update(zip(group, _plan_together(together, ruleset, as_of), strict=True))
    return tuple([plans[number] for number in range(len(records))])


def _apart(records: tuple[Interview, ...], rules: Compiled) -> list[list[int]]:
    """Part records into groups that share no contact and no company, and so no throttle, each in the order given."""
    if len(records) == 1:
        return [[0]]
    scopes = {throttle.per for throttle in rules.throttles}
    leaders = list(range(len(records)))
    first: dict[str | PersonKey, int] = {}
    for number, record in enumerate(records):
        keys: list[str | PersonKey] = [company_key(record.company)] if "company" in scopes else []
        if "contact" in scopes:
            keys += [person_key(contact, record.company) for contact in record.contacts]
        for key in keys:
            here, there = _leader(leaders, number), _leader(leaders, first.setdefault(key, number))
            leaders[max(here, there)] = min(here, there)
    groups: dict[int, list[int]] = {}
    for number in range(len(records)):
        groups.setdefault(_leader(leaders, number), []).append(number)
    return list(groups.values())


def _leader(leaders: list[int], number: int) -> int:
    """Give the first record of the group that this one is in, and shorten the way to it."""
    while leaders[number] != number:
        leaders[number] = leaders[leaders[number]]
        number = leaders[number]
    return number


def _plan_fresh(record: Interview, ruleset: Ruleset) -> Plan:
    """Plan a record without events from the start: by its shape, where that is known."""
    rules = compiled(ruleset)
    if rules.shapes is None:
        rules.shapes = Shapes(rules)
    shapes: Shapes = rules.shapes
    fresh = shapes.fresh(record)
    made = None if fresh is None else shapes.place(fresh, record, ruleset, partial(_explained, record, ruleset))
    if made is not None:
        return made
    if fresh is None or not shapes.worth_learning(fresh):
        return _explained(record, ruleset)
    [case] = _settle((record,), ruleset, None, WatchedCalendar)
    made = case.as_plan(ruleset, None)
    shapes.learn(fresh, made, case.calendars)
    return made


def _explained(record: Interview, ruleset: Ruleset) -> Plan:
    """Plan a record from the start by all the rules, reasons and texts with it."""
    return _plan_together((record,), ruleset, None)[0]


def _plan_together(records: Sequence[Interview], ruleset: Ruleset, as_of: dt.datetime | None) -> list[Plan]:
    return [case.as_plan(ruleset, as_of) for case in _settle(records, ruleset, as_of, Calendar)]


def _settle(records: Sequence[Interview], ruleset: Ruleset, as_of: dt.datetime | None, calendar: type[Calendar]) -> list[Case]:
    """Settle every instance of these records, which share their throttles."""
    rules = compiled(ruleset)
    seen_until = None if as_of is None else to_moment(as_of)
    not_before = None if seen_until is None else rounded_up(seen_until)
    ledger = Ledger(rules)
    cases = []
    for order, record in enumerate(records):
        state = State(record, seen_until)
        case = Case(order, state, rules, not_before, calendar)
        if state.events:
            own = Ledger(rules)
            own.count_record(state)
            case.warn(too_often(own))
            ledger.take(own)
        cases.append(case)
    Placement(cases, ruleset, ledger).run()
    return cases


_NEVER = 1 << 62


class Placement:
    """The placing of all instances: by falling priority, rising ideal moment and order, each once its anchors are settled."""

    def __init__(self, cases: list[Case], ruleset: Ruleset, ledger: Ledger) -> None:
        self.cases = cases
        self.ruleset = ruleset
        self.ledger = ledger
        self.ready: list[tuple[int, int, int, int, int, Instance]] = []

    def run(self) -> None:
        """Settle every instance: skip it or place it."""
        for case in self.cases:
            self._line_up_first(case)
        while self.ready:
            *_, order, _, _, instance = heappop(self.ready)
            case = self.cases[order]
            _place(case, instance, self.ruleset, self.ledger)
            self._settled(case, instance.step)

    def _line_up_first(self, case: Case) -> None:
        """Skip what the record alone rules out; line up what waits for no other step, or only for such as are settled already."""
        for instances in case.instances:
            still_open = 0
            for instance in instances:
                instance.skip = _ruled_out(case, instance, self.ruleset)
                still_open += instance.skip is None
            case.unsettled.append(still_open)
        case.work_out_ideals()
        case.waits_for = list(case.rules.waits_for)
        for step, still_open in zip(case.rules.steps, tuple(case.unsettled), strict=True):
            if not still_open:
                if step.dependents:
                    self._release(case, step)
            elif not step.anchors:
                self._line_up(case, step)

    def _settled(self, case: Case, step: CompiledStep, count: int = 1) -> None:
        """Note that so many instances of a step are settled; once all are, release what waits for it."""
        case.unsettled[step.order] -= count
        if step.dependents and not case.unsettled[step.order]:
            self._release(case, step)

    def _release(self, case: Case, settled: CompiledStep) -> None:
        case.settle(settled)
        nothing = case.anchors[FIRST_STEP + settled.order] is None
        for order in settled.dependents:
            step = case.rules.steps[order]
            case.waits_for[order] -= 1
            if not case.unsettled[order]:
                continue
            if nothing and step.due.anchor == FIRST_STEP + settled.order:
                waiting = [instance for instance in case.instances[order] if instance.skip is None]
                for instance in waiting:
                    instance.skip = _skip(instance, "no-anchor", partial(why_no_anchor, step.step, instance.contact, self.ruleset))
                self._settled(case, step, len(waiting))
            elif not case.waits_for[order]:
                self._line_up(case, step)

    def _line_up(self, case: Case, step: CompiledStep) -> None:
        ideal = case.ideal(step)
        for instance in case.instances[step.order]:
            if instance.skip is None:
                key = (-step.priority, _NEVER if ideal is None else ideal[0], case.order, step.order, instance.place or 0)
                heappush(self.ready, (*key, instance))


def _skip(instance: Instance, code: SkipCode, text: Callable[[], str]) -> Skip:
    return made_skip(instance.step.id, instance.contact, code, text)


def _ruled_out(case: Case, instance: Instance, ruleset: Ruleset) -> Skip | None:
    """Give the skip of an instance for which the record alone says that it is not planned."""
    step, state = instance.step, case.state
    if state.outcome is not None and state.outcome in step.ends:
        return _skip(instance, "closed", partial(why_closed, step.step, instance.contact, state))
    if step.has_facts and not state.applies(step.step):
        return _skip(instance, "not-applicable", partial(why_not_applicable, step.step, instance.contact, state))
    if step.needs_contact and (instance.place is None or instance.place not in state.reachable(step.channel)):
        return _skip(instance, "no-contact", partial(why_no_contact, step.step, instance.contact, state))
    if step.due.anchor < FIRST_STEP and case.anchors[step.due.anchor] is None:
        return _skip(instance, "no-anchor", partial(why_no_anchor, step.step, instance.contact, ruleset))
    return None


def _place(case: Case, instance: Instance, ruleset: Ruleset, ledger: Ledger) -> None:
    """Give an instance its planned moment, or skip it as expired or crowded out."""
    step = instance.step
    calendar = case.calendars[step.opening]
    terms = case.planned_terms(step)
    bound, unthrottled = terms.bound, terms.first
    if case.as_of is not None and case.as_of > bound:
        bound = case.as_of
        unthrottled = calendar.fit(bound, terms.wanted)
    binding = ledger.binding(step, case.state, instance.place) if step.throttles else ()
    planned = calendar.fit(bound, terms.wanted, partial(free_from, binding)) if binding else unthrottled
    expires = case.expires(step)
    if planned is None or (expires is not None and planned[0] > expires[0]):
        expired = unthrottled is None or (expires is not None and unthrottled[0] > expires[0])
        instance.skip = not_placed(
            step.step,
            instance.contact,
            case.zone,
            binding,
            bound=bound,
            expires=expires,
            unthrottled=unthrottled,
            expired=expired,
            in_time=terms.first,
        )
        return
    moved: tuple[Moved, ...] = ()
    if planned != unthrottled:
        moved = throttles_that_moved(binding, partial(calendar.fit, bound, terms.wanted), unthrottled, planned)
    instance.planned = planned
    instance.because = partial(
        reasons,
        step.step,
        ruleset.steps,
        case.zone,
        terms.due[0],
        None if terms.held_by is None else terms.held_by.after,
        terms.bound[0],
        bound[0],
        (unthrottled or planned)[0],
        moved,
    )
    if step.throttles:
        ledger.count_action(step, case.state, instance.place, planned[1])
