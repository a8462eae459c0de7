"""The record: an interview, whom it was with and what has happened since.

Assumes only moments and checks. Everything is frozen; `Interview.record` gives a new record. All
dates and wall-clock times of an interview are in the zone of its `starts_at`, the employer's.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any, Literal, get_args

import attrs
import pendulum

from followup_rules import checks
from followup_rules.checks import Given, as_aware, as_date, as_detail, as_tuple, moment_and_zone
from followup_rules.errors import Fault, InvalidRecord, shown
from followup_rules.moments import Zone, as_datetime, to_moment, zone_of

Channel = Literal["email", "call", "letter", "in-person", "task"]
Format = Literal["in-person", "video", "phone"]
Outcome = Literal["offer", "rejection", "withdrawn", "next-round"]

CHANNELS: tuple[Channel, ...] = get_args(Channel)
FORMATS: tuple[Format, ...] = get_args(Format)
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)

DETAIL_OF: dict[str, str] = {"email": "email", "call": "phone", "letter": "address"}
"""The contact's detail that a channel needs; the other channels need no contact."""

MAX_CONTACTS = 50
MAX_EVENTS = 10_000


@attrs.frozen
class Contact:
    """A person at the company. A detail left blank counts as missing.

    Raises `InvalidRecord` for a blank name or a value that is no text.
    """

    name: str
    email: str | None = attrs.field(default=None, converter=as_detail, kw_only=True)
    phone: str | None = attrs.field(default=None, converter=as_detail, kw_only=True)
    address: str | None = attrs.field(default=None, converter=as_detail, kw_only=True)
    title: str | None = attrs.field(default=None, converter=as_detail, kw_only=True)

    def __attrs_post_init__(self) -> None:
        checks.require(InvalidRecord, self, self.faults)

    @staticmethod
    def faults(given: Given) -> Iterator[Fault]:
        """Yield what is wrong with these values."""
        yield from checks.text(given, "name", blank=False)
        for name in ("email", "phone", "address", "title"):
            yield from checks.optional_text(given, name)

    @property
    def first_name(self) -> str:
        """The first word of the name."""
        return self.name.split()[0]

    def detail(self, channel: str) -> str | None:
        """Give the detail that this channel needs, as the record shows it; None if it is missing."""
        value: str | None = getattr(self, DETAIL_OF[channel])
        return value

    def __str__(self) -> str:
        return self.name


def _contact_name(value: str | Contact | None) -> str | None:
    return value.name if isinstance(value, Contact) else value


def _contact_named(value: str | Contact) -> str:
    return value.name if isinstance(value, Contact) else value


def _note() -> Any:
    return attrs.field(default="", kw_only=True)


@attrs.frozen
class Done:
    """A step of the plan was carried out, for this contact or, with None, for all it could be done for."""

    step: str
    contact: str | None = attrs.field(default=None, converter=_contact_name)
    at: pendulum.DateTime = attrs.field(converter=as_aware, eq=moment_and_zone, kw_only=True)
    note: str = _note()

    def __attrs_post_init__(self) -> None:
        checks.require(InvalidRecord, self, self.faults)

    @staticmethod
    def faults(given: Given) -> Iterator[Fault]:
        """Yield what is wrong with these values."""
        yield from checks.text(given, "step", blank=False)
        yield from _common_faults(given)


@attrs.frozen
class Contacted:
    """The candidate was in touch outside the plan; `contact=None` counts for every contact."""

    channel: Channel
    contact: str | None = attrs.field(default=None, converter=_contact_name)
    at: pendulum.DateTime = attrs.field(converter=as_aware, eq=moment_and_zone, kw_only=True)
    note: str = _note()

    def __attrs_post_init__(self) -> None:
        checks.require(InvalidRecord, self, self.faults)

    @staticmethod
    def faults(given: Given) -> Iterator[Fault]:
        """Yield what is wrong with these values."""
        yield from checks.choice(given, "channel", CHANNELS)
        yield from _common_faults(given)


