"""How `follow up` is spelled, by the guide's examples and their kin."""

from __future__ import annotations

import pytest

from followup_rules.wording.follow_up import misspellings

WRONG = [
    ("I wanted to [follow-up] today.", "follow up"),
    ("I am [following-up] on Monday.", "following up"),
    ("We [followed-up] twice.", "followed up"),
    ("She [follows‑up] on it.", "follows up"),
    ("This is a [follow up].", "follow-up"),
    ("my [follow up] email", "follow-up"),
    ("my [follow ups] are late", "follow-ups"),
    ("Just a quick [followup] from me", "follow-up"),
    ("I will [followup] soon", "follow up"),
    ("[Followup]", "Follow-up"),
    ("SUBJECT: [FOLLOW UP] EMAIL", "FOLLOW-UP"),
    ("Please [follow-up] by noon", "follow up"),
    ("I'll quickly [follow-up] with her", "follow up"),
    ("Monday's [follow up]", "follow-up"),
    ("I wrote [follow up] activities", "follow-up"),
    ("a long and late [follow up]", "follow-up"),
    ("a letter and [follow up] call", "follow-up"),
    ("with regard to [follow up] calls", "follow-up"),
    ("a rather dull [follow up], I fear", "follow-up"),
    ("This is odd [followup]", "follow-up"),
    ("[Follow up] no. 2, sorry", "Follow-up"),
    ("Subject: [follow up] #4", "follow-up"),
    ("my one and only [follow up]", "follow-up"),
    ("he is doing me [follow up] for nothing", "follow-up"),
    ("There are [follow up] pages", "follow-up"),
    ("ten minutes' [follow up] and home", "follow-up"),
    ("I have had better [follow up] elsewhere", "follow-up"),
    ("my [follow up's] late", "follow-up's"),
    ("let me [follow-up] on that", "follow up"),
    ("you had better [follow-up] soon", "follow up"),
]
RIGHT = [
    "I wanted to follow up.",
    "I am following up; we followed up.",
    "this is a follow-up, a follow-up email, my follow-ups",
    "Follow up on Monday's interview",
    "Follow-up to our talk",
    'the book "Follow Up or Fall Over"',
    "hinge_follow-up_v3.xlsx and followup-documents.pdf",
    "kim.followup@initech.example",
    "www.initech.example/followup",
    "It's Mr Follow-up who writes",
    "They will write and follow up",
    "I shall happily follow up",
    "follow-upper",
    "prefollow up",
    "Could they follow\nup",
    "whoever cares follow up",
    "you write letters follow up",
    "My follow-up's about hours",
    "Follow up from Monday",
    "I've had better follow-up from people who sell windows",
]


@pytest.mark.parametrize(("marked", "right"), WRONG)
def test_a_wrong_form_is_found_with_its_exact_span(marked: str, right: str) -> None:
    start, end = marked.index("["), marked.index("]") - 1
    text = marked.replace("[", "").replace("]", "")
    (found,) = misspellings(text)
    assert (found.start, found.end, found.right) == (start, end, right)


@pytest.mark.parametrize("text", RIGHT)
def test_a_right_form_or_one_that_is_not_judged_is_left_alone(text: str) -> None:
    assert list(misspellings(text)) == []
