"""Laws of `review`: what it takes and gives, whatever the text."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followup_rules.cadences.classic import CLASSIC
from followup_rules.errors import FollowupError, InvalidRuleset
from followup_rules.rules import After, Ruleset, Step, Wording
from followup_rules.wording import MAX_TEXT, Remark, review
from followup_rules.wording.asks_outcome import _INSTEAD

WORDS = [
    "did",
    "I",
    "get",
    "the",
    "job",
    "?",
    ".",
    "!",
    ",",
    "\n",
    "“",
    "”",
    '"',
    "'",
    "follow-up",
    "followup",
    "follow",
    "up",
    "thanks",
    "for",
    "you",
    "I'm",
    "haven't",
    "if",
    "whether",
    "tell",
    "me",
    "hired",
    "Dear",
    "Dana",
    "P.S.",
    "Subject:",
    "1.",
    "Mr.",
    "e.g.",
    "🙂",
    "today",
    "expect",
    "am",
    "in",
    "or",
    "not",
    "your",
    "new",
    "offer",
    "said",
    "no",
    "yes",
    "picked",
    "me",
    "lol",
    "Kim",
    "Lee",
    "this",
    "is",
    "my",
    "name",
]
texts = st.one_of(st.text(max_size=200), st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join))


def one(rule: Wording, *steps: Step) -> Ruleset:
    return Ruleset("one", "1", steps=(*steps, Step("note", "email", due=After("end"))), wording=(rule,))


@settings(max_examples=150, deadline=None)
@given(texts, st.sampled_from([None, "thank-you-email", "status-call"]), st.lists(st.text(max_size=20), max_size=2))
def test_any_text_gives_sorted_remarks_with_spans_inside_it(text: str, step: str | None, topics: list[str]) -> None:
    remarks = review(text, step=step, topics=topics)
    assert all(0 <= remark.start <= remark.end <= len(text) for remark in remarks)
    assert all(remark.message and remark.suggestion for remark in remarks)
    assert list(remarks) == sorted(remarks, key=lambda remark: (remark.start, remark.end, remark.rule, remark.message))
    assert review(text, step=step, topics=topics) == remarks


@settings(max_examples=60, deadline=None)
@given(texts)
def test_the_remarks_of_a_ruleset_are_the_union_of_those_of_its_rules(text: str) -> None:
    whole = set(review(text))
    parts = {remark for rule in CLASSIC.wording if not rule.steps for remark in review(text, ruleset=one(rule))}
    assert whole == parts


def test_rules_with_steps_run_for_those_steps_alone() -> None:
    text = "Hello. How is the weather?"
    assert {remark.rule for remark in review(text)} == set()
    assert {remark.rule for remark in review(text, step="status-email")} == set()
    assert {remark.rule for remark in review(text, step="thank-you-email")} == {"say-thanks", "show-interest"}
    assert {remark.rule for remark in review(text, step="thank-you-letter", topics=["rota"])} == {"say-thanks", "tailor"}


def test_what_is_missing_has_the_empty_span_at_the_start() -> None:
    assert {(remark.start, remark.end) for remark in review("Hello.", step="thank-you-email")} == {(0, 0)}


def test_offsets_count_code_points() -> None:
    text = "🙂🙂 Hello. Did I get the job? 🙂"
    (remark,) = review(text)
    assert text[remark.start : remark.end] == "Did I get the job?"


@pytest.mark.parametrize("quote", ['"', "“", "'", "’"])
@pytest.mark.parametrize("case", [str.upper, str.lower, str.title])
def test_phrases_are_whole_words_blind_to_case_and_quotes(case: Callable[[str], str], quote: str) -> None:
    rules = one(Wording("no", phrases=("don't 'circle back'", "asap", "…", "asap and more")))
    mark = quote if quote in "'’" else "'"
    text = case(f"We don{mark}t {quote}circle  back{quote}, asap. ASAPs")
    found = [text[remark.start : remark.end].lower() for remark in review(text, ruleset=rules)]
    assert len(found) == 2
    assert found[0].endswith("back")
    assert found[1] == "asap"


def test_phrases_that_overlap_are_all_found() -> None:
    rules = one(Wording("no", phrases=("a b", "b c")))
    assert [(remark.start, remark.end) for remark in review("a b c", ruleset=rules)] == [(0, 3), (2, 5)]


@pytest.mark.parametrize(
    ("text", "topics", "mentioned"),
    [
        ("I kept thinking about pricing.", ["price models", "prices"], True),
        ("The lathes were fine.", ["Lathe"], True),
        ("Thank you.", ["lathe"], False),
        ("Thank you.", [], True),
        ("We talked about C++ and ???", ["???"], True),
        ("We talked.", ["???"], False),
        ("On the of it.", ["the of"], True),
    ],
)
def test_a_subject_is_mentioned_in_any_form_of_its_words(text: str, topics: list[str], mentioned: bool) -> None:
    rules = one(Wording("tailor", require="topic"))
    assert (review(text, ruleset=rules, topics=topics) == ()) is mentioned


def test_one_topic_may_be_given_as_a_text() -> None:
    assert review("x", ruleset=one(Wording("tailor", require="topic")), topics="lathe")


def test_judges_are_merged_in_order() -> None:
    mine = Remark("mine", "note", 0, 2, "it begins")
    remarks = review("So, did I get the job?", judges=[lambda text: [mine, mine]])
    assert [remark.rule for remark in remarks] == ["mine", "never-ask-outcome"]
    assert str(mine) == "note: it begins [mine]"


@pytest.mark.parametrize(
    "bad", ["remark", Remark("j", "error", 0, 99, "x"), Remark("j", "fatal", 0, 0, "x"), Remark("j", "note", 2, 1, "x")]
)
def test_a_judge_whose_remarks_do_not_fit_is_refused(bad: Any) -> None:
    with pytest.raises(FollowupError, match="judge: must give remarks"):
        review("hello", judges=[lambda text: [bad]])


@pytest.mark.parametrize("value", [None, b"text", 3, ["text"]])
def test_what_is_no_text_is_refused(value: Any) -> None:
    with pytest.raises(FollowupError, match="text to review: must be a text"):
        review(value)


def test_topics_that_are_no_texts_are_refused() -> None:
    topics: Any = [3]
    with pytest.raises(FollowupError, match="topics: must be texts"):
        review("hello", topics=topics)


def test_a_text_over_the_limit_is_refused() -> None:
    review("." * MAX_TEXT)
    with pytest.raises(FollowupError, match="at most 100,000 characters, not 100,001"):
        review("." * (MAX_TEXT + 1))


def test_a_step_that_is_not_there_is_refused() -> None:
    with pytest.raises(InvalidRuleset, match="status-call"):
        review("hello", step="status-cal")


def test_remarks_are_frozen() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        Remark("a", "note", 0, 0, "b").start = 1  # type: ignore[misc]  # that it is refused is the point


@pytest.mark.parametrize("suggestion", sorted(_INSTEAD.values()))
def test_suggestions_pass_the_guard_themselves(suggestion: str) -> None:
    assert review(suggestion) == ()


@pytest.mark.parametrize(
    ("text", "step", "register"),
    [
        ("Dear Ms Lane,\nDid I get the job?\nYours sincerely,\nAnn", None, "formal"),
        ("Hiya Jo,\ndid I get the job?\nCheers\nAnn", None, "casual"),
        ("so did i get the job", None, "casual"),
        ("This is Ann. Did I get the job?", None, "formal"),
        ("Hi, it's Ann, I'm calling about Monday. Did I get the job?", None, "voice"),
        ("Dear Jo,\nDid I get the job?", "status-call", "voice"),
    ],
)
def test_the_suggestion_is_in_the_register_of_the_message(text: str, step: str | None, register: str) -> None:
    remarks = [remark for remark in review(text, step=step) if remark.rule == "never-ask-outcome"]
    assert [remark.suggestion for remark in remarks] == [_INSTEAD[register]]


def calls(text: str) -> int:
    """Count the calls that a review makes: work, and not time."""
    count = 0

    def seen(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        review(text, step="thank-you-letter", topics=("a b",))
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize(
    "part",
    [
        "a",
        "i ",
        "did i get the ",
        "if i whether you ",
        '"',
        '"a" ',
        ".",
        "1.",
        "\n",
        "follow up ",
        "follow-",
        "i'",
        "did you pick me? ",
        "call me today ",
    ],
)
def test_work_grows_linearly_with_the_text(part: str) -> None:
    review("warm. Did I get the job? Follow-up", step="thank-you-letter")  # what is read once is read before
    small, large = (calls((part * size)[:size]) for size in (3_000, 12_000))
    assert large <= 4.6 * small + 2_000
