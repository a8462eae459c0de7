"""The laws of a plan, as properties: what holds for every record and every ruleset.

Each test is named after its law. What a law needs of its cases (no step anchored on a step, no shared
company) is made so and not filtered for, so that every example counts.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import attrs
import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup_rules import (
    CLASSIC,
    Action,
    Contact,
    Contacted,
    Done,
    FollowupError,
    Interview,
    Plan,
    Ruleset,
    Step,
    Unreachable,
    from_data,
    plan,
    plan_all,
    to_data,
    validate,
)
from followup_rules.moments import DAY, MINUTE, day_of, to_moment, wall_of
from followup_rules.plans import REASON_CODES
from followup_rules.references import RECORD_ANCHORS, step_anchors
from followup_rules.testing import contacts, histories, interviews, moments, rulesets

Outcome = tuple[Any, ...]


@st.composite
def cases(draw: st.DrawFn) -> tuple[Interview, Ruleset, pendulum.DateTime | None]:
    """A record, a ruleset that it fits, and a moment to plan it as of."""
    ruleset = draw(st.just(CLASSIC) | rulesets())
    interview = draw(histories(ruleset))
    return interview, ruleset, draw(st.none() | moments(interview))


def unanchored(ruleset: Ruleset) -> Ruleset:
    """The same ruleset without what reads one step in another: anchors on steps and facts about what is done."""

    def free(step: Step) -> Step:
        due = step.due if step.due.anchor in RECORD_ANCHORS else attrs.evolve(step.due, anchor="end")
        return attrs.evolve(
            step,
            due=due,
            not_before=[after for after in step.not_before if after.anchor in RECORD_ANCHORS],
            only_if=[fact for fact in step.only_if if not fact.startswith("done:")],
            unless=[fact for fact in step.unless if not fact.startswith("done:")],
        )

    return attrs.evolve(ruleset, steps=[free(step) for step in ruleset.steps])


def rests_on(step: Step, ruleset: Ruleset) -> set[str]:
    """The step and all that it waits for, directly or not."""
    ids = {step.id}
    for anchor in step_anchors(step):
        ids |= rests_on(ruleset.step(anchor), ruleset)
    return ids


def outcomes(plan: Plan, steps: set[str] | None = None, *, shift: dt.timedelta = dt.timedelta()) -> list[Outcome]:
    """What became of each instance: its moments, or the code of its skip."""

    def told(when: dt.datetime | None) -> int | None:
        return None if when is None else to_moment(when + shift)

    found: list[Outcome] = [
        (action.step, action.contact, told(action.at), told(action.deadline), told(action.expires), action.late)
        for action in plan.actions
    ]
    found += [(done.step, done.contact, told(done.at)) for done in plan.done]
    found += [(skip.step, skip.contact, skip.code) for skip in plan.skipped]
    return [outcome for outcome in found if steps is None or outcome[0] in steps]


def done(action: Action) -> Done:
    return Done(action.step, None if action.contact is None else action.contact.name, at=action.at)


def told(plan: Plan) -> str:
    return json.dumps(to_data(plan), ensure_ascii=False) + str(plan) + plan.explain()


# --- plans ---


@given(cases())
def test_the_planners_plans_have_no_violations(case: tuple[Interview, Ruleset, pendulum.DateTime | None]) -> None:
    interview, ruleset, as_of = case
    assert validate(plan(interview, ruleset, as_of=as_of)) == ()


@given(st.data())
def test_the_plans_of_a_portfolio_have_no_violations(data: st.DataObject) -> None:
    ruleset = data.draw(rulesets())
    together = data.draw(st.lists(histories(ruleset, max_events=3), min_size=2, max_size=3))
    as_of = data.draw(st.none() | moments(together[0]))
    for one in plan_all(together, ruleset, as_of=as_of):
        assert validate(one) == ()


@given(cases())
def test_the_same_input_gives_the_same_bytes(case: tuple[Interview, Ruleset, pendulum.DateTime | None]) -> None:
    interview, ruleset, as_of = case
    copies = from_data(to_data(interview), Interview), from_data(to_data(ruleset), Ruleset)
    assert told(plan(*copies, as_of=as_of)) == told(plan(interview, ruleset, as_of=as_of))


@given(cases())
def test_what_is_not_seen_yet_leaves_no_trace(case: tuple[Interview, Ruleset, pendulum.DateTime | None]) -> None:
    interview, ruleset, as_of = case
    if as_of is not None:
        seen = attrs.evolve(interview, events=[event for event in interview.events if event.at <= as_of])
        whole, short = plan(interview, ruleset, as_of=as_of), plan(seen, ruleset, as_of=as_of)
        assert told(attrs.evolve(whole, interview=seen)) == told(short)
        assert whole.warnings == short.warnings


def test_the_same_input_gives_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    """Neither the order of sets nor the machine's zone and language reach a plan."""
    script = "import hashlib, sys; sys.path.insert(0, sys.argv[1])\nfrom tests.test_laws import a_digest\nprint(a_digest())"
    root = Path(__file__).parent.parent
    expected = a_digest()
    for seed, zone in (("1", "Asia/Kathmandu"), ("2", "America/St_Johns")):
        env = os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C"}
        run = subprocess.run(
            [sys.executable, "-c", script, str(root)], env=env, capture_output=True, text=True, check=True, cwd=tmp_path
        )
        assert run.stdout.strip() == expected


