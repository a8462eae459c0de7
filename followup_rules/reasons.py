"""The words of a plan: why an action is when it is, and why an instance is not there.

Assumes what the planner found out, as plain values; decides nothing. Reasons are put into words
when somebody reads them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import attrs
import pendulum

from followup_rules.moments import Zone, date_of
from followup_rules.plans import Reason, Skip, Violation, show, show_date
from followup_rules.record import DETAIL_OF, Contact, Done
from followup_rules.rules import RECORD_ANCHORS, After, Ruleset, Step, Throttle
from followup_rules.state import State
from followup_rules.throttling import Binding, Ledger

_ANCHOR_NAMES = {
    "start": "the interview starts",
    "end": "the interview ends",
    "decision": "the decision date",
    "reply": "their last reply",
    "outcome": "their decision",
    "ideal": "its ideal moment",
}
_FACT_NAMES = {
    "replied": "they have replied",
    "decision-date": "a decision date is known",
    "topics": "topics are on record",
}
_CAN_NAMES = {"email": "somebody can be emailed", "call": "somebody can be called", "letter": "somebody can be sent a letter"}


@attrs.frozen
class Moved:
    """How far one throttle moved an action, and what it had counted around there."""

    throttle: Throttle
    moment: int
    counted: tuple[tuple[int, str], ...]


@attrs.frozen
class Trace:
    """What set and moved one action's moment; calling it puts that into words."""

    step: Step
    zone: Zone
    due: int
    held_by: After | None
    not_before: int
    bound: int
    fitted: int
    moved: tuple[Moved, ...]
    steps: tuple[Step, ...]

    def __call__(self) -> tuple[Reason, ...]:
        at = self.zone.datetime
        step = self.step
        reasons = [Reason("due", step.id, at(self.due), _capital(self._offset(step.due)))]
        if self.held_by is not None:
            text = f"Not before {self._offset(self.held_by)}"
            reasons.append(Reason("not-before", self.held_by.anchor, at(self.not_before), text))
        if self.bound != self.not_before:
            reasons.append(Reason("as-of", "as_of", at(self.bound), "Not before now: the right moment has passed"))
        if self.fitted != self.bound:
            text = f"Moved to the hours of {step.during}" if step.during else "Moved to the time of day it is due"
            reasons.append(Reason("hours", step.during or step.id, at(self.fitted), text))
        for moved in self.moved:
            text = f"Moved by {moved.throttle.id}: {limit_of(moved.throttle)}, and {_filled(moved.counted)}"
            reasons.append(Reason("throttle", moved.throttle.id, at(moved.moment), text))
        return tuple(reasons)

    def _offset(self, after: After) -> str:
        return offset_of(after, self.steps)


def offset_of(after: After, steps: tuple[Step, ...]) -> str:
    """Put an offset into words: `7 days after the interview ends, at 10:00`."""
    anchor = _ANCHOR_NAMES.get(after.anchor) or next(f"“{step.label}”" for step in steps if step.id == after.anchor)
    amount, unit = after.amount, {"days": "day", "workdays": "working day", "hours": "hour"}[after.unit]
    if amount:
        text = f"{_number(abs(amount), unit)} {'after' if amount > 0 else 'before'} {anchor}"
    else:
        is_clause = after.anchor in ("start", "end")
        if after.at is None:
            text = f"{'when' if is_clause else 'at'} {anchor}"
        else:
            text = f"on the day {'' if is_clause else 'of '}{anchor}"
    return text if after.at is None else f"{text}, at {after.at:%H:%M}"


def limit_of(throttle: Throttle) -> str:
    """Put a throttle into words: `at most 1 email or call to one contact in any 7 days`."""
    whom = "one contact" if throttle.per == "contact" else "the company"
    return f"at most {throttle.max} {' or '.join(throttle.channels)} to {whom} in any {_number(throttle.days, 'day')}"


def throttles_that_moved(
    binding: Binding, zone: Zone, fit: Callable[[Binding], int | None], unthrottled: int | None
) -> tuple[Moved, ...]:
    """Tell which throttles moved an action: those that move it further, added one by one in their order."""
    moved: list[Moved] = []
    before = unthrottled
    for count in range(1, len(binding.scopes) + 1):
        throttle, counted = binding.scopes[count - 1]
        moment = fit(Binding(binding.scopes[:count]))
        if moment is not None and moment != before:
            day = zone.local(before if before is not None else moment)[0]
            moved.append(Moved(throttle, moment, tuple(counted.around(day, throttle))))
            before = moment
    return tuple(moved)


def why_closed(step: Step, contact: Contact | None, state: State) -> Skip:
    """Skip a step that the outcome ends."""
    assert state.outcome_at is not None
    when = show(state.zone.datetime(state.outcome_at))
    return Skip(step.id, contact, "closed", f"{_who(step, contact)}: the outcome was “{state.outcome}” on {when}, which ends it")


