"""The planner: places every step of every record, one by one, so that nothing moves because of what comes after.

Assumes everything before it in `docs/architecture.md`. Pure: no clock, no disk, no network. The
validator reads the contract a second time and shares no code with this module, nor with `offsets`
and `throttling` below it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import partial
from heapq import heappop, heappush

from followup_rules.cadences.classic import CLASSIC
from followup_rules.cases import Case
from followup_rules.compiled import FIRST_STEP, Compiled, CompiledStep, compiled
from followup_rules.moments import Instant, rounded_up, to_moment
from followup_rules.offsets import Calendar
from followup_rules.plans import Plan, require_aware
from followup_rules.record import Interview
from followup_rules.rules import Ruleset
from followup_rules.shapes import Shapes, WatchedCalendar
from followup_rules.state import PersonKey, State, company_key, person_key, refuse_unknown_steps
from followup_rules.throttling import Ledger, Moved, free_from, full_around


def plan(interview: Interview, ruleset: Ruleset = CLASSIC, *, as_of: dt.datetime | None = None) -> Plan:
    """Plan what to do after an interview: a pure function of record, ruleset and `as_of`.

    `as_of=None` gives the plan from the start, in which nothing is overdue. With an aware date-time
    events after it are not seen and nothing is planned before it, rounded up to the full minute. All
    dates and wall-clock times of the plan are in the interview's zone.

    Raises `InvalidRecord` for an event that names no step of the ruleset and `FollowupError` for a
    naive `as_of`.
    """
    if as_of is not None:
        require_aware(as_of, "as_of")
    elif not interview.events:
        return _plan_fresh(interview, ruleset)
    refuse_unknown_steps(interview, ruleset)
    return _plan_together((interview,), ruleset, as_of)[0]


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
        rules.shapes = Shapes(rules, _explained)
    shapes: Shapes = rules.shapes
    fresh = shapes.fresh(record)
    made = None if fresh is None else shapes.place(fresh, record, ruleset)
    if made is not None:
        return made
    if fresh is None or not shapes.worth_learning(fresh):
        return _explained(record, ruleset)
    [case] = _settle((record,), ruleset, None, WatchedCalendar)
    shapes.learn(fresh, case)
    return case.as_plan(ruleset, None, None)


def _explained(record: Interview, ruleset: Ruleset) -> Plan:
    """Plan a record from the start by all the rules, reasons and texts with it."""
    return _plan_together((record,), ruleset, None)[0]


def _plan_together(records: Sequence[Interview], ruleset: Ruleset, as_of: dt.datetime | None) -> list[Plan]:
    seen_until = None if as_of is None else to_moment(as_of)
    return [case.as_plan(ruleset, as_of, seen_until) for case in _settle(records, ruleset, seen_until, Calendar)]


def _settle(records: Sequence[Interview], ruleset: Ruleset, seen_until: int | None, calendar: type[Calendar]) -> list[Case]:
    """Settle every instance of these records, which share their throttles."""
    rules = compiled(ruleset)
    not_before = None if seen_until is None else rounded_up(seen_until)
    ledger = Ledger(rules)
    cases = []
    for order, record in enumerate(records):
        state = State(record, seen_until)
        cases.append(Case(order, state, rules, not_before, calendar))
        ledger.count_record(state)
    Placement(cases, ledger).run()
    return cases


_NEVER = 1 << 62


class Placement:
    """The placing of all instances: by falling priority, rising ideal moment and order, each once its anchors are settled."""

    def __init__(self, cases: list[Case], ledger: Ledger) -> None:
        self.cases = cases
        self.ledger = ledger
        self.ready: list[tuple[int, int, int, int, int]] = []

    def run(self) -> None:
        """Settle every instance: skip it or place it."""
        for case in self.cases:
            self._line_up_first(case)
        while self.ready:
            _, _, number, order, place = heappop(self.ready)
            case = self.cases[number]
            step = case.rules.steps[order]
            _place(case, step, place, self.ledger)
            self._settled(case, step)

    def _line_up_first(self, case: Case) -> None:
        """Line up what waits for no other step, or only for such as are settled already."""
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
        anchor = FIRST_STEP + settled.order
        for order in settled.dependents:
            case.waits_for[order] -= 1
            if not case.unsettled[order]:
                continue
            step = case.rules.steps[order]
            if step.due.anchor == anchor and case.anchors[anchor] is None:
                case.left_out += [(order, place, "no-anchor", None) for place in case.open[order]]
                self._settled(case, step, case.unsettled[order])
            elif not case.waits_for[order]:
                self._line_up(case, step)

    def _line_up(self, case: Case, step: CompiledStep) -> None:
        terms = case.terms[step.order]
        moment = _NEVER if terms is None or terms[4] is None else terms[4][0]
        for place in case.open[step.order]:
            heappush(self.ready, (-step.priority, moment, case.order, step.order, place))


def _place(case: Case, step: CompiledStep, place: int, ledger: Ledger) -> None:
    """Give an instance its planned moment, or leave it out as expired or crowded out."""
    due, wanted, held, held_by, in_time = case.planned_terms(step)
    deadline, expires = case.deadline_and_expiry(step)
    bound, first = held, in_time
    if case.as_of is not None and case.as_of > bound:
        bound = case.as_of
        first = case.calendar.fit(bound, wanted, step.hours)
    if first is None or (expires is not None and first > expires):
        case.left_out.append((step.order, place, "expired", (_moment(expires), _moment(first), _moment(in_time), ())))
        return
    planned = first
    moved: tuple[Moved, ...] = ()
    scopes = ledger.scopes(step, case.state, place) if step.throttles else []
    for number, counted in enumerate(scopes, start=1):
        day = planned[1]
        if counted.free_from(day, day) == day:
            continue
        # What comes after `expires` need not be looked at; a clock change may put a moment before it on the date after it.
        last = _NEVER if expires is None else expires[1] + 1
        later = case.calendar.fit(bound, wanted, step.hours, partial(free_from, scopes[:number], last))
        if later is None or (expires is not None and later > expires):
            case.left_out.append((step.order, place, "crowded-out", (_moment(expires), None, None, full_around(scopes, first[1]))))
            return
        moved += ((counted.place, later[0], counted.around(day)),)
        planned = later
    why = due[0], held_by, held[0], bound[0], first[0], moved
    case.place((planned, step.order, place, deadline, expires, deadline is not None and planned > deadline, why))
    for counted in scopes:
        counted.add(planned[1], step.step.label)


def _moment(instant: Instant | None) -> int | None:
    return None if instant is None else instant[0]
