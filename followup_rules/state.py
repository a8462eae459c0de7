"""What a record says at a moment: who can be reached, which facts hold, what is done.

Assumes records and rules; decides nothing about dates. Planner and validator both read the record
through this module, and nothing else of theirs is shared.
"""

from __future__ import annotations

from typing import NamedTuple

from followup_rules.errors import Fault, InvalidRecord, did_you_mean, shown
from followup_rules.moments import Zone, day_of, to_moment
from followup_rules.record import DETAIL_OF, Contact, Contacted, Decided, Done, Event, Interview, Replied, Unreachable
from followup_rules.rules import Ruleset, Step

PersonKey = tuple[str, ...]

NOBODY = -1
"""The place of the contact of what is to nobody: in `(*contacts, None)` it stands for none."""


def comparable(channel: str, detail: str) -> str:
    """Give the part of a detail that tells two apart: an email blind to case, a phone number by its digits."""
    if channel == "call":
        return digits_of(detail) or detail.strip()
    return detail.strip().casefold() if channel == "email" else detail.strip()


def digits_of(phone: str) -> str:
    """Give the digits of a phone number, by which two ways to write it are the same."""
    return "".join(filter(str.isdecimal, phone))


def person_key(contact: Contact, company: str) -> PersonKey:
    """Give what makes a contact the same person elsewhere: email, else phone digits, else name and company."""
    if contact.email:
        return "email", comparable("email", contact.email)
    digits = digits_of(contact.phone or "")
    if digits:
        return "phone", digits
    return "name", contact.name.strip().casefold(), company_key(company)


def company_key(company: str) -> str:
    """Give what makes a company the same elsewhere: its name, blind to case."""
    return company.strip().casefold()


