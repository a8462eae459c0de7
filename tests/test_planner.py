"""The planner where the contract has an edge: who, when and why, one edge a test."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pendulum
import pytest

from followup_rules import (
    CLASSIC,
    After,
    Contact,
    Contacted,
    Decided,
    Done,
    FollowupError,
    Hours,
    InvalidRecord,
    Plan,
    Replied,
    Throttle,
    Unreachable,
    plan,
    plan_all,
)  # fmt: skip
from tests.making import AT, DANA, OLA, interview, ruleset, step

WEEKLY = Throttle("weekly", ("email", "call"))
OFFICE = Hours("office", ("mon", "tue", "wed", "thu", "fri"), opens="09:00", closes="17:00")


def times(made: Plan) -> dict[str, str]:
    return {action.step: f"{action.at:%m-%d %H:%M}" for action in made.actions}


def codes(made: Plan) -> dict[str, str]:
    return {skip.step: skip.code for skip in made.skipped}


def reasons(made: Plan, id: str) -> list[str]:
    return [reason.code for action in made.actions if action.step == id for reason in action.because]


def test_the_classic_plan_of_a_fresh_interview() -> None:
    made = plan(interview(contacts=[DANA, OLA]))
    assert [(action.step, str(action.contact or ""), f"{action.at:%m-%d %H:%M}") for action in made.actions] == [
        ("research", "", "11-17 18:00"),
        ("business-card", "", "11-18 15:00"),
        ("thank-you-email", "Dana Reyes", "11-18 17:00"),
        ("thank-you-email", "Ola Berg", "11-18 17:00"),
        ("thank-you-letter", "Ola Berg", "11-19 09:00"),
        ("status-call", "Dana Reyes", "11-25 10:00"),
        ("status-email", "Dana Reyes", "12-02 10:00"),
    ]
    assert codes(made) == {"thank-you-letter": "no-contact", "status-by-email": "not-applicable"}


def test_as_of_hides_later_events_and_rounds_up_to_the_minute() -> None:
    record = interview().record(Decided("offer", at=AT.add(days=1)))
    before = plan(record, as_of=AT.add(hours=20, seconds=1))
    assert "status-call" in times(before)
    assert "status-call" not in times(plan(record, as_of=AT.add(days=1)))
    assert times(plan(interview(), ruleset(step("a", due=After("end", hours=0))), as_of=AT.add(hours=20, seconds=1))) == {
        "a": "11-19 10:01"
    }
    assert plan(record, as_of=AT.in_timezone("UTC")).as_of == AT
    assert str(plan(record, as_of=AT.in_timezone("UTC")).as_of) == "2026-11-18 14:00:00-05:00"
    with pytest.raises(FollowupError, match="as_of: must have a time zone"):
        plan(record, as_of=dt.datetime(2026, 11, 19))
    with pytest.raises(FollowupError, match="as_of: must be a date-time"):
        plan(record, as_of="now")  # type: ignore[arg-type]
    with pytest.raises(FollowupError, match="as_of: must have a time zone"):
        plan_all([record], as_of=dt.datetime(2026, 11, 19))


def test_texts_and_warnings_tell_nothing_that_came_after_as_of() -> None:
    rules = ruleset(step("mail", "email", deadline=After("end", days=1), stop_on=["rejection", "withdrawn"]))
    late = Done("mail", at=AT.add(days=3))
    record = interview(events=[Decided("rejection", at=AT.add(days=2)), late, Decided("withdrawn", at=AT.add(days=4))])
    made = plan(record, rules, as_of=AT.add(days=2, hours=1))
    assert [skip.text for skip in made.skipped] == [
        "mail (Dana Reyes): the outcome was “rejection” on Fri 20 Nov 2026 14:00, which ends it"
    ]
    assert made.warnings == ()
    assert [warning.code for warning in plan(record, rules, as_of=late.at).warnings] == ["late"]


def test_what_is_done_at_its_deadline_is_in_time() -> None:
    rules = ruleset(step("mail", "email", deadline=After("end", days=1)))
    deadline = AT.add(days=1, hours=1)
    for seconds, codes in ((0, []), (1, ["late"])):
        made = plan(interview(events=[Done("mail", at=deadline.add(seconds=seconds))]), rules)
        assert [warning.code for warning in made.warnings] == codes


def test_records_that_share_only_the_company_or_only_a_contact_are_planned_together() -> None:
    throttles = [Throttle("each", ("email",)), Throttle("all", ("email",), days=3, per="company")]
    rules = ruleset(step("mail", "email"), throttles=throttles)
    for other, date in (
        ({"contacts": [OLA]}, "11-21"),
        ({"company": "Globex"}, "11-25"),
        ({"company": "x", "contacts": [OLA]}, "11-18"),
    ):
        plans = plan_all([interview(), interview(**other)], rules)
        assert [f"{made.actions[0].at:%m-%d}" for made in plans] == ["11-18", date]


def test_an_event_of_an_unknown_step_is_refused() -> None:
    record = interview().record(Done("status-cal", at=AT))
    with pytest.raises(InvalidRecord) as error:
        plan(record)
    assert str(error.value) == (
        f"interview {record.id}: events[0].step: must name a step of the ruleset `classic`, not `status-cal` (did you mean `status-call`?)"
    )


def test_a_step_ruled_out_moves_nothing_that_is_anchored_on_it() -> None:
    rules = ruleset(
        step("never", due=After("end", days=30), only_if=["replied"]),
        step("then", not_before=[After("never", days=1)], deadline=After("ideal", hours=1)),
        step("gone", due=After("never")),
        step("gone-too", due=After("gone", days=1)),
    )
    made = plan(interview(), rules)
    assert times(made) == {"then": "11-18 15:00"}
    assert codes(made) == {"never": "not-applicable", "gone": "no-anchor", "gone-too": "no-anchor"}
    assert "“gone”, which it counts from, was neither done nor planned" in made.skipped[2].text


def test_a_step_that_expired_keeps_its_ideal_moment() -> None:
    rules = ruleset(
        step("late", due=After("end", days=9), expires=After("end", days=8)),
        step("then", not_before=[After("late", days=1)], deadline=After("ideal", hours=1)),
    )
    made = plan(interview(), rules)
    assert codes(made) == {"late": "expired"}
    assert made.actions[0].deadline == AT.add(days=10, hours=2)


def test_a_step_waits_for_each_of_the_recipients() -> None:
    rules = ruleset(step("mail", "email", to="each"), step("then", due=After("mail", days=1)))
    record = interview(contacts=[DANA, OLA]).record(Done("mail", "Dana Reyes", at=AT.add(days=3)))
    assert times(plan(record, rules)) == {"mail": "11-18 15:00", "then": "11-22 14:00"}


@pytest.mark.parametrize(
    ("events", "done"),
    [
        ([Done("mail", at=AT)], [("mail", "Ola Berg")]),
        ([Done("mail", "Dana Reyes", at=AT), Done("mail", at=AT.add(hours=1))], [("mail", "Ola Berg"), ("mail", "Dana Reyes")]),
        ([Done("ask", at=AT)], [("ask", "Ola Berg")]),
        ([Done("ask", "Dana Reyes", at=AT)], [("ask", "Dana Reyes")]),
        ([Done("post", at=AT), Done("post", "Dana Reyes", at=AT.add(hours=1))], [("post", None)]),
        ([Done("post", "Dana Reyes", at=AT), Done("post", at=AT.add(hours=1))], [("post", None)]),
        ([Done("card", at=AT), Done("card", at=AT.add(hours=1))], [("card", None)]),
        ([Done("card", "Dana Reyes", at=AT)], [("card", "Dana Reyes")]),
    ],
)
def test_what_a_done_finishes(events: list[Done], done: list[tuple[str, str | None]]) -> None:
    rules = ruleset(
        step("mail", "email", to="each"), step("ask", "email"), step("post", "letter", to="each"), step("card", "in-person")
    )
    record = interview(contacts=[Contact("Dana Reyes"), Contact("Ola Berg", email="ola@initech.example")], events=events)
    made = plan(record, rules)
    assert sorted((one.step, one.contact) for one in made.done) == sorted(done)
    assert max(one.at for one in made.done) == max(event.at for event in events)


def test_a_bounced_detail_is_missing_until_the_record_shows_another() -> None:
    rules = ruleset(step("mail", "email", to="each"), step("ask", "email"))
    bounced = interview(contacts=[DANA, OLA]).record(Unreachable("email", "Dana Reyes", at=AT))
    made = plan(bounced, rules)
    assert [(action.step, str(action.contact)) for action in made.actions] == [("mail", "Ola Berg"), ("ask", "Ola Berg")]
    assert made.skipped[0].text == "mail (Dana Reyes): Dana Reyes's email address was found not to work"
    renewed = interview(contacts=[Contact("Dana Reyes", email="reyes@initech.example"), OLA], events=bounced.events)
    assert len(plan(renewed, rules).actions) == 3
    # Written another way it is still the detail that bounced.
    same = interview(contacts=[Contact("Dana Reyes", email="DANA@initech.example")], events=bounced.events)
    assert codes(plan(same, rules)) == {"mail": "no-contact", "ask": "no-contact"}
    never = interview(contacts=[Contact("Dana Reyes")], events=[Unreachable("email", "Dana Reyes", at=AT)])
    assert plan(never, rules).skipped[1].text == "ask: no email address of Dana Reyes is on record"


def test_no_contact_says_whose_detail_is_missing() -> None:
    rules = ruleset(step("mail", "email"), step("dial", "call"))
    assert plan(interview(contacts=[]), rules).skipped[0].text == "mail: no contact is on record"
    two = interview(contacts=[Contact("Dana"), Contact("Ola", phone="ext. only")])
    assert plan(two, rules).skipped[0].text == "mail: no email address of Dana and Ola is on record"
    dead = two.record(Unreachable("call", "Ola", at=AT))
    assert plan(dead, rules).skipped[1].text == "dial: the phone number of Ola was found not to work, and no other is on record"


def test_one_person_in_two_entries_is_one_to_a_throttle() -> None:
    again = Contact("D. Reyes", email="DANA@initech.example")
    rules = ruleset(step("mail", "email", to="each"), throttles=[WEEKLY])
    made = plan(interview(contacts=[DANA, again]), rules)
    assert [f"{action.at:%m-%d}" for action in made.actions] == ["11-18", "11-25"]
    # A single contact with everybody reaches that person once.
    twice = ruleset(step("mail", "email"), throttles=[Throttle("two", ("email",), max=2)])
    record = interview(contacts=[DANA, again]).record(Contacted("email", at=AT.add(hours=1)))
    assert times(plan(record, twice)) == {"mail": "11-18 15:00"}


def test_people_are_told_apart_by_email_then_phone_then_name_and_company() -> None:
    rules = ruleset(step("dial", "call"), throttles=[WEEKLY])

    def dates(*records: Any) -> list[str]:
        return [f"{action.at:%m-%d}" for made in plan_all(records, rules) for action in made.actions]

    by_phone = [
        interview(company=name, contacts=[Contact(name, phone=phone)]) for name, phone in (("A", "212 555"), ("B", "(212)-555"))
    ]
    assert dates(*by_phone) == ["11-18", "11-25"]
    by_name = [interview(company=name, contacts=[Contact("Dana", phone="front desk")]) for name in ("Initech", "INITECH", "Hooli")]
    assert dates(*by_name) == ["11-18", "11-25", "11-18"]


def test_a_company_throttle_counts_everyone_there_and_what_went_to_nobody() -> None:
    rules = ruleset(
        step("card", "in-person"),
        step("mail", "email", due=After("end", hours=1)),
        throttles=[Throttle("quiet", ("email", "in-person"), per="company")],
    )
    assert times(plan(interview(), rules)) == {"card": "11-18 15:00", "mail": "11-25 00:00"}
    record = interview().record(Done("card", at=AT.add(hours=1)))
    assert times(plan(record, rules)) == {"mail": "11-25 00:00"}


def test_exempt_steps_are_neither_counted_nor_moved() -> None:
    rules = ruleset(step("thanks", "email"), step("mail", "email"), throttles=[Throttle("weekly", ("email",), exempt=("thanks",))])
    record = interview().record(Contacted("email", "Dana Reyes", at=AT))
    assert times(plan(record, rules)) == {"thanks": "11-18 15:00", "mail": "11-25 15:00"}
    assert times(plan(interview().record(Done("thanks", at=AT)), rules)) == {"mail": "11-18 15:00"}


def test_expired_and_crowded_out_are_told_apart() -> None:
    rules = ruleset(step("mail", "email", due=After("end", days=1), expires=After("end", days=3)), throttles=[WEEKLY])
    crowded = plan(interview().record(Contacted("call", at=AT)), rules)
    assert codes(crowded) == {"mail": "crowded-out"}
    assert (
        "weekly allows at most 1 email or call to one contact in any 7 days, and call on record on Wed 18 Nov 2026 counts"
        in crowded.skipped[0].text
    )
    expired = plan(interview(), rules, as_of=AT.add(days=5))
    assert codes(expired) == {"mail": "expired"}
    assert "the time for it ended on Sat 21 Nov 2026 15:00" in expired.skipped[0].text
    assert "no room before it expires on Sat 21 Nov 2026 15:00;" in crowded.skipped[0].text
    never = ruleset(step("mail", "email", due=After("end", days=3), during="office", expires=After("end", days=4)), hours=[OFFICE])
    assert [skip.text for skip in plan(interview(), never).skipped] == [
        "mail (Dana Reyes): not possible before it expires on Sun 22 Nov 2026 15:00; the first moment would be Mon 23 Nov 2026 15:00"
    ]


def test_a_step_with_no_open_date_in_800_days_is_expired() -> None:
    closed = [dt.date(2026, 11, 16) + dt.timedelta(days=day) for day in range(900)]
    rules = ruleset(step("mail", "email", during="office"), step("then", due=After("mail")), hours=[OFFICE])
    made = plan(interview(closed_on=closed), rules)
    assert codes(made) == {"mail": "expired", "then": "no-anchor"}
    assert made.skipped[0].text == "mail (Dana Reyes): not possible within 800 days"


def test_no_room_in_800_days_is_crowded_out() -> None:
    rules = ruleset(step("mail", "email"), throttles=[Throttle("rare", ("email",), days=400)])
    events = [Contacted("email", at=AT.add(days=days)) for days in (0, 399, 798)]
    made = plan(interview(events=events), rules)
    assert codes(made) == {"mail": "crowded-out"}
    assert "no room within 800 days" in made.skipped[0].text


def test_reasons_come_in_the_order_in_which_they_applied() -> None:
    rules = ruleset(
        step("first", "email"),
        step(
            "second",
            "email",
            due=After("end", days=1, at="10:00"),
            not_before=[After("end", days=2, at="00:00"), After("reply")],
            during="office",
        ),
        throttles=[WEEKLY],
        hours=[OFFICE],
    )
    made = plan(interview(), rules)
    assert reasons(made, "second") == ["due", "not-before", "hours", "throttle"]
    assert [f"{reason.at:%m-%d %H:%M}" for reason in made.actions[1].because] == [
        "11-19 10:00",
        "11-20 00:00",
        "11-20 10:00",
        "11-25 10:00",
    ]
    later = plan(interview(), rules, as_of=AT.add(days=3))
    assert reasons(later, "second") == ["due", "not-before", "as-of", "hours", "throttle"]
    assert reasons(plan(interview(), ruleset(step("a", not_before=[After("end", days=1, at="08:00")]))), "a") == [
        "due",
        "not-before",
        "hours",
    ]


def test_each_throttle_that_moves_further_is_a_reason() -> None:
    rules = ruleset(
        step("mail", "email"),
        throttles=[Throttle("idle", ("email",), max=5), WEEKLY, Throttle("monthly", ("email",), days=30, per="company")],
    )
    record = interview().record(Contacted("email", at=AT))
    made = plan(record, rules)
    assert [(reason.rule, f"{reason.at:%m-%d}") for reason in made.actions[0].because] == [
        ("mail", "11-18"),
        ("weekly", "11-25"),
        ("monthly", "12-18"),
    ]
    assert all("email on record on Wed 18 Nov 2026" in reason.text for reason in made.actions[0].because[1:])


def test_priority_decides_who_gets_the_week() -> None:
    rules = ruleset(step("low", "email"), step("high", "call", due=After("end", days=2), priority=1), throttles=[WEEKLY])
    assert times(plan(interview(), rules)) == {"high": "11-20 15:00", "low": "11-27 15:00"}


def test_warnings_tell_what_the_record_already_broke() -> None:
    record = interview(
        events=[Done("thank-you-email", at=AT.add(days=3)), *[Contacted("call", at=AT.add(days=day)) for day in (8, 9, 10, 30)]]
    )
    made = plan(record)
    assert [(warning.code, warning.step) for warning in made.warnings] == [
        ("late", "thank-you-email"), ("too-often", "one-a-week"), ("too-often", "one-check-a-week"),
    ]  # fmt: skip
    assert str(made.warnings[0]).startswith(
        "Send a thank-you email (Dana Reyes): done on Sat 21 Nov 2026 14:00, after its deadline on Thu 19 Nov"
    )
    assert "call on record on Thu 26 Nov 2026 and call on record on Fri 27 Nov 2026 count" in str(made.warnings[1])


def test_a_skipped_midnight_keeps_throttles_and_hours() -> None:
    start = pendulum.datetime(2026, 3, 20, 22, 30, tz="America/Nuuk")
    rules = ruleset(step("mail", "email", due=After("start", days=7, at="23:30")), throttles=[WEEKLY])
    record = interview(starts_at=start, events=[Contacted("email", at=start.add(days=1))])
    made = plan(record, rules)
    # The 28th is the first date that is free; its 23:30 is skipped and falls on the 29th.
    assert made.actions[0].at.isoformat() == "2026-03-29T00:30:00-01:00"


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (After("end"), "When the interview ends"),
        (After("start", days=-1, at="18:00"), "1 day before the interview starts, at 18:00"),
        (After("end", hours=2), "2 hours after the interview ends"),
        (After("decision", workdays=1), "1 working day after the decision date"),
        (After("end", days=0, at="18:00"), "On the day the interview ends, at 18:00"),
        (After("reply", days=7), "7 days after their last reply"),
        (After("outcome"), "At their decision"),
        (After("outcome", days=0, at="23:00"), "On the day of their decision, at 23:00"),
    ],
)
def test_reasons_say_what_a_moment_counts_from(after: After, said: str) -> None:
    record = interview(decision_by=dt.date(2026, 12, 1), events=[Replied(at=AT), Decided("offer", at=AT)])
    made = plan(record, ruleset(step("a", due=after), stop_on=()))
    assert made.actions[0].because[0].text == said


@pytest.mark.parametrize(
    ("fact", "negated", "said"),
    [
        ("format:video", False, "only if the interview is video (it is in-person)"),
        ("format:in-person", True, "ruled out, as the interview is in-person"),
        ("replied", False, "only if they have replied"),
        ("decision-date", False, "only if a decision date is known"),
        ("topics", False, "only if topics are on record"),
        ("outcome:offer", False, "only if the outcome is “offer”"),
        ("done:a", False, "only if “a” is done"),
        ("can:letter", False, "only if somebody can be sent a letter"),
        ("can:task", True, "ruled out, as task is possible"),
        ("tag:urgent", False, "only if it is tagged “urgent”"),
    ],
)
def test_a_step_that_does_not_apply_says_why(fact: str, negated: bool, said: str) -> None:
    made = plan(interview(), ruleset(step("a", unless=[fact]) if negated else step("a", only_if=[fact])))
    assert made.skipped[0].text == f"a: {said}"


def test_facts_that_hold() -> None:
    facts = ["format:in-person", "replied", "decision-date", "topics", "outcome:offer", "can:email", "tag:x"]
    record = interview(
        topics=["billing"], tags=["x"], events=[Replied(at=AT, decision_by=dt.date(2026, 12, 1)), Decided("offer", at=AT)]
    )
    assert times(plan(record, ruleset(step("a", only_if=facts), stop_on=()))) == {"a": "11-18 15:00"}


def test_an_outcome_ends_what_it_is_said_to_end() -> None:
    record = interview().record(Decided("rejection", at=AT.add(hours=1)))
    made = plan(record)
    assert [action.step for action in made.actions] == ["thank-you-email"]
    assert made.skipped[-1].text.endswith("the outcome was “rejection” on Wed 18 Nov 2026 15:00, which ends it")


@pytest.mark.parametrize(
    ("anchor", "said"),
    [
        ("decision", "no decision date is known"),
        ("reply", "they have not replied without naming a date"),
        ("outcome", "they have not decided"),
    ],
)
def test_an_anchor_that_is_not_there_is_named(anchor: str, said: str) -> None:
    made = plan(interview(), ruleset(step("a", due=After(anchor)), step("b", not_before=[After(anchor)], expires=After(anchor))))
    assert codes(made) == {"a": "no-anchor"}
    assert made.skipped[0].text == f"a: {said}"


def test_no_records_make_no_plans() -> None:
    assert plan_all([]) == ()
    assert plan(interview(), ruleset()).actions == ()


def test_all_priorities_of_the_classic_cadence_are_zero() -> None:
    assert {one.priority for one in CLASSIC.steps} == {0}
