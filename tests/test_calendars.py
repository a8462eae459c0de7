"""Calendars: every action is there once, under a name that stays, and the times are the plan's.

The laws are read back with `icalendar`; `test_calendar_clients.py` asks programs nobody here wrote.
"""

from __future__ import annotations

import builtins
import datetime as dt
import sys
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pendulum
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followup_rules import After, Contact, Decided, Done, FollowupError, Interview, Plan, Unreachable, plan, plan_all
from followup_rules.calendars import to_ical
from followup_rules.testing import histories, moments
from tests.making import AT, DANA, OLA, interview, paths, ruleset, step

icalendar = pytest.importorskip("icalendar")

STAMP = dt.datetime(2026, 11, 18, 9, tzinfo=dt.UTC)
PLAN = plan(interview(contacts=[DANA, OLA]))
ZONES = (
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "Asia/Tokyo",
    "Europe/Dublin",
    "UTC",
    "+05:30",
    "America/St_Johns",
)


def entries(text: bytes) -> list[Any]:
    return [each for each in icalendar.Calendar.from_ical(text).walk() if each.name in ("VEVENT", "VTODO")]


def by_uid(text: bytes) -> dict[str, Any]:
    found = {str(entry["UID"]): entry for entry in entries(text)}
    assert len(found) == len(entries(text))
    return found


def one(text: bytes, summary: str) -> Any:
    (entry,) = [entry for entry in entries(text) if str(entry["SUMMARY"]).startswith(summary)]
    return entry


@st.composite
def plans(draw: st.DrawFn) -> tuple[Plan, Plan]:
    """Two plans of one record, the second of a later day."""
    record = draw(histories())
    first, second = sorted((draw(moments(record)), draw(moments(record))))
    return plan(record, as_of=first), plan(record, as_of=second)


@given(plans(), st.booleans())
@settings(max_examples=25)
def test_every_action_is_there_once_and_at_its_moment(pair: tuple[Plan, Plan], todo: bool) -> None:
    written = by_uid(to_ical(pair[0], stamp=STAMP, todo=todo))
    expected = [(action.at.astimezone(dt.UTC), action.channel) for action in pair[0].actions]
    assert [(entry["DTSTART"].dt.astimezone(dt.UTC), entry["CATEGORIES"].cats[0]) for entry in written.values()] == expected
    assert {entry.name for entry in written.values()} <= {"VTODO" if todo else "VEVENT"}
    assert all(len(entry.walk("VALARM")) == 1 for entry in written.values())


@given(plans(), st.booleans())
@settings(max_examples=25)
def test_what_is_gone_is_ended_and_only_what_changed_rises(pair: tuple[Plan, Plan], todo: bool) -> None:
    older, newer = pair
    before, now = to_ical(older, stamp=STAMP, todo=todo), to_ical(newer, stamp=STAMP, since=older, todo=todo)
    old, new, plain = by_uid(before), by_uid(now), by_uid(to_ical(newer, stamp=STAMP, todo=todo))
    assert new.keys() == old.keys() | plain.keys()
    for uid, entry in new.items():
        over = str(entry["STATUS"]) in ("CANCELLED", "COMPLETED")
        assert over is (uid not in plain)
        if over:
            assert entry["SEQUENCE"] == 1
            assert not entry.walk("VALARM")
            assert entry["DTSTART"].dt == old[uid]["DTSTART"].dt
        elif uid in old:
            assert entry["SEQUENCE"] == (plain[uid] != old[uid])
        else:
            assert entry["SEQUENCE"] == 0
    assert to_ical(newer, stamp=STAMP, since=before, todo=todo) == now  # the text says what the plan says
    assert to_ical(newer, stamp=STAMP, since=now.decode(), todo=todo) == now  # and once more changes nothing


