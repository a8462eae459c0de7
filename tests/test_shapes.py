"""Plans that are placed by their shape: the same as those that are worked out."""

from __future__ import annotations

import copy
import datetime as dt
import gc
import pickle
import random
import weakref
from typing import Any

import attrs
import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup_rules import CLASSIC, After, Contact, Hours, Interview, Plan, Ruleset, Throttle, plan, planner
from followup_rules import compiled as compiling
from followup_rules import shapes as shaping
from followup_rules.compiled import compiled
from followup_rules.shapes import Shape, Shapes
from followup_rules.testing import interviews, rulesets
from tests.making import AT, DANA, OLA, interview, ruleset, step


def known(rules: Ruleset) -> int:
    """Give how many shapes of a ruleset are known by now."""
    shapes: Shapes = compiled(rules).shapes
    return sum(isinstance(shape, Shape) for shape in shapes._met.values())


def placed(record: Interview, rules: Ruleset) -> Plan | None:
    """Give the plan of a record by its shape, if that is known and holds."""
    shapes: Shapes = compiled(rules).shapes
    fresh = shapes.fresh(record)
    assert fresh is not None
    return shapes.place(fresh, record, rules)


def worked_out(record: Interview, rules: Ruleset) -> Plan:
    """Give the plan of a record by all the rules, without shapes."""
    return planner._explained(record, rules)


def moved(record: Interview, *, days: int, minutes: int, longer: int) -> Interview:
    """Give the same interview on another date and at another time, so much longer."""
    starts_at = record.starts_at.add(days=days, minutes=minutes)
    fields = {
        name: getattr(record, name)
        for name in ("company", "role", "format", "contacts", "topics", "tags", "decision_by", "closed_on")
    }
    seconds = max(1, round((record.ends_at - record.starts_at).total_seconds()))  # elapsed, whatever the clocks do
    return Interview(starts_at=starts_at, ends_at=starts_at.add(seconds=seconds + 60 * longer), **fields)


def neighbours(record: Interview, data: st.DataObject) -> list[Interview]:
    """Give records that may well share the shape of this one, across clock changes and closed dates."""
    days = st.sampled_from((0, 7, 7, 14, 91, 182, 364, 1, 3))
    minutes = st.sampled_from((0, 1, -1, 5, 17, 60, 180)) | st.integers(-600, 600)
    longer = st.sampled_from((0, 0, 1, 15, 60))
    moves = data.draw(st.lists(st.tuples(days, minutes, longer), min_size=1, max_size=6), label="moves")
    return [record, *(moved(record, days=day, minutes=minute, longer=more) for day, minute, more in moves)]


def as_worked_out(records: list[Interview], rules: Ruleset) -> None:
    for record in records * 3:  # met, learned, placed
        made, expected = plan(record, rules), worked_out(record, rules)
        assert made == expected
        assert repr(made) == repr(expected)


@given(interviews(), st.data())
def test_a_classic_plan_by_shape_is_the_one_worked_out(record: Interview, data: st.DataObject) -> None:
    as_worked_out(neighbours(record, data), CLASSIC)


@given(rulesets(), st.data())
def test_a_plan_by_shape_is_the_one_worked_out(rules: Ruleset, data: st.DataObject) -> None:
    record = data.draw(interviews(), label="record")
    as_worked_out(neighbours(record, data), rules)


CHANGES = [
    ("Europe/Berlin", "2026-10-25"), ("Europe/London", "2027-03-28"), ("America/New_York", "2026-11-01"),
    ("America/Havana", "2026-03-08"), ("America/Havana", "2026-11-01"), ("Asia/Beirut", "2026-03-29"),
    ("Australia/Lord_Howe", "2026-04-05"), ("Atlantic/Azores", "2026-10-25"), ("Pacific/Apia", "2011-12-30"),
]  # fmt: skip
"""Clocks that change at night, at midnight, by half an hour, by a whole day."""


@given(st.just(CLASSIC) | rulesets(), st.sampled_from(CHANGES), st.integers(-10, 3), interviews(), st.data())
def test_near_a_clock_change_too(rules: Ruleset, change: tuple[str, str], days: int, model: Interview, data: st.DataObject) -> None:
    zone, date = change
    midnight = pendulum.from_format(date, "YYYY-MM-DD", tz=zone).add(days=days)
    half_hours = st.integers(0, 47).map(lambda half: 30 * half)
    records = []
    for minutes in data.draw(st.lists(half_hours | st.integers(0, 1439), min_size=1, max_size=4), label="minutes"):
        for weeks in (10, 0):  # the first is far from the change, so its shape is the one that is learned
            starts_at = midnight.add(weeks=weeks).add(minutes=minutes)
            records.append(
                attrs.evolve(model, starts_at=starts_at, ends_at=starts_at.add(minutes=45), decision_by=None, closed_on=())
            )
    as_worked_out(records, rules)


