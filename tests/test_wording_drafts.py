"""Laws of `draft`: what it fills in, and that what it gives passes its own review."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

import pendulum
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followup_rules import cadences
from followup_rules.cadences.classic import CLASSIC
from followup_rules.drafts import draft
from followup_rules.errors import FollowupError, InvalidRuleset
from followup_rules.plans import Action, Plan
from followup_rules.record import Contact, Interview
from followup_rules.rules import After, Ruleset, Step, Wording
from followup_rules.wording import review

STARTS = pendulum.datetime(2026, 11, 18, 14, tz="America/New_York")


def shipped() -> list[Ruleset]:
    modules = [importlib.import_module(f"{cadences.__name__}.{module.name}") for module in pkgutil.iter_modules(cadences.__path__)]
    found = {value.name: value for module in modules for value in vars(module).values() if isinstance(value, Ruleset)}
    return list(found.values())


STEPS = [(ruleset, step) for ruleset in shipped() for step in ruleset.steps if step.draft]
ODD = (
    "Follow up manager",
    "Did I get the job?",
    "am I hired",
    "“quoted”",
    '"follow up" lead',
    "$role",
    "Call me today!",
    "???",
    "x" * 300,
    "Thanks, but no",
)
names = st.one_of(st.sampled_from(ODD), st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)).filter(
    str.strip
)


def made(interview: Interview, ruleset: Ruleset, step: Step) -> tuple[Plan, Action]:
    contact = interview.contacts[0] if interview.contacts else None
    return Plan(interview, ruleset), Action(step.id, step.title, step.channel, contact, interview.starts_at)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(STEPS),
    names,
    st.one_of(st.just(""), names),
    st.lists(names, max_size=2),
    st.lists(names, max_size=1),
    st.one_of(st.just(""), names),
)
def test_every_draft_of_every_shipped_cadence_passes_its_own_review(
    which: tuple[Ruleset, Step], company: str, role: str, topics: list[str], contacts: list[str], sender: str
) -> None:
    ruleset, step = which
    interview = Interview(company, STARTS, role=role, topics=topics, contacts=[Contact(name) for name in contacts])
    text = draft(*made(interview, ruleset, step), sender=sender)
    assert review(text, ruleset=ruleset, step=step.id) == ()
    assert "$" not in text or "$" in company + role + sender + "".join(topics + contacts)


def letter(text: str, *wording: Wording) -> Ruleset:
    return Ruleset("one", "1", steps=[Step("note", "email", due=After("end"), draft=text)], wording=wording)


def test_every_name_is_filled_in() -> None:
    ruleset = letter("$contact|$first_name|$company|$role|$topic|$sender|$day")
    interview = Interview("Initech", STARTS, role="Clerk", topics=["lathes", "wages"], contacts=[Contact("Dana Reyes")])
    plan, action = made(interview, ruleset, ruleset.steps[0])
    assert draft(plan, action, sender="Kim") == "Dana Reyes|Dana|Initech|Clerk|lathes|Kim|Wednesday 18 November"
    assert "wages" in draft(plan, action, topic=" wages\n")


def test_the_day_is_that_of_the_interviews_own_zone() -> None:
    ruleset = letter("$day")
    late = Interview("Initech", pendulum.datetime(2026, 11, 18, 23, 30, tz="America/New_York"))
    assert draft(*made(late, ruleset, ruleset.steps[0])) == "Wednesday 18 November"


def test_what_is_missing_is_put_in_plain_words() -> None:
    step = CLASSIC.step("status-call")
    text = draft(*made(Interview("Initech", STARTS), CLASSIC, step))
    assert text.startswith("Hello Hiring Manager, We met" if "We met" in text[:30] else "Hello Hiring Manager,")
    assert "the open position at Initech" in text
    assert " ." not in text


def test_a_value_that_would_break_a_rule_is_quoted() -> None:
    step = CLASSIC.step("thank-you-email")
    text = draft(*made(Interview("Initech", STARTS, role='Follow up "chief"'), CLASSIC, step), sender="Kim")
    assert "“Follow up chief”" in text


def test_a_draft_that_breaks_a_rule_whatever_is_filled_in_is_given_all_the_same() -> None:
    ruleset = letter("Did I get the job at $company?", Wording("never", forbid="asks-outcome"))
    plan, action = made(Interview("Initech", STARTS), ruleset, ruleset.steps[0])
    assert draft(plan, action).startswith("Did I get the job")


def test_a_step_without_a_draft_gives_an_empty_text() -> None:
    assert draft(*made(Interview("Initech", STARTS), CLASSIC, CLASSIC.step("research"))) == ""


@pytest.mark.parametrize("name", ["sender", "topic"])
def test_what_is_no_text_is_refused(name: str) -> None:
    values: dict[str, Any] = {name: 3}
    with pytest.raises(FollowupError, match=f"{name}: must be text"):
        draft(*made(Interview("Initech", STARTS), CLASSIC, CLASSIC.step("status-call")), **values)


def test_a_filled_draft_over_the_limit_is_refused() -> None:
    ruleset = letter("$company " * 20_000)
    with pytest.raises(FollowupError, match="filled draft: must be at most 100,000"):
        draft(*made(Interview("Initech Ltd", STARTS), ruleset, ruleset.steps[0]))


def test_a_step_that_the_ruleset_does_not_have_is_refused() -> None:
    plan, action = made(Interview("Initech", STARTS), CLASSIC, Step("other", "email", due=After("end")))
    with pytest.raises(InvalidRuleset):
        draft(plan, action)
