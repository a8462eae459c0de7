"""Which interviews `check` and `compare` look at: of each kind that the rules read, and of no other."""

from __future__ import annotations

from typing import Any

import pytest

from followup_rules import After, Ruleset, Throttle
from followup_rules.checking.findings import whole
from followup_rules.checking.universe import Budget, Kind
from followup_rules.checking.universe import settings as all_settings
from followup_rules.record import OUTCOMES
from tests.making import ruleset, step

NEVER: dict[str, Any] = {"stop_on": []}
TASKS = Throttle("x", ("task", "call"))


def events(*rulesets: Ruleset) -> list[str]:
    """Give the kinds of events in all settings, as words."""
    kinds = {setting.event: None for setting in all_settings([whole(rules) for rules in rulesets], Budget(0, 1_000_000))}
    return [" ".join(str(part) for part in (kind.event, kind.what, kind.place) if part not in ("", None)) for kind in kinds if kind]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (ruleset(step("a"), **NEVER), []),
        (ruleset(step("a", due=After("decision"))), [f"decided {outcome}" for outcome in OUTCOMES]),
        (ruleset(step("a"), stop_on=["offer"]), ["decided offer"]),
        (ruleset(step("a", stop_on=["rejection"]), step("b", stop_on=[])), ["decided rejection"]),
        (ruleset(step("a", only_if=["outcome:withdrawn"]), **NEVER), ["decided withdrawn"]),
        (ruleset(step("a", unless=["outcome:offer"]), **NEVER), ["decided offer"]),
        (ruleset(step("a", not_before=[After("outcome")]), **NEVER), [f"decided {outcome}" for outcome in OUTCOMES]),
        (ruleset(step("a", only_if=["replied"]), **NEVER), ["replied"]),
        (ruleset(step("a", expires=After("reply")), **NEVER), ["replied"]),
        (ruleset(step("a", deadline=After("reply", days=1), due=After("decision")), **NEVER), ["replied"]),
        (ruleset(step("a", only_if=["replied"], due=After("decision")), **NEVER), ["replied", "replied decision-date"]),
        (ruleset(step("a", unless=["replied", "decision-date"]), **NEVER), ["replied", "replied decision-date"]),
        (ruleset(step("a"), step("b", unless=["done:a"]), **NEVER), ["done a"]),
        (ruleset(step("a"), step("b", due=After("a")), **NEVER), ["done a"]),
        (ruleset(step("a"), step("b"), throttles=[TASKS], **NEVER), ["done a", "done b", "contacted call", "contacted task"]),
        (
            ruleset(step("a", "letter"), step("b"), throttles=[Throttle("x", ("task",), exempt=["b"])], **NEVER),
            ["contacted task", "contacted task 0", "contacted task 1"],
        ),
        (
            ruleset(step("a", "call"), step("b", only_if=["done:a"]), **NEVER),
            ["done a", "done a 0", "done a 1"],
        ),
    ],
)
def test_events_are_those_that_the_rules_read(rules: Ruleset, expected: list[str]) -> None:
    assert events(rules) == expected


def test_of_two_rulesets_the_events_are_those_that_either_reads_of_steps_that_both_have() -> None:
    old = ruleset(step("a"), step("b", only_if=["done:a"]), **NEVER)
    new = ruleset(step("a"), step("c", only_if=["done:a"]), step("d", unless=["done:c", "replied"]), stop_on=["offer"])
    assert events(old, new) == ["done a", "replied", "decided offer"]
    assert events(new, old) == ["done a", "replied", "decided offer"]


@pytest.mark.parametrize(
    ("rules", "sizes"),
    [
        (ruleset(step("a"), **NEVER), {0}),
        (ruleset(step("a", "in-person"), **NEVER), {0}),
        (ruleset(step("a", "email"), **NEVER), {0, 1, 2}),
        (ruleset(step("a", "email"), step("b", "letter"), **NEVER), {0, 1, 2, 3, 4}),
        (ruleset(step("a", unless=["can:call"]), **NEVER), {0, 1, 2}),
        (ruleset(step("a", "email", only_if=["can:call"]), step("b", "letter"), **NEVER), {0, 1, 2, 3, 4, 5, 6}),
    ],
)
def test_contacts_have_each_detail_that_is_read_or_not(rules: Ruleset, sizes: set[int]) -> None:
    found = [setting.contacts for setting in all_settings([whole(rules)], Budget(0, 1_000_000))]
    assert {sum(map(len, contacts)) for contacts in found} == sizes
    details = max(sizes) // 2
    one = 2**details
    assert len(found) == len(set(found)) == (1 + one + one**2 if details else 1)


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (ruleset(step("a", only_if=["topics"]), **NEVER), [("in-person", False, ()), ("in-person", True, ())]),
        (ruleset(step("a", unless=["tag:x"]), **NEVER), [("in-person", False, ()), ("in-person", False, ("x",))]),
        (ruleset(step("a", only_if=["format:in-person"]), **NEVER), [("in-person", False, ()), ("video", False, ())]),
        (ruleset(step("a", only_if=["format:phone"]), **NEVER), [("in-person", False, ()), ("phone", False, ())]),
        (ruleset(step("a", only_if=["tag:x", "tag:y"]), **NEVER), [("in-person", False, ()), ("in-person", False, ("x", "y"))]),
        (ruleset(step("a", only_if=["topics"], unless=["topics"]), **NEVER), [("in-person", False, ())]),
    ],
)
def test_facts_are_those_that_some_step_tells_apart(rules: Ruleset, expected: list[tuple[object, ...]]) -> None:
    found = all_settings([whole(rules)], Budget(0, 1_000_000))
    assert [(setting.format, setting.topics, setting.tags) for setting in found] == expected


def test_a_decision_date_is_one_more_setting_where_it_is_read() -> None:
    read = ([step("a", due=After("decision"))], [step("a", only_if=["decision-date"])], [step("a", deadline=After("decision"))])
    for steps in read:
        found = list(all_settings([whole(ruleset(*steps, **NEVER))], Budget(0, 1_000_000)))
        assert [(setting.dated, setting.distances) for setting in found] == [(False, (0, 0)), (True, (0, 60))]
    both = whole(ruleset(step("a", only_if=["replied", "decision-date"]), **NEVER))
    fresh, replied, told, dated = all_settings([both], Budget(0, 1_000_000))
    assert (fresh.event, fresh.distances) == (None, (0, 0))
    assert (replied.event, replied.distances) == (Kind("replied"), (-7, 60))
    assert (told.event, told.distances) == (Kind("replied", "decision-date"), (0, 60))
    assert (dated.event, dated.distances) == (None, (0, 60))