def of_everything() -> Ruleset:
    """Give a ruleset that reads all that a fresh record can tell, with limits of every kind."""
    steps = [
        step("video", due=After("end", days=1, at="10:00"), only_if=["format:video"]),
        step("thumbs", due=After("end", days=1, at="11:00"), only_if=["format:phone"]),
        step("talk", due=After("start", hours=30), only_if=["topics"], expires=After("ideal", hours=5)),
        step("vip", due=After("end", hours=1), only_if=["tag:vip"], unless=["tag:local"], deadline=After("start", hours=2)),
        step("mail", "email", to="each", due=After("end", hours=2), during="office", deadline=After("end", days=1, at="18:00")),
        step("call", "call", to="each", due=After("end", days=2), during="office", expires=After("end", days=5, at="12:00")),
        step("post", "letter", due=After("mail", workdays=1), during="office", deadline=After("start", hours=27)),
        step("read", due=After("start", hours=-30), deadline=After("start", days=-1)),
        step(
            "asked",
            due=After("decision", days=1),
            not_before=[After("end", days=3)],
            deadline=After("decision", days=2, at="09:30"),
        ),
    ]
    throttles = [Throttle("each", ("email", "call")), Throttle("all", ("letter", "email"), max=2, days=2, per="company")]
    return ruleset(
        *steps, throttles=throttles, hours=[Hours("office", ("mon", "tue", "wed", "fri"), opens="09:00", closes="17:00")]
    )


def by_night() -> Ruleset:
    """Give a ruleset of which everything is done when clocks change, and nothing counted in hours."""
    times = ("00:00", "00:30", "01:00", "01:30", "01:59", "02:00", "02:30", "03:00", "23:30")
    steps = [step(f"at-{at}".replace(":", "-"), due=After("end", days=4 + place % 3, at=at)) for place, at in enumerate(times)]
    steps += [
        step("same", due=After("end", days=1)),
        step(
            "late",
            due=After("start", days=2),
            deadline=After("start", days=2, at="02:15"),
            expires=After("end", days=7, at="02:00"),
        ),
        step("watch", due=After("start", days=3), during="watch"),
        step("mail", "email", to="each", due=After("late", days=1), during="watch", expires=After("ideal", days=9, at="01:30")),
    ]
    watch = Hours("watch", ("mon", "tue", "wed", "sat", "sun"), opens="00:30", closes="03:00")
    return ruleset(*steps, hours=[watch], throttles=[Throttle("daily", ("email",), days=2, per="company")])


PEOPLE: tuple[list[Contact], ...] = (
    [],
    [DANA],
    [attrs.evolve(OLA, email=None)],
    [attrs.evolve(OLA, phone=None)],
    [attrs.evolve(OLA, address=None)],
    [attrs.evolve(OLA, email=None, phone=None)],
    [attrs.evolve(OLA, address=None, email=None)],
    [OLA, attrs.evolve(OLA, name="Kim Doe", email="kim@initech.example")],
    [OLA, attrs.evolve(OLA, name="O. Berg")],
    [OLA, DANA, attrs.evolve(OLA, name="O. Berg")],
    [OLA, DANA, attrs.evolve(OLA, name="Kim Doe", email="kim@initech.example")],
)


def test_whatever_a_record_tells_its_shape_is_the_right_one() -> None:
    rules, chance = of_everything(), random.Random(20261125)
    walls = ["05:59:59", "06:00:00", "06:15:00", "06:15:01", "09:00:00", "09:00:01", "14:14:59", "14:15:00", "14:59:59", "15:00:00"]
    walls += ["16:10:00", "17:00:00", "23:20:00"]
    by_shape = 0
    for _ in range(6_000):
        hour, minute, second = map(int, chance.choice(walls).split(":"))
        # Some of these weeks have a clock change in them, most have not.
        starts_at = AT.set(hour=hour, minute=minute, second=second).add(days=chance.choice((0, 2)) + 7 * chance.randrange(20))
        decision = chance.choice((None, 1, 4, 8))
        record = Interview(
            company="Initech",
            role="Engineer",
            starts_at=starts_at,
            ends_at=starts_at.add(minutes=chance.choice((45, 52, 60, 61, 62, 240))),
            format=chance.choice(("video", "phone", "in-person")),
            contacts=chance.choice(PEOPLE),
            topics=chance.choice(((), ("tea",))),
            tags=chance.choice(((), ("vip",), ("vip", "local"))),
            decision_by=None if decision is None else starts_at.add(days=decision).date(),
            closed_on=[starts_at.add(days=chance.choice((-2, -1, 1, 9, 60))).date()] if chance.random() < 0.1 else [],
        )
        made = learned(record, rules)
        by_shape += placed(record, rules) is not None
        assert (made, made.skipped) == (expected := worked_out(record, rules), expected.skipped), record
    assert by_shape > 4_000


