"""`validate`, the second reading of the contract: it passes what the planner plans, and names each rule that an edit breaks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import attrs
import pendulum
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from followup_rules import (
    CLASSIC,
    Action,
    After,
    Contact,
    Contacted,
    Decided,
    Done,
    FollowupError,
    Hours,
    Interview,
    Plan,
    Replied,
    Ruleset,
    Skip,
    Step,
    Throttle,
    Unreachable,
    Violation,
    from_data,
    plan,
    plan_all,
    validate,
)
from followup_rules.plans import SKIP_CODES
from followup_rules.state import person_key
from tests.making import AT, DANA, OLA, interview, ruleset, step
from tests.test_vectors import as_of_of, ruleset_of, vectors

T = TypeVar("T")
CODES = {
    "order",
    "unknown-step",
    "duplicate",
    "missing",
    "closed",
    "not-applicable",
    "no-contact",
    "anchor",
    "too-early",
    "hours",
    "expired",
    "late-unmarked",
    "throttle",
}
ELI = Contact("Eli Voss", email="DANA@initech.example", address="2 Main Street")  # Dana's mailbox under another name
OFFICE = Hours("office", ("mon", "tue", "wed", "thu", "fri"), opens="09:00", closes="17:00")
ZONES = ("UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Sao_Paulo")


# --- what is drawn ---


@st.composite
def offsets(draw: st.DrawFn, anchors: Iterable[str], low: int = -3) -> After:
    unit = draw(st.sampled_from(("days", "workdays", "hours")))
    at = None if unit == "hours" else draw(st.sampled_from((None, "00:00", "02:30", "10:00", "18:00")))
    return After(draw(st.sampled_from(tuple(anchors))), at=at, **{unit: draw(st.integers(low, 12))})


@st.composite
def rulesets(draw: st.DrawFn) -> Ruleset:
    """Rulesets whose steps are mostly planned: an edit needs something to edit."""
    steps: list[Step] = []
    for id in ("a", "b", "c", "d")[: draw(st.integers(1, 4))]:
        before = ("start", "end", "end", "decision", *(one.id for one in steps))
        channel: Any = draw(st.sampled_from(("email", "email", "call", "letter", "task")))
        limits = ("end", "ideal", "reply")
        steps.append(
            Step(
                id,
                channel,
                due=draw(offsets(before)),
                to="each" if channel != "task" and draw(st.booleans()) else "one",
                during=draw(st.sampled_from((None, "office", "office"))),
                not_before=draw(st.lists(offsets(("reply", *before)), max_size=2)),
                deadline=draw(st.none() | offsets(limits, low=0)),
                expires=draw(st.none() | offsets(limits, low=4)),
                stop_on=draw(st.none() | st.just(())),
                unless=draw(st.sampled_from(((), (), ("replied",), ("outcome:offer",)))),
                priority=draw(st.integers(0, 1)),
            )
        )
    throttles = [
        Throttle(
            id,
            channels=("email", "call"),
            max=draw(st.integers(1, 2)),
            days=draw(st.integers(1, 9)),
            per=draw(st.sampled_from(("contact", "company"))),
            exempt=draw(st.sampled_from(((), (steps[0].id,)))),
        )
        for id in ("x", "y")[: draw(st.integers(0, 2))]
    ]
    return ruleset(*steps, hours=[OFFICE], throttles=throttles)


@st.composite
def records(draw: st.DrawFn, rules: Ruleset) -> Interview:
    zone = draw(st.sampled_from(ZONES))
    day = dt.datetime(2026, 3, 2) + dt.timedelta(days=draw(st.integers(0, 40)), hours=draw(st.integers(0, 23)))
    starts_at = pendulum.instance(day, tz=zone)
    people = draw(st.lists(st.sampled_from((DANA, OLA, ELI)), min_size=1, unique=True))
    who = st.none() | st.sampled_from([one.name for one in people])
    at = st.integers(0, 60 * 24 * 30).map(lambda minutes: starts_at.add(minutes=minutes))
    events = (
        st.builds(Done, st.sampled_from([one.id for one in rules.steps]), who, at=at)
        | st.builds(Contacted, st.sampled_from(("email", "call")), who, at=at)
        | st.builds(Replied, who, at=at, decision_by=st.none() | st.just(starts_at.date().add(days=9)))
        | st.builds(Unreachable, st.just("call"), st.sampled_from([one.name for one in people]), at=at)
    )
    return Interview(
        "Initech",
        starts_at,
        contacts=people,
        decision_by=draw(st.none() | st.just(starts_at.date().add(days=5))),
        closed_on=draw(st.lists(st.integers(1, 20).map(lambda days: starts_at.date().add(days=days)), max_size=4)),
        events=draw(st.lists(events, max_size=3)),
    )


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    rules = draw(rulesets())
    record = draw(records(rules))
    as_of = draw(st.none() | st.integers(0, 60 * 24 * 20).map(lambda minutes: record.ends_at.add(minutes=minutes, seconds=7)))
    return plan(record, rules, as_of=as_of)


@st.composite
def plans_with_action(draw: st.DrawFn, by: Callable[[Ruleset], Ruleset] = lambda rules: rules) -> tuple[Plan, int]:
    """Plans by a ruleset with these changes, and the place of one of their actions."""
    made = draw(plans().map(lambda made: replanned(made, by(made.ruleset))).filter(lambda made: bool(made.actions)))
    return made, draw(st.integers(0, len(made.actions) - 1))


@st.composite
def plans_with_done(draw: st.DrawFn) -> tuple[Plan, int]:
    made, index = draw(plans_with_action())
    action = made.actions[index]
    done = plan(made.interview.record(Done(action.step, name(action.contact), at=action.at)), made.ruleset)
    return done, draw(st.integers(0, len(done.done) - 1))


@st.composite
def plans_with_skip(draw: st.DrawFn) -> tuple[Plan, int]:
    made = draw(plans())
    record = made.interview
    if draw(st.booleans()):
        record = record.record(Decided("offer", at=record.ends_at))
    never = (
        step("never", only_if=["tag:never"]),
        step("unanchored", "email", stop_on=(), due=After("outcome", days=1)),
        step("past", stop_on=(), due=After("end", days=5), expires=After("end", days=1)),
        step("letters", "letter", stop_on=(), to="each"),
    )
    made = plan(record, changed(made.ruleset, steps=(*made.ruleset.steps, *never)), as_of=made.as_of)
    return made, draw(st.integers(0, len(made.skipped) - 1))


def replanned(made: Plan, rules: Ruleset) -> Plan:
    return plan(made.interview, rules, as_of=made.as_of)


def with_expiry(rules: Ruleset) -> Ruleset:
    """Let every step expire."""
    steps = [changed(one, expires=one.expires or After("ideal", days=30)) for one in rules.steps]
    return changed(rules, steps=steps)


def with_throttle(rules: Ruleset) -> Ruleset:
    """Let a throttle count every step."""
    return changed(rules, throttles=[Throttle("x", channels=("email", "call", "letter", "task"), max=2, days=4, per="company")])


# --- how plans are edited ---


def changed(value: T, **changes: Any) -> T:
    """Give the value with these changes, of whatever type they are."""
    edited: Any = attrs.evolve
    result: T = edited(value, **changes)
    return result


def with_action(made: Plan, index: int, **changes: Any) -> Plan:
    action = changed(made.actions[index], **changes)
    return changed(made, actions=(*made.actions[:index], action, *made.actions[index + 1 :]))


def without(entries: tuple[Any, ...], index: int) -> tuple[Any, ...]:
    return entries[:index] + entries[index + 1 :]


def about(made: Plan, step: str, contact: Contact | None = None) -> set[str]:
    """Give the codes of the violations for one instance."""
    return {one.code for one in validate(made) if one.step == step and one.contact == contact}


def codes(made: Plan) -> set[str]:
    return {one.code for one in validate(made)}


def name(contact: Contact | None) -> str | None:
    return None if contact is None else contact.name


# --- the planner's own plans ---


@pytest.mark.parametrize("vector", vectors("plans.jsonl") + vectors("portfolios.jsonl"))
def test_the_planners_plans_of_the_vectors_have_no_violations(vector: dict[str, Any]) -> None:
    interviews = [from_data(data, Interview) for data in vector.get("interviews", [vector.get("interview")])]
    as_of = as_of_of(vector, interviews[0].timezone)
    for moment in dict.fromkeys((as_of, None, interviews[0].ends_at.add(days=9, seconds=1))):
        for made in plan_all(interviews, ruleset_of(vector), as_of=moment):
            assert validate(made) == ()
            assert validate(made.in_timezone("Asia/Tokyo")) == ()


@given(made=plans())
def test_the_planners_plans_have_no_violations(made: Plan) -> None:
    assert validate(made) == ()


# --- order, duplicate, missing, unknown-step ---


@given(made=plans(), data=st.data())
def test_actions_in_any_other_order_are_out_of_order(made: Plan, data: st.DataObject) -> None:
    """Actions are sorted by moment, then step order, then contact order."""
    shuffled = tuple(data.draw(st.permutations(made.actions)))
    found = codes(changed(made, actions=shuffled))
    assert found == (set() if shuffled == made.actions else {"order"})


@pytest.mark.parametrize("other", [None, Contact("A stranger")])
def test_who_is_not_on_record_has_no_place_among_contacts(other: Contact | None) -> None:
    made = plan(interview(), ruleset(step("a", "email", to="each")))
    (action,) = made.actions
    for actions in ((action, changed(action, contact=other)), (changed(action, contact=other), action)):
        assert codes(changed(made, actions=actions)) == {"no-contact"}


@given(made=plans(), data=st.data())
def test_what_stands_in_none_of_the_lists_is_missing(made: Plan, data: st.DataObject) -> None:
    listed = data.draw(st.sampled_from([one for one in ("actions", "done", "skipped") if getattr(made, one)]))
    entries = getattr(made, listed)
    index = data.draw(st.integers(0, len(entries) - 1))
    entry = entries[index]
    contact = made.interview.contact(entry.contact) if isinstance(entry.contact, str) else entry.contact
    assert "missing" in about(changed(made, **{listed: without(entries, index)}), entry.step, contact)


@given(made=plans(), data=st.data())
def test_what_stands_in_the_lists_twice_is_a_duplicate(made: Plan, data: st.DataObject) -> None:
    listed = data.draw(st.sampled_from([one for one in ("actions", "done", "skipped") if getattr(made, one)]))
    entries = getattr(made, listed)
    index = data.draw(st.integers(0, len(entries) - 1))
    entry = entries[index]
    contact = made.interview.contact(entry.contact) if isinstance(entry.contact, str) else entry.contact
    twice = changed(made, **{listed: (*entries[: index + 1], *entries[index:])})
    assert "duplicate" in about(twice, entry.step, contact)


@given(drawn=plans_with_action())
def test_an_action_that_is_skipped_as_well_is_a_duplicate(drawn: tuple[Plan, int]) -> None:
    made, index = drawn
    action = made.actions[index]
    skip = Skip(action.step, action.contact, "closed", "")
    assert "duplicate" in about(changed(made, skipped=(*made.skipped, skip)), action.step, action.contact)


@given(drawn=plans_with_action())
def test_a_step_of_another_ruleset_is_unknown(drawn: tuple[Plan, int]) -> None:
    made, index = drawn
    action = made.actions[index]
    assert about(with_action(made, index, step="z"), "z", action.contact) == {"unknown-step"}
    assert "missing" in about(with_action(made, index, step="z"), action.step, action.contact)


@given(drawn=plans_with_action())
def test_a_step_on_another_channel_is_unknown(drawn: tuple[Plan, int]) -> None:
    made, index = drawn
    action = made.actions[index]
    assert about(with_action(made, index, channel="in-person"), action.step, action.contact) == {"unknown-step"}


def test_a_done_step_that_the_ruleset_lost_is_unknown() -> None:
    record = interview(events=[Done("a", at=AT.add(days=20)), Done("a", at=AT.add(days=30))])
    throttles = [Throttle("x", channels=("task",))]
    made = plan(record, ruleset(step("a"), step("b"), throttles=throttles))
    found = validate(changed(made, ruleset=ruleset(step("b"), throttles=throttles)))
    assert [(one.code, one.step) for one in found] == [("unknown-step", "a"), ("unknown-step", "a")]
    assert "the record" in found[0].text
    assert "`done`" in found[1].text


@given(drawn=plans_with_done())
def test_what_is_done_cannot_be_planned(drawn: tuple[Plan, int]) -> None:
    made, index = drawn
    done = made.done[index]
    contact = None if done.contact is None else made.interview.contact(done.contact)
    again = Action(done.step, "", made.ruleset.step(done.step).channel, contact, at=done.at)
    assert about(changed(made, actions=[*made.actions, again]), done.step, contact) >= {"duplicate"}
    instead = changed(made, actions=[*made.actions, again], done=without(made.done, index))
    assert about(instead, done.step, contact) >= {"duplicate"}
    assert "missing" not in about(instead, done.step, contact)


def test_crowded_out_is_right_where_only_throttles_stand_against_it() -> None:
    rules = ruleset(step("a", "email", expires=After("end", days=3)), throttles=[Throttle("x", channels=("email",))])
    made = plan(interview(events=[Contacted("email", at=AT.add(days=1))]), rules)
    assert [one.code for one in made.skipped] == ["crowded-out"]
    assert validate(made) == ()
    for code in ("closed", "not-applicable", "no-contact", "no-anchor", "expired"):
        assert codes(changed(made, skipped=[changed(made.skipped[0], code=code)])) == {"missing"}
    assert codes(changed(made, ruleset=changed(rules, throttles=()))) == {"missing"}
    exempt = [Throttle("x", channels=("email",), exempt=["a"])]
    assert codes(changed(made, ruleset=changed(rules, throttles=exempt))) == {"missing"}


@given(drawn=plans_with_action())
def test_what_is_not_done_on_record_is_not_done(drawn: tuple[Plan, int]) -> None:
    made, index = drawn
    action = made.actions[index]
    done = Done(action.step, name(action.contact), at=action.at)
    falsely = changed(made, actions=without(made.actions, index), done=[*made.done, done])
    assert "missing" in about(falsely, action.step, action.contact)


def test_done_holds_the_latest_and_to_whom() -> None:
    """A `Done` per finished instance, the latest, with its contact filled in."""
    record = interview(contacts=[DANA, OLA], events=[Done("a", at=AT.add(days=1)), Done("a", at=AT.add(days=2))])
    made = plan(record, ruleset(step("a", "email")))
    (done,) = made.done
    assert done.contact == DANA.name
    for wrong in (changed(done, at=AT.add(days=1)), changed(done, contact=None), changed(done, contact=OLA.name)):
        (found,) = validate(changed(made, done=[wrong]))
        assert (found.code, found.step, found.contact) == ("missing", "a", DANA)
    (found,) = validate(changed(made, done=[], skipped=[Skip("a", DANA, "closed", "")]))
    assert (found.code, found.step, found.contact) == ("missing", "a", DANA)


def test_a_step_done_for_nobody_known_is_done_for_all() -> None:
    record = interview(events=[Done("a", at=AT.add(days=1))])  # nobody's address is on record
    made = plan(record, ruleset(step("a", "letter", to="each")))
    assert [(done.step, done.contact) for done in made.done] == [("a", None)]
    assert validate(made) == ()
    again = changed(made, actions=[Action("a", "", "letter", DANA, at=AT.add(days=2))])
    assert codes(again) == {"duplicate"}


# --- closed, not-applicable, no-contact, anchor ---


@given(drawn=plans_with_action(), outcome=st.sampled_from(("offer", "rejection", "withdrawn", "next-round")))
def test_an_outcome_closes_what_it_ends(drawn: tuple[Plan, int], outcome: Any) -> None:
    made, index = drawn
    action = made.actions[index]
    decided = changed(made, interview=made.interview.record(Decided(outcome, at=made.interview.ends_at)))
    ended = made.ruleset.step(action.step).stop_on is None
    assert ("closed" in about(decided, action.step, action.contact)) == ended


@given(drawn=plans_with_action())
def test_facts_make_an_action_inapplicable(drawn: tuple[Plan, int]) -> None:
    made, index = drawn
    action = made.actions[index]
    cases: tuple[dict[str, Any], ...] = ({"only_if": ("tag:senior",)}, {"unless": ("format:in-person",)})
    for facts in cases:
        steps = [changed(one, **facts) if one.id == action.step else one for one in made.ruleset.steps]
        edited = changed(made, ruleset=changed(made.ruleset, steps=steps))
        assert "not-applicable" in about(edited, action.step, action.contact)


@given(drawn=plans_with_action(), other=st.sampled_from((DANA, OLA, ELI, None, Contact("Nobody"), "Dana Reyes")))
def test_an_action_is_to_the_recipient(drawn: tuple[Plan, int], other: Any) -> None:
    """To each contact of the record, or to the first who can be reached, or to nobody where the channel needs none."""
    made, index = drawn
    action = made.actions[index]
    rule = made.ruleset.step(action.step)
    done = {one.contact for one in made.done if one.step == action.step}  # whom it was done for was reached, detail or not
    fits = other == action.contact or (
        rule.to == "each" and other in made.interview.contacts and (other.detail(rule.channel) or other.name in done)
    )
    found = {one.code for one in validate(with_action(made, index, contact=other)) if one.step == action.step}
    assert ("no-contact" in found) == (not fits)


def test_a_detail_that_is_gone_leaves_nobody_to_reach() -> None:
    rules = ruleset(step("a", "email"), step("b", "email", to="each"))
    made = plan(interview(), rules)
    for record in (
        interview(contacts=[changed(DANA, email=None)]),
        interview(events=[Unreachable("email", DANA, at=AT.add(hours=2))]),
    ):
        found = validate(changed(made, interview=record))
        assert [(one.code, one.step) for one in found] == [("no-contact", "a"), ("no-contact", "b")]


def test_skips_are_to_the_recipient_too() -> None:
    made = plan(interview(contacts=[]), ruleset(step("a", "email"), step("b", "email", to="each")))
    assert validate(made) == ()
    for index, one in enumerate(made.skipped):
        skipped = (*made.skipped[:index], changed(one, contact=DANA), *made.skipped[index + 1 :])
        assert "no-contact" in {found.code for found in validate(changed(made, skipped=skipped)) if found.step == one.step}


def test_an_action_needs_the_anchor_of_its_due() -> None:
    """The anchor of `due` exists, and is no step of which nothing was done or planned."""
    rules = ruleset(step("a"), step("b", due=After("a", days=2)), step("c", due=After("decision", days=1)))
    made = plan(interview(decision_by=dt.date(2026, 12, 1)), rules)
    assert [action.step for action in made.actions] == ["a", "b", "c"]
    assert codes(changed(made, interview=interview())) == {"anchor"}
    assert about(changed(made, interview=interview()), "c") == {"anchor"}
    dropped = changed(made, actions=made.actions[1:])
    assert [(one.code, one.step) for one in validate(dropped)] == [("missing", "a"), ("anchor", "b")]
    done = interview(decision_by=dt.date(2026, 12, 1), events=[Done("a", at=AT.add(hours=1))])
    assert codes(changed(made, interview=done, actions=made.actions[1:], done=done.events)) == set()


@given(drawn=plans_with_skip(), other=st.integers(0, 7))
def test_a_skip_bears_the_first_code_that_applies(drawn: tuple[Plan, int], other: int) -> None:
    made, index = drawn
    skip = made.skipped[index]
    codes: tuple[Any, ...] = (*SKIP_CODES, "tired", None, [])
    code = [code for code in codes if code != skip.code][other]
    edited = changed(made, skipped=(*made.skipped[:index], changed(skip, code=code), *made.skipped[index + 1 :]))
    expected = {"no-anchor": "anchor", "crowded-out": "missing"}.get(skip.code, skip.code)
    assert {(one.code, one.step, one.contact) for one in validate(edited)} == {(expected, skip.step, skip.contact)}


@given(drawn=plans_with_action(), code=st.sampled_from(SKIP_CODES))
def test_what_can_be_planned_is_not_rightly_skipped(drawn: tuple[Plan, int], code: Any) -> None:
    made, index = drawn
    action = made.actions[index]
    if code == "crowded-out":  # it may be so by what other plans of a portfolio hold, but not without a throttle
        made = changed(made, ruleset=changed(made.ruleset, throttles=()))
    skip = Skip(action.step, action.contact, code, "")
    edited = changed(made, actions=without(made.actions, index), skipped=[*made.skipped, skip])
    assert "missing" in about(edited, action.step, action.contact)


# --- too-early ---


@given(drawn=plans_with_action(), early=st.integers(1, 10**12), data=st.data())
def test_nothing_is_before_the_latest_of_its_bounds(drawn: tuple[Plan, int], early: int, data: st.DataObject) -> None:
    """Not before `due`, the `not_before`s and `as_of`; but from their latest on, whenever it was planned."""
    made, index = drawn
    action = made.actions[index]
    bound = max(reason.at for reason in action.because if reason.code in ("due", "not-before", "as-of"))
    assert "too-early" not in about(with_action(made, index, at=bound), action.step, action.contact)
    edited = with_action(made, index, at=bound.subtract(microseconds=early))
    assert "too-early" in about(edited, action.step, action.contact)


@pytest.mark.parametrize("anchor", ["start", "end", "decision", "reply", "outcome"])
def test_whatever_the_record_has_may_be_counted_from(anchor: Any) -> None:
    events = [Replied(at=AT.add(days=2)), Decided("offer", at=AT.add(days=4))]
    record = interview(decision_by=dt.date(2026, 12, 1), events=events)
    made = plan(record, ruleset(step("a", due=After(anchor, hours=5)), stop_on=[]))
    assert validate(made) == ()
    assert codes(with_action(made, 0, at=made.actions[0].at.subtract(minutes=1))) == {"too-early"}


def test_anchors_on_steps_stand_where_this_plan_puts_them() -> None:
    rules = ruleset(step("a", "email", to="each"), step("b", due=After("start"), not_before=[After("a", days=2, at="00:00")]))
    made = plan(interview(contacts=[DANA, OLA]), rules)
    assert [action.step for action in made.actions] == ["a", "a", "b"]
    moved = with_action(made, 1, at=made.actions[1].at.add(days=1))
    assert about(moved, "b") == {"too-early"}
    assert validate(with_action(moved, 2, at=made.actions[2].at.add(days=1))) == ()
    done = made.interview.record(Done("a", DANA.name, at=AT.add(days=-3)))
    again = changed(moved, interview=done, actions=(*made.actions[:1], made.actions[1], made.actions[2]))
    assert about(again, "b") == set()  # Ola's alone counts, and is where it was
    assert about(with_action(again, 0, at=AT.add(days=9)), "b") == set()


# --- hours ---


@given(drawn=plans_with_action(), days=st.integers(-3, 30), minutes=st.integers(0, 24 * 60 - 1))
def test_an_action_is_within_its_hours(drawn: tuple[Plan, int], days: int, minutes: int) -> None:
    made, index = drawn
    action = made.actions[index]
    day = action.at.date().add(days=days)
    at = pendulum.datetime(day.year, day.month, day.day, minutes // 60, minutes % 60, tz=made.interview.timezone)
    assume((at.hour, at.minute) == divmod(minutes, 60))
    hours = made.ruleset.hours_of(made.ruleset.step(action.step))
    within = hours is None or (day.weekday() < 5 and day not in made.interview.closed_on and 9 * 60 <= minutes < 17 * 60)
    assert ("hours" in about(with_action(made, index, at=at), action.step, action.contact)) == (not within)


@pytest.mark.parametrize(
    ("zone", "starts_at", "times", "right", "wrong"),
    [
        # The clock goes from 02:00 to 03:00: 02:30 is 03:30, and the hours are judged on 02:30.
        ("Europe/Berlin", "2026-03-28T12:00", ("02:00", "03:00"), "2026-03-29T03:30", "2026-03-29T04:30"),
        ("Europe/Berlin", "2026-03-28T12:00", ("02:15", "03:00"), "2026-03-29T03:15", "2026-03-29T03:14"),
        # By half an hour, from 02:00 to 02:30.
        ("Australia/Lord_Howe", "2026-10-03T12:00", ("02:00", "02:20"), "2026-10-04T02:49", "2026-10-04T02:50"),
        # A whole day is left out: 30 December 2011 was none in Samoa.
        ("Pacific/Apia", "2011-12-29T12:00", ("10:00", "11:00"), "2011-12-31T10:00", "2011-12-31T11:00"),
    ],
)
def test_hours_go_by_the_wall_clock_before_a_clock_change_moves_it(
    zone: str, starts_at: str, times: tuple[str, str], right: str, wrong: str
) -> None:
    def at(text: str) -> pendulum.DateTime:
        return pendulum.instance(dt.datetime.fromisoformat(text), tz=zone)

    hours = Hours("small", ("mon", "tue", "wed", "thu", "fri", "sun"), opens=times[0], closes=times[1])
    rules = ruleset(step("a", due=After("start"), during="small"), hours=[hours])
    made = plan(interview(starts_at=at(starts_at)), rules)
    assert validate(made) == ()
    assert validate(with_action(made, 0, at=at(right))) == ()
    assert codes(with_action(made, 0, at=at(wrong))) == {"hours"}


def test_a_moment_that_a_clock_change_moves_past_the_hours_is_the_first_it_may_be_done() -> None:
    # The clock goes from 02:00 to 03:00: what is due at 02:30 is due at 03:30, and on time there.
    hours = Hours("small", ("sun",), opens="02:00", closes="03:00")
    due, expires = After("start", days=1, at="02:30"), After("start", days=1, at="23:00")
    starts_at = pendulum.datetime(2026, 3, 28, 12, tz="Europe/Berlin")
    made = plan(interview(starts_at=starts_at), ruleset(step("a", due=due, during="small", expires=expires), hours=[hours]))
    assert [str(action.at) for action in made.actions] == ["2026-03-29 03:30:00+02:00"]
    assert validate(made) == ()
    assert codes(changed(made, actions=(), skipped=[Skip("a", None, "expired", "")])) == {"missing"}


def test_the_second_time_that_a_clock_shows_the_opening_is_within_the_hours() -> None:
    # The clock goes from 03:00 back to 02:00: fourteen hours after the end it shows 02:00 once more.
    hours = Hours("small", ("sun",), opens="02:00", closes="04:00")
    due, expires = After("end", hours=14), After("end", hours=15)
    starts_at = pendulum.datetime(2026, 10, 24, 12, tz="Europe/Berlin")
    made = plan(interview(starts_at=starts_at), ruleset(step("a", due=due, during="small", expires=expires), hours=[hours]))
    assert [str(action.at) for action in made.actions] == ["2026-10-25 02:00:00+01:00"]
    assert validate(made) == ()
    assert codes(changed(made, actions=(), skipped=[Skip("a", None, "expired", "")])) == {"missing"}


# --- expired, late-unmarked ---


@given(drawn=plans_with_action(with_expiry), after=st.integers(1, 10**13))
def test_nothing_is_done_after_it_expires(drawn: tuple[Plan, int], after: int) -> None:
    made, index = drawn
    action = made.actions[index]
    if action.expires is None:  # it counts from a reply that never came
        return
    assert "expired" not in about(with_action(made, index, at=action.expires), action.step, action.contact)
    edited = with_action(made, index, at=action.expires.add(microseconds=after))
    assert "expired" in about(edited, action.step, action.contact)


@given(drawn=plans_with_action(), after=st.integers(-(10**12), 10**12), late=st.booleans())
def test_late_says_whether_the_deadline_has_passed(drawn: tuple[Plan, int], after: int, late: bool) -> None:
    made, index = drawn
    action = made.actions[index]
    at = (action.deadline or action.at).add(microseconds=after)
    is_late = action.deadline is not None and after > 0
    edited = with_action(made, index, at=at, late=late)
    assert ("late-unmarked" in about(edited, action.step, action.contact)) == (late != is_late)


def test_a_skip_as_expired_counts_from_where_this_plan_puts_things() -> None:
    rules = ruleset(step("a"), step("b", due=After("a", days=2), expires=After("end", days=4)))
    made = plan(interview(), rules, as_of=AT.add(days=3))
    assert [(one.step, one.code) for one in made.skipped] == [("b", "expired")]
    assert validate(made) == ()
    sooner = changed(with_action(made, 0, at=AT.add(hours=1)), as_of=None)
    assert about(sooner, "b") == {"missing"}


def test_the_time_of_day_that_a_step_asks_for_may_be_after_its_expiry() -> None:
    # Due on Saturday at 16:00, so on Monday at 16:00; the office opens at 09:00, but nobody asked for that.
    at_four = step("a", due=After("end", days=3, at="16:00"), during="office", expires=After("end", days=5, at="12:00"))
    made = plan(interview(), ruleset(at_four, hours=[OFFICE]))
    assert [one.code for one in made.skipped] == ["expired"]
    assert validate(made) == ()


def test_what_has_no_open_date_is_expired() -> None:
    hours = Hours("mondays", ("mon",), opens="09:00", closes="10:00")
    shut = [AT.date().add(days=days) for days in range(900)]
    rules = ruleset(step("a", during="mondays"), step("b", during="mondays", expires=After("end", days=9)), hours=[hours])
    made = plan(interview(closed_on=shut), rules)
    assert [one.code for one in made.skipped] == ["expired", "expired"]
    assert validate(made) == ()
    found = validate(changed(made, skipped=[changed(one, code="closed") for one in made.skipped]))
    assert [one.code for one in found] == ["expired", "expired"]


@given(drawn=plans_with_action(), days=st.integers(0, 300))
def test_a_later_moment_is_none_of_the_plans_business(drawn: tuple[Plan, int], days: int) -> None:
    made, index = drawn
    action = made.actions[index]
    moved = with_action(made, index, at=action.at.add(days=days))
    assert about(moved, action.step, action.contact) <= {"order", "hours", "expired", "late-unmarked", "throttle"}


# --- throttle ---


def crowded(throttle: Throttle, made: Plan) -> set[int]:
    """Say by trying every window which actions stand in one that is too full: the definition, word by word."""
    record = made.interview
    people = {one.name: person_key(one, record.company) for one in record.contacts}
    held: list[tuple[Any, dt.date, int | None]] = []
    for event in record.events:
        assert isinstance(event, Done | Contacted)
        if isinstance(event, Contacted) and event.channel in throttle.channels:
            whom = record.contacts if event.contact is None else [record.contact(event.contact)]
            # One contact reaches a person once, under however many names the record has them.
            keys = [record.company] if throttle.per == "company" else list(dict.fromkeys(people[one.name] for one in whom))
            held += [(key, event.at.date(), None) for key in keys]
        if isinstance(event, Done) and throttle.counts(event.step, "email"):
            whom = record.contacts if event.contact is None else [record.contact(event.contact)]
            if event.step == "one":
                whom = whom[:1]
            held += [(record.company if throttle.per == "company" else people[one.name], event.at.date(), None) for one in whom]
    for index, action in enumerate(made.actions):
        if throttle.counts(action.step, made.ruleset.step(action.step).channel) and action.contact is not None:
            key = record.company if throttle.per == "company" else people[action.contact.name]
            held.append((key, action.at.date(), index))
    found: set[int] = set()
    for key, day, place in held:
        if place is not None:
            for back in range(throttle.days):
                window = range(day.toordinal() - back, day.toordinal() - back + throttle.days)
                if sum(other == key and date.toordinal() in window for other, date, _ in held) > throttle.max:
                    found.add(place)
    return found


@given(data=st.data())
def test_an_action_in_a_window_too_full_breaks_its_throttle(data: st.DataObject) -> None:
    """No window of consecutive dates that contains an action holds more counted contacts than the throttle allows."""
    throttle = Throttle(
        "x",
        channels=("email",),
        max=data.draw(st.integers(1, 3)),
        days=data.draw(st.integers(1, 5)),
        per=data.draw(st.sampled_from(("contact", "company"))),
        exempt=data.draw(st.sampled_from(((), ("each",)))),
    )
    rules = ruleset(step("one", "email"), step("each", "email", to="each"), step("call", "call"), throttles=[throttle])
    days = st.integers(0, 12).map(lambda days: AT.add(days=days))
    who = st.sampled_from((None, DANA.name, OLA.name, ELI.name))
    events = st.builds(Done, st.sampled_from(("one", "each")), who, at=days) | st.builds(
        Contacted, st.sampled_from(("email", "call")), who, at=days
    )
    record = interview(contacts=[DANA, OLA, ELI], events=data.draw(st.lists(events, max_size=4)))
    to = st.tuples(st.sampled_from(("one", "each", "call")), st.sampled_from((DANA, OLA, ELI)), days)
    actions = [
        Action(step, str(index), "email", contact, at=at)
        for index, (step, contact, at) in enumerate(data.draw(st.lists(to, max_size=6)))
    ]
    made = Plan(record, rules, actions=actions)
    expected = sorted((actions[index].step, str(actions[index].contact)) for index in crowded(throttle, made))
    found = [one for one in validate(made) if one.code == "throttle"]
    assert sorted((one.step, str(one.contact)) for one in found) == expected


@given(drawn=plans_with_action(with_throttle))
def test_a_second_contact_within_the_window_breaks_the_throttle(drawn: tuple[Plan, int]) -> None:
    made, index = drawn
    action = made.actions[index]
    more = [action] * made.ruleset.throttles[0].max
    crowd = changed(made, actions=(*made.actions[:index], *more, *made.actions[index:]))
    assert about(crowd, action.step, action.contact) == {"throttle", "duplicate"}


def test_a_record_that_broke_a_throttle_by_itself_is_no_violation_of_the_plan() -> None:
    rules = ruleset(step("a", "email", due=After("end", days=20)), throttles=[Throttle("x", channels=("email",))])
    record = interview(events=[Contacted("email", at=AT.add(days=1)), Contacted("email", at=AT.add(days=2))])
    made = plan(record, rules)
    assert made.warnings
    assert validate(made) == ()
    assert codes(with_action(made, 0, at=AT.add(days=22))) == set()
    early = changed(rules, steps=[step("a", "email")])
    assert codes(changed(with_action(made, 0, at=AT.add(days=5)), ruleset=early)) == {"throttle"}


def test_contacts_beside_the_record_count_as_themselves() -> None:
    rules = ruleset(step("a", "email", to="each"), throttles=[Throttle("x", channels=("email",), days=2)])
    stranger = Contact("A stranger", email="DANA@initech.example")
    made = plan(interview(), rules)
    both = changed(made, actions=(made.actions[0], changed(made.actions[0], contact=stranger)))
    assert {(one.code, one.contact) for one in validate(both)} == {
        ("throttle", DANA),
        ("throttle", stranger),
        ("no-contact", stranger),
    }


def test_who_somebody_is_goes_by_the_record_whatever_an_action_says_of_them() -> None:
    rules = ruleset(step("a", "email"), step("b", "email"), throttles=[Throttle("x", channels=("email",))])
    made = plan(interview(), rules)
    elsewhere = changed(DANA, email="dana@elsewhere.example")
    assert codes(with_action(made, 1, at=made.actions[0].at, contact=elsewhere)) == {"no-contact", "throttle"}


def test_a_long_window_is_told_in_short() -> None:
    rules = ruleset(step("a", "email"), throttles=[Throttle("x", channels=("email",), max=3)])
    made = plan(interview(events=[Contacted("email", at=AT.add(minutes=minute)) for minute in range(3)]), rules)
    (found,) = validate(with_action(made, 0, at=AT.add(hours=2)))
    assert found.text == (
        "a: throttle `x` allows 3 in any 7 days per contact (email), but with this action there are more: "
        "Wed 18 Nov 2026, Wed 18 Nov 2026, Wed 18 Nov 2026, …"
    )


# --- whatever a plan holds ---

JUNK: st.SearchStrategy[Any] = st.sampled_from(
    (
        None,
        0,
        "",
        "a",
        "thank-you-email",
        [],
        {},
        DANA,
        OLA,
        dt.datetime(2026, 1, 1),
        AT,
        dt.datetime.max.replace(tzinfo=dt.UTC),
        object(),
    )
)
ENTRIES = (
    st.builds(Action, step=JUNK, title=JUNK, channel=JUNK, contact=JUNK, at=JUNK, deadline=JUNK, expires=JUNK, late=JUNK)
    | st.builds(Skip, step=JUNK, contact=JUNK, code=JUNK, text=JUNK)
    | st.builds(Done, st.sampled_from(("a", "thank-you-email")), st.sampled_from((None, "Dana Reyes", "Nobody")), at=st.just(AT))
    | JUNK
)
LISTS = JUNK | st.lists(ENTRIES, max_size=4)


@given(actions=LISTS, done=LISTS, skipped=LISTS, as_of=st.none() | st.just(AT))
def test_whatever_the_lists_hold_is_told_as_violations(actions: Any, done: Any, skipped: Any, as_of: Any) -> None:
    junk = Plan(interview(), CLASSIC, as_of=as_of, actions=actions, done=done, skipped=skipped)
    found = validate(junk)
    assert codes(junk) <= CODES
    for one in found:
        assert isinstance(one, Violation)
        assert isinstance(one.step, str)
        assert one.contact is None or isinstance(one.contact, Contact)
        assert one.text
        assert hash(one) == hash(changed(one))
    assert found  # no junk is all that the classic cadence asks for


def test_a_list_that_is_none_is_told() -> None:
    made = plan(interview(), ruleset(step("a")))
    texts = [one.text for one in validate(changed(made, skipped="none", actions=[*made.actions, 7]))]
    assert texts == [
        "actions[1] must be of the class Action, not `7`: it is no step of the ruleset",
        "`skipped` must be a sequence, not `none`: it lists nothing",
    ]
    texts = [one.text for one in validate(changed(made, actions=None, skipped=[7]))]
    assert texts == [
        "`actions` must be a sequence, not `None`: it lists nothing",
        "skipped[0] must be of the class Skip, not `7`: it is no step of the ruleset",
        "a: neither in `actions` nor in `done` nor in `skipped`",
    ]


@pytest.mark.parametrize("at", [None, dt.datetime(2026, 11, 18, 15), dt.datetime(9999, 1, 1, tzinfo=dt.UTC)])
def test_an_action_without_a_moment_plans_nothing(at: Any) -> None:
    made = plan(interview(), ruleset(step("a")))
    (found,) = validate(with_action(made, 0, at=at))
    assert (found.code, found.step) == ("missing", "a")
    assert "plans nothing" in found.text


def test_nothing_to_check_against_is_an_error() -> None:
    made = plan(interview())
    anything: Any = "a plan"
    with pytest.raises(FollowupError, match="must be a Plan"):
        validate(anything)
    with pytest.raises(FollowupError) as error:
        validate(changed(made, interview=anything, ruleset=None, as_of=dt.datetime(2026, 1, 1)))
    assert [fault.path for fault in error.value.faults] == [("interview",), ("ruleset",), ("as_of",)]


# --- what people read ---


def test_violations_say_what_is_wrong_and_what_the_rule_is() -> None:
    call = step(
        "call", "call", due=After("end", days=7, at="10:00"), title="Status call", during="office", deadline=After("end", days=9)
    )
    made = plan(interview(), ruleset(call, hours=[OFFICE]))
    found = validate(with_action(made, 0, at=AT.add(days=3, hours=8), late=True))
    on = "Status call (Dana Reyes): on Sat 21 Nov 2026 22:00"
    shut = "mon tue wed thu fri from 09:00 until before 17:00, except dates on which the office is shut"
    assert [(one.code, str(one)) for one in found] == [
        ("too-early", f"{on}, before Wed 25 Nov 2026 10:00, its `due`, +7 days from `end` at 10:00"),
        ("hours", f"{on}, outside the hours `office`: {shut}"),
        ("late-unmarked", f"{on}, must have `late` False, not `True`: its deadline is Fri 27 Nov 2026 15:00"),
    ]


def test_a_chain_of_a_hundred_steps_is_checked() -> None:
    steps = [step("s0"), *(step(f"s{n}", due=After(f"s{n - 1}", days=1)) for n in range(1, 100))]
    made = plan(interview(), ruleset(*reversed(steps)))
    assert len(made.actions) == 100
    assert validate(made) == ()


def test_an_action_of_a_step_that_has_expired_is_told_by_its_moment() -> None:
    rules = ruleset(step("a", due=After("end", days=2), expires=After("end", days=1)))
    made = plan(interview(), rules)
    assert [skip.code for skip in made.skipped] == ["expired"]
    action = Action("a", "a", "task", None, at=made.interview.ends_at.add(days=2), expires=made.interview.ends_at.add(days=1))
    assert [one.code for one in validate(changed(made, actions=(action,), skipped=()))] == ["expired"]