def why_not_applicable(step: Step, contact: Contact | None, state: State) -> Skip:
    """Skip a step whose facts are not as it asks, naming each that is not."""
    lacking = [f"only if {fact_in_words(fact, state)}" for fact in step.only_if if not state.holds(fact)]
    barred = [f"not if {fact_in_words(fact, state)}" for fact in step.unless if state.holds(fact)]
    return Skip(step.id, contact, "not-applicable", f"{_who(step, contact)}: {'; '.join(lacking + barred)}")


def why_no_contact(step: Step, contact: Contact | None, state: State) -> Skip:
    """Skip a step for want of a contact, or of the detail that its channel needs."""
    detail = DETAIL_OF[step.channel]
    bounced = [state.contacts[place].name for place in state.bounced(step.channel)]
    if not state.contacts:
        text = "no contact is on record"
    elif contact is not None:
        text = f"{contact.name}'s {detail} was found not to work" if contact.name in bounced else f"no {detail} of {contact.name} is on record"
    elif bounced:
        text = f"the {detail} of {_and(bounced)} was found not to work, and no other is on record"
    else:
        text = f"no {detail} of {_and([one.name for one in state.contacts])} is on record"
    return Skip(step.id, contact, "no-contact", f"{_who(step, contact)}: {text}")


def why_no_anchor(step: Step, contact: Contact | None, ruleset: Ruleset) -> Skip:
    """Skip a step that counts from something that is not there."""
    anchor = step.due.anchor
    if anchor in RECORD_ANCHORS:
        missing = {
            "decision": "no decision date is known",
            "reply": "they have not replied without naming a date",
            "outcome": "they have not decided",
        }[anchor]
    else:
        missing = f"“{ruleset.step(anchor).label}”, which it counts from, was neither done nor planned"
    return Skip(step.id, contact, "no-anchor", f"{_who(step, contact)}: {missing}")


def not_placed(
    step: Step,
    contact: Contact | None,
    zone: Zone,
    binding: Binding,
    *,
    bound: int,
    expires: int | None,
    unthrottled: int | None,
    expired: bool,
) -> Skip:
    """Skip a step that has no date left: expired by itself, or crowded out by throttles."""
    until = "within 800 days" if expires is None else f"before it expires on {show(zone.datetime(expires))}"
    if expired:
        text = f"not possible {until}"
        if unthrottled is not None:
            text += f"; the first moment would be {show(zone.datetime(unthrottled))}"
        return Skip(step.id, contact, "expired", f"{_who(step, contact)}: {text}")
    day = zone.local(bound if unthrottled is None else unthrottled)[0]
    filled = [
        f"{throttle.id} allows {limit_of(throttle)}, and {_filled(around)}"
        for throttle, counted in binding.scopes
        if (around := tuple(counted.around(day, throttle))) and len(around) >= throttle.max
    ]
    return Skip(step.id, contact, "crowded-out", f"{_who(step, contact)}: no room {until}; {'; '.join(filled)}")


def done_late(step: Step, contact: Contact | None, done: Done, deadline: pendulum.DateTime) -> Violation:
    """Warn of a step that was done after its deadline."""
    return Violation("late", step.id, contact, f"{_who(step, contact)}: done on {show(done.at)}, after its deadline on {show(deadline)}")


def too_often(state: State, ruleset: Ruleset) -> Iterator[Violation]:
    """Warn of windows in which the record itself holds more contacts than a throttle allows."""
    if not state.events or not ruleset.throttles:
        return
    ledger = Ledger(ruleset)
    ledger.count_record(state)
    for (place, _), counted in ledger.counted.items():
        throttle = ruleset.throttles[place]
        days, reach, last = counted.days, throttle.days - 1, None
        for first in range(len(days) - throttle.max):
            # One warning for a run of windows that overlap: it starts where the one before has ended.
            if days[first + throttle.max] - days[first] <= reach and (last is None or days[first] > last):
                last = days[first + throttle.max]
                held = tuple(zip(days, counted.labels, strict=True))[first : first + throttle.max + 1]
                text = f"{throttle.id} allows {limit_of(throttle)}, and the record already has more: {_filled(held)}"
                yield Violation("too-often", throttle.id, None, text)


def fact_in_words(fact: str, state: State) -> str:
    """Put a fact into words: `the format is in-person (it is video)`."""
    kind, _, value = fact.partition(":")
    if kind == "format":
        return f"the interview is {value}" + ("" if state.holds(fact) else f" (it is {state.interview.format})")
    if kind == "done":
        return f"“{value}” is done"
    if kind == "can":
        return _CAN_NAMES.get(value, f"{value} is possible")
    if kind == "outcome":
        return f"the outcome is “{value}”"
    if kind == "tag":
        return f"it is tagged “{value}”"
    return _FACT_NAMES[kind]


def _who(step: Step, contact: Contact | None) -> str:
    return step.label if contact is None else f"{step.label} ({contact.name})"


def _filled(counted: tuple[tuple[int, str], ...]) -> str:
    what = [f"{label} on {show_date(date_of(day))}" for day, label in counted[:3]]
    return _and([*what, f"{len(counted) - 3} more"] if len(counted) > 3 else what) + " counts" if what else "nothing counts"


def _and(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