def alike(rules: Ruleset, zone: str, day: pendulum.DateTime, **changes: Any) -> tuple[Interview, ...]:
    """Give records of this day, at six times of it, after others of a quiet week from which their shapes are learned."""
    made = []
    for minutes in (0, 60, 90, 105, 600, 1_330):
        quiet, here = (
            interview(starts_at=midnight.add(minutes=minutes), contacts=[OLA, DANA]) for midnight in (day.add(weeks=-9), day)
        )
        assert learned(quiet, rules) == worked_out(quiet, rules), zone
        made.append(attrs.evolve(here, **changes))
    return tuple(made)


@pytest.mark.parametrize("rules", [of_everything(), by_night()], ids=["of-everything", "by-night"])
@pytest.mark.parametrize(("zone", "date"), CHANGES)
def test_on_every_day_around_a_clock_change(zone: str, date: str, rules: Ruleset) -> None:
    by_shape = 0
    for days in range(-16, 8):
        midnight = pendulum.from_format(date, "YYYY-MM-DD", tz=zone).add(days=days)
        for record in alike(rules, zone, midnight):
            by_shape += placed(record, rules) is not None
            assert plan(record, rules) == worked_out(record, rules)
    assert by_shape > 24  # of 144: those that come after the change, and those that do not reach it


def test_whichever_date_around_an_interview_is_closed() -> None:
    rules, by_shape = of_everything(), []
    [record, *_] = alike(rules, "America/New_York", AT.start_of("day"))
    for days in range(-20, 30):
        closed = attrs.evolve(record, closed_on=[record.starts_at.add(days=days).date()])
        assert plan(closed, rules) == worked_out(closed, rules)
        if placed(closed, rules) is not None:
            by_shape.append(days)
    assert {*range(-20, -2), *range(10, 30)} <= set(by_shape)  # all that is counted lies between two days before and the tenth
    assert not {-2, 0, 1, 2, 7} & set(by_shape)


def own(**changes: object) -> Ruleset:
    """Give the classic cadence under another name, of which no shape is known."""
    return Ruleset("own", "1", steps=CLASSIC.steps, throttles=CLASSIC.throttles, hours=CLASSIC.hours)


def learned(record: Interview, rules: Ruleset) -> Plan:
    plan(record, rules)
    return plan(record, rules)


def test_a_shape_is_learned_when_it_is_met_again() -> None:
    rules = own()
    plan(interview(), rules)
    assert known(rules) == 0
    plan(interview(company="Globex"), rules)
    assert known(rules) == 1
    plan(interview(company="Hooli"), rules)
    assert known(rules) == 1


def test_what_the_calendar_disturbs_is_learned_from_others_of_its_like(monkeypatch: pytest.MonkeyPatch) -> None:
    rules, tried = own(), []
    monkeypatch.setattr(Shapes, "learn", lambda _, fresh, case: tried.append(case.state.interview))
    for _ in range(20):
        plan(interview(), rules)
    assert len(tried) == 4  # when met for the second, the fourth, the eighth and the sixteenth time


def test_one_shape_serves_other_dates_and_times() -> None:
    rules = own()
    learned(interview(starts_at=AT.add(minutes=10)), rules)
    other = interview(
        starts_at=AT.add(days=21, minutes=37, seconds=3),
        company="Globex",
        contacts=[Contact("Kim", email="k@globex.example", phone="1")],
    )
    made = placed(other, rules)
    assert made == worked_out(other, rules)
    assert made is not None
    assert [f"{action.at:%m-%d %H:%M:%S}" for action in made.actions] == [
        "12-08 18:00:00", "12-09 15:37:03", "12-09 17:37:03", "12-16 10:00:00", "12-23 10:00:00",
    ]  # fmt: skip


