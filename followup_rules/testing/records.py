"""Strategies for records: contacts, fresh interviews, interviews with a history, and moments to plan them as of.

Assumes the record and, for what a ruleset reads, the rules. Values come from small pools on purpose:
a counterexample is then a record that one can read, and details coincide as they do in real life.
Everything shrinks towards one interview at Initech on a Wednesday afternoon in UTC with nobody on record.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import pendulum
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from followup_rules.cadences.classic import CLASSIC
from followup_rules.moments import MINUTE, SECOND, find_zone, to_moment
from followup_rules.record import (
    CHANNELS,
    DETAIL_OF,
    FORMATS,
    OUTCOMES,
    Contact,
    Contacted,
    Decided,
    Done,
    Event,
    Interview,
    Replied,
    Unreachable,
)
from followup_rules.rules import Ruleset
from followup_rules.testing.drawing import MORE, SOMETIMES, built, require_count

ZONES: Mapping[str, tuple[str, ...]] = {
    "UTC": ("2026-11-18 14:00",),
    "America/New_York": ("2026-11-01 01:45", "2026-03-08 02:15"),  # an hour occurs twice, and is skipped, in the small hours
    "Australia/Lord_Howe": ("2026-04-05 01:45", "2026-10-04 02:15"),  # half an hour
    "Africa/Cairo": ("2026-10-29 23:30", "2026-04-24 00:00"),  # the last hour of a date occurs twice, midnight is skipped
    "America/Sao_Paulo": ("2018-02-17 23:30", "2018-11-04 00:00"),  # the same, to the south
    "America/Nuuk": ("2026-10-24 23:30", "2026-03-28 23:30"),  # the last hour of a date is skipped: its times fall on the next
    "Pacific/Apia": ("2011-12-30 10:00", "2011-09-24 03:10"),  # a whole date is skipped
    "Asia/Kolkata": ("2026-11-18 14:00",),
}
"""The zones that records are drawn from, each with local times at, or near, which they start: those of its clock changes."""

COMPANIES = st.sampled_from(("Initech", "INITECH", "Globex"))
NAMES = ("Dana Reyes", "Kim Osei", "Ravi Bauer", "Mo Lund")
DETAILS = {
    "email": ("dana@initech.example", "Dana@Initech.example", "jobs@initech.example"),
    "phone": ("+1 212 555 0100", "12125550100", "+44 20 7946 0000", "front desk"),
    "address": ("1 Main Street, Springfield",),
}
CONTACT = st.sampled_from(NAMES)
FORMAT = st.sampled_from(FORMATS)
TOPICS = st.lists(st.sampled_from(("the on-call rota", "testing")), max_size=2, unique=True)
LENGTHS = st.sampled_from((60, 30, 9 * 60, 2 * 24 * 60))
REACH = 60
"""Events, decisions and moments are drawn up to so many days after an interview: further than usual cadences go."""

# One choice each, and common ones first: hypothesis gives up shrinking what consists of too many choices.
DAYS = st.sampled_from((*range(15), *range(REACH + 1)))
NEAR = st.integers(-21, 21)
SINCE = st.sampled_from((*range(15), *range(15), *range(-7, REACH + 1)))
_OFTEN = ("14:00", "09:00", "10:00", "17:30", "23:30", "00:00", "00:30", "01:45", "02:15")
_SELDOM = ("10:00:59", "23:59:59", "08:59", "12:07", "16:59", "17:00", "20:59", "21:00", "03:10", "05:55")
CLOCK = st.sampled_from((*_OFTEN * 3, *_SELDOM, *(f"{hour:02}:{minute:02}" for hour in range(24) for minute in (0, 40))))
# None first, to shrink to, and seldom, as without details there is nothing to send.
DETAIL = {name: st.sampled_from((None, None, *values * 2)) for name, values in DETAILS.items()}


@st.composite
def contacts(draw: st.DrawFn) -> Contact:
    """Make contacts with any of the details; two of them often share an email or a phone number."""
    name = draw(CONTACT)
    details = {detail: draw(values) for detail, values in DETAIL.items()}
    return built(draw, Contact, name, **{detail: value for detail, value in details.items() if value is not None})


def _people(low: int, high: int) -> st.SearchStrategy[list[Contact]]:
    return st.lists(contacts(), min_size=low, max_size=high, unique_by=lambda contact: contact.name)


# An interview at which nobody is on record has no messages to plan, so most have somebody.
PEOPLE = [_people(0, count) | _people(min(count, 1), count) | _people(min(count, 2), count) for count in range(len(NAMES) + 1)]


def interviews(
    ruleset: Ruleset | None = CLASSIC, *, zones: Iterable[str] = tuple(ZONES), max_contacts: int = 3
) -> st.SearchStrategy[Interview]:
    """Make fresh interviews, on which nothing has happened yet.

    Start (near a clock change of its zone), length, format, contacts, topics, decision date and closed
    dates vary, and so do the tags that the ruleset reads (None: a tag that no ruleset need know).
    `zones`: the IANA names to draw from; `max_contacts`: 0 to 4. Raises hypothesis's `InvalidArgument`.
    """
    return _records(*_checked(ruleset, zones, max_contacts), 0)


def histories(
    ruleset: Ruleset | None = CLASSIC, *, zones: Iterable[str] = tuple(ZONES), max_contacts: int = 3, max_events: int = 6
) -> st.SearchStrategy[Interview]:
    """Make interviews with events of every kind on record, such as fit the ruleset.

    The person in such a record need not have followed any plan. None as the ruleset leaves `Done` out,
    so that the record fits every ruleset. `max_events`: 1 to 100; the rest as for `interviews`.
    """
    require_count("max_events", max_events, 1, 100)
    return _records(*_checked(ruleset, zones, max_contacts), max_events)


def moments(interview: Interview) -> st.SearchStrategy[pendulum.DateTime]:
    """Make moments to plan this interview as of: from a week before it ends to two months after."""
    if not isinstance(interview, Interview):
        raise InvalidArgument(f"interview must be an Interview, not {interview!r}")
    return _times(interview.timezone, interview.ends_at.toordinal(), SINCE)


def require_ruleset(ruleset: object) -> Ruleset:
    """Give the ruleset back; raises hypothesis's `InvalidArgument` for anything else."""
    if not isinstance(ruleset, Ruleset):
        raise InvalidArgument(f"ruleset must be a Ruleset, not {ruleset!r}")
    return ruleset


