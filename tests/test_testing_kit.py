"""The kit for property tests: its strategies reach every corner, shrink to what one can read, and refuse misuse."""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any, get_args

import attrs
import pendulum
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument
from hypothesis.stateful import run_state_machine_as_test

from followup_rules import (
    CLASSIC,
    After,
    Contact,
    Done,
    Hours,
    Interview,
    Plan,
    Ruleset,
    Step,
    Throttle,
    Unreachable,
    from_data,
    plan,
    testing,
    validate,
)
from followup_rules.hypothesis_plugin import register
from followup_rules.moments import to_moment
from followup_rules.plans import REASON_CODES, SKIP_CODES
from followup_rules.record import CHANNELS, EVENT_KINDS
from followup_rules.rules import Unit
from followup_rules.state import person_key
from followup_rules.testing import (
    CadenceMachine,
    assert_sound,
    cadence_machine,
    contacts,
    histories,
    interviews,
    moments,
    over_limit,
    rulesets,
)
from followup_rules.testing import machine as machine_module
from followup_rules.testing.records import ZONES

ROOT = Path(__file__).parent.parent
QUIET = settings(database=None, max_examples=1000, deadline=None)
SHORT = settings(database=None, max_examples=15, stateful_step_count=15, deadline=None)

# Two checks of one channel within the week that the throttle asks to lie between them.
CROWDED = Ruleset(
    "crowded",
    "1",
    steps=[
        Step("first", "email", due=After("end", days=1)),
        Step("second", "email", due=After("end", days=2), expires=After("end", days=4)),
    ],
    throttles=[Throttle("weekly", ["email"])],
)
SOUND = Ruleset("sound", "1", steps=[Step("thanks", "email", due=After("end", hours=2))])


def smallest(strategy: st.SearchStrategy[Any], condition: Callable[[Any], Any]) -> Any:
    return find(strategy, lambda value: bool(condition(value)), settings=QUIET)


# --- strategies ---


@pytest.mark.parametrize(
    "strategy",
    [contacts(), interviews(), interviews(None, zones=["Europe/Berlin"], max_contacts=0), histories(), histories(None), rulesets()],
    ids=repr,
)
def test_strategies_pass_every_health_check(strategy: st.SearchStrategy[Any]) -> None:
    @settings(suppress_health_check=(), max_examples=50, database=None)
    @given(strategy)
    def drawn(value: Any) -> None:
        assert value == value  # noqa: PLR0124  # drawing is what is tested

    drawn()


def test_the_smallest_interview_is_a_plain_one() -> None:
    plain = Interview("Initech", pendulum.datetime(2026, 11, 18, 14, tz="UTC"))
    assert smallest(interviews(), lambda _: True) == plain
    assert smallest(histories(), lambda _: True) == plain


def test_what_is_found_is_small() -> None:
    bounced = smallest(histories(max_events=1), lambda interview: any(type(event) is Unreachable for event in interview.events))
    assert (len(bounced.contacts), len(bounced.events), bounced.timezone, bounced.closed_on) == (1, 1, "UTC", ())
    [thanks, check] = smallest(rulesets(max_steps=2), lambda ruleset: ruleset.steps[-1].due.anchor == "thanks").steps
    assert (thanks, check) == (Step("thanks", "email", due=After("end")), Step("check", "email", due=After("thanks")))


def test_a_counterexample_is_printed_as_one_would_write_it() -> None:
    @settings(QUIET)
    @given(interview=interviews())
    def has_nobody(interview: Interview) -> None:
        assert not interview.contacts

    with pytest.raises(AssertionError) as caught:
        has_nobody()
    printed = re.sub(r"\s*(#.*)?\n\s*", " ", "\n".join(caught.value.__notes__))
    assert "contacts=[Contact('Dana Reyes')]" in printed
    assert "datetime(2026, 11, 18, 14, 0, tz='UTC')" in printed
    for unset in ("role=", "events=", "closed_on=", "email="):
        assert unset not in printed


def reached(strategy: st.SearchStrategy[Any], corners: Callable[[Any], Iterable[object]], count: int = 400) -> set[object]:
    """Give what so many values show, always the same ones."""
    found: set[object] = set()

    @settings(max_examples=count, derandomize=True, database=None, deadline=None, phases=[Phase.generate])
    @given(strategy)
    def drawn(value: Any) -> None:
        found.update(corners(value))

    drawn()
    return found


