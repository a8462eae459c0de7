"""The examples of the wording guide, and floors under the figures on the development messages."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from followup_rules.wording import asks_outcome, courtesy
from followup_rules.wording.follow_up import misspellings
from followup_rules.wording.reading import read

DATA = Path(__file__).parent / "data"

ASKS = [
    "Did I get the job?",
    "Am I hired?",
    "Was I successful?",
    "Did you pick me?",
    "Did I make it to the next round?",
    "I was wondering whether I got the position",
    "Could you tell me if I've been selected",
    "Let me know if I'm hired",
    "Please confirm that the role is mine",
    "So when do I start?",
    "Should I hand in my notice now?",
    "What will my salary be from Monday?",
    "So, am I in?",
    "Is it a yes?",
    "Any chance it's me?",
    "I know I shouldn't ask, but did I get it?",
    "Have you gone with someone else?",
    "Was it a no for me?",
    "DID I GET THE JOB",
    "havent u picked me",
    "I would like to no if I have been chosen",
]
ASKS_NOT = [
    "Has a decision been made?",
    "Has the position been filled?",
    "What are the next steps?",
    "Is anything more needed from me?",
    "Am I still under consideration?",
    "Am I still in the running?",
    "Do you know when candidates will hear back?",
    "When will I know whether I have it?",
    "I hope to be selected",
    "I would be thrilled to get the job",
    "I won't ask whether I got the job",
    "My sister keeps asking 'did you get the job?'",
    "If I am selected, when would the start date be?",
    "Did Maria get the job in the Leeds office?",
    "Thank you for the offer. When do I start?",
]


@pytest.mark.parametrize("text", ASKS)
def test_the_guides_outcome_questions_are_found_whole(text: str) -> None:
    assert [(hit.start, hit.end) for hit in asks_outcome.find(read(text))] == [(0, len(text))]


@pytest.mark.parametrize("text", ASKS_NOT)
def test_the_guides_proper_questions_are_left_alone(text: str) -> None:
    assert list(asks_outcome.find(read(text))) == []


@pytest.mark.parametrize(
    ("text", "manner"),
    [
        ("Did I get the job?", "openly"),
        ("Could you tell me if I've been selected?", "inside another sentence"),
        ("Please confirm that I have been selected.", "confirm"),
        ("So when do I start?", "for granted"),
        ("Should I hand in my notice now?", "for granted"),
        ("Has Ann Lee been chosen? Yours, Ann Lee", "chosen"),
    ],
)
def test_a_remark_says_in_what_manner_the_sentence_asks(text: str, manner: str) -> None:
    assert manner in next(iter(asks_outcome.find(read(text)))).why


DECIDE: dict[str, Callable[[str], bool]] = {
    "asks_outcome": lambda text: any(True for _ in asks_outcome.find(read(text))),
    "pushy": lambda text: any(True for _ in courtesy.pushy(read(text))),
    "gives_thanks": lambda text: courtesy.gives_thanks(read(text)),
    "states_interest": lambda text: courtesy.states_interest(read(text)),
}


@pytest.mark.parametrize(
    ("file", "key", "precision", "recall"),
    [
        ("messages-dev", "asks_outcome", 0.95, 0.90),
        ("messages-dev", "pushy", 0.93, 0.85),
        ("messages-dev", "gives_thanks", 0.95, 0.95),
        ("messages-dev", "states_interest", 0.93, 0.93),
        # Nothing was learned from these.
        ("messages-own-unseen", "asks_outcome", 0.93, 0.82),
        ("messages-own-unseen-2", "asks_outcome", 0.93, 0.86),
        ("messages-own-unseen-2", "pushy", 0.95, 0.92),
        ("messages-own-unseen-2", "gives_thanks", 0.98, 0.98),
        ("messages-own-unseen-2", "states_interest", 0.95, 0.91),
        ("messages-own-unseen-3", "asks_outcome", 0.95, 0.87),
        ("messages-own-unseen-3", "pushy", 0.95, 0.94),
        ("messages-own-unseen-3", "gives_thanks", 0.98, 0.98),
        ("messages-own-unseen-3", "states_interest", 0.95, 0.95),
        ("messages-own-unseen-4", "asks_outcome", 0.95, 0.89),
        ("messages-own-unseen-4", "pushy", 0.95, 0.95),
        ("messages-own-unseen-4", "gives_thanks", 0.98, 0.98),
        ("messages-own-unseen-4", "states_interest", 0.95, 0.91),
    ],
)
def test_figures_on_labelled_messages_do_not_fall(file: str, key: str, precision: float, recall: float) -> None:
    messages = [json.loads(line) for line in (DATA / f"{file}.jsonl").read_text("utf-8").splitlines()]
    pairs = [(DECIDE[key](message["text"]), bool(message[key])) for message in messages]
    right = sum(said and true for said, true in pairs)
    assert right / sum(said for said, _ in pairs) >= precision
    assert right / sum(true for _, true in pairs) >= recall


def test_spelling_on_the_development_messages_does_not_fall() -> None:
    right = said = true = 0
    for line in (DATA / "messages-dev.jsonl").read_text("utf-8").splitlines():
        message: dict[str, Any] = json.loads(line)
        found = {(wrong.start, wrong.end) for wrong in misspellings(message["text"])}
        labelled = {(start, end) for start, end in message["hyphen_spans"]}
        right, said, true = right + len(found & labelled), said + len(found), true + len(labelled)
    assert right / said >= 0.98
    assert right / true >= 0.98
