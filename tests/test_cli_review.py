"""`followup-rules review`: remarks told where they stand, from a file or from standard input, and as data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup_rules import CLASSIC, Remark, review
from followup_rules.cli.review import PIECE, underlined
from followup_rules.telling import harmless, width
from tests.commanding import Command, make_command
from tests.pinned import pinned

BAD = """\
Dear Dana,

I have thought a lot about our conversation of last week, about queues and about what it would mean to \
carry a pager for them, and so I would like to know: did I get the job?

I wanted to follow-up on this.
Kind regards,
Kim
"""
GOOD = """\
Dear Dana,

Thank you for your time on Wednesday. I am very interested in the position. Could you tell me what the next step is?

Kind regards,
Kim
"""


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    return make_command(monkeypatch, capsys)


def test_a_message_without_remarks_is_fine(command: Command) -> None:
    assert command("review", "-", typed=GOOD.encode()) == (0, "No remarks.\n", "")


def test_a_message_that_asks_for_the_outcome_is_not(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "message.txt"
    file.write_text(BAD, encoding="utf-8")
    answer = command("review", file)
    assert answer.code == 1
    assert answer.out == pinned("review", answer.out)
    assert "did I get the job?" in answer.out


def test_remarks_that_are_only_warnings_end_with_0(command: Command) -> None:
    answer = command("review", "-", typed=b"I wanted to follow-up on this.\n")
    assert answer.code == 0
    assert "follow-up-spelling" in answer.out


def test_a_step_brings_its_own_rules(command: Command) -> None:
    said = b"I hope you are well.\n"
    assert command("review", "-", typed=said).code == 0
    answer = command("review", "-", "--step", "thank-you-email", typed=said)
    assert answer.code == 1
    assert "say-thanks" in answer.out


def test_topics_are_those_that_were_discussed(command: Command) -> None:
    said = b"Thank you for your time. I enjoyed hearing about queues and want this job.\n"
    letter = ("review", "-", "--step", "thank-you-letter", "--topic", "pagers")
    assert "tailor" in command(*letter, typed=said).out
    assert "tailor" not in command(*letter, "--topic", "queues", typed=said).out


def test_a_remark_without_a_suggestion_is_told_without_one(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    remark = Remark("mine", "note", 0, 2, "a remark")
    monkeypatch.setattr("followup_rules.wording.review", lambda text, **_: (remark,))
    assert command("review", "-", typed=b"Hi!").out == "note mine (line 1): a remark\n  | Hi!\n  | ^^\n"


def test_what_is_missing_is_told_without_a_place(command: Command) -> None:
    told = command("review", "-", "--step", "thank-you-email", typed=b"I hope you are well.\n").out
    assert "error say-thanks: " in told
    assert "\n  for example: " in told
    assert "^" not in told


@pytest.mark.parametrize("more", [{}, {"step": "thank-you-email"}])
def test_json_is_every_remark_as_data(command: Command, more: dict[str, Any]) -> None:
    options = [part for name, value in more.items() for part in (f"--{name}", value)]
    answer = command("review", "-", "--json", *options, typed=BAD.encode())
    remarks = [Remark(**remark) for remark in json.loads(answer.out)]
    assert remarks == list(review(BAD, **more))
    assert remarks


@pytest.mark.parametrize(
    ("typed", "arguments", "message"),
    [
        (b"\xff", (), "standard input: must be UTF-8 text"),
        (b"x" * (2 << 20), (), "standard input: must be at most 1 MiB"),
        (b"x", ("--step", "thank-you-mail"), "thank-you-email"),
        (b"x", ("--ruleset", "none.json"), "there is no such file"),
        (b"x" * 100_001, (), "100"),
    ],
)
def test_what_cannot_be_reviewed_is_refused(command: Command, typed: bytes, arguments: tuple[str, ...], message: str) -> None:
    answer = command("review", "-", *arguments, typed=typed)
    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err


def test_a_file_that_is_not_there_is_refused(command: Command, tmp_path: Path) -> None:
    assert "there is no such file" in command("review", tmp_path / "none.txt").err


messages = st.text(st.sampled_from("ab \n\t\x1b\r陳é"), max_size=2 * PIECE)


@given(messages, st.data())
def test_just_the_span_is_underlined(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    shown = list(underlined(text, start, end))
    assert all(line.startswith("  | ") and width(line) <= 2 * PIECE + 4 for line in shown)
    marked = "".join(
        "".join(
            letter for place, letter in enumerate(above[4:]) if below[4:][width(above[4 : 4 + place]) :][: width(letter)].strip()
        )
        for above, below in zip(shown[::2], shown[1::2], strict=True)
    )
    assert marked.replace(" ", "") == harmless(text[start:end]).replace(" ", "")


def test_a_long_line_is_cut_after_spaces_and_a_word_without_any_is_cut_anyway() -> None:
    assert [len(line) - 4 for line in list(underlined("word " * 40, 0, 200))[::2]] == [69, 69, 59]
    assert [len(line) - 4 for line in list(underlined("x" * 150, 0, 150))[::2]] == [PIECE, PIECE, 150 - 2 * PIECE]


def test_the_rules_of_the_classic_cadence_are_read_by_default() -> None:
    assert {remark.rule for remark in review(BAD, ruleset=CLASSIC)} >= {"never-ask-outcome", "follow-up-spelling"}