def a_digest() -> str:
    """A digest of a full plan as data, table and explanation."""
    people = [
        Contact("Dana Reyes", email="dana@initech.example", phone="+1 212 555 0100", address="1 Main Street"),
        Contact("Kim Osei", email="Dana@Initech.example"),
        Contact("Ravi Bauer", phone="12125550100", address="1 Main Street"),
    ]
    start = pendulum.datetime(2026, 11, 18, 14, tz="America/New_York")
    interview = Interview("Initech", start, contacts=people, tags=("b", "a"), closed_on=[dt.date(2026, 11, 26)])
    interview = interview.record(Contacted("email", at=start.add(days=3))).record(
        Unreachable("call", people[0], at=start.add(days=4))
    )
    return hashlib.sha256((told(plan(interview)) + told(plan(interview, as_of=start.add(days=9)))).encode()).hexdigest()


@given(st.data())
def test_nothing_moves_because_of_something_of_lower_priority(data: st.DataObject) -> None:
    drawn = data.draw(rulesets())
    ranks = data.draw(st.lists(st.integers(0, 2), min_size=len(drawn.steps), max_size=len(drawn.steps)))
    steps = [attrs.evolve(step, priority=rank) for step, rank in zip(drawn.steps, ranks, strict=True)]
    ruleset = attrs.evolve(drawn, steps=steps)
    lowest = min(ranks)
    # What rests on something of lower priority waits for it, and so may move with it.
    above = {step.id for step in steps if all(ruleset.step(id).priority > lowest for id in rests_on(step, ruleset))}
    without = [attrs.evolve(step, only_if=["tag:never"]) if step.priority == lowest else step for step in steps]
    interview = data.draw(histories(drawn))
    as_of = data.draw(st.none() | moments(interview))
    full = plan(interview, ruleset, as_of=as_of)
    bare = plan(interview, attrs.evolve(ruleset, steps=without), as_of=as_of)
    assert outcomes(full, above) == outcomes(bare, above)


@given(cases())
def test_no_action_alone_could_stand_on_an_earlier_date(case: tuple[Interview, Ruleset, pendulum.DateTime | None]) -> None:
    """Every earlier date is tried for every action, with the others as they are; the validator is the judge."""
    interview, ruleset, as_of = case
    made = plan(interview, ruleset, as_of=as_of)
    zone = interview.zone
    for action in made.actions:
        hours = ruleset.hours_of(ruleset.step(action.step))
        # If any time of a date is right then so is the last of its open hours.
        last = DAY - 1 if hours is None else wall_of(hours.closes) - 1
        for day in range(max(day_of(action.at) - 30, day_of(interview.starts_at) - 7), day_of(action.at)):
            earlier = attrs.evolve(action, at=zone.datetime(zone.moment(day, last)))
            if day_of(earlier.at) == day:
                others = [earlier if one is action else one for one in made.actions]
                moved = attrs.evolve(made, actions=sorted(others, key=lambda one: to_moment(one.at)))
                assert validate(moved), f"{action} could stand on {earlier.at}"


@given(st.data(), st.integers(-200, 200))
def test_shifting_a_record_by_whole_weeks_shifts_its_plan(data: st.DataObject, weeks: int) -> None:
    ruleset = data.draw(st.just(CLASSIC) | rulesets())
    interview = data.draw(histories(ruleset, zones=["UTC"]))
    as_of = data.draw(st.none() | moments(interview))
    days = dt.timedelta(weeks=weeks)

    def shifted(value: Any) -> Any:
        changes = {name: getattr(value, name) for name in ("at", "decision_by", "starts_at", "ends_at") if hasattr(value, name)}
        return attrs.evolve(value, **{name: when + days for name, when in changes.items() if when is not None})

    later = attrs.evolve(
        shifted(interview),
        closed_on=[day + days for day in interview.closed_on],
        events=[shifted(event) for event in interview.events],
    )
    before = plan(interview, ruleset, as_of=as_of)
    after = plan(later, ruleset, as_of=None if as_of is None else as_of + days)
    assert outcomes(after) == outcomes(before, shift=days)


