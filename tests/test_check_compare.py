"""`compare` against plans, and the laws of a difference."""

from __future__ import annotations

from random import Random
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followup_rules import CLASSIC, After, FollowupError, Hours, Ruleset, Step, Throttle, compare, plan
from followup_rules.checking import comparison
from followup_rules.checking.findings import whole
from followup_rules.checking.spans import DAY
from followup_rules.checking.universe import Budget
from followup_rules.checking.universe import settings as all_settings
from followup_rules.plans import Plan
from followup_rules.record import Interview
from tests.test_check import size_of, size_of_example
from tests.test_check_engine import rulesets


def told_apart(planned: Plan) -> tuple[set[Any], set[Any], set[Any]]:
    """What two plans have to share to be the same."""
    actions = {(a.step, a.contact, a.channel, a.at, a.deadline, a.expires, a.late) for a in planned.actions}
    done = {(done.step, done.contact) for done in planned.done}
    return actions, done, {(skip.step, skip.contact, skip.code) for skip in planned.skipped}


def differ(interview: Interview, old: Ruleset, new: Ruleset) -> bool:
    return told_apart(plan(interview, old)) != told_apart(plan(interview, new))


def changed(step_id: str, **changes: Any) -> Ruleset:
    return attrs.evolve(CLASSIC, steps=[attrs.evolve(step, **changes) if step.id == step_id else step for step in CLASSIC.steps])


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Ruleset, Ruleset]:
    """A small ruleset, and another that has one step or throttle of a third in place of its own, or lacks it."""
    old, other = draw(rulesets(most=3)), draw(rulesets(most=3))
    place = draw(st.integers(0, len(old.steps) - 1))
    ids = {step.id for step in old.steps}
    foreign = [step for step in other.steps if _names(step) <= ids]
    steps = list(old.steps)
    if foreign:
        steps[place] = attrs.evolve(
            draw(st.sampled_from(foreign)), id=steps[place].id, due=steps[place].due, not_before=steps[place].not_before
        )
    throttles = draw(st.sampled_from((old.throttles, old.throttles[:1], tuple(t for t in other.throttles if set(t.exempt) <= ids))))
    return old, attrs.evolve(old, steps=steps, throttles=throttles)


def _names(step: Step) -> set[str]:
    return {fact.removeprefix("done:") for fact in (*step.only_if, *step.unless) if fact.startswith("done:")}


@settings(max_examples=15)
@given(pairs(), st.randoms(use_true_random=False))
def test_no_interview_of_the_universe_is_planned_differently_unless_told(both: tuple[Ruleset, Ruleset], random: Random) -> None:
    old, new = both
    try:
        found = compare(old, new, limit=5_000)
    except FollowupError:
        return
    if found is not None:
        assert differ(found.interview, old, new)
        assert (found.old, found.new) == (plan(found.interview, old), plan(found.interview, new))
    every = list(all_settings([whole(old), whole(new)], Budget(0, 1_000_000)))
    for _ in range(40):
        setting = random.choice(every)
        dates = random.randrange(7), random.randrange(DAY), random.randint(*setting.distances)
        if differ(setting.interview(*dates), old, new):
            assert found is not None
            if found.smallest:
                assert size_of_example(found.interview) <= size_of(setting, *dates)  # type: ignore[operator]  # one of them is there


@settings(max_examples=10)
@given(rulesets())
def test_a_ruleset_agrees_with_itself_under_other_names(ruleset: Ruleset) -> None:
    steps = [attrs.evolve(step, title="Other words", guidance=["Do it."]) for step in ruleset.steps]
    assert (
        compare(ruleset, attrs.evolve(ruleset, name="other", version="2", steps=steps, throttles=ruleset.throttles[::-1])) is None
    )


def test_a_change_without_effect_is_worked_out_to_be_none() -> None:
    assert compare(CLASSIC, changed("status-call", priority=1)) is None


def test_the_order_of_steps_that_do_not_meet_is_no_difference() -> None:
    assert compare(CLASSIC, attrs.evolve(CLASSIC, steps=CLASSIC.steps[::-1])) is None


def test_the_difference_is_the_smallest() -> None:
    found = compare(CLASSIC, changed("thank-you-email", due=After("end", hours=3)))
    assert found is not None
    assert found.smallest
    # Before 05:00 both wait for the morning; from then on one is due at 08:00 and the other an hour later.
    assert str(found) == (
        "planned differently: in-person interview on Mon 1 Jan 2024 04:01; Alex Ash (email)\n"
        "- Mon 1 Jan 2024 08:00  Send a thank-you email (Alex Ash); email, deadline Tue 2 Jan 2024 05:01, expires Thu 11 Jan 2024 05:01\n"
        "+ Mon 1 Jan 2024 08:01  Send a thank-you email (Alex Ash); email, deadline Tue 2 Jan 2024 05:01, expires Thu 11 Jan 2024 05:01"
    )


@pytest.mark.parametrize(
    "new",
    [
        attrs.evolve(CLASSIC, steps=CLASSIC.steps[1:]),
        changed("research", channel="in-person"),
        changed("status-email", expires=None),
        changed("status-email", stop_on=("offer",)),
        changed("thank-you-email", to="one"),
        attrs.evolve(CLASSIC, throttles=()),
        attrs.evolve(CLASSIC, hours=[attrs.evolve(hours, opens="08:30") for hours in CLASSIC.hours]),
    ],
)
def test_a_difference_replays_both_ways(new: Ruleset) -> None:
    there, back = compare(CLASSIC, new), compare(new, CLASSIC)
    assert there is not None
    assert back is not None
    assert there.interview == back.interview
    assert (there.old, there.new) == (back.new, back.old)
    assert differ(there.interview, CLASSIC, new)


def test_a_step_under_another_id_is_a_difference() -> None:
    one, other = (Ruleset("one", "1", steps=[Step(id, "task", due=After("end"))]) for id in ("note", "notes"))
    found = compare(one, other)
    assert found is not None
    assert [action.step for action in (*found.old.actions, *found.new.actions)] == ["note", "notes"]


def test_a_limit_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FollowupError, match="limit"):
        compare(CLASSIC, changed("status-call", priority=1), limit=10)
    monkeypatch.setattr(comparison, "WORK", 2_000)
    with pytest.raises(FollowupError, match="limit"):
        compare(CLASSIC, changed("status-call", priority=1))
    late = changed("status-call", priority=1, guidance=())
    found = compare(CLASSIC, attrs.evolve(late, steps=late.steps[1:]))
    assert found is not None
    assert not found.smallest
    assert str(found).endswith("there may be a smaller one")


def test_hours_and_throttles_of_no_step_are_no_difference() -> None:
    more = attrs.evolve(
        CLASSIC,
        hours=[*CLASSIC.hours, Hours("never-used", ("mon",), opens="09:00", closes="10:00")],
        throttles=[*CLASSIC.throttles, Throttle("tasks", ("in-person",), exempt=["business-card"])],
    )
    assert compare(CLASSIC, more) is None
