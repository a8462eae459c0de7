"""The words of a plan: why an action is when it is, and why an instance is not there.

Assumes what the planner found out, as plain values; decides nothing. Reasons are put into words
when somebody reads them.
"""

from __future__ import annotations

from collections.abc import Iterator

import pendulum

from followup_rules.moments import Zone, date_of
from followup_rules.plans import Reason, SkipCode, Violation, show, show_date
from followup_rules.record import DETAIL_OF, Contact, Done
from followup_rules.references import RECORD_ANCHORS
from followup_rules.rules import After, Ruleset, Step, Throttle
from followup_rules.state import State
from followup_rules.throttling import Count, Ledger, Moved

_ANCHOR_NAMES = {
    "start": "the interview starts",
    "end": "the interview ends",
    "decision": "the decision date",
    "reply": "their last reply",
    "outcome": "their decision",
    "ideal": "its ideal moment",
}
_DETAIL_NAMES = {"email": "email address", "phone": "phone number", "address": "postal address"}
_FACT_NAMES = {
    "replied": "they have replied",
    "decision-date": "a decision date is known",
    "topics": "topics are on record",
}
_CAN_NAMES = {"email": "somebody can be emailed", "call": "somebody can be called", "letter": "somebody can be sent a letter"}


Why = tuple[int, int, int, int, int, tuple[Moved, ...]]
"""Why an action is when it is: `due`, the place of the not-before that held it (-1: none did), then the moments
at which it stood after the not-befores, after `as_of` and after the hours, and the throttles that moved it."""

NoRoom = tuple[int | None, int | None, int | None, tuple[tuple[int, Count], ...]]
"""Why an instance found no date: when it expires, the first moment it could be done now and the one it could have been
done were it not for the time that has passed, and of each full throttle its place and what it had counted. The moments
in the middle are told only of what expired, not of what is crowded out."""


def reasons(step: Step, ruleset: Ruleset, zone: Zone, why: Why) -> tuple[Reason, ...]:
    """Put into words what set and moved one action's moment."""
    at = zone.datetime
    due, holds, held, bound, fitted, moved = why
    told = [Reason("due", step.id, at(due), _capital(offset_of(step.due, ruleset.steps)))]
    if holds >= 0:
        after = step.not_before[holds]
        told.append(Reason("not-before", after.anchor, at(held), f"Not before {offset_of(after, ruleset.steps)}"))
    if bound != held:
        told.append(Reason("as-of", "as_of", at(bound), "Not before now: the right moment has passed"))
    if fitted != bound:
        text = f"Moved to the hours of {step.during}" if step.during else "Moved to the time of day it is due"
        told.append(Reason("hours", step.during or step.id, at(fitted), text))
    for place, moment, counted in moved:
        throttle = ruleset.throttles[place]
        text = f"Moved by {throttle.id}: {limit_of(throttle)}, and {_filled(counted)}"
        told.append(Reason("throttle", throttle.id, at(moment), text))
    return tuple(told)


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


def why_skipped(step: Step, contact: Contact | None, code: SkipCode, state: State, ruleset: Ruleset, no_room: NoRoom | None) -> str:
    """Tell why a step, or one contact's instance of it, is not planned."""
    if no_room is not None:
        return _why_not_placed(step, contact, code, state.zone, ruleset, no_room)
    if code == "closed":
        return _why_closed(step, contact, state)
    if code == "not-applicable":
        return _why_not_applicable(step, contact, state)
    if code == "no-contact":
        return _why_no_contact(step, contact, state)
    return _why_no_anchor(step, contact, ruleset)


def _why_closed(step: Step, contact: Contact | None, state: State) -> str:
    """Tell why a step that the outcome ends is skipped."""
    assert state.outcome_at is not None
    when = show(state.zone.datetime(state.outcome_at))
    return f"{_who(step, contact)}: the outcome was “{state.outcome}” on {when}, which ends it"


