"""The integer engine of `check` against the planner, and the cells against every one of their interviews."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pendulum
from hypothesis import given, settings
from hypothesis import strategies as st

from followup_rules.checking.cells import cells
from followup_rules.checking.engine import Engine
from followup_rules.checking.findings import whole
from followup_rules.checking.shapes import Reader
from followup_rules.checking.spans import DAY, Span
from followup_rules.checking.universe import FIRST_MONDAY, Budget, Kind, Setting
from followup_rules.checking.universe import settings as all_settings
from followup_rules.moments import to_moment
from followup_rules.planner import plan
from followup_rules.record import CHANNELS, DETAIL_OF, OUTCOMES, Channel
from followup_rules.rules import WEEKDAYS, After, Hours, Ruleset, Step, Throttle

TIMES = ("00:00", "09:00", "12:00", "17:30", "23:59")
FACTS = ("format:video", "replied", "decision-date", "topics", "outcome:offer", "can:email", "can:call", "tag:vip", "tag:far")
BASE = pendulum.datetime(FIRST_MONDAY.year, FIRST_MONDAY.month, FIRST_MONDAY.day)


@st.composite
def rulesets(draw: st.DrawFn, most: int = 4, channels: tuple[Channel, ...] = ("email", "email", "call", *CHANNELS)) -> Ruleset:
    """Small rulesets of every kind of rule, with numbers close enough to get in each other's way."""
    hours = [
        Hours(
            "some", draw(st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=7, unique=True)), opens="09:00", closes="17:30"
        ),
        Hours("daily", WEEKDAYS, opens=draw(st.sampled_from(("00:00", "08:00", "12:00"))), closes="21:00"),
    ]
    ids = [f"s{number}" for number in range(draw(st.integers(1, most)))]
    steps = [_step(draw, ids, place, channels) for place in range(len(ids))]
    return Ruleset(
        "small",
        "1",
        steps=steps,
        throttles=_throttles(draw, ids),
        hours=hours,
        stop_on=draw(st.sampled_from(((), OUTCOMES, ("offer",)))),
    )


def _step(draw: st.DrawFn, ids: list[str], place: int, channels: tuple[Channel, ...]) -> Step:
    channel = draw(st.sampled_from(channels))
    anchors = ["start", "end", "end", "decision", "reply", "outcome", *ids[:place]]
    during = draw(st.sampled_from((None, "some", "some", "daily")))
    facts = st.lists(st.sampled_from((*FACTS, *(f"done:{id}" for id in ids))), max_size=1)
    limits = st.none() | _afters(("end", "ideal", "ideal", "decision", "start", "outcome"))
    return Step(
        ids[place],
        channel,
        due=draw(_afters(("end", "end", *anchors))),
        not_before=draw(st.lists(_afters(anchors), max_size=2)),
        during=during,
        deadline=draw(limits),
        expires=draw(limits),
        to=draw(st.sampled_from(("one", "each"))) if channel in DETAIL_OF else "one",
        only_if=draw(facts) if draw(st.integers(0, 3)) == 0 else (),
        unless=draw(facts) if draw(st.integers(0, 3)) == 0 else (),
        stop_on=draw(st.sampled_from((None, (), ("rejection",)))),
        priority=draw(st.integers(0, 1)),
    )


def _afters(anchors: tuple[str, ...] | list[str]) -> st.SearchStrategy[After]:
    anchor = st.sampled_from(anchors)
    at = st.none() | st.sampled_from(TIMES)
    return st.one_of(
        st.builds(After, anchor, days=st.integers(-3, 14), at=at),
        st.builds(After, anchor, workdays=st.integers(-2, 4), at=at),
        st.builds(After, anchor, hours=st.sampled_from((-1, 0, 2, 24, 30, 100))),
    )


