"""What the searches of `check` and `compare` cost, and what they need not work out at all."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from followup_rules import CLASSIC, After, FollowupError, Ruleset, Throttle, compare
from followup_rules.checking.cells import cells
from followup_rules.checking.engine import Engine
from followup_rules.checking.findings import whole
from followup_rules.checking.shapes import Reader, distinct
from followup_rules.checking.spans import DAY, Span
from followup_rules.checking.universe import Budget, Exhausted, Kind, Setting
from followup_rules.checking.universe import settings as all_settings
from followup_rules.data import to_data
from followup_rules.record import FORMATS
from tests.making import ruleset, step
from tests.pinned import pinned

MUCH = 1_000_000


def test_a_budget_is_spent_to_the_last() -> None:
    budget = Budget(2, 5)
    budget.spend()
    budget.spend(4)
    budget.case()
    budget.case()
    assert (budget.cases, budget.work) == (0, 0)
    with pytest.raises(Exhausted):
        budget.spend()
    with pytest.raises(Exhausted):
        budget.case()


def test_reading_costs_ten_looks_a_step_for_each_setting_and_one_for_each_choice_of_facts() -> None:
    rules = ruleset(step("a", "email"), step("b", only_if=["tag:x", "topics"], unless=["format:video"]), stop_on=[])
    budget = Budget(0, MUCH)
    found = list(all_settings([whole(rules)], budget))
    assert len(found) == (1 + 2 + 4) * 2  # up to two contacts have an email address or not, and `b` may apply or not
    choices = 2 ** (len(FORMATS) - 1 + 2)  # each format but the first, the tag and the topics
    assert MUCH - budget.work == 2 * choices + 10 * 2 * len(found)


def test_reading_takes_half_of_the_work_and_gives_back_the_rest() -> None:
    rules = whole(ruleset(step("a", "email"), stop_on=[]))  # seven settings of ten looks, and one choice of no facts
    for work, complete, left in ((1_000, True, 929), (142, True, 71), (141, False, 71), (0, False, 0), (-5, False, -5)):
        budget = Budget(0, work)
        shapes, all_of_them = distinct([rules], budget, lambda setting: setting)
        assert (all_of_them, budget.work) == (complete, left)
        assert [setting.size for _, setting in shapes] == sorted(setting.size for _, setting in shapes)
    assert len(shapes) == 0


def test_a_plan_costs_a_look_at_each_step_in_turn_and_at_each_day_counted() -> None:
    steps = [step("a"), step("b", due=After("end", days=1)), step("c", due=After("end", days=2)), step("d", only_if=["topics"])]

    def cost(rules: Ruleset) -> int:
        budget = Budget(0, MUCH)
        engine, shape = Engine(whole(rules), budget), Reader(whole(rules)).shape(Setting())
        engine.run(engine.ready(shape), Span(0, 0, DAY), 0, 600, 0)
        return MUCH - budget.work

    fits, turns = 3, 3 + 2 + 1
    assert cost(ruleset(*steps)) == fits
    assert cost(ruleset(*steps, throttles=[Throttle("loose", ("task",), max=3, per="company")])) == fits + turns
    # `b` looks at the day of `a`, once where it is and once where that moves it to; `c` at both days, twice likewise.
    tight = [Throttle("tight", ("task",), max=1, days=2, per="company")]
    assert cost(ruleset(*steps, throttles=tight)) == fits + turns + (1 + 1) + (2 + 2)


def test_cases_are_counted_one_by_one() -> None:
    rules = ruleset(step("a", due=After("end", days=1, at="09:00")))
    engine, budget = Engine(whole(rules), Budget(0, MUCH)), Budget(10, 0)
    ready = engine.ready(Reader(whole(rules)).shape(Setting()))
    found = list(cells(lambda *case: engine.run(ready, *case), Setting(), budget, reads_weekdays=False))
    assert 10 - budget.cases == len(found) == 1


def altered(**changes: Any) -> Ruleset:
    """Give the classic cadence with changes to its first email."""
    steps = [attrs.evolve(one, **changes) if one.id == "thank-you-email" else one for one in CLASSIC.steps]
    return attrs.evolve(CLASSIC, steps=steps)


def renamed_hours() -> Ruleset:
    hours = [attrs.evolve(one, name=f"{one.name}-too", shut_on_holidays=not one.shut_on_holidays) for one in CLASSIC.hours]
    steps = [attrs.evolve(one, during=one.during and f"{one.during}-too") for one in CLASSIC.steps]
    return attrs.evolve(CLASSIC, hours=hours, steps=steps)


def renamed_throttles() -> Ruleset:
    throttles = [attrs.evolve(one, id=f"{one.id}-too", channels=one.channels[::-1]) for one in CLASSIC.throttles[::-1]]
    return attrs.evolve(CLASSIC, throttles=throttles)


@pytest.mark.parametrize(
    "other",
    [
        attrs.evolve(CLASSIC, name="other", version="2", summary="Another.", wording=()),
        altered(title="Other words", guidance=["Do it."], if_unreachable="Leave it.", draft="Thank you."),
        attrs.evolve(CLASSIC, stop_on=CLASSIC.stop_on[::-1]),
        renamed_hours(),
        renamed_throttles(),
    ],
    ids=["names", "texts", "order of outcomes", "hours", "throttles"],
)
def test_what_makes_no_difference_needs_no_working_out(other: Ruleset) -> None:
    assert other != CLASSIC
    assert compare(CLASSIC, other, limit=0) is None


def test_the_order_of_facts_and_exemptions_needs_no_working_out() -> None:
    one = step("a", "email", only_if=["topics", "tag:x"], unless=["replied", "tag:y"], stop_on=["offer", "rejection"])
    other = attrs.evolve(one, only_if=one.only_if[::-1], unless=one.unless[::-1], stop_on=["rejection", "offer"])
    exempt = ["b", "c"]

    def rules(first: Any, exempt: list[str]) -> Ruleset:
        throttle = Throttle("x", ("email", "call"), exempt=exempt)
        return ruleset(first, step("b", "email"), step("c", "call"), step("d", "call"), throttles=[throttle])

    assert compare(rules(one, exempt), rules(other, exempt[::-1]), limit=0) is None
    with pytest.raises(FollowupError):
        compare(rules(one, exempt), rules(attrs.evolve(other, only_if=["topics"]), exempt), limit=0)
    with pytest.raises(FollowupError):
        compare(rules(one, exempt), rules(one, ["b"]), limit=0)


def test_the_interviews_of_the_universe_are_these() -> None:
    settings = [
        Setting(),
        Setting((("email",), ("email", "call", "letter")), "video", topics=True, tags=("vip", "far"), dated=True),
        Setting(((), ("call",)), event=Kind("done", "a", 1)),
        Setting((("letter",),), event=Kind("contacted", "call", 0)),
        Setting(event=Kind("contacted", "email")),
        Setting(event=Kind("replied")),
        Setting(event=Kind("replied", "decision-date")),
        Setting(event=Kind("decided", "offer")),
    ]
    made = [settings[0].interview(), *(setting.interview(4, 30, -3 if setting.event else 9) for setting in settings[1:])]
    told = "\n".join(f"{to_data(one)}" for one in made)
    assert told == pinned("universe-interviews", told)
