"""The records that the benchmarks plan: varied on purpose, so that no single one can be learned by heart."""

from __future__ import annotations

import datetime as dt
import random

import attrs
import pendulum

from followup_rules import Contact, Contacted, Done, Interview, Replied, Unreachable
from followup_rules.record import FORMATS, Event

ZONES = (
    "America/New_York", "America/Los_Angeles", "America/Sao_Paulo", "Europe/London", "Europe/Berlin", "Africa/Cairo",
    "Asia/Kolkata", "Asia/Tokyo", "Australia/Sydney", "Australia/Lord_Howe", "Pacific/Auckland", "UTC",
)  # fmt: skip


def record(number: int, *, six_actions: bool = True) -> Interview:
    """Give one of endlessly many records: any zone, weekday and minute of a working day, length, and details.

    With `six_actions` its plan from the start has all six actions of the classic cadence.
    """
    draw = random.Random(number)
    starts_on = dt.date(2026, 1, 1) + dt.timedelta(days=draw.randrange(730))
    minute = draw.choice((draw.randrange(7 * 60, 19 * 60), draw.randrange(7 * 4, 19 * 4) * 15))
    starts_at = pendulum.datetime(starts_on.year, starts_on.month, starts_on.day, *divmod(minute, 60), tz=draw.choice(ZONES))
    details = {
        "email": f"person{number}@company{number}.example",
        "phone": f"+1 212 555 {number % 10_000:04}",
        "address": f"{number} Main Street",
    }
    if not six_actions:
        details = {name: value for name, value in details.items() if draw.random() < 0.7}
    return Interview(
        company=f"Company {number}",
        role=draw.choice(("Backend engineer", "Nurse", "Accountant")),
        starts_at=starts_at,
        ends_at=starts_at.add(minutes=draw.choice((30, 45, 60, 90, draw.randrange(20, 180)))),
        format="in-person" if six_actions else draw.choice(FORMATS),
        contacts=[Contact(f"Person {number}", **details)],
        topics=draw.choice(((), ("the on-call rota",), ("testing", "the roadmap"))),
    )


def with_usual_events(interview: Interview, seed: int) -> Interview:
    """Give the record with five events as they usually come: thanks in time, a call from outside the plan, an answer."""
    draw = random.Random(seed)
    name, end = interview.contacts[0].name, interview.ends_at
    replied_at = end.add(days=5, minutes=draw.randrange(3 * 24 * 60))
    events: list[Event] = [
        Done("business-card", at=end),
        Done("thank-you-email", name, at=end.add(minutes=draw.randrange(120, 20 * 60))),
        Done("thank-you-letter", name, at=end.add(minutes=draw.randrange(24 * 60, 50 * 60))),
        Contacted("call", name, at=end.add(days=3, minutes=draw.randrange(24 * 60))),
        Replied(name, at=replied_at, decision_by=draw.choice((None, replied_at.add(days=draw.randrange(2, 12)).date()))),
    ]
    return attrs.evolve(interview, events=events)


def with_events(interview: Interview, count: int, seed: int) -> Interview:
    """Give the record with so many events on it, of all kinds and at awkward times, from the interview's end on."""
    draw = random.Random(seed)
    name = interview.contacts[0].name
    at = interview.ends_at
    events: list[Event] = []
    for place in range(count):
        at = at.add(minutes=draw.randrange(10, max(20, 30 * 24 * 60 // count)))
        if place == 0:
            events.append(Done("business-card", at=interview.ends_at))
        elif place == 1:
            events.append(Done("thank-you-email", name, at=at))
        elif place == 2:
            events.append(Replied(name, at=at, decision_by=draw.choice((None, at.add(days=draw.randrange(2, 12)).date()))))
        else:
            kind = draw.randrange(4)
            if kind == 0:
                events.append(Contacted("email", name, at=at))
            elif kind == 1:
                events.append(Contacted("call", at=at))
            elif kind == 2:
                events.append(Unreachable("call", name, at=at, detail="+1 212 555 9999"))
            else:
                events.append(Replied(name, at=at))
    return attrs.evolve(interview, events=events)
