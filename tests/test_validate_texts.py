"""What `validate` says, word for word: every rule broken once, in each of the ways that are told apart."""

from __future__ import annotations

import datetime as dt
from typing import Any

import attrs
import pytest

from followup_rules import (
    Action,
    After,
    Contact,
    Contacted,
    Decided,
    Done,
    FollowupError,
    Hours,
    Plan,
    Skip,
    Step,
    Throttle,
    Unreachable,
    plan,
    validate,
)
from tests.making import AT, DANA, OLA, interview, ruleset, step
from tests.pinned import pinned

OFFICE = Hours("office", ("mon", "tue", "wed", "thu", "fri"), opens="09:00", closes="17:00")
DAILY = Hours("daily", ("mon", "sun"), opens="08:30", closes="20:15", shut_on_holidays=False)
STRANGER = Contact("A stranger")
ZOE = Contact("Zoe Quist", address="3 Main Street")
PAIR = interview(contacts=[DANA, OLA])
MAIL = step("mail", "email", title="Say thanks")


def edited(made: Plan, **changes: Any) -> Plan:
    return attrs.evolve(made, **changes)


def wrongly(entry: Any, **changes: Any) -> Any:
    """Give the entry with these changes, of whatever type they are."""
    return attrs.evolve(entry, **changes)


def unknown_steps() -> Plan:
    record = interview(events=[Done("mial", at=AT.add(hours=2)), Done("zzz", at=AT.add(hours=2))])
    made = plan(record, ruleset(step("mial"), step("zzz")))
    return edited(made, ruleset=ruleset(MAIL), done=[Done("male", at=AT)], skipped=[Skip("xyzzy", DANA, "closed", "")])


def unreadable_entries() -> Plan:
    made = plan(PAIR, ruleset(MAIL, step("note")))
    wrong: Any = [
        wrongly(made.actions[0], step=7, contact="Dana"),
        wrongly(made.actions[1], at="soon"),
        Done("note", at=AT),
    ]
    wrong.append(wrongly(made.actions[0], step=["mail"]))
    wrong.append(wrongly(made.actions[0], channel="letter"))
    wrong.append(wrongly(made.actions[0], at=None))
    return edited(made, actions=wrong, done=[made.actions[0]], skipped=None)


def to_others() -> Plan:
    rules = ruleset(MAIL, step("each", "email", to="each", title="One each"), step("note"), step("post", "letter"))
    made = plan(interview(), rules)
    actions = [attrs.evolve(action, contact={"mail": OLA, "each": None, "note": DANA}[action.step]) for action in made.actions]
    junk: Any = "Dana Reyes"
    skipped = [Skip("post", STRANGER, "no-contact", ""), Skip("each", junk, "closed", ""), Skip("mail", None, "closed", "")]
    return edited(made, actions=actions, skipped=skipped)


def to_contacts_of_nobody() -> Plan:
    made = plan(interview(contacts=[]), ruleset(step("each", "email", to="each")))
    return edited(made, skipped=[attrs.evolve(made.skipped[0], contact=DANA)])


def in_the_wrong_lists() -> Plan:
    rules = ruleset(*(step(id) for id in ("twice", "thrice", "lost", "undone", "again", "unlisted", "sooner", "named")), MAIL)
    finished = [Done(id, at=AT.add(hours=2)) for id in ("again", "unlisted", "sooner")]
    made = plan(interview(events=[*finished, Done("mail", DANA, at=AT.add(hours=3))]), rules)
    named = {action.step: action for action in made.actions}
    again = attrs.evolve(named["twice"], step="again")
    skips = [Skip("thrice", None, "closed", ""), Skip("thrice", None, "closed", "")]
    done = [Done("undone", at=AT), Done("sooner", at=AT), Done("mail", at=AT.add(hours=3)), Done("mail", OLA, at=AT.add(hours=4))]
    return edited(made, actions=[named["twice"], named["twice"], named["thrice"], named["named"], again], skipped=skips, done=done)


def ruled_out_but_planned() -> Plan:
    steps = [
        step("plain", "email"),
        step("facts", "task", only_if=["topics", "tag:vip"], unless=["format:in-person"]),
        step("post", "letter"),
        step("call", "call", to="each"),
        step("decided", due=After("decision", days=1)),
        step("chained", due=After("lost", days=1)),
        step("lost", only_if=["replied"]),
    ]
    events = [Decided("offer", at=AT.add(days=1)), Unreachable("call", OLA, at=AT.add(hours=2))]
    made = plan(interview(contacts=[DANA, attrs.evolve(OLA, address=None)], events=events), ruleset(*steps, stop_on=[]))
    at = AT.add(days=30)
    forced = [Action(skip.step, "", made.ruleset.step(skip.step).channel, skip.contact, at=at) for skip in made.skipped]
    closing = attrs.evolve(made.ruleset, steps=[attrs.evolve(steps[0], stop_on=["offer"]), *steps[1:]])
    return edited(made, ruleset=closing, actions=[*made.actions, *forced], skipped=[])


