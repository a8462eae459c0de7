"""The cadences of the package: the classic one is what the contract's §9 fixes, the others what their pages say."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any

import pendulum
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followup_rules import (
    After,
    Contact,
    Contacted,
    Decided,
    Done,
    Interview,
    Plan,
    Replied,
    Ruleset,
    check,
    from_data,
    plan,
    to_data,
    validate,
)
from followup_rules.cadences import BY_NAME, CLASSIC, EMAIL_FIRST, MINIMAL, NO_CALLS, PATIENT, PHONE_SCREEN
from followup_rules.record import DETAIL_OF

DANA = Contact("Dana Reyes", email="dana@initech.example", phone="+1 212 555 0100", address="1 Main Street")
OLA = Contact("Ola Berg", email="ola@initech.example")
NO_EMAIL = Contact("Kim Sato", phone="+1 212 555 0102")

every_cadence = pytest.mark.parametrize("cadence", BY_NAME.values(), ids=str)

days = st.dates(dt.date(2026, 1, 1), dt.date(2027, 12, 31))
clocks = st.times().map(lambda time: time.replace(second=0, microsecond=0))


def interview(day: dt.date = dt.date(2026, 11, 18), clock: dt.time = dt.time(14), **changes: Any) -> Interview:
    """Give an interview of one hour that starts then in UTC, with one contact who has every detail."""
    starts_at = pendulum.datetime(day.year, day.month, day.day, clock.hour, clock.minute, tz="UTC")
    fields: dict[str, Any] = {"role": "Backend engineer", "contacts": [DANA]}
    return Interview("Initech", starts_at=starts_at, **(fields | changes))


interviews = st.builds(
    interview,
    days,
    clocks,
    format=st.sampled_from(["in-person", "video", "phone"]),
    contacts=st.lists(st.sampled_from([DANA, OLA, NO_EMAIL]), unique=True),
    topics=st.sampled_from([(), ("the billing system",)]),
)


def of(plan: Plan, *steps: str) -> list[Any]:
    """Give the actions of these steps."""
    return [action for action in plan.actions if action.step in steps]


def checks_of(plan: Plan) -> list[Any]:
    """Give the actions that ask about the status: all that is not a thank-you, homework or a card."""
    return [action for action in plan.actions if action.step.startswith("status-")]


def workday(day: dt.date, count: int) -> dt.date:
    """Give the date so many weekdays after this one."""
    while count:
        day += dt.timedelta(days=1)
        count -= day.weekday() < 5
    return day


def next_weekday(day: dt.date) -> dt.date:
    """Give this date, or the Monday after it on a weekend."""
    return workday(day - dt.timedelta(days=1), 1)


# --- the classic cadence ---

HOLDS = (
    After("decision", days=1, at="00:00"),
    After("reply", days=7, at="00:00"),
    After("thank-you-email", days=7, at="00:00"),
)

SECTION_9 = {
    "research": {
        "channel": "task",
        "due": After("start", days=-1, at="18:00"),
        "expires": After("start"),
    },
    "business-card": {
        "channel": "in-person",
        "due": After("end", hours=0),
        "expires": After("end", hours=1),
        "only_if": ("format:in-person",),
    },
    "thank-you-email": {
        "channel": "email",
        "to": "each",
        "due": After("end", hours=2),
        "during": "waking",
        "deadline": After("end", hours=24),
        "expires": After("end", days=10),
        "stop_on": (),
    },
    "thank-you-letter": {
        "channel": "letter",
        "to": "each",
        "due": After("end", days=1, at="09:00"),
        "during": "post",
        "deadline": After("end", days=3),
        "expires": After("end", days=7),
        "stop_on": (),
    },
    "status-call": {
        "channel": "call",
        "due": After("end", days=7, at="10:00"),
        "during": "office",
        "expires": After("ideal", days=14),
        "not_before": HOLDS,
    },
    "status-by-email": {
        "channel": "email",
        "due": After("end", days=7, at="10:00"),
        "during": "office",
        "expires": After("ideal", days=14),
        "not_before": HOLDS,
        "unless": ("can:call", "done:status-call"),
    },
    "status-email": {
        "channel": "email",
        "due": After("end", days=14, at="10:00"),
        "during": "office",
        "expires": After("ideal", days=30),
        "not_before": (*HOLDS, After("status-call", days=7, at="00:00"), After("status-by-email", days=7, at="00:00")),
    },
}
"""The table of §9, each row with the fields that it names; all others have their default."""

DEFAULTS = {
    "to": "one",
    "during": None,
    "not_before": (),
    "deadline": None,
    "expires": None,
    "stop_on": None,
    "only_if": (),
    "unless": (),
    "priority": 0,
}


def test_the_steps_of_classic_are_those_of_section_9() -> None:
    steps = [{"id": step.id} | {name: getattr(step, name) for name in ("channel", "due", *DEFAULTS)} for step in CLASSIC.steps]
    assert steps == [{"id": id} | DEFAULTS | fields for id, fields in SECTION_9.items()]


def test_the_hours_throttles_and_outcomes_of_classic_are_those_of_section_9() -> None:
    week = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    assert {
        (hours.name, hours.days, f"{hours.opens:%H:%M}", f"{hours.closes:%H:%M}", hours.shut_on_holidays) for hours in CLASSIC.hours
    } == {
        ("waking", week, "08:00", "21:00", False),
        ("post", week[:6], "08:00", "18:00", True),
        ("office", week[:5], "09:00", "17:00", True),
    }
    assert [(one.id, one.channels, one.max, one.days, one.per, one.exempt) for one in CLASSIC.throttles] == [
        ("one-a-week", ("email", "call"), 1, 7, "contact", ("thank-you-email",)),
        ("one-check-a-week", ("email", "call"), 1, 7, "company", ("thank-you-email",)),
    ]
    assert set(CLASSIC.stop_on) == {"offer", "rejection", "withdrawn", "next-round"}


def test_the_wording_rules_of_classic_are_those_of_section_9() -> None:
    assert [(rule.id, rule.forbid, rule.require, rule.severity, rule.steps) for rule in CLASSIC.wording] == [
        ("never-ask-outcome", "asks-outcome", None, "error", ()),
        ("courteous", "pushy", None, "warning", ()),
        ("follow-up-spelling", "follow-up-misspelt", None, "warning", ()),
        ("say-thanks", None, "thanks", "error", ("thank-you-email", "thank-you-letter")),
        ("show-interest", None, "interest", "warning", ("thank-you-email",)),
        ("tailor", None, "topic", "warning", ("thank-you-letter",)),
    ]


# --- what holds for each of them ---


def test_each_cadence_is_found_by_its_own_name() -> None:
    assert list(BY_NAME) == ["classic", "minimal", "no-calls", "email-first", "patient", "phone-screen"]
    assert all(name == cadence.name for name, cadence in BY_NAME.items())
    assert len({cadence.digest for cadence in BY_NAME.values()}) == len(BY_NAME)


@every_cadence
def test_a_cadence_comes_back_whole_from_its_data(cadence: Ruleset) -> None:
    assert from_data(to_data(cadence), Ruleset) == cadence


@every_cadence
def test_every_step_has_words_for_the_person_who_does_it(cadence: Ruleset) -> None:
    assert cadence.summary.endswith(".")
    assert all(rule.because.endswith(".") for rule in cadence.wording)
    titles = [step.title for step in cadence.steps]
    assert len(set(titles)) == len(titles)
    for step in cadence.steps:
        assert 0 < len(step.title) <= 60
        assert not step.title.endswith(".")
        assert len(step.guidance) >= 3
        assert all(line[-1] in ".?" for line in step.guidance)
        assert bool(step.draft) == bool(step.if_unreachable) == (step.channel in DETAIL_OF)


@every_cadence
@given(record=interviews, decision=st.none() | st.integers(0, 60))
def test_the_plans_of_every_cadence_are_valid(cadence: Ruleset, record: Interview, decision: int | None) -> None:
    if decision is not None:
        record = interview_with_date(record, decision)
    assert validate(plan(record, cadence)) == ()


@every_cadence
@given(record=interviews, decision=st.none() | st.integers(0, 60))
def test_nobody_is_asked_about_the_status_twice_in_a_week(cadence: Ruleset, record: Interview, decision: int | None) -> None:
    if decision is not None:
        record = interview_with_date(record, decision)
    asked = [action.at.date() for action in checks_of(plan(record, cadence))]
    assert all((later - earlier).days >= 7 for earlier, later in pairwise(asked))


@every_cadence
@given(record=interviews, decision=st.integers(0, 60))
def test_nobody_is_asked_before_the_date_they_named_is_over(cadence: Ruleset, record: Interview, decision: int) -> None:
    record = interview_with_date(record, decision)
    assert all(action.at.date() > record.decision_by for action in checks_of(plan(record, cadence)))


@every_cadence
@pytest.mark.parametrize("outcome", ["offer", "rejection", "withdrawn", "next-round"])
def test_a_decision_ends_the_checks_and_leaves_the_thanks(cadence: Ruleset, outcome: Any) -> None:
    record = interview()
    decided = record.record(Decided(outcome, at=record.ends_at.add(minutes=1)))
    assert not checks_of(plan(decided, cadence))
    assert of(plan(decided, cadence), "thank-you-email") == of(plan(record, cadence), "thank-you-email")


def interview_with_date(record: Interview, days: int) -> Interview:
    """Give the record with a decision date so many days after its end, as they said it at the time."""
    return from_data(to_data(record) | {"decision_by": record.ends_at.date().add(days=days).isoformat()}, Interview)


# --- what each disagrees over ---


@given(record=interviews, decision=st.integers(0, 60))
def test_minimal_checks_once_two_working_days_after_the_date_they_named(record: Interview, decision: int) -> None:
    record = interview_with_date(record, decision)
    made = plan(record, MINIMAL)
    if not any(contact.email for contact in record.contacts):
        assert not checks_of(made)
        return
    [asked] = checks_of(made)
    right = workday(record.ends_at.date().add(days=decision), 2)
    # A thank-you that the night put off to the next day takes its two days too.
    thanked = max(action.at.date() for action in of(made, "thank-you-email")).add(days=2)
    assert asked.step == "status-after-date"
    assert asked.at.date() == max(right, next_weekday(thanked))
    assert asked.at.date() == right or record.ends_at.hour >= 19
    assert asked.at.time() == dt.time(10)


@given(record=interviews)
def test_minimal_checks_once_a_week_after_without_a_date(record: Interview) -> None:
    made = plan(record, MINIMAL)
    if not any(contact.email for contact in record.contacts):
        assert not checks_of(made)
        return
    [asked] = checks_of(made)
    thanked = max(action.at.date() for action in of(made, "thank-you-email"))
    assert asked.step == "status-by-email"
    assert asked.at.date() == next_weekday(max(record.ends_at.date(), thanked).add(days=7))


@pytest.mark.parametrize("done", ["status-by-email", "status-after-date"])
@given(reply=st.none() | st.integers(0, 30), date=st.none() | st.integers(0, 60))
def test_minimal_stops_after_its_one_check_whatever_they_answer(done: str, reply: int | None, date: int | None) -> None:
    record = interview()
    checked = record.record(Done(done, at=record.ends_at.add(days=7)))
    if reply is not None:
        named = None if date is None else record.ends_at.date().add(days=date)
        checked = checked.record(Replied(at=record.ends_at.add(days=7 + reply), decision_by=named))
    assert not checks_of(plan(checked, MINIMAL))


def test_a_date_named_in_a_reply_moves_the_one_check_of_minimal_there() -> None:
    record = interview()  # a Wednesday
    replied = record.record(Replied(at=record.ends_at.add(days=5), decision_by=dt.date(2026, 12, 4)))
    [asked] = checks_of(plan(replied, MINIMAL))
    assert (asked.step, asked.at) == ("status-after-date", pendulum.datetime(2026, 12, 8, 10, tz="UTC"))
    later = replied.record(Replied(at=record.ends_at.add(days=15), decision_by=dt.date(2026, 12, 18)))
    [asked] = checks_of(plan(later, MINIMAL))
    assert (asked.step, asked.at) == ("status-after-date", pendulum.datetime(2026, 12, 22, 10, tz="UTC"))


def test_a_reply_without_a_date_puts_the_one_check_of_minimal_off_by_a_week() -> None:
    record = interview()
    replied = record.record(Replied(at=record.ends_at.add(days=5)))
    [asked] = checks_of(plan(replied, MINIMAL))
    assert (asked.step, asked.at) == ("status-by-email", pendulum.datetime(2026, 11, 30, 10, tz="UTC"))
    dated = interview(decision_by=dt.date(2026, 11, 24)).record(Replied(at=record.ends_at.add(days=7)))
    [asked] = checks_of(plan(dated, MINIMAL))
    assert (asked.step, asked.at) == ("status-after-date", pendulum.datetime(2026, 12, 2, 10, tz="UTC"))


def test_thanks_sent_late_are_not_followed_by_the_check_on_their_heels() -> None:
    record = interview(decision_by=dt.date(2026, 11, 20))
    late = plan(record, MINIMAL, as_of=pendulum.datetime(2026, 11, 26, 9, tz="UTC"))
    assert [(action.step, action.at.date(), action.late) for action in late.actions] == [
        ("thank-you-email", dt.date(2026, 11, 26), True),
        ("status-after-date", dt.date(2026, 11, 30), False),
    ]


@given(record=interviews)
def test_no_calls_never_calls_and_keeps_both_checks(record: Interview) -> None:
    made = plan(record, NO_CALLS)
    assert not [action for action in made.actions if action.channel == "call"]
    assert len(checks_of(made)) == 2 * any(contact.email for contact in record.contacts)


def test_no_calls_is_classic_for_those_without_a_number() -> None:
    record = interview(contacts=[OLA])
    moments = [[(action.step, action.at) for action in plan(record, cadence).actions] for cadence in (CLASSIC, NO_CALLS)]
    assert moments[0] == moments[1]


@pytest.mark.parametrize(
    ("contact", "second"), [(DANA, ("status-call", "call")), (OLA, ("status-email", "email"))], ids=["with a number", "without"]
)
def test_email_first_writes_after_a_week_and_calls_after_two(contact: Contact, second: tuple[str, str]) -> None:
    asked = checks_of(plan(interview(contacts=[contact]), EMAIL_FIRST))
    assert [(action.step, action.channel) for action in asked] == [("status-by-email", "email"), second]
    assert [action.at.date() for action in asked] == [dt.date(2026, 11, 25), dt.date(2026, 12, 2)]


def test_email_first_does_not_write_again_after_the_call() -> None:
    record = interview(contacts=[OLA]).record(Done("status-call", at=pendulum.datetime(2026, 12, 2, 10, tz="UTC")))
    assert [action.step for action in checks_of(plan(record, EMAIL_FIRST))] == ["status-by-email"]


@given(record=interviews, decision=st.none() | st.integers(0, 60))
def test_patient_waits_two_weeks_or_a_week_after_the_date_and_two_weeks_more(record: Interview, decision: int | None) -> None:
    if decision is not None:
        record = interview_with_date(record, decision)
    made = plan(record, PATIENT)
    if not any(contact.email for contact in record.contacts):
        assert not checks_of(made)
        return
    first, second = checks_of(made)
    waits = record.ends_at.date().add(days=14) if record.decision_by is None else record.decision_by + dt.timedelta(days=7)
    assert first.at.date() == next_weekday(waits)
    assert second.at.date() == next_weekday(max(first.at.date().add(days=14), record.ends_at.date().add(days=28)))


def test_patient_gives_a_date_named_after_its_first_check_a_week_and_asks_once_more() -> None:
    record = interview().record(Done("status-by-email", at=pendulum.datetime(2026, 12, 2, 10, tz="UTC")))
    record = record.record(Replied(at=pendulum.datetime(2026, 12, 3, 16, tz="UTC"), decision_by=dt.date(2027, 1, 15)))
    [asked] = checks_of(plan(record, PATIENT))
    assert (asked.step, asked.at) == ("status-email", pendulum.datetime(2027, 1, 22, 10, tz="UTC"))


@given(record=interviews)
def test_phone_screen_thanks_the_same_day_and_checks_after_five_working_days(record: Interview) -> None:
    made = plan(record, PHONE_SCREEN)
    ended = record.ends_at
    for thanks in of(made, "thank-you-email"):
        same_day = ended.add(hours=1) < ended.start_of("day").add(hours=23, minutes=59)
        assert (thanks.at.date() == ended.date()) == same_day == (not thanks.late)
    assert [action.at.naive() for action in checks_of(made)] == [
        dt.datetime.combine(workday(ended.date(), 5), dt.time(10))
        for _ in record.contacts[:1]
        if any(one.email for one in record.contacts)
    ]


@every_cadence
def test_a_call_outside_the_plan_counts_as_the_contact_of_its_week(cadence: Ruleset) -> None:
    record = interview()
    first = checks_of(plan(record, cadence))[0]
    called = record.record(Contacted("call", "Dana Reyes", at=first.at.subtract(days=2)))
    assert checks_of(plan(called, cadence))[0].at.date() == next_weekday(first.at.date().add(days=5))


# --- whether they are sound ---


@every_cadence
def test_every_cadence_is_sound(cadence: Ruleset) -> None:
    report = check(cadence)
    assert report.conclusive
    assert [finding for finding in report.findings if finding.severity == "error"] == []
    assert {(finding.code, finding.subject) for finding in report.findings} == JUSTIFIED[cadence.name]


JUSTIFIED: dict[str, set[tuple[str, str]]] = {
    "classic": set(),
    "minimal": set(),
    "no-calls": set(),
    "email-first": set(),
    "patient": set(),
    # A call that ends at 22:59 or later: an hour after it is the next day.
    "phone-screen": {("can-be-late", "thank-you-email")},
}
"""The findings of each cadence, told one by one in docs/cadences.md."""

NAMES = st.sampled_from(
    ["Initech", "Alder & Finch Architects", "Tarnbeck Borough Council", "Dr. Ohlsen GmbH", "7K9", "Yes!", "株式会社"]
)
ROLES = st.sampled_from(
    ["", "Backend engineer", "Head of R&D", "Sr. analyst (part-time)", "lecturer in follow-up care", "3D artist"]
)
TOPICS = st.lists(
    st.sampled_from(["the billing system", "night shifts", "how you hire", "C++", "who got the grant", "patients' follow-ups"]),
    max_size=2,
    unique=True,
)


@every_cadence
@settings(max_examples=15)  # twenty messages each
@given(company=NAMES, role=ROLES, topics=TOPICS, sender=st.sampled_from(["", "Sam Okafor"]))
def test_every_draft_passes_its_own_review(cadence: Ruleset, company: str, role: str, topics: list[str], sender: str) -> None:
    from followup_rules import draft, review  # the guard is only loaded where messages are judged

    for contacts in ([DANA], [OLA]):
        for named in (None, dt.date(2026, 12, 4)):
            record = Interview(
                company, role=role, topics=topics, starts_at=interview().starts_at, contacts=contacts, decision_by=named
            )
            made = plan(record, cadence)
            for action in made.actions:
                if action.channel in DETAIL_OF:
                    text = draft(made, action, sender=sender)
                    assert "$" not in text
                    assert company in text or action.step == "thank-you-letter"
                    assert review(text, ruleset=cadence, step=action.step, topics=topics) == ()