def test_the_same_input_gives_the_same_bytes_and_only_the_stamp_moves() -> None:
    first = to_ical(PLAN, stamp=STAMP)
    assert to_ical([PLAN], stamp=STAMP.astimezone(ZoneInfo("Asia/Tokyo"))) == first
    later = to_ical(PLAN, stamp=STAMP + dt.timedelta(days=1))
    assert later.replace(b"DTSTAMP:20261119", b"DTSTAMP:20261118") == first != later
    assert b"\n" not in first.replace(b"\r\n", b"")
    assert max(len(line) for line in first.split(b"\r\n")) <= 75


def test_a_uid_depends_on_record_step_and_contact_alone() -> None:
    uids = list(by_uid(to_ical(PLAN, stamp=STAMP)))
    moved = plan(attrs.evolve(PLAN.interview, role="Other", closed_on=[dt.date(2026, 11, 25)], id=PLAN.interview.id))
    assert list(by_uid(to_ical(moved, stamp=STAMP))) == uids
    other = plan(attrs.evolve(PLAN.interview, id="other"))
    assert not set(by_uid(to_ical(other, stamp=STAMP))) & set(uids)
    assert not set(by_uid(to_ical(PLAN, stamp=STAMP, todo=True))) & set(uids)
    assert uids[0] == "58854e0dfad30e63783404f46aa322ed@followup-rules"  # as in calendars that people have by now


def test_an_action_that_an_edited_plan_has_twice_is_there_twice() -> None:
    doubled = attrs.evolve(PLAN, actions=(PLAN.actions[0], *PLAN.actions))
    assert len(by_uid(to_ical(doubled, stamp=STAMP))) == len(PLAN.actions) + 1


def test_sequence_rises_with_every_file_and_through_a_cancellation() -> None:
    text = to_ical(PLAN, stamp=STAMP)
    record = PLAN.interview
    gone = plan(record.record(Decided("rejection", at=AT.add(days=2))))
    back = plan(record.record(Decided("next-round", at=AT.add(days=2))), ruleset=attrs.evolve(PLAN.ruleset, stop_on=("rejection",)))
    seen = []
    for turn in (PLAN, gone, gone, back, PLAN, gone):
        text = to_ical(turn, stamp=STAMP, since=text)
        call = one(text, "Call to ask about the status")
        seen.append((call["SEQUENCE"], str(call["STATUS"])))
    assert seen == [
        (0, "CONFIRMED"), (1, "CANCELLED"), (1, "CANCELLED"), (2, "CONFIRMED"), (2, "CONFIRMED"), (3, "CANCELLED"),
    ]  # fmt: skip


def test_events_leave_the_time_free_for_a_quarter_of_an_hour_and_remind() -> None:
    call = one(to_ical(PLAN, stamp=STAMP, alarm=dt.timedelta(minutes=10)), "Call to ask about the status")
    assert call["DTEND"].dt - call["DTSTART"].dt == dt.timedelta(minutes=15)
    assert str(call["TRANSP"]) == "TRANSPARENT"
    (alarm,) = call.walk("VALARM")
    assert alarm["TRIGGER"].dt == dt.timedelta(minutes=-10)
    assert str(alarm["DESCRIPTION"]) == str(call["SUMMARY"])
    assert b"VALARM" not in to_ical(PLAN, stamp=STAMP, alarm=None)


def test_the_text_says_whom_how_why_and_until_when() -> None:
    email = one(to_ical(PLAN, stamp=STAMP), "Send a thank-you email (Ola Berg, Initech)")
    text = str(email["DESCRIPTION"])
    assert text.startswith("Whom: Ola Berg, ola@initech.example\nWhen: Wed 18 Nov 2026 17:00, America/New_York\n")
    assert "\nBy: Thu 19 Nov 2026 15:00\nNot after: Sat 28 Nov 2026 15:00\n" in text
    assert "\nInterview: Backend engineer at Initech, Wed 18 Nov 2026 14:00, America/New_York\n" in text
    assert "\n\nHow:\n- Thank them for their time" in text
    assert "\n\nWhy then:\n- 2 hours after the interview ends\n" in text
    assert text.endswith(f"\n\nIf unreachable: {PLAN.actions[3].if_unreachable}")
    plain = entries(to_ical(plan(interview(), ruleset(step("rest"))), stamp=STAMP))[0]
    assert str(plain["SUMMARY"]) == "rest (Initech)"
    assert "How:" not in plain["DESCRIPTION"]


