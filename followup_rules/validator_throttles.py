"""Whether the actions of a plan and what its record says together keep to the throttles: read a second time for the validator.

Assumes the record's state. Sees one plan only: what other records of a portfolio hold cannot be
told from it. A record that broke a throttle by itself is a warning of the plan and no violation,
as long as no action stands in a window that is too full.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from followup_rules.moments import date_of, to_moment
from followup_rules.plans import Violation, show_date
from followup_rules.record import Contact
from followup_rules.rules import Ruleset, Step, Throttle
from followup_rules.state import PersonKey, State, company_key, person_key


class Placed(NamedTuple):
    """An action of a known step at a known moment, and the contact it names, if that is one at all."""

    step: Step
    contact: Contact | None
    moment: int


class _Counted(NamedTuple):
    """Something that throttles may count: on which channel, by which step (None outside the plan), on which date, to whom.

    `times` is how often it counts for the company.
    """

    channel: str
    step: str | None
    day: int
    people: tuple[PersonKey, ...]
    times: int
    action: int | None


def throttle_violations(state: State, ruleset: Ruleset, actions: Sequence[Placed]) -> Iterator[Violation]:
    """Yield a violation for every action in a window that holds more contacts than a throttle allows."""
    if not ruleset.throttles:
        return
    counted = [*_from_record(state, ruleset), *_from_plan(state, actions)]
    for throttle in ruleset.throttles:
        scopes: dict[PersonKey | str, list[tuple[int, int | None]]] = {}
        for one in counted:
            if one.channel in throttle.channels and one.step not in throttle.exempt:
                keys = one.people if throttle.per == "contact" else (company_key(state.interview.company),) * one.times
                for key in keys:
                    scopes.setdefault(key, []).append((one.day, one.action))
        for held in scopes.values():
            held.sort(key=lambda item: item[0])
            for place, window in _overfull(throttle, [day for day, _ in held]):
                action = held[place][1]
                if action is not None:
                    step, contact, _ = actions[action]
                    yield Violation("throttle", step.id, contact, _text(throttle, actions[action], window))


def _from_record(state: State, ruleset: Ruleset) -> Iterator[_Counted]:
    steps = {step.id: step for step in ruleset.steps}
    people = tuple(person_key(contact, state.interview.company) for contact in state.contacts)
    for event in state.contacted:
        # One contact reaches a person once, however often the record lists them.
        whom = tuple(dict.fromkeys(people)) if event.contact is None else (people[state.places[event.contact]],)
        yield _Counted(event.channel, None, state.zone.local(to_moment(event.at))[0], whom, 1, None)
    for id, events in state.done.items():
        if step := steps.get(id):
            for done in events:
                whom = tuple(people[place] for place in state.done_for(done, step))
                yield _Counted(step.channel, id, state.zone.local(to_moment(done.at))[0], whom, max(len(whom), 1), None)


def _from_plan(state: State, actions: Sequence[Placed]) -> Iterator[_Counted]:
    for index, (step, contact, moment) in enumerate(actions):
        people: tuple[PersonKey, ...] = ()
        if contact is not None:
            # Who somebody is goes by the record, whatever the action says of them.
            known = state.contacts[state.places[contact.name]] if contact.name in state.places else contact
            people = (person_key(known, state.interview.company),)
        yield _Counted(step.channel, step.id, state.zone.local(moment)[0], people, 1, index)


def _overfull(throttle: Throttle, days: Sequence[int]) -> Iterator[tuple[int, Sequence[int]]]:
    """Yield the places of sorted dates that are in some window too full, each once, with the dates of one such window."""
    reported = -1
    for first in range(len(days) - throttle.max):
        last = first + throttle.max
        if days[last] - days[first] < throttle.days:
            for place in range(max(first, reported + 1), last + 1):
                yield place, days[first : last + 1]
            reported = last


def _text(throttle: Throttle, action: Placed, window: Sequence[int]) -> str:
    whom = "contact" if throttle.per == "contact" else "company"
    channels = ", ".join(throttle.channels)
    dates = ", ".join(show_date(date_of(day)) for day in window[:3]) + (", …" if len(window) > 3 else "")
    return (
        f"{action.step.label}: throttle `{throttle.id}` allows {throttle.max} in any {throttle.days} days per {whom} ({channels}), "
        f"but with this action there are more: {dates}"
    )