def wrongly_skipped() -> Plan:
    steps = [
        step("fine"),
        step("crowded"),
        step("facts", only_if=["replied"]),
        step("anchored", due=After("reply", days=1)),
        step("past", due=After("end", days=5), expires=After("end", days=2)),
        step("behind", due=After("facts", days=1)),
    ]
    made = plan(interview(), ruleset(*steps))
    junk: Any = ["tired"]
    codes: dict[str, Any] = {"fine": "closed", "crowded": "crowded-out"}
    return edited(made, actions=[], skipped=[Skip(one.id, None, codes.get(one.id, junk), "") for one in steps])


def without_an_open_date() -> Plan:
    mondays = Hours("mondays", ("mon",), opens="09:00", closes="10:00")
    shut = [AT.date().add(days=days) for days in range(900)]
    rules = ruleset(
        step("never", during="mondays"), step("limited", during="mondays", expires=After("end", days=9)), hours=[mondays]
    )
    made = plan(interview(closed_on=shut), rules)
    return edited(made, skipped=[attrs.evolve(skip, code="closed") for skip in made.skipped])


def untimely() -> Plan:
    steps = [
        Step("early", "task", due=After("start", workdays=-1, at="09:05"), not_before=[After("end", hours=30)]),
        Step("wrong-time", "task", due=After("end", days=1), during="office"),
        Step("wrong-day", "task", due=After("end", days=1), during="daily"),
        Step("gone", "task", due=After("end"), expires=After("end", days=1), deadline=After("end", hours=2)),
        Step("marked", "task", due=After("end")),
        Step("now", "task", due=After("end")),
    ]
    made = plan(interview(), ruleset(*steps, hours=[OFFICE, DAILY]), as_of=AT.add(hours=3, seconds=1))
    sooner: dict[str, dict[str, Any]] = {
        "early": {"at": AT.add(hours=4)},
        "wrong-time": {"at": AT.add(days=1, hours=9)},
        "wrong-day": {"at": AT.add(days=6)},
        "gone": {"at": AT.add(days=2)},
        "marked": {"late": True, "at": AT.add(hours=4)},
        "now": {"at": AT.add(hours=2)},
    }
    return edited(made, actions=[attrs.evolve(action, **sooner[action.step]) for action in made.actions])


def too_often() -> Plan:
    throttles = [
        Throttle("person", channels=("email", "call"), max=1, days=3),
        Throttle("company", channels=("call",), max=2, days=9, per="company"),
        Throttle("post", channels=("letter",), max=1, days=400),
    ]
    rules = ruleset(
        MAIL, step("ring", "call", to="each"), step("post", "letter"), step("card", "letter", to="each"), throttles=throttles
    )
    record = interview(contacts=[DANA, OLA, ZOE], events=[Contacted("call", at=AT.add(hours=2)), Done("post", ZOE, at=AT)])
    made = plan(record, rules)
    return edited(
        made, actions=[attrs.evolve(action, at=AT.add(days=1, minutes=place)) for place, action in enumerate(made.actions)]
    )


def out_of_order() -> Plan:
    made = plan(PAIR, ruleset(step("each", "email", to="each"), step("note")))
    return edited(made, actions=made.actions[::-1])


@pytest.mark.parametrize(
    "broken",
    [
        unknown_steps,
        unreadable_entries,
        to_others,
        to_contacts_of_nobody,
        in_the_wrong_lists,
        ruled_out_but_planned,
        wrongly_skipped,
        without_an_open_date,
        untimely,
        too_often,
        out_of_order,
    ],
)
def test_what_is_said_of_a_broken_plan(broken: Any) -> None:
    told = "\n".join(f"{one.code} | {one.step} | {one.contact} | {one}" for one in validate(broken()))
    assert told == pinned(f"violations-{broken.__name__.replace('_', '-')}", told)


def test_what_is_said_where_there_is_nothing_to_check_against() -> None:
    made = plan(interview())
    anything: Any = "a plan"
    with pytest.raises(FollowupError) as error:
        validate(anything)
    assert str(error.value) == pinned("violations-no-plan", str(error.value))
    with pytest.raises(FollowupError) as error:
        validate(edited(made, interview=anything, ruleset=None, as_of=dt.datetime(2026, 1, 1)))
    assert str(error.value) == pinned("violations-no-record", str(error.value))