def test_names_and_titles_are_harmless_whatever_they_hold() -> None:
    name = "Dana\r\nEND:VCALENDAR\x07; \\n, “R”"
    record = interview(contacts=[attrs.evolve(DANA, name=name, title="Head,\nof; HR")], company="A\nBEGIN:VEVENT")
    text = to_ical(plan(record), stamp=STAMP)
    written = by_uid(text)
    assert len(written) == len(plan(record).actions)
    call = one(text, "Call to ask about the status")
    assert str(call["SUMMARY"]) == "Call to ask about the status (Dana  END:VCALENDAR\ufffd; \\n, “R”, A BEGIN:VEVENT)"
    assert "(Head, of; HR)" in call["DESCRIPTION"]


@pytest.mark.parametrize(("days", "due"), [(1, "2026-11-19T15:00"), (-1, "2026-11-18T15:15")])
def test_a_todo_is_due_at_its_deadline_or_right_after_its_moment(days: int, due: str) -> None:
    limited = plan(interview(), ruleset(step("rest", deadline=After("end", days=days))))
    todo = entries(to_ical(limited, stamp=STAMP, todo=True))[0]
    assert todo["DUE"].dt.isoformat()[:16] == due
    assert todo.get("PRIORITY") == (1 if days < 0 else None)
    assert ("(late)" in todo["DESCRIPTION"]) is (days < 0)
    assert "TRANSP" not in todo


def test_a_todo_that_was_done_is_completed_and_stays_so_without_its_record() -> None:
    text = to_ical(PLAN, stamp=STAMP, todo=True)
    record = PLAN.interview.record(Done("thank-you-email", "Ola Berg", at=AT.add(hours=4)))
    record = record.record(Unreachable("call", "Dana Reyes", at=AT.add(days=6))).record(Done("status-call", at=AT.add(days=7)))
    text = to_ical(plan(record), stamp=STAMP, todo=True, since=text)
    thanks = one(text, "Send a thank-you email (Ola Berg")
    assert (str(thanks["STATUS"]), thanks["PERCENT-COMPLETE"], thanks["SEQUENCE"]) == ("COMPLETED", 100, 1)
    assert thanks["COMPLETED"].dt == AT.add(hours=4)
    assert str(one(text, "Send a thank-you email (Dana")["STATUS"]) == "NEEDS-ACTION"
    assert str(one(text, "Call to ask")["STATUS"]) == "COMPLETED"
    without = to_ical([], stamp=STAMP, todo=True, since=text)
    assert {str(todo["SUMMARY"])[:10]: str(todo["STATUS"]) for todo in entries(without)}["Call to as"] == "COMPLETED"
    assert str(one(without, "Do your homework")["STATUS"]) == "CANCELLED"
    assert one(without, "Call to ask")["SEQUENCE"] == 1


def test_a_step_done_as_a_whole_completes_every_todo_of_it() -> None:
    rules = ruleset(step("thanks", "email", to="each"))
    record = interview(contacts=[DANA, OLA])
    text = to_ical(plan(record, rules), stamp=STAMP, todo=True)
    bare = attrs.evolve(record, contacts=[Contact("Dana Reyes"), Contact("Ola Berg")])
    over = to_ical(plan(bare.record(Done("thanks", at=AT.add(hours=3))), rules), stamp=STAMP, todo=True, since=text)
    assert [str(todo["STATUS"]) for todo in entries(over)] == ["COMPLETED", "COMPLETED"]