@attrs.frozen
class Replied:
    """They answered without deciding; a date given replaces `Interview.decision_by`."""

    contact: str | None = attrs.field(default=None, converter=_contact_name)
    at: pendulum.DateTime = attrs.field(converter=as_aware, eq=moment_and_zone, kw_only=True)
    decision_by: dt.date | None = attrs.field(default=None, converter=as_date, kw_only=True)
    note: str = _note()

    def __attrs_post_init__(self) -> None:
        checks.require(InvalidRecord, self, self.faults)

    @staticmethod
    def faults(given: Given) -> Iterator[Fault]:
        """Yield what is wrong with these values."""
        yield from checks.date(given, "decision_by")
        yield from _common_faults(given)


@attrs.frozen
class Unreachable:
    """A mail bounced or a number was wrong: this detail counts as missing while the record still shows it.

    `detail=None` means any; `Interview.record` fills in the one the record shows.
    """

    channel: Literal["email", "call", "letter"]
    contact: str = attrs.field(converter=_contact_named)
    at: pendulum.DateTime = attrs.field(converter=as_aware, eq=moment_and_zone, kw_only=True)
    detail: str | None = attrs.field(default=None, converter=as_detail, kw_only=True)
    note: str = _note()

    def __attrs_post_init__(self) -> None:
        checks.require(InvalidRecord, self, self.faults)

    @staticmethod
    def faults(given: Given) -> Iterator[Fault]:
        """Yield what is wrong with these values."""
        yield from checks.choice(given, "channel", tuple(DETAIL_OF))
        yield from checks.text(given, "contact", blank=False)
        yield from checks.optional_text(given, "detail")
        yield from _common_faults(given)


@attrs.frozen
class Decided:
    """They, or the candidate, decided; the latest decision rules."""

    outcome: Outcome
    at: pendulum.DateTime = attrs.field(converter=as_aware, eq=moment_and_zone, kw_only=True)
    note: str = _note()

    def __attrs_post_init__(self) -> None:
        checks.require(InvalidRecord, self, self.faults)

    @staticmethod
    def faults(given: Given) -> Iterator[Fault]:
        """Yield what is wrong with these values."""
        yield from checks.choice(given, "outcome", OUTCOMES)
        yield from _common_faults(given)


Event = Done | Contacted | Replied | Unreachable | Decided
EVENT_KINDS: dict[str, type[Event]] = {kind.__name__.lower(): kind for kind in get_args(Event)}


def _common_faults(given: Given) -> Iterator[Fault]:
    yield from checks.optional_text(given, "contact")
    yield from checks.aware(given, "at")
    yield from checks.text(given, "note")


def _default_end(interview: Interview) -> Any:
    start: Any = interview.starts_at
    return start.add(hours=1) if isinstance(start, pendulum.DateTime) else start


def _default_id(interview: Interview) -> str:
    return derived_id(interview.company, interview.role, interview.starts_at)


def derived_id(company: Any, role: Any, starts_at: Any) -> str:
    """Derive the name of a record: readable words, made unique by a digest of company, role and start."""
    import hashlib  # brings a library of the operating system with it, which takes longer than all of this module

    if not isinstance(starts_at, pendulum.DateTime):
        return "invalid"
    when = f"{starts_at:%Y-%m-%dT%H:%M:%S%z}"
    digest = hashlib.sha256(f"{company}\n{role}\n{when}".encode(errors="replace")).hexdigest()[:8]
    words = re.findall(r"[a-z0-9]+", f"{company} {role}".lower()[:80])
    return "-".join([*words[:6], f"{starts_at:%Y%m%d}", digest])