def corners_of_a_record(interview: Interview) -> Iterator[object]:
    start, zone = interview.starts_at, interview.timezone
    yield zone
    if start.utcoffset() != start.add(weeks=1).utcoffset():
        yield "changes its clocks within the week"
    naive = dt.datetime(start.year, start.month, start.day, start.hour, start.minute, tzinfo=start.tzinfo)
    if naive.replace(fold=0).utcoffset() != naive.replace(fold=1).utcoffset():
        yield "occurs twice", start.fold
    yield from map(type, interview.events)
    keys = [person_key(contact, interview.company) for contact in interview.contacts]
    for kind, *_ in (key for key in keys if keys.count(key) > 1):
        yield "shared", kind


def test_every_corner_of_a_record_is_reached() -> None:
    found = reached(histories(max_contacts=4), corners_of_a_record, 400)
    assert found == {
        *ZONES,
        "changes its clocks within the week",
        *(("occurs twice", fold) for fold in (0, 1)),
        *EVENT_KINDS.values(),
        *(("shared", detail) for detail in ("email", "phone")),
    }


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    ruleset = draw(rulesets())
    interview = draw(histories(ruleset))
    return plan(interview, ruleset, as_of=draw(st.none() | moments(interview)))


def corners_of_a_plan(plan: Plan) -> Iterator[object]:
    yield from (skip.code for skip in plan.skipped)
    yield from (reason.code for action in plan.actions for reason in action.because)
    yield from (warning.code for warning in plan.warnings)
    yield from ("late" for action in plan.actions if action.late)
    yield from ("done" for _ in plan.done)


def test_every_corner_of_a_plan_is_reached() -> None:
    found = reached(plans(), corners_of_a_plan, 400)
    assert found >= {*SKIP_CODES, *REASON_CODES, "late", "done"}


def corners_of_a_ruleset(ruleset: Ruleset) -> Iterator[object]:
    values: list[Any] = [ruleset, *ruleset.steps, *ruleset.throttles, *ruleset.hours]
    for value in values:
        for field in attrs.fields(type(value)):
            if getattr(value, field.name) != field.default:
                yield type(value), field.name
    for step in ruleset.steps:
        yield step.due.unit, step.due.amount > 0
        yield step.channel
        yield from (fact.partition(":")[0] for fact in (*step.only_if, *step.unless))


def test_every_corner_of_a_ruleset_is_reached() -> None:
    fields = {(kind, field.name) for kind in (Ruleset, Step, Throttle, Hours) for field in attrs.fields(kind)}
    found = reached(rulesets(), corners_of_a_ruleset, 300)
    assert found == {
        *(fields - {(Ruleset, "summary")}),
        *((unit, after) for unit in get_args(Unit) for after in (True, False)),
        *CHANNELS,
        *("format", "replied", "decision-date", "topics", "outcome", "done", "can", "tag"),
    }


@given(st.data())
def test_histories_fit_their_ruleset(data: st.DataObject) -> None:
    ruleset = data.draw(rulesets(max_steps=2))
    ids = {step.id for step in ruleset.steps}
    interview = data.draw(histories(ruleset))
    assert {event.step for event in interview.events if isinstance(event, Done)} <= ids


@given(histories(None), rulesets())
def test_histories_of_no_ruleset_fit_every_one(interview: Interview, ruleset: Ruleset) -> None:
    assert plan(interview, ruleset).done == ()


def test_tags_are_those_that_the_ruleset_reads() -> None:
    tagged = attrs.evolve(SOUND, steps=[Step("thanks", "email", due=After("end"), unless=["tag:on-site"])])
    assert smallest(interviews(tagged), lambda interview: interview.tags).tags == ("on-site",)
    assert smallest(interviews(None), lambda interview: interview.tags).tags == ("referral",)


@given(interviews(), st.data())
def test_moments_are_in_the_zone_of_the_interview_and_around_it(interview: Interview, data: st.DataObject) -> None:
    moment = data.draw(moments(interview))
    assert moment.timezone_name == interview.timezone
    assert -9 <= (to_moment(moment) - to_moment(interview.ends_at)) / 86_400e6 <= 62


untyped: Any = testing  # misused on purpose