def _throttles(draw: st.DrawFn, ids: list[str]) -> list[Throttle]:
    return [
        Throttle(
            f"t{number}",
            draw(st.lists(st.sampled_from(("email", "call", "task")), min_size=1, unique=True)),
            max=draw(st.integers(1, 2)),
            days=draw(st.sampled_from((1, 3, 7, 30))),
            per=draw(st.sampled_from(("contact", "company"))),
            exempt=draw(st.lists(st.sampled_from(ids), max_size=1)),
        )
        for number in range(draw(st.integers(0, 2)))
    ]


def few_settings(ruleset: Ruleset, random: Random, count: int) -> list[Setting]:
    """Some of the settings of a ruleset, of every kind."""
    found = list(all_settings([whole(ruleset)], Budget(0, 1_000_000)))
    return random.sample(found, min(count, len(found)))


def planned(ruleset: Ruleset, setting: Setting, weekday: int, minute: int, distance: int) -> set[tuple[object, ...]]:
    """What the planner makes of an interview: each instance with its moment, deadline, expiry and what moved it, or its code."""
    result = plan(setting.interview(weekday, minute, distance), ruleset)
    return {
        (
            a.step,
            a.contact and a.contact.name,
            _minutes(a.at),
            _minutes(a.deadline),
            _minutes(a.expires),
            a.late,
            tuple(reason.rule for reason in a.because if reason.code == "throttle"),
        )
        for a in result.actions
    } | {(s.step, s.contact and s.contact.name, s.code) for s in result.skipped}


def _minutes(moment: pendulum.DateTime | None) -> int | None:
    return None if moment is None else (to_moment(moment) - to_moment(BASE)) // 60_000_000


def worked_out(ruleset: Ruleset, setting: Setting, span: Span, weekday: int, minute: int, distance: int) -> set[tuple[object, ...]]:
    """The same of the engine."""
    part = whole(ruleset)
    shape = Reader(part).shape(setting)
    engine = Engine(part, Budget(0, 1_000_000))
    run = engine.run(engine.ready(shape), span, weekday, minute, distance)
    names = [contact.name for contact in setting.interview().contacts]

    def name(place: int | None) -> str | None:
        return None if place is None else names[place]

    found: set[tuple[object, ...]] = {(part.steps[step].id, name(place), code) for step, place, code in shape.skipped}
    for settled in run.settled:
        id, who = part.steps[settled.step].id, name(settled.place)
        if settled.code is not None:
            found.add((id, who, settled.code))
        else:
            deadline, expires = run.deadline(settled), run.expires(settled)
            late = deadline is not None and span.less(deadline, settled.moment)
            found.add(
                (
                    id,
                    who,
                    settled.moment >> 2,
                    None if deadline is None else deadline >> 2,
                    None if expires is None else expires >> 2,
                    late,
                    tuple(part.throttles[throttle].id for throttle in settled.blocked),
                )
            )
    return found


@settings(max_examples=60)
@given(rulesets(), st.randoms(use_true_random=False))
def test_the_engine_plans_as_the_planner_does(ruleset: Ruleset, random: Random) -> None:
    for setting in few_settings(ruleset, random, 6):
        first, last = setting.distances
        for _ in range(3):
            weekday, minute, distance = (
                random.randrange(7),
                random.choice((0, 59, 60, 539, 540, 720, 1050, random.randrange(DAY))),
                random.randint(first, last),
            )
            assert worked_out(ruleset, setting, Span(0, 0, 7 * DAY), weekday, minute, distance) == planned(
                ruleset, setting, weekday, minute, distance
            )


def test_what_is_done_for_one_contact_counts_beside_what_is_planned_for_another() -> None:
    steps = [
        Step("a", "email", due=After("end", days=3), to="each"),
        Step("b", "task", due=After("a", days=1)),
    ]
    for distance in (-7, 1, 3, 4, 60):
        setting = Setting((("email",), ("email",)), event=Kind("done", "a", 1))
        rules = Ruleset("pair", "1", steps=steps)
        found = worked_out(rules, setting, Span(0, 0, 7 * DAY), 2, 600, distance)
        assert found == planned(rules, setting, 2, 600, distance)