class State:
    """A record as seen at `as_of` (a moment; None: all of its events)."""

    __slots__ = (
        "_company",
        "_missing",
        "_people",
        "_places",
        "_reachable",
        "contacted",
        "contacts",
        "decision",
        "done",
        "end",
        "ended",
        "events",
        "interview",
        "outcome",
        "outcome_at",
        "replied",
        "reply",
        "start",
        "started",
        "zone",
    )  # fmt: skip

    def __init__(self, interview: Interview, as_of: int | None = None) -> None:
        self.interview = interview
        self.contacts = interview.contacts
        self.zone: Zone = interview.zone
        self.started = self.zone.instant_of(interview.starts_at)
        self.ended = self.zone.instant_of(interview.ends_at)
        self.start = self.started[0]
        self.end = self.ended[0]
        self.events: tuple[Event, ...] = interview.events
        if as_of is not None and self.events:
            self.events = tuple(event for event in self.events if to_moment(event.at) <= as_of)
        self.decision = None if interview.decision_by is None else day_of(interview.decision_by)
        self.reply: int | None = None
        self.outcome: str | None = None
        self.outcome_at: int | None = None
        self.replied = False
        self.done: dict[str, list[Done]] = {}
        self.contacted: list[Contacted] = []
        self._missing: set[tuple[str, str]] = set()
        if self.events:
            self._read_events()
        self._reachable: dict[str, tuple[int, ...]] = {}
        self._people: dict[int, PersonKey] = {}
        self._places: dict[str, int] | None = None
        self._company: str | None = None

    def _read_events(self) -> None:
        details = {contact.name: contact for contact in self.contacts}
        reply = outcome = None
        for event in self.events:
            if isinstance(event, Done):
                self.done.setdefault(event.step, []).append(event)
            elif isinstance(event, Contacted):
                self.contacted.append(event)
            elif isinstance(event, Replied):
                self.replied = True
                if event.decision_by is None:
                    reply = event
                else:
                    self.decision = day_of(event.decision_by)
            elif isinstance(event, Decided):
                outcome = event
            else:
                self._read_unreachable(event, details[event.contact])
        if reply is not None:
            self.reply = to_moment(reply.at)
        if outcome is not None:
            self.outcome, self.outcome_at = outcome.outcome, to_moment(outcome.at)

    def _read_unreachable(self, event: Unreachable, contact: Contact) -> None:
        detail = contact.detail(event.channel)
        if detail is None:
            return
        if event.detail is None or comparable(event.channel, event.detail) == comparable(event.channel, detail):
            self._missing.add((event.contact, event.channel))

    def on_record(self, channel: str) -> tuple[int, ...]:
        """Give the places of the contacts whose detail for this channel is written in the record."""
        detail = DETAIL_OF[channel]
        return tuple([place for place, contact in enumerate(self.contacts) if getattr(contact, detail) is not None])

    def reachable(self, channel: str) -> tuple[int, ...]:
        """Give the places of the contacts who can be reached on this channel, which needs a detail."""
        reachable = self._reachable.get(channel)
        if reachable is None:
            reachable = self.on_record(channel)
            if self._missing:
                reachable = tuple([place for place in reachable if (self.contacts[place].name, channel) not in self._missing])
            self._reachable[channel] = reachable
        return reachable

    def bounced(self, channel: str) -> tuple[int, ...]:
        """Give the places of the contacts whose detail is written but was found not to work."""
        return tuple(place for place in self.on_record(channel) if place not in self.reachable(channel))

    def holds(self, fact: str) -> bool:
        """Tell whether a fact holds."""
        kind, _, value = fact.partition(":")
        if kind == "format":
            return self.interview.format == value
        if kind == "done":
            return value in self.done
        if kind == "can":
            return value not in DETAIL_OF or bool(self.reachable(value))
        if kind == "outcome":
            return self.outcome == value
        if kind == "tag":
            return value in self.interview.tags
        if kind == "topics":
            return bool(self.interview.topics)
        if kind == "replied":
            return self.replied
        return self.decision is not None

    def applies(self, step: Step) -> bool:
        """Tell whether the step's facts are as it asks."""
        return all(map(self.holds, step.only_if)) and not any(map(self.holds, step.unless))

    @property
    def places(self) -> dict[str, int]:
        """The place of each contact by name."""
        if self._places is None:
            self._places = {contact.name: place for place, contact in enumerate(self.contacts)}
        return self._places

    @property
    def company(self) -> str:
        """What makes the company the same elsewhere."""
        if self._company is None:
            self._company = company_key(self.interview.company)
        return self._company

    def person(self, place: int) -> PersonKey:
        """Give what makes the contact at this place the same person elsewhere."""
        if place not in self._people:
            self._people[place] = person_key(self.contacts[place], self.interview.company)
        return self._people[place]

    def done_for(self, event: Done, step: Step) -> tuple[int, ...]:
        """Give the places of the contacts that a `Done` was done for: the one named, else those it stands for."""
        if event.contact is not None:
            return (self.places[event.contact],)
        if step.channel not in DETAIL_OF:
            return ()
        return self.on_record(step.channel)[: None if step.to == "each" else 1]

    def finished(self, step: Step) -> Finished:
        """Give which instances of the step are finished, each with its latest `Done`, the contact filled in."""
        latest: dict[int, Done] = {}
        whole = None
        for event in self.done.get(step.id, ()):
            places = self.done_for(event, step)
            if step.to == "one":
                whole = event if not places else _done_for(event, self.contacts[places[0]].name)
            elif places:
                for place in places:
                    latest[place] = _done_for(event, self.contacts[place].name)
                whole = whole and _done_for(event, None)
            else:
                whole = event
        return Finished({}, whole) if whole is not None else Finished(latest, None)


def _done_for(event: Done, contact: str | None) -> Done:
    """Give the event with its contact filled in, which is one of the record: nothing is left to check."""
    if event.contact == contact:
        return event
    done = object.__new__(Done)
    for name, value in (("step", event.step), ("contact", contact), ("at", event.at), ("note", event.note)):
        object.__setattr__(done, name, value)
    return done


class Finished(NamedTuple):
    """The finished instances of a step: by the place of the contact, or the step as a whole, not both."""

    by_place: dict[int, Done]
    whole: Done | None


def refuse_unknown_steps(interview: Interview, ruleset: Ruleset) -> None:
    """Raise `InvalidRecord` for every `Done` that names no step of the ruleset."""
    ids = {step.id for step in ruleset.steps}
    faults = [
        Fault(
            ("events", index, "step"),
            f"must name a step of the ruleset {shown(ruleset.name)}, not {shown(event.step)}{did_you_mean(event.step, ids)}",
        )
        for index, event in enumerate(interview.events)
        if isinstance(event, Done) and event.step not in ids
    ]
    if faults:
        raise InvalidRecord(faults, source=f"interview {interview.id}")