@pytest.mark.parametrize(
    ("misuse", "message"),
    [
        (lambda: untyped.interviews("classic"), "ruleset must be a Ruleset, not 'classic'"),
        (lambda: untyped.histories(CLASSIC.steps), "ruleset must be a Ruleset"),
        (lambda: untyped.interviews(zones="UTC"), "zones must be a list of IANA names such as Europe/Berlin, not 'UTC'"),
        (lambda: untyped.interviews(zones=[]), "zones must be a list"),
        (lambda: untyped.interviews(zones=["UTC", "Mars/Olympus"]), r"not \['Mars/Olympus'\]"),
        (lambda: untyped.interviews(zones=[None]), r"not \[None\]"),
        (lambda: untyped.interviews(max_contacts=5), "max_contacts must be a whole number from 0 to 4, not 5"),
        (lambda: untyped.interviews(max_contacts=True), "max_contacts must be a whole number"),
        (lambda: untyped.histories(max_events=0), "max_events must be a whole number from 1 to 100, not 0"),
        (lambda: untyped.rulesets(max_steps=7), "max_steps must be a whole number from 1 to 6, not 7"),
        (lambda: untyped.rulesets(max_steps="2"), "max_steps must be a whole number"),
        (lambda: untyped.moments("tomorrow"), "interview must be an Interview, not 'tomorrow'"),
        (lambda: untyped.assert_sound("classic"), "ruleset must be a Ruleset"),
        (lambda: untyped.assert_sound(SOUND, fail_on="fatal"), "fail_on must be one of error, warning, note, not 'fatal'"),
        (lambda: untyped.assert_sound(SOUND, allow=["can-be-lat"]), "not 'can-be-lat'"),
        (lambda: untyped.cadence_machine("classic"), "ruleset must be a Ruleset"),
        (CadenceMachine, "ruleset must be a Ruleset, not None"),
    ],
)
def test_misuse_is_refused_and_says_what_is_allowed(misuse: Callable[[], Any], message: str) -> None:
    with pytest.raises(InvalidArgument, match=message):
        misuse()


# --- type hints ---


register()


@given(...)
def test_a_type_hint_is_enough(contact: Contact, interview: Interview, ruleset: Ruleset, made: Plan) -> None:
    assert [type(value) for value in (contact, interview, ruleset, made)] == [Contact, Interview, Ruleset, Plan]
    assert plan(interview, ruleset).done == ()
    assert validate(made) == ()


def test_the_entry_point_of_the_distribution_registers_the_strategies() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    [(name, value)] = project["entry-points"]["hypothesis"].items()
    assert EntryPoint(name, value, "hypothesis").load() is register