def test_going_from_events_to_todos_cancels_the_events() -> None:
    both = entries(to_ical(PLAN, stamp=STAMP, todo=True, since=to_ical(PLAN, stamp=STAMP)))
    assert {(entry.name, str(entry["STATUS"])) for entry in both} == {("VTODO", "NEEDS-ACTION"), ("VEVENT", "CANCELLED")}
    assert len(both) == 2 * len(PLAN.actions)


def test_an_agenda_holds_all_its_plans_and_refuses_two_of_one_record() -> None:
    other = interview(company="Globex", starts_at=AT.in_timezone("Asia/Tokyo"), ends_at=AT.add(hours=1))
    agenda = plan_all([PLAN.interview, other])
    text = to_ical(iter(agenda), stamp=STAMP)
    assert len(by_uid(text)) == sum(len(one.actions) for one in agenda)
    assert [str(zone["TZID"]) for zone in icalendar.Calendar.from_ical(text).walk("VTIMEZONE")] == [
        "America/New_York",
        "Asia/Tokyo",
    ]
    assert entries(to_ical([], stamp=STAMP)) == []
    with pytest.raises(FollowupError, match=r"plans\[1\]: has the record id .* of a plan before it") as caught:
        to_ical([PLAN, PLAN], stamp=STAMP)
    assert paths(caught.value) == {"plans[1]"}


@pytest.mark.parametrize("zone", ZONES)
def test_moments_are_the_plans_own_in_every_zone(zone: str) -> None:
    starts = pendulum.datetime(2026, 9, 28, 23, 50).replace(tzinfo=None)
    record = Interview(company="Initech", starts_at=_local(starts, zone), contacts=[OLA])
    made = plan(record)
    written = entries(to_ical(made, stamp=STAMP))
    assert [entry["DTSTART"].dt for entry in written] == [action.at for action in made.actions]
    assert [entry["DTSTART"].dt.utcoffset() for entry in written] == (
        [dt.timedelta(0) if zone == "+05:30" else action.at.utcoffset() for action in made.actions]
    )
    named = {entry["DTSTART"].params.get("TZID") for entry in written}
    assert named == ({None} if zone in ("UTC", "+05:30") else {zone})


@pytest.mark.parametrize("zone", [zone for zone in ZONES if zone not in ("UTC", "+05:30")])
def test_the_zones_rules_that_come_along_are_the_zones_own(zone: str) -> None:
    """Read without any database, they give the zone's offset at every half hour of the years used."""
    record = Interview(company="Initech", starts_at=_local(dt.datetime(2026, 12, 30, 10), zone), contacts=[OLA])
    calendar = icalendar.Calendar.from_ical(to_ical(plan(record), stamp=STAMP))
    (component,) = calendar.walk("VTIMEZONE")
    told = sorted(
        (part["DTSTART"].dt - part["TZOFFSETFROM"].td, part["TZOFFSETFROM"].td, part["TZOFFSETTO"].td)
        for part in component.subcomponents
    )
    assert all(one[2] == after[1] for one, after in pairwise(told))
    real, place = ZoneInfo(zone), 0
    for half_hour in range(2 * 365 * 48):
        moment = dt.datetime(2026, 1, 1) + dt.timedelta(minutes=30 * half_hour)
        while place + 1 < len(told) and told[place + 1][0] <= moment:
            place += 1
        assert told[0][0] <= moment
        assert told[place][2] == moment.replace(tzinfo=dt.UTC).astimezone(real).utcoffset(), moment


def test_the_second_of_two_equal_times_is_told_in_utc() -> None:
    """RFC 5545 §3.3.5: a local time that occurs twice means the first."""
    ends = pendulum.datetime(2026, 11, 1, 4, 40, tz="UTC").in_timezone("America/New_York")
    twice = plan(
        interview(starts_at=ends.subtract(hours=1), ends_at=ends),
        ruleset(step("first", due=After("end", hours=1)), step("second", due=After("end", hours=2))),
    )
    first, second = entries(to_ical(twice, stamp=STAMP))
    assert (first["DTSTART"].to_ical(), second["DTSTART"].to_ical()) == (b"20261101T014000", b"20261101T064000Z")
    assert second["DTEND"].to_ical() == b"20261101T065500Z"
    late = plan(
        interview(starts_at=ends.subtract(hours=1), ends_at=ends.add(minutes=15)), ruleset(step("x", due=After("end", hours=1)))
    )
    across = entries(to_ical(late, stamp=STAMP))[0]
    assert (across["DTSTART"].to_ical(), across["DTEND"].to_ical()) == (b"20261101T055500Z", b"20261101T061000Z")


