"""Rules: what they may say, and that everything they name exists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from followup_rules import CLASSIC, After, Hours, InvalidRuleset, Ruleset, Step, Throttle, Wording
from followup_rules.references import step_anchors
from followup_rules.rules import MAX_STEPS, MAX_THROTTLES
from tests.making import paths, ruleset, step


def test_an_offset_without_a_unit_is_zero_days() -> None:
    assert After("end") == After("end", days=0)
    assert After("end").unit == "days"
    assert After("end", hours=0) != After("end")
    assert [After("end", workdays=-3).amount, After("end", hours=-3).amount] == [-3, -3]


def test_times_and_days_are_read_as_written_in_files() -> None:
    assert After("end", days=7, at="10:00").at == dt.time(10)
    assert Hours("office", ["fri", "mon"], opens="09:00", closes="17:00").days == ("mon", "fri")


@pytest.mark.parametrize(
    ("make", "path"),
    [
        (lambda: After("", days=1), "anchor"),
        (lambda: After("end", days=401), "days"),
        (lambda: After("end", workdays=-401), "workdays"),
        (lambda: After("end", hours=9601), "hours"),
        (lambda: After("end", days=True), "days"),
        (lambda: After("end", days=1.5), "days"),  # type: ignore[arg-type]
        (lambda: After("end", days=1, hours=2), "hours"),
        (lambda: After("end", hours=2, at="10:00"), "at"),
        (lambda: After("end", days=1, at="25:00"), "at"),
        (lambda: After("end", days=1, at=dt.time(10, 0, 30)), "at"),
        (lambda: After("end", days=1, at=dt.time(10, tzinfo=dt.UTC)), "at"),
        (lambda: Hours("office", (), opens="09:00", closes="17:00"), "days"),
        (lambda: Hours("office", "mon", opens="09:00", closes="17:00"), "days"),
        (lambda: Hours("office", ["mon", "mon"], opens="09:00", closes="17:00"), "days[1]"),
        (lambda: Hours("office", ["mo"], opens="09:00", closes="17:00"), "days[0]"),
        (lambda: Hours("office", [1], opens="09:00", closes="17:00"), "days[0]"),
        (lambda: Hours("office", ["mon"], opens="17:00", closes="09:00"), "closes"),
        (lambda: Hours("office", ["mon"], opens=None, closes="09:00"), "opens"),
        (lambda: Hours("office", ["mon"], opens="9 am", closes="17:00"), "opens"),
        (lambda: Hours("office", ["mon"], opens="09:00", closes="17:00", shut_on_holidays="yes"), "shut_on_holidays"),  # type: ignore[arg-type]
        (lambda: Throttle("One a week", ("email",)), "id"),
        (lambda: Throttle("t", ()), "channels"),
        (lambda: Throttle("t", ("fax",)), "channels[0]"),
        (lambda: Throttle("t", ("email",), max=0), "max"),
        (lambda: Throttle("t", ("email",), max=101), "max"),
        (lambda: Throttle("t", ("email",), days=401), "days"),
        (lambda: Throttle("t", ("email",), per="person"), "per"),  # type: ignore[arg-type]
        (lambda: Throttle("t", ("email",), exempt=[""]), "exempt[0]"),
        (lambda: Wording("w"), "(top level)"),
        (lambda: Wording("w", forbid="pushy", require="thanks"), "(top level)"),
        (lambda: Wording("w", forbid="rudeness"), "forbid"),
        (lambda: Wording("w", require=7), "require"),  # type: ignore[arg-type]
        (lambda: Wording("w", phrases=[" "]), "phrases[0]"),
        (lambda: Wording("w", forbid="pushy", severity="fatal"), "severity"),  # type: ignore[arg-type]
        (lambda: Step("start", "task", due=After("end")), "id"),
        (lambda: Step("Call", "task", due=After("end")), "id"),
        (lambda: Step("a", "fax", due=After("end")), "channel"),  # type: ignore[arg-type]
        (lambda: Step("a", "task", due=None), "due"),  # type: ignore[arg-type]
        (lambda: Step("a", "task", due="end"), "due"),  # type: ignore[arg-type]
        (lambda: Step("a", "task", due=After("end"), to="each"), "to"),
        (lambda: Step("a", "task", due=After("end"), not_before=["end"]), "not_before[0]"),
        (lambda: Step("a", "email", due=After("end"), draft="Dear $frist_name"), "draft"),
        (lambda: Step("a", "email", due=After("end"), draft="costs $5"), "draft"),
        (lambda: Step("a", "email", due=After("end"), draft=7), "draft"),  # type: ignore[arg-type]
        (lambda: Step("a", "email", due=After("end"), stop_on=["hired"]), "stop_on[0]"),
        (lambda: Step("a", "email", due=After("end"), priority="high"), "priority"),  # type: ignore[arg-type]
        (lambda: Step("a", "email", due=After("end"), during=""), "during"),
    ],
)
def test_a_rule_is_refused_with_the_path(make: Callable[[], object], path: str) -> None:
    with pytest.raises(InvalidRuleset) as caught:
        make()
    assert paths(caught.value) == {path}


@pytest.mark.parametrize(
    ("make", "path"),
    [
        (lambda: ruleset(step("a"), step("a")), "steps[1].id"),
        (lambda: ruleset(*[step(f"s{number}") for number in range(MAX_STEPS + 1)]), "steps"),
        (lambda: ruleset(throttles=[Throttle(f"t{n}", ("email",)) for n in range(MAX_THROTTLES + 1)]), "throttles"),
        (lambda: ruleset(step("a", during="office")), "steps[0].during"),
        (lambda: ruleset(step("a", due=After("b"))), "steps[0].due.after"),
        (lambda: ruleset(step("a", due=After("ideal"))), "steps[0].due.after"),
        (lambda: ruleset(step("a", not_before=[After("b")])), "steps[0].not_before[0].after"),
        (lambda: ruleset(step("a"), step("b", deadline=After("a"))), "steps[1].deadline.after"),
        (lambda: ruleset(step("a", expires=After("b"))), "steps[0].expires.after"),
        (lambda: ruleset(step("a", only_if=["repleid"])), "steps[0].only_if[0]"),
        (lambda: ruleset(step("a", unless=["done:b"])), "steps[0].unless[0]"),
        (lambda: ruleset(step("a", unless=["tag: "])), "steps[0].unless[0]"),
        (lambda: ruleset(step("a"), throttles=[Throttle("t", ("email",), exempt=["b"])]), "throttles[0].exempt[0]"),
        (lambda: ruleset(step("a"), wording=[Wording("w", forbid="pushy", steps=["b"])]), "wording[0].steps[0]"),
        (lambda: ruleset(step("a", due=After("a"))), "steps[0]"),
        (lambda: ruleset(step("a", due=After("b")), step("b", not_before=[After("c")]), step("c", due=After("a"))), "steps[0]"),
        (lambda: ruleset(step("c", due=After("a")), step("a", due=After("b")), step("b", due=After("a"))), "steps[1]"),
        (lambda: Ruleset("", "1", steps=()), "name"),
        (lambda: Ruleset("x", "1", steps=7), "steps"),
        (lambda: ruleset(stop_on=["hired"]), "stop_on[0]"),
    ],
)
def test_everything_a_ruleset_names_must_exist(make: Callable[[], object], path: str) -> None:
    with pytest.raises(InvalidRuleset) as caught:
        make()
    assert paths(caught.value) == {path}


def test_a_circle_of_anchors_is_told_step_by_step() -> None:
    with pytest.raises(InvalidRuleset, match="`a` waits for `b` waits for `a`"):
        ruleset(step("a", due=After("b")), step("b", due=After("a")))


def test_a_diamond_of_anchors_is_no_circle() -> None:
    made = ruleset(
        step("a"),
        step("b", due=After("a")),
        step("c", due=After("a")),
        step("d", due=After("b"), not_before=[After("c"), After("b")]),
    )
    assert step_anchors(made.steps[3]) == ("b", "c")


def test_every_kind_of_fact_is_known() -> None:
    facts = ["format:video", "replied", "decision-date", "topics", "outcome:offer", "done:a", "can:call", "tag:urgent"]
    assert ruleset(step("a", only_if=facts)).steps[0].only_if == tuple(facts)


def test_a_ruleset_finds_its_steps_and_their_hours() -> None:
    assert CLASSIC.step("status-call").channel == "call"
    with pytest.raises(InvalidRuleset, match="did you mean `status-call`"):
        CLASSIC.step("status-cal")
    hours = CLASSIC.hours_of(CLASSIC.step("status-call"))
    assert hours is not None
    assert hours.name == "office"
    assert CLASSIC.hours_of(CLASSIC.step("research")) is None


def test_the_digest_tells_rules_apart_and_nothing_else() -> None:
    same = ruleset(step("a", due=After("end", days=0)))
    assert ruleset(step("a")).digest == same.digest
    assert len(same.digest) == 64
    assert ruleset(step("a", due=After("end", days=1))).digest != same.digest


def test_labels_fall_back_to_ids() -> None:
    assert step("a").label == "a"
    assert step("a", title="Call").label == "Call"
    assert str(CLASSIC) == "classic 1.0"