@attrs.frozen
class Interview:
    """One interview: who, when, and what has happened since.

    `starts_at` and `ends_at` are aware date-times (`ends_at` by default one hour after the start);
    `decision_by` and `closed_on` are dates in the zone of `starts_at`, as all dates of the plan are.
    `events` may come in any order and are kept sorted by `at`, those at one instant as given.

    Raises `InvalidRecord`, which names every fault at once.
    """

    company: str
    starts_at: pendulum.DateTime = attrs.field(converter=as_aware, eq=moment_and_zone)
    role: str = attrs.field(default="", kw_only=True)
    ends_at: pendulum.DateTime = attrs.field(
        default=attrs.Factory(_default_end, takes_self=True), converter=as_aware, eq=moment_and_zone, kw_only=True
    )
    format: Format = attrs.field(default="in-person", kw_only=True)
    contacts: tuple[Contact, ...] = attrs.field(default=(), converter=as_tuple, kw_only=True)
    topics: tuple[str, ...] = attrs.field(default=(), converter=as_tuple, kw_only=True)
    tags: tuple[str, ...] = attrs.field(default=(), converter=as_tuple, kw_only=True)
    decision_by: dt.date | None = attrs.field(default=None, converter=as_date, kw_only=True)
    closed_on: tuple[dt.date, ...] = attrs.field(default=(), converter=as_tuple, kw_only=True)
    events: tuple[Event, ...] = attrs.field(default=(), converter=as_tuple, kw_only=True)
    id: str = attrs.field(default=attrs.Factory(_default_id, takes_self=True), kw_only=True)

    def __attrs_post_init__(self) -> None:
        checks.require(InvalidRecord, self, self.faults)
        zone = self.zone
        put = object.__setattr__  # the one way to finish a frozen instance
        put(self, "ends_at", as_datetime(self.ends_at, zone))
        put(self, "closed_on", tuple(sorted({as_date(day) for day in self.closed_on})))
        if self.events:
            events = sorted(self.events, key=lambda event: to_moment(event.at))
            put(self, "events", tuple(_in_zone(event, zone) for event in events))

    @staticmethod
    def faults(given: Given) -> Iterator[Fault]:
        """Yield what is wrong with these values, and with how they stand to each other."""
        yield from checks.text(given, "company", blank=False)
        yield from checks.text(given, "role")
        yield from checks.text(given, "id", blank=False)
        starts, ends = list(checks.aware(given, "starts_at")), list(checks.aware(given, "ends_at"))
        yield from starts
        if given.get("ends_at") is not given.get("starts_at"):
            yield from ends
        if not starts and not ends and {"starts_at", "ends_at"} <= given.keys():
            if to_moment(given["ends_at"]) <= to_moment(given["starts_at"]):
                yield Fault(("ends_at",), f"must be later than `starts_at`, {given['starts_at']}, not {given['ends_at']}")
        yield from checks.choice(given, "format", FORMATS)
        yield from checks.texts(given, "topics")
        yield from checks.texts(given, "tags")
        yield from checks.date(given, "decision_by")
        yield from checks.dates(given, "closed_on")
        contacts = list(checks.items(given, "contacts", (Contact,), MAX_CONTACTS))
        yield from contacts
        events = list(checks.items(given, "events", get_args(Event), MAX_EVENTS))
        yield from events
        if not contacts:
            yield from checks.unique(given, "contacts", "name")
        names = dict.fromkeys(contact.name for contact in given.get("contacts", ())) if not contacts else {}
        if not contacts and not events and "contacts" in given and None not in names:
            for index, event in enumerate(given.get("events", ())):
                contact = getattr(event, "contact", None)
                if contact is not None:
                    yield from checks.known(contact, names, ("events", index, "contact"), "a contact of this interview")

    @property
    def zone(self) -> Zone:
        """The interview's zone, in which all dates of its plan are."""
        zone = zone_of(self.starts_at)
        assert zone is not None
        return zone

    @property
    def timezone(self) -> str:
        """The name of the interview's zone."""
        return self.zone.name

    def contact(self, name: str) -> Contact:
        """Give the contact of this name; raises `InvalidRecord` if there is none."""
        for contact in self.contacts:
            if contact.name == name:
                return contact
        raise InvalidRecord(f"there is no contact {shown(name)}")

    def record(self, event: Event) -> Interview:
        """Give this record with the event added, and the detail of an `Unreachable` filled in.

        Raises `InvalidRecord` if the event does not fit this interview.
        """
        if isinstance(event, Unreachable) and event.detail is None:
            names = {contact.name: contact for contact in self.contacts}
            if event.contact in names:
                event = attrs.evolve(event, detail=names[event.contact].detail(event.channel))
        return attrs.evolve(self, events=(*self.events, event))

    def __str__(self) -> str:
        return f"{self.role} at {self.company}" if self.role else self.company


def _in_zone(event: Event, zone: Zone) -> Event:
    if zone_of(event.at) is zone:
        return event
    return attrs.evolve(event, at=as_datetime(event.at, zone))