def test_what_waits_for_a_step_that_a_throttle_moves_moves_with_it() -> None:
    office = Hours("office", ("mon", "tue", "thu"), opens="09:00", closes="17:00")
    steps = [
        Step("first", "email", due=After("end", days=1), to="each"),
        Step("second", "email", due=After("end", days=1, at="12:00"), priority=-1, expires=After("end", days=9)),
        Step("then", "task", due=After("second", days=1), during="office", deadline=After("ideal", days=1)),
        Step("also", "call", due=After("end"), not_before=[After("second", hours=30)], to="each", expires=After("end", days=8)),
        Step("third", "email", due=After("then", days=1), expires=After("end", days=12)),
        Step("last", "task", due=After("third", workdays=1), during="office"),
        Step("after", "task", due=After("last"), not_before=[After("then", days=1)]),
    ]
    throttles = [
        Throttle("weekly", ("email",), days=7),
        Throttle("two", ("email", "call"), max=2, days=3, per="company"),
        Throttle("most", ("email",), max=2, days=10, per="company", exempt=["third"]),
    ]
    chance = Random(20261125)
    for some in (throttles, throttles[:1], throttles[1:]):
        rules = Ruleset("chain", "1", steps=steps, throttles=some, hours=[office])
        for setting in few_settings(rules, chance, 30):
            for weekday in range(7):
                minute, distance = chance.choice((0, 539, 540, 720, 1_020, 1_439)), chance.randint(*setting.distances)
                found = worked_out(rules, setting, Span(0, 0, 7 * DAY), weekday, minute, distance)
                assert found == planned(rules, setting, weekday, minute, distance)


def decisions(results: set[tuple[object, ...]]) -> set[tuple[object, ...]]:
    """What of a plan a case decides: what is planned, late or skipped, not when."""
    return {(item[0], item[1], item[5]) if len(item) == 7 else item for item in results}


def some_cells(ruleset: Ruleset, setting: Setting) -> Iterator[tuple[set[tuple[object, ...]], Span, range, int, int]]:
    """The cases of a setting with all that is decided in them."""
    engine = Engine(whole(ruleset), Budget(0, 1_000_000))

    def run(span: Span, weekday: int, minute: int, distance: int) -> set[tuple[object, ...]]:
        return decisions(worked_out(ruleset, setting, span, weekday, minute, distance))

    return cells(run, setting, Budget(1_000_000, 0), reads_weekdays=engine.reads_weekdays)


@settings(max_examples=12)
@given(rulesets(), st.randoms(use_true_random=False))
def test_all_interviews_of_a_case_are_decided_alike(ruleset: Ruleset, random: Random) -> None:
    for setting in few_settings(ruleset, random, 1):
        found = list(some_cells(ruleset, setting))
        for decided, span, weekdays, minute, distance in random.sample(found, min(12, len(found))):
            last = distance + span.strides * span.stride // DAY
            for at, far in (
                (minute + span.minutes, last),
                (random.randint(minute, minute + span.minutes), distance),
                (minute, last),
            ):
                assert decisions(planned(ruleset, setting, random.choice(weekdays), at, far)) == decided


@settings(max_examples=12)
@given(rulesets(), st.randoms(use_true_random=False))
def test_the_cases_of_a_setting_are_all_its_interviews_each_once(ruleset: Ruleset, random: Random) -> None:
    for setting in few_settings(ruleset, random, 1):
        first, last = setting.distances
        found = list(some_cells(ruleset, setting))
        reads_distance = any(span.reads_distance for _, span, _, _, _ in found)
        for _ in range(20):
            weekday, minute, distance = random.randrange(7), random.randrange(DAY), random.randint(first, last)
            if not reads_distance:
                distance = first
            holding = [
                1
                for _, span, weekdays, early, near in found
                if weekday in weekdays
                and early <= minute <= early + span.minutes
                and distance in range(near, near + span.strides * span.stride // DAY + 1, span.stride // DAY)
            ]
            assert len(holding) == 1