def test_registering_imports_no_strategies() -> None:
    """Whoever imports hypothesis beside this package waits for its classes alone."""
    script = (
        "import sys; from followup_rules.hypothesis_plugin import register; register()\n"
        "print([name for name in sys.modules if name.startswith(('followup_rules.testing', 'followup_rules.checking'))])"
    )
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    run = subprocess.run(
        [sys.executable, "-c", script], env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"


# --- soundness ---


def test_a_sound_ruleset_passes() -> None:
    assert_sound(SOUND, fail_on="note")
    assert_sound(CLASSIC)


def test_an_unsound_ruleset_fails_with_an_example_that_replays() -> None:
    never = Step("never", "task", due=After("end"), only_if=["replied"], unless=["replied"])
    unsound = attrs.evolve(CROWDED, steps=[*CROWDED.steps, never])
    with pytest.raises(AssertionError, match="crowded 1 is not sound") as caught:
        assert_sound(unsound)
    assert "never-planned" in str(caught.value)
    assert "crowded-out" not in str(caught.value)
    with pytest.raises(AssertionError, match="can-be-crowded-out") as caught:
        assert_sound(unsound, fail_on="warning")
    call = re.search(r"plan\(from_data\(.*can-be-crowded.*|plan\(from_data\(.*\)", str(caught.value))
    assert call is not None
    replayed = eval(call[0], {"plan": plan, "from_data": from_data, "Interview": Interview, "ruleset": unsound})
    assert [skip.code for skip in replayed.skipped if skip.step == "second"] == ["crowded-out"]


def test_what_is_meant_to_be_so_may_be_allowed() -> None:
    with pytest.raises(AssertionError, match="can-be-crowded-out"):
        assert_sound(CROWDED, fail_on="warning", allow="can-be-late")
    assert_sound(CROWDED, fail_on="warning", allow=["can-be-crowded-out", "never-on-time"])
    assert_sound(CROWDED, fail_on="warning", allow=["can-be-crowded-out:second", "never-on-time"])
    with pytest.raises(AssertionError, match="can-be-crowded-out"):
        assert_sound(CROWDED, fail_on="warning", allow=["can-be-crowded-out:first", "never-on-time"])


def test_what_was_not_looked_at_is_not_known_to_be_sound() -> None:
    with pytest.raises(AssertionError, match="inconclusive"):
        assert_sound(CROWDED, limit=1)
    assert_sound(SOUND, limit=1, conclusive=False, allow=["never-planned"])


# --- limits ---


@given(plans(), st.data())
def test_counting_anew_agrees_with_the_validator(made: Plan, data: st.DataObject) -> None:
    """Also where somebody moved an action to a date that has no room."""
    assert over_limit(made) == ()
    if made.actions:
        place = data.draw(st.integers(0, len(made.actions) - 1))
        moved = attrs.evolve(made.actions[place], at=made.actions[place].at.add(days=data.draw(st.integers(-8, 8))))
        others = [moved if action is made.actions[place] else action for action in made.actions]
        edited = attrs.evolve(made, actions=others)
        assert bool(over_limit(edited)) == any(violation.code == "throttle" for violation in validate(edited))


# --- the machine ---

BUSY = Ruleset(
    "busy",
    "1",
    steps=[
        Step("call", "call", due=After("reply", days=2), to="each", expires=After("ideal", days=9)),
        Step("note", "email", due=After("decision", workdays=1), not_before=[After("call", days=3)], priority=1),
        Step("letter", "letter", due=After("call", hours=30), to="each", unless=["done:note"], stop_on=[]),
        Step("last", "task", due=After("outcome"), stop_on=[]),
    ],
    throttles=[Throttle("two", ["call", "email"], max=2, days=5), Throttle("office", ["call", "task"], per="company", days=3)],
)


@pytest.mark.parametrize("ruleset", [CLASSIC, CROWDED, BUSY], ids=str)
def test_a_cadence_keeps_its_word_whatever_happens(ruleset: Ruleset) -> None:
    run_state_machine_as_test(cadence_machine(ruleset), settings=SHORT)


def lived(ruleset: Ruleset) -> CadenceMachine:
    made = cadence_machine(ruleset)()
    dana = Contact("Dana Reyes", email="dana@initech.example")
    made.interviewed(Interview("Initech", pendulum.datetime(2026, 11, 18, 14, tz="UTC"), contacts=[dana]))
    return made


def test_every_move_is_put_on_record_when_it_was_made() -> None:
    made = lived(CROWDED)
    made.acted_in_time()
    assert (made.now, made.interview.events[-1]) == (made.interview.ends_at.add(days=1), Done("first", "Dana Reyes", at=made.now))
    made.time_passed(24)
    assert made.now == made.interview.ends_at.add(days=2)
    made.contacted("call", None)
    made.replied(None, 3)
    made.bounced(("email", "Dana Reyes"))
    made.decided("offer")
    assert [event.__class__.__name__.lower() for event in made.interview.events] == [
        "done",
        "contacted",
        "replied",
        "unreachable",
        "decided",
    ]
    assert not made.plan.actions


def test_one_may_act_early_and_late() -> None:
    made = lived(CROWDED)
    made.acted_early(0)
    assert made.interview.events == (Done("first", "Dana Reyes", at=made.interview.starts_at.subtract(days=2)),)
    made = lived(CROWDED)
    made.acted_late(5)
    assert made.now == made.interview.ends_at.add(days=1, hours=5)


def broken_plans() -> dict[str, Callable[..., Plan]]:
    def too_early(interview: Interview, ruleset: Ruleset, *, as_of: Any) -> Plan:
        made = plan(interview, ruleset, as_of=as_of)
        return attrs.evolve(made, actions=[attrs.evolve(one, at=one.at.subtract(days=60)) for one in made.actions])

    def forgetful(interview: Interview, ruleset: Ruleset, *, as_of: Any) -> Plan:
        return plan(attrs.evolve(interview, events=()), ruleset, as_of=as_of)

    def careless(interview: Interview, ruleset: Ruleset, *, as_of: Any) -> Plan:
        made = plan(interview, attrs.evolve(ruleset, throttles=()), as_of=as_of)
        return attrs.evolve(made, ruleset=ruleset)

    return {
        "the_plan_has_no_violations": too_early,
        "what_is_done_is_not_planned_again": forgetful,
        "following_the_plan_keeps_every_throttle": careless,
    }


@pytest.mark.parametrize("invariant", broken_plans())
def test_a_planner_that_breaks_its_word_is_caught(invariant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine_module, "plan", broken_plans()[invariant])
    generated = settings(SHORT, max_examples=100, phases=[Phase.generate])
    with pytest.raises(AssertionError):
        run_state_machine_as_test(cadence_machine(CROWDED), settings=generated)
    made = lived(CROWDED)
    if invariant == "what_is_done_is_not_planned_again":
        made.acted_early(0)
    with pytest.raises(AssertionError, match=r"\S"):
        getattr(made, invariant)()