def test_a_shape_does_not_hold_where_a_clock_change_touches_it() -> None:
    rules = own()
    learned(interview(), rules)
    for weeks, holds in ((1, True), (14, True), (15, False), (16, True)):
        # Clocks change on Sunday 14 March 2027; from 3 March on that is the eleventh day, when thanks expire at the latest.
        record = interview(starts_at=AT.add(weeks=weeks))
        assert (placed(record, rules) is not None) is holds or record.starts_at.day_of_week != 3
        assert plan(record, rules) == worked_out(record, rules)
    # Of a Monday after the change the day before is the Sunday itself; nobody does anything at two in the morning.
    learned(interview(starts_at=AT.add(days=5)), rules)
    monday = interview(starts_at=AT.add(days=117))
    assert monday.starts_at.subtract(days=1).date() == dt.date(2027, 3, 14)
    assert placed(monday, rules) == worked_out(monday, rules)
    twice = pendulum.datetime(2026, 11, 1, 5, 30).in_timezone("America/New_York")
    assert [learned(interview(starts_at=at), rules) for at in (twice, twice.add(hours=1))] == [
        worked_out(interview(starts_at=at), rules) for at in (twice, twice.add(hours=1))
    ]


def test_a_shape_does_not_hold_where_a_closed_date_lies_in_its_reach() -> None:
    rules = own()
    learned(interview(), rules)
    assert placed(interview(closed_on=[AT.add(days=7).date()]), rules) is None
    assert placed(interview(closed_on=[AT.add(days=90).date()]), rules) is not None
    assert placed(interview(closed_on=[AT.subtract(days=90).date()]), rules) is not None
    thanksgiving = interview(closed_on=[AT.add(days=7).date()])
    assert learned(thanksgiving, rules) == worked_out(thanksgiving, rules)


def test_where_no_date_was_found_nothing_is_learned() -> None:
    rules = ruleset(*(step(f"mail-{place}", "email") for place in range(3)), throttles=[Throttle("rare", ("email",), days=400)])
    made = learned(interview(), rules)
    assert [skip.code for skip in made.skipped] == ["crowded-out"]
    assert known(rules) == 0


def test_many_contacts_and_many_times_of_day_are_left_to_the_planner() -> None:
    crowd = interview(contacts=[Contact(f"Person {place}", email=f"{place}@initech.example") for place in range(5)])
    assert learned(crowd, CLASSIC) == worked_out(crowd, CLASSIC)
    steps = [step(f"at-{place}", due=After("end", days=1, at=f"10:{place:02}")) for place in range(30)]
    steps += [step(f"in-{place}", due=After("end", hours=place)) for place in range(24)]
    rules = ruleset(*steps)
    assert learned(interview(), rules) == worked_out(interview(), rules)
    assert known(rules) == 0


def test_two_entries_of_one_person_are_another_shape_than_two_people() -> None:
    rules = ruleset(step("mail", "email", to="each"), throttles=[Throttle("weekly", ("email",))])
    two, one = (
        interview(contacts=[DANA, OLA]),
        interview(contacts=[DANA, Contact("D. Reyes", email="DANA@initech.example", phone="1")]),
    )
    for record, dates in ((two, ["11-18", "11-18"]), (one, ["11-18", "11-25"])) * 3:
        assert [f"{action.at:%m-%d}" for action in plan(record, rules).actions] == dates


def test_a_placed_plan_is_a_value_like_any_other() -> None:
    record = interview(contacts=[DANA, OLA])
    made, expected = learned(record, CLASSIC), worked_out(record, CLASSIC)
    assert placed(record, CLASSIC) == expected
    for again in (made, pickle.loads(pickle.dumps(made)), copy.deepcopy(made)):
        assert hash(again) == hash(expected)
        assert again.explain() == expected.explain()
    assert pickle.loads(pickle.dumps(placed(record, CLASSIC))) == expected
    assert pickle.dumps(plan(record)) == pickle.dumps(plan(record))


def test_what_is_kept_of_shapes_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shaping, "SHAPES_KEPT", 5)
    rules = own()
    for day in range(1, 30):
        learned(interview(decision_by=AT.add(days=day).date()), rules)
        assert len(compiled(rules).shapes._met) <= 5


def test_what_is_kept_of_a_ruleset_goes_with_it() -> None:
    rules = own()
    key, made = id(rules), weakref.ref(rules)
    learned(interview(), rules)
    assert key in compiling._compiled
    del rules
    gc.collect()
    assert made() is None
    assert key not in compiling._compiled


def test_what_was_kept_of_another_ruleset_is_not_taken() -> None:
    rules, other = own(), ruleset(step("a"))
    compiling._compiled[id(rules)] = weakref.ref(other), compiled(other)
    assert plan(interview(), rules) == worked_out(interview(), rules)
    assert compiled(rules) is not compiled(other)
