"""What a sentence is, and what the words of a text are."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followup_rules.wording.lexicon import corrected
from followup_rules.wording.sentences import sentences
from followup_rules.wording.tokens import norms, tokenize

letters = st.text(alphabet=st.sampled_from(list("ab Mr.?!…\"“”'\n1PS:()é🙂-")), max_size=120)


def split(text: str) -> list[str]:
    return [text[sentence.start : sentence.end] for sentence in sentences(text)]


@settings(max_examples=200, deadline=None)
@given(letters)
def test_sentences_are_in_order_do_not_overlap_and_hold_a_letter_or_digit(text: str) -> None:
    last = 0
    for sentence in sentences(text):
        assert last <= sentence.start < sentence.end <= len(text)
        assert any(letter.isalnum() for letter in text[sentence.start : sentence.end])
        last = sentence.end


@settings(max_examples=200, deadline=None)
@given(letters)
def test_tokens_are_in_order_and_stand_where_they_say(text: str) -> None:
    last = 0
    for token in tokenize(text):
        assert last <= token.start < token.end <= len(text) or token.start >= last - len(text[token.start : token.end])
        last = token.end


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello. Did I get it? Thanks!", ["Hello.", "Did I get it?", "Thanks!"]),
        ("hi its jay. did i get it", ["hi its jay.", "did i get it"]),
        ("Dear Mr. Hall, I came. It was fun.", ["Dear Mr. Hall, I came.", "It was fun."]),
        ("I came at 3 p.m. today. Then J. Smith left.", ["I came at 3 p.m. today.", "Then J. Smith left."]),
        ("It was the 5th inst. Then I left.", ["It was the 5th inst.", "Then I left."]),
        ("A rise of 1.5 per cent.", ["A rise of 1.5 per cent."]),
        ("1. First thing\n2. Do I have it?", ["First thing", "Do I have it?"]),
        ("See point 3. Then stop.", ["See point 3.", "Then stop."]),
        ("P.S. Was I picked?", ["Was I picked?"]),
        ("PS Was I picked?", ["Was I picked?"]),
        ("Subject: Am I in?\nHello", ["Am I in?", "Hello"]),
        ("Re visit me.", ["Re visit me."]),
        ('My aunt asks "did you get it?" every day. I wait.', ['My aunt asks "did you get it?" every day.', "I wait."]),
        ("You said, “I will ring.” You did not.", ["You said, “I will ring.”", "You did not."]),
        ('"Hi, it is Bo. Was I picked?"', ["Hi, it is Bo.", "Was I picked?"]),
        ('"Stop" was the word.', ['"Stop" was the word.']),
        ("Wait... what? Wait… Then go.", ["Wait... what?", "Wait…", "Then go."]),
        ("Text me if I got it 🪚⚰️", ["Text me if I got it"]),
        ("Am I in? 🤞 — Noor (Thursday)", ["Am I in?", "Noor (Thursday)"]),
        ("I loved it (even the rain!) and more.", ["I loved it (even the rain!) and more."]),
        (
            "This is a line that was wrapped by a machine at sixty-eight\nletters of width.",
            ["This is a line that was wrapped by a machine at sixty-eight\nletters of width."],
        ),
        ("Cheers\nbo", ["Cheers", "bo"]),
        ("?!… \n 🙂 --", []),
        ("", []),
        ("So do I. And so did she.", ["So do I.", "And so did she."]),
        ("See www.initech.example/a.b for it.", ["See www.initech.example/a.b for it."]),
    ],
)
def test_where_sentences_end(text: str, expected: list[str]) -> None:
    assert split(text) == expected


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("HAVEN’T", ("have", "not")),
        ("havent", ("have", "not")),
        ("can't", ("can", "not")),
        ("won't", ("will", "not")),
        ("I'd've", ("i", "would", "have")),
        ("it's", ("it", "is")),
        ("Monday's", ("monday", "'s")),
        ("let's", ("let", "us")),
        ("u", ("you",)),
        ("gonna", ("going", "to")),
        ("'tis", ("it", "is")),
        ("O'Brien", ("obrien",)),
        ("rock'n", ("rock'n",)),
    ],
)
def test_contractions_and_short_spellings_are_written_out(written: str, plain: tuple[str, ...]) -> None:
    assert norms(written) == plain


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("sucessful", "successful"),
        ("successsful", "successful"),
        ("recieved", "received"),
        ("aprenticeship", "apprenticeship"),
        ("intersted", "interested"),
        ("desks", "desks"),
        ("positionss", "positionss"),
        ("xylophone", "xylophone"),
        ("a" * 30, "a" * 30),
        ("pick", "pick"),
    ],
)
def test_a_long_word_misspelt_by_one_letter_counts_as_the_word(written: str, meant: str) -> None:
    assert corrected(written) == meant