def test_fractions_of_a_second_are_rounded_up_so_that_nothing_is_early() -> None:
    exact = plan(interview(starts_at=AT, ends_at=AT.add(microseconds=1)), ruleset(step("x")))
    assert entries(to_ical(exact, stamp=STAMP))[0]["DTSTART"].to_ical() == b"20261118T140001"


def test_a_plan_told_in_another_zone_is_written_in_it() -> None:
    there = entries(to_ical(PLAN.in_timezone("Asia/Tokyo"), stamp=STAMP))
    assert {entry["DTSTART"].params["TZID"] for entry in there} == {"Asia/Tokyo"}
    assert [entry["DTSTART"].dt for entry in there] == [action.at for action in PLAN.actions]


FOREIGN = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a@b.example\r\nDTSTART:20261118\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"


@pytest.mark.parametrize("since", [None, [], b"", FOREIGN, FOREIGN.decode().replace("\r\n", "\n")])
def test_what_is_not_from_here_is_left_alone(since: Any) -> None:
    assert to_ical(PLAN, stamp=STAMP, since=since) == to_ical(PLAN, stamp=STAMP)


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        (b"SEQUENCE:0", b"SEQUENCE:many", "SEQUENCE"),
        (b"SEQUENCE:0", b"SEQUENCE:-1", "SEQUENCE"),
        (b"SEQUENCE:0", b"SEQUENCE:2147483647", "SEQUENCE"),
        (b"DTSTART;TZID=America/New_York:20261117T180000", b"DTSTART;VALUE=DATE:20261117", "DTSTART"),
        (b"DTEND;TZID=America/New_York:20261117T181500", b"DTEND:20261117T181500", "DTEND"),
        (b"DTEND;TZID=America/New_York:20261117T181500\r\n", b"", "DTEND"),
    ],
)
def test_an_earlier_file_that_was_spoilt_is_refused_with_the_place(old: bytes, new: bytes, path: str) -> None:
    text = to_ical(PLAN, stamp=STAMP)
    assert old in text
    with pytest.raises(FollowupError) as caught:
        to_ical(PLAN, stamp=STAMP, since=text.replace(old, new, 1))
    (fault,) = caught.value.faults
    assert fault.path == ("since", "58854e0dfad30e63783404f46aa322ed@followup-rules", path)


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"stamp": dt.datetime(2026, 11, 18)}, "stamp"),
        ({"stamp": "now"}, "stamp"),
        ({"since": "no calendar"}, "since"),
        ({"since": 3}, "since"),
        ({"since": [3]}, "since[0]"),
        ({"alarm": 10}, "alarm"),
        ({"alarm": dt.timedelta(minutes=-1)}, "alarm"),
        ({"alarm": dt.timedelta(days=29)}, "alarm"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_name(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(FollowupError) as caught:
        to_ical(PLAN, **{"stamp": STAMP, **changes})
    assert paths(caught.value) == {path}


def test_without_the_extra_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def missing(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "icalendar":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.delitem(sys.modules, "icalendar")
    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(FollowupError, match=r"needs the `calendar` extra: pip install 'followup-rules\[calendar\]'"):
        to_ical(PLAN, stamp=STAMP)


def _local(when: dt.datetime, zone: str) -> dt.datetime:
    if zone[0] == "+":
        return when.replace(tzinfo=dt.timezone(dt.timedelta(hours=5, minutes=30)))
    return when.replace(tzinfo=ZoneInfo(zone))
