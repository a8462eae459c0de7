"""The floor: code written by hand for a fresh record of the classic cadence with one contact, and nothing else.

It gives frozen attrs objects with pendulum date-times as the planner does, but explains nothing and
knows no ruleset, event, throttle, holiday or second contact. Nothing general can be faster.
"""

from __future__ import annotations

import datetime as dt

import attrs
import pendulum

from followup_rules import CLASSIC, Contact, Interview, Step

RESEARCH, CARD, EMAIL, LETTER, CALL, BY_EMAIL, AGAIN = CLASSIC.steps
ORDINAL_TO_DATE = dt.date.fromordinal
HOUR = dt.timedelta(hours=1)


@attrs.frozen
class Action:
    """As the library's, without its converters."""

    step: str
    title: str
    channel: str
    contact: Contact | None
    at: pendulum.DateTime
    deadline: pendulum.DateTime | None
    expires: pendulum.DateTime | None
    late: bool
    because: tuple[()]
    guidance: tuple[str, ...]
    if_unreachable: str


@attrs.frozen
class Skip:
    """As the library's."""

    step: str
    contact: Contact | None
    code: str


@attrs.frozen
class Plan:
    """As the library's."""

    interview: Interview
    actions: tuple[Action, ...]
    skipped: tuple[Skip, ...]


def later(moment: pendulum.DateTime, hours: int) -> pendulum.DateTime:
    """Give the moment so many hours of elapsed time later."""
    naive = dt.datetime(moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second, moment.microsecond)  # noqa: DTZ001  # the clock on the wall
    tz = moment.tzinfo
    assert tz is not None
    shown = naive + hours * HOUR
    if tz.utcoffset(shown) != tz.utcoffset(naive):
        return moment.add(hours=hours)
    return pendulum.DateTime(shown.year, shown.month, shown.day, shown.hour, shown.minute, shown.second, shown.microsecond, tz)


def plan(interview: Interview) -> Plan:
    """Plan a fresh record with one contact, at a time of day that no clock change skips or repeats."""
    start, end = interview.starts_at, interview.ends_at
    tz = end.tzinfo
    new = pendulum.DateTime
    contact = interview.contacts[0]
    today = end.toordinal()
    weekday = today % 7  # 1 is Monday
    hour, minute, second, micro = end.hour, end.minute, end.second, end.microsecond
    actions = []
    skipped = []

    day = ORDINAL_TO_DATE(start.toordinal() - 1)
    actions.append(
        Action("research", RESEARCH.title, "task", None, new(day.year, day.month, day.day, 18, 0, 0, 0, tz), None, start,
               False, (), RESEARCH.guidance, "")
    )  # fmt: skip
    if interview.format == "in-person":
        actions.append(
            Action("business-card", CARD.title, "in-person", None, end, None, later(end, 1), False, (), CARD.guidance, "")
        )
    else:
        skipped.append(Skip("business-card", None, "not-applicable"))

    if contact.email is not None:
        at = later(end, 2)
        if not 8 <= at.hour < 21:
            day = ORDINAL_TO_DATE(at.toordinal() + (at.hour >= 21))
            at = new(day.year, day.month, day.day, 8, 0, 0, 0, tz)
        day = ORDINAL_TO_DATE(today + 10)
        expires = new(day.year, day.month, day.day, hour, minute, second, micro, tz)
        actions.append(
            Action("thank-you-email", EMAIL.title, "email", contact, at, later(end, 24), expires, False, (), EMAIL.guidance,
                   EMAIL.if_unreachable)
        )  # fmt: skip
    else:
        skipped.append(Skip("thank-you-email", contact, "no-contact"))

    if contact.address is not None:
        day = ORDINAL_TO_DATE(today + (2 if weekday == 6 else 1))
        at = new(day.year, day.month, day.day, 9, 0, 0, 0, tz)
        day = ORDINAL_TO_DATE(today + 3)
        deadline = new(day.year, day.month, day.day, hour, minute, second, micro, tz)
        day = ORDINAL_TO_DATE(today + 7)
        expires = new(day.year, day.month, day.day, hour, minute, second, micro, tz)
        actions.append(
            Action("thank-you-letter", LETTER.title, "letter", contact, at, deadline, expires, False, (), LETTER.guidance,
                   LETTER.if_unreachable)
        )  # fmt: skip
    else:
        skipped.append(Skip("thank-you-letter", contact, "no-contact"))

    # Thanks go out on the evening of the interview or the next morning, so a week after them is no later than
    # 00:00 of the eighth day; the check waits for the office to open on or after that.
    thanked = today + 7
    if contact.email is not None:
        thanked = max(thanked, actions[-1 if contact.address is None else -2].at.toordinal() + 7)
    first = thanked + (0, 0, 0, 0, 0, 0, 2)[thanked % 7] + (thanked % 7 == 0)
    second_check = today + 14
    if contact.phone is not None or contact.email is not None:
        second_check = max(second_check, first + 7)
    second_check += (1, 0, 0, 0, 0, 0, 2)[second_check % 7]
    if contact.phone is not None:
        actions.append(_check(CALL, contact, first, 14, tz))
        skipped.append(Skip("status-by-email", contact if contact.email is not None else None, "not-applicable"))
    else:
        skipped.append(Skip("status-call", None, "no-contact"))
        if contact.email is not None:
            actions.append(_check(BY_EMAIL, contact, first, 14, tz))
        else:
            skipped.append(Skip("status-by-email", None, "no-contact"))
    if contact.email is not None:
        actions.append(_check(AGAIN, contact, second_check, 30, tz))
    else:
        skipped.append(Skip("status-email", None, "no-contact"))
    return Plan(interview, tuple(actions), tuple(skipped))


def _check(step: Step, contact: Contact, ordinal: int, days: int, tz: dt.tzinfo | None) -> Action:
    new = pendulum.DateTime
    day = ORDINAL_TO_DATE(ordinal)
    at = new(day.year, day.month, day.day, 10, 0, 0, 0, tz)
    day = ORDINAL_TO_DATE(ordinal + days)
    expires = new(day.year, day.month, day.day, 10, 0, 0, 0, tz)
    return Action(step.id, step.title, step.channel, contact, at, None, expires, False, (), step.guidance, step.if_unreachable)
