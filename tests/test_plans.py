"""Plans: what can be asked of one."""

from __future__ import annotations

import copy
import datetime as dt
import pickle
import zoneinfo

import attrs
import pytest

from followup_rules import Contacted, Done, FollowupError, Plan, plan
from followup_rules.plans import show
from tests.making import AT, DANA, OLA, interview, ruleset


def made() -> Plan:
    return plan(interview(contacts=[DANA, OLA]))


def test_next_is_the_first_action_or_none() -> None:
    assert made().next == made().actions[0]
    assert plan(interview(), ruleset()).next is None


def test_due_by_takes_any_aware_moment() -> None:
    one = made()
    assert one.due_by(one.actions[2].at) == one.actions[:4]
    assert one.due_by(dt.datetime(2026, 11, 17, 23, tzinfo=dt.UTC)) == one.actions[:1]
    assert one.due_by(dt.datetime(2026, 11, 17, 22, 59, tzinfo=dt.UTC)) == ()
    with pytest.raises(FollowupError, match="moment: must have a time zone"):
        one.due_by(dt.datetime(2026, 11, 17))


def test_a_plan_does_not_differ_from_itself() -> None:
    diff = made().diff(made())
    assert not diff
    assert diff.kept == made().actions
    assert str(diff) == "nothing changed"


def test_a_diff_tells_what_was_added_removed_moved_and_kept() -> None:
    older = made()
    record = older.interview.record(Done("thank-you-email", "Dana Reyes", at=AT.add(hours=2)))
    record = record.record(Contacted("call", "Dana Reyes", at=AT.add(days=5)))
    newer = plan(attrs.evolve(record, contacts=[DANA, attrs.evolve(OLA, address=None)]))
    diff = newer.diff(older)
    assert {(action.step, str(action.contact)) for action in diff.removed} == {
        ("thank-you-email", "Dana Reyes"), ("thank-you-letter", "Ola Berg"),
    }  # fmt: skip
    assert [(old.step, show(old.at), show(new.at)) for old, new in diff.moved] == [
        ("status-call", "Wed 25 Nov 2026 10:00", "Mon 30 Nov 2026 10:00"),
        ("status-email", "Wed 2 Dec 2026 10:00", "Mon 7 Dec 2026 10:00"),
    ]
    assert {action.step for action in diff.kept} == {"research", "business-card", "thank-you-email"}
    back = older.diff(newer)
    assert (back.added, back.removed) == (diff.removed, ())
    assert "> Mon 30 Nov 2026 10:00  Call to ask about the status (Dana Reyes), was Wed 25 Nov 2026 10:00" in str(diff)
    assert "- Wed 18 Nov 2026 17:00  Send a thank-you email (Dana Reyes)" in str(diff)
    assert str(back).startswith("+ ")


def test_an_action_that_is_there_twice_is_told_twice() -> None:
    one = made()
    doubled = attrs.evolve(one, actions=(*one.actions, one.actions[0]))
    assert doubled.diff(one).added == (one.actions[0],)


@pytest.mark.parametrize("tz", ["Asia/Tokyo", zoneinfo.ZoneInfo("Asia/Tokyo")])
def test_another_zone_tells_the_same_moments(tz: str | dt.tzinfo) -> None:
    record = made().interview.record(Done("thank-you-email", "Dana Reyes", at=AT.add(hours=2)))
    here = plan(record, as_of=AT.add(days=3))
    there = here.in_timezone(tz)
    assert [action.at for action in there.actions] == [action.at for action in here.actions]
    assert {action.at.timezone_name for action in there.actions} == {"Asia/Tokyo"}
    assert there.done[0].at.timezone_name == "Asia/Tokyo"
    assert there.timezone == "Asia/Tokyo"
    assert there != here
    assert there.in_timezone("America/New_York") == here
    assert here.actions[0].because[-1].at == there.actions[0].because[-1].at


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(FollowupError, match="timezone: must be a time zone"):
        made().in_timezone("Nowhere")


def test_plans_are_values() -> None:
    one = made()
    assert one == made()
    assert hash(one) == hash(made())
    assert pickle.loads(pickle.dumps(one)) == one
    assert copy.deepcopy(one) == one
    assert repr(one.actions[0]) == repr(made().actions[0])
    with pytest.raises(AttributeError):
        one.actions = ()  # type: ignore[misc]


def test_a_moment_that_occurs_twice_is_shown_with_its_offset() -> None:
    twice = AT.set(month=11, day=1, hour=0).add(hours=2, minutes=30).in_timezone("America/New_York")
    assert show(twice) == "Sun 1 Nov 2026 01:30 (-05:00)"
    assert str(made().actions[0]) == "Tue 17 Nov 2026 18:00  Do your homework on the company"