def _why_not_applicable(step: Step, contact: Contact | None, state: State) -> str:
    """Tell why a step whose facts are not as it asks is skipped, naming each that is not."""
    lacking = [f"only if {fact_in_words(fact, state)}" for fact in step.only_if if not state.holds(fact)]
    barred = [f"ruled out, as {fact_in_words(fact, state)}" for fact in step.unless if state.holds(fact)]
    return f"{_who(step, contact)}: {'; '.join(lacking + barred)}"


def _why_no_contact(step: Step, contact: Contact | None, state: State) -> str:
    """Tell why a step is skipped for want of a contact, or of the detail that its channel needs."""
    detail = _DETAIL_NAMES[DETAIL_OF[step.channel]]
    bounced = [state.contacts[place].name for place in state.bounced(step.channel)]
    if not state.contacts:
        text = "no contact is on record"
    elif contact is not None:
        text = (
            f"{contact.name}'s {detail} was found not to work"
            if contact.name in bounced
            else f"no {detail} of {contact.name} is on record"
        )
    elif bounced:
        text = f"the {detail} of {_and(bounced)} was found not to work, and no other is on record"
    else:
        text = f"no {detail} of {_and([one.name for one in state.contacts])} is on record"
    return f"{_who(step, contact)}: {text}"


def _why_no_anchor(step: Step, contact: Contact | None, ruleset: Ruleset) -> str:
    """Tell why a step that counts from something that is not there is skipped."""
    anchor = step.due.anchor
    if anchor in RECORD_ANCHORS:
        missing = {
            "decision": "no decision date is known",
            "reply": "they have not replied without naming a date",
            "outcome": "they have not decided",
        }[anchor]
    else:
        missing = f"“{ruleset.step(anchor).label}”, which it counts from, was neither done nor planned"
    return f"{_who(step, contact)}: {missing}"


def _why_not_placed(step: Step, contact: Contact | None, code: SkipCode, zone: Zone, ruleset: Ruleset, no_room: NoRoom) -> str:
    """Tell why a step has no date left: expired by itself, or crowded out by throttles."""
    expires, first, in_time, full = no_room
    until = "within 800 days" if expires is None else f"before it expires on {show(zone.datetime(expires))}"
    if code == "crowded-out":
        filled = [
            f"{throttle.id} allows {limit_of(throttle)}, and {_filled(counted)}"
            for throttle, counted in [(ruleset.throttles[place], counted) for place, counted in full]
        ]
        return f"{_who(step, contact)}: no room {until}; {'; '.join(filled)}"
    text = f"not possible {until}"
    if expires is not None and in_time is not None and in_time <= expires:
        text = f"the time for it ended on {show(zone.datetime(expires))}"
    elif first is not None:
        text += f"; the first moment would be {show(zone.datetime(first))}"
    return f"{_who(step, contact)}: {text}"


def done_late(step: Step, contact: Contact | None, done: Done, deadline: pendulum.DateTime) -> Violation:
    """Warn of a step that was done after its deadline."""
    text = f"{_who(step, contact)}: done on {show(done.at)}, after its deadline on {show(deadline)}"
    return Violation("late", step.id, contact, text)


def too_often(ledger: Ledger) -> Iterator[Violation]:
    """Warn of windows in which a record, the only one counted here, holds more contacts than a throttle allows by itself."""
    for (place, _), counted in ledger.counted.items():
        throttle = ledger.throttles[place]
        days, reach, last = counted.days, throttle.days - 1, None
        for first in range(len(days) - throttle.max):
            # One warning for a run of windows that overlap: it starts where the one before has ended.
            if days[first + throttle.max] - days[first] <= reach and (last is None or days[first] > last):
                last = days[first + throttle.max]
                window = slice(first, first + throttle.max + 1)
                held = tuple(zip(days[window], counted.labels[window], strict=True))
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
    if len(counted) > 3:
        what.append(f"{len(counted) - 3} more")
    return _and(what) + (" counts" if len(what) == 1 else " count") if what else "nothing counts"


def _and(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