def _checked(ruleset: Ruleset | None, zones: Iterable[str], max_contacts: int) -> tuple[Ruleset | None, tuple[str, ...], int]:
    if ruleset is not None:
        require_ruleset(ruleset)
    names = () if isinstance(zones, str) else tuple(zones)
    unknown = [name for name in names if not isinstance(name, str) or find_zone(name) is None]
    if not names or unknown:
        raise InvalidArgument(f"zones must be a list of IANA names such as Europe/Berlin, not {unknown or zones!r}")
    require_count("max_contacts", max_contacts, 0, len(NAMES))
    return ruleset, names, max_contacts


@st.composite
def _records(draw: st.DrawFn, ruleset: Ruleset | None, zones: tuple[str, ...], max_contacts: int, max_events: int) -> Interview:
    zone = draw(_one_of(zones))
    date, clock = draw(_one_of(ZONES.get(zone, ZONES["UTC"]))).split()
    near = dt.date.fromisoformat(date).toordinal()
    start = draw(_times(zone, near, NEAR)) if draw(MORE) else _time(draw, zone, near, clock)
    day = start.toordinal()
    people = draw(PEOPLE[max_contacts])
    values: dict[str, Any] = {"contacts": people, "topics": draw(TOPICS), "tags": draw(_tags(_tags_read(ruleset)))}
    minutes = draw(LENGTHS)
    if minutes != 60:
        values["ends_at"] = start.add(minutes=minutes)
    format = draw(FORMAT)
    if format != "in-person":
        values["format"] = format
    if draw(SOMETIMES):
        values["decision_by"] = draw(_dates(day))
    if draw(SOMETIMES):
        values["closed_on"] = draw(st.lists(_dates(day), max_size=4, unique=True))
    if max_events:
        steps = () if ruleset is None else tuple(step.id for step in ruleset.steps)
        events = _events(steps, tuple(contact.name for contact in people), zone, day)
        values["events"] = draw(st.lists(events, max_size=max_events))
    return built(draw, Interview, draw(COMPANIES), start, **{name: value for name, value in values.items() if value})


@lru_cache(maxsize=256)
def _one_of(names: tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.sampled_from(names)


def _tags_read(ruleset: Ruleset | None) -> tuple[str, ...]:
    if ruleset is None:
        return ("referral",)
    facts = (fact for step in ruleset.steps for fact in (*step.only_if, *step.unless))
    return tuple(dict.fromkeys(fact.removeprefix("tag:") for fact in facts if fact.startswith("tag:")))


@lru_cache(maxsize=256)
def _tags(tags: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(tags), max_size=3, unique=True) if tags else st.just([])


@lru_cache(maxsize=256)
def _dates(day: int) -> st.SearchStrategy[dt.date]:
    return DAYS.map(lambda days: dt.date.fromordinal(day + days))


@st.composite
def _times(draw: st.DrawFn, zone: str, near: int, days: st.SearchStrategy[int]) -> pendulum.DateTime:
    """Make a moment so many days from a date, by the clock of this zone."""
    return _time(draw, zone, near + draw(days), draw(CLOCK))


def _time(draw: st.DrawFn, zone: str, day: int, clock: str) -> pendulum.DateTime:
    """Make the moment of a local time; where a clock shows it twice, either."""
    found = find_zone(zone)
    assert found is not None  # checked when it was given
    date, (hour, minute, *second) = dt.date.fromordinal(day), map(int, clock.split(":"))
    written: tuple[Any, ...] = (date.year, date.month, date.day, hour, minute, *second)
    where: dict[str, Any] = {"tz": zone}
    first = found.moment(day, (hour * 60 + minute) * MINUTE + sum(second) * SECOND)
    if to_moment(pendulum.datetime(*written, **where)) != first and draw(st.booleans()):
        where["fold"] = 0  # the library takes the second
    return built(draw, pendulum.datetime, *written, **where)


@lru_cache(maxsize=256)
def _events(steps: tuple[str, ...], names: tuple[str, ...], zone: str, day: int) -> st.SearchStrategy[Event]:
    anyone, at = st.sampled_from((None, *names)), _times(zone, day, SINCE)
    kinds: list[st.SearchStrategy[Event]] = [
        st.builds(Replied, anyone, at=at),
        st.builds(Replied, anyone, at=at, decision_by=_dates(day)),
        st.builds(Contacted, st.sampled_from(("email", "call")), anyone, at=at),
        st.builds(Contacted, st.sampled_from(CHANNELS), anyone, at=at),
        st.builds(Decided, st.sampled_from(OUTCOMES), at=at),
    ]
    if steps:
        # As often as all the others, so that most histories have some.
        kinds += [st.builds(Done, st.sampled_from(steps), anyone, at=at)] * len(kinds)
    if names:
        for channel, detail in DETAIL_OF.items():
            details = st.sampled_from((None, *DETAILS[detail]))
            kinds.append(st.builds(Unreachable, st.just(channel), st.sampled_from(names), at=at, detail=details))
    return st.one_of(kinds)