@given(st.data())
def test_doing_the_first_action_when_planned_leaves_the_rest_as_it_was(data: st.DataObject) -> None:
    ruleset = unanchored(data.draw(rulesets()))
    interview = data.draw(histories(ruleset))
    before = plan(interview, ruleset)
    first = before.next
    if first is not None:
        after = plan(interview.record(done(first)), ruleset)
        assert after.actions == before.actions[1:]
        assert [(skip.step, skip.contact, skip.code) for skip in after.skipped] == [
            (skip.step, skip.contact, skip.code) for skip in before.skipped
        ]


@given(st.data())
def test_doing_the_first_action_and_planning_again_leaves_the_rest_as_it_was(data: st.DataObject) -> None:
    """The same as time passes: planned again as of the moment at which it was done."""
    ruleset = unanchored(data.draw(rulesets()))
    interview = data.draw(histories(ruleset))
    latest = max([interview.starts_at, *(event.at for event in interview.events)], key=to_moment)
    # To the full minute: nothing is planned within a minute that has begun.
    as_of = interview.zone.datetime(-(-to_moment(latest) // MINUTE) * MINUTE).add(minutes=data.draw(st.integers(0, 90_000)))
    before = plan(interview, ruleset, as_of=as_of)
    first = before.next
    if first is not None and first.at.second == 0:
        after = plan(interview.record(done(first)), ruleset, as_of=first.at)
        assert [(one.step, one.contact, one.at) for one in after.actions] == [
            (one.step, one.contact, one.at) for one in before.actions[1:]
        ]


@given(cases(), st.data())
def test_a_past_contact_moves_nothing_that_no_throttle_counts(
    case: tuple[Interview, Ruleset, pendulum.DateTime | None], data: st.DataObject
) -> None:
    interview, ruleset, as_of = case
    counted = {step.id for step in ruleset.steps if any(rule.counts(step.id, step.channel) for rule in ruleset.throttles)}
    free = {step.id for step in ruleset.steps if not rests_on(step, ruleset) & counted}
    who = data.draw(st.sampled_from((None, *(contact.name for contact in interview.contacts))))
    past = Contacted(data.draw(st.sampled_from(("email", "call"))), who, at=data.draw(moments(interview)))
    before, after = plan(interview, ruleset, as_of=as_of), plan(interview.record(past), ruleset, as_of=as_of)
    assert outcomes(after, free) == outcomes(before, free)


@given(st.data())
def test_records_that_share_nobody_do_not_move_each_other(data: st.DataObject) -> None:
    ruleset = data.draw(st.just(CLASSIC) | rulesets(max_steps=3))
    drawn = data.draw(st.lists(histories(ruleset, max_events=3), min_size=2, max_size=3))
    apart = [of_its_own(interview, place) for place, interview in enumerate(drawn)]
    as_of = data.draw(st.none() | moments(apart[0]))
    order = data.draw(st.permutations(range(len(apart))))
    plans = plan_all([apart[place] for place in order], ruleset, as_of=as_of)
    assert plans == tuple(plan(apart[place], ruleset, as_of=as_of) for place in order)


def of_its_own(interview: Interview, place: int) -> Interview:
    """The same record at a company, and with emails and phone numbers, that no other has."""

    def own(contact: Contact) -> Contact:
        email = contact.email and f"{place}.{contact.email}"
        phone = contact.phone and f"{contact.phone} ext. {place}{place}" if contact.phone != "front desk" else contact.phone
        return attrs.evolve(contact, email=email, phone=phone)

    return attrs.evolve(interview, company=f"Company {place}", contacts=[own(contact) for contact in interview.contacts])


@given(cases())
def test_what_happens_after_as_of_is_not_seen_and_nothing_is_planned_before_it(
    case: tuple[Interview, Ruleset, pendulum.DateTime | None],
) -> None:
    interview, ruleset, as_of = case
    if as_of is not None:
        past = attrs.evolve(interview, events=[event for event in interview.events if event.at <= as_of])
        made = plan(interview, ruleset, as_of=as_of)
        assert outcomes(made) == outcomes(plan(past, ruleset, as_of=as_of))
        assert all(action.at >= as_of for action in made.actions)


@given(cases())
def test_the_reasons_lead_to_the_moment_in_order(case: tuple[Interview, Ruleset, pendulum.DateTime | None]) -> None:
    interview, ruleset, as_of = case
    for action in plan(interview, ruleset, as_of=as_of).actions:
        codes = [reason.code for reason in action.because]
        assert codes == sorted(codes, key=REASON_CODES.index)
        assert codes[0] == "due"
        assert codes.count("throttle") == len(codes) - len(set(codes) - {"throttle"})
        assert action.because[-1].at == action.at
        assert all(reason.text for reason in action.because)


@given(cases())
def test_actions_are_due_by_their_moment_and_not_before(case: tuple[Interview, Ruleset, pendulum.DateTime | None]) -> None:
    interview, ruleset, as_of = case
    made = plan(interview, ruleset, as_of=as_of)
    for count, action in enumerate(made.actions):
        assert action in made.due_by(action.at)
        assert all(to_moment(one.at) < to_moment(action.at) for one in made.due_by(action.at.subtract(microseconds=1)))
        assert len(made.due_by(action.at)) > count
    with pytest.raises(FollowupError, match="naive"):
        made.due_by(dt.datetime(2026, 11, 18))


@given(cases(), st.sampled_from(("UTC", "Asia/Kolkata", "Australia/Lord_Howe")))
def test_another_time_zone_tells_the_same_moments(case: tuple[Interview, Ruleset, pendulum.DateTime | None], tz: str) -> None:
    interview, ruleset, as_of = case
    made = plan(interview, ruleset, as_of=as_of)
    moved = made.in_timezone(tz)
    assert outcomes(moved) == outcomes(made)
    assert validate(moved) == ()
    assert moved.in_timezone(made.timezone) == made


# --- differences ---


@given(cases(), st.data())
def test_a_difference_accounts_for_every_action_and_reads_the_same_backwards(
    case: tuple[Interview, Ruleset, pendulum.DateTime | None], data: st.DataObject
) -> None:
    interview, ruleset, as_of = case
    older = plan(interview, ruleset, as_of=as_of)
    newer = plan(interview, ruleset, as_of=data.draw(st.none() | moments(interview)))
    there, back = newer.diff(older), older.diff(newer)

    def key(action: Any) -> tuple[str, Contact | None]:
        return action.step, action.contact

    now = [*there.added, *(pair[1] for pair in there.moved), *there.kept]
    before = [*there.removed, *(pair[0] for pair in there.moved), *there.kept]
    assert sorted(map(key, now), key=str) == sorted(map(key, newer.actions), key=str)
    assert sorted(map(key, before), key=str) == sorted(map(key, older.actions), key=str)
    assert set(map(key, back.added)) == set(map(key, there.removed))
    assert {(two, one) for one, two in back.moved} == set(there.moved)
    assert all(to_moment(one.at) != to_moment(two.at) for one, two in there.moved)
    assert bool(there) == bool(there.added or there.removed or there.moved)
    same = newer.diff(newer)
    assert (not same, same.kept) == (True, newer.actions)


# --- records ---


@given(histories(), st.data())
def test_recording_adds_the_event_and_changes_nothing_else(interview: Interview, data: st.DataObject) -> None:
    event = data.draw(st.sampled_from(interview.events)) if interview.events else Done("research", at=interview.starts_at)
    again = interview.record(event)
    assert attrs.evolve(again, events=interview.events) == interview
    assert [one.at for one in again.events] == sorted((one.at for one in again.events), key=to_moment)
    assert len(again.events) == len(interview.events) + 1
    assert again.events.count(filled_in(event, interview)) >= 1


def filled_in(event: Any, interview: Interview) -> Any:
    if isinstance(event, Unreachable) and event.detail is None:
        return attrs.evolve(event, detail=interview.contact(event.contact).detail(event.channel))
    return event


@given(histories(), st.randoms(use_true_random=False))
def test_events_of_different_moments_may_be_recorded_in_any_order(interview: Interview, random: Any) -> None:
    events = list({to_moment(event.at): filled_in(event, interview) for event in interview.events}.values())
    fresh = attrs.evolve(interview, events=())
    in_order = attrs.evolve(interview, events=events)
    random.shuffle(events)
    for event in events:
        fresh = fresh.record(event)
    assert fresh == in_order


@given(histories())
def test_events_of_one_moment_keep_the_order_in_which_they_were_recorded(interview: Interview) -> None:
    at = interview.ends_at
    notes = [f"note {place}" for place in range(4)]
    for note in notes:
        interview = interview.record(Contacted("email", at=at, note=note))
    kept = [event.note for event in interview.events if event.note in notes]
    assert kept == notes


# --- data forms ---


@given(cases())
def test_what_is_written_as_data_is_read_back_the_same(case: tuple[Interview, Ruleset, pendulum.DateTime | None]) -> None:
    interview, ruleset, as_of = case
    for value in (interview, ruleset, plan(interview, ruleset, as_of=as_of)):
        data = to_data(value)
        assert from_data(data, type(value)) == value
        assert from_data(json.loads(json.dumps(data)), type(value)) == value
    assert from_data(to_data(ruleset), Ruleset).digest == ruleset.digest


@given(contacts(), interviews(None))
def test_parts_of_a_record_are_read_back_the_same(contact: Contact, interview: Interview) -> None:
    assert from_data(to_data(contact), Contact) == contact
    assert from_data(to_data(interview), Interview) == interview
