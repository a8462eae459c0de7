"""Running the command in this process, as a person or a program would, and reading what comes of it."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from followup_rules.cli import main

RECORD = """\
company = "Initech"
role = "Backend engineer"
timezone = "America/New_York"
starts_at = 2026-11-18T14:00:00

[[contacts]]
name = "Dana Reyes"
email = "dana@initech.example"
phone = "+1 212 555 0100"
"""


class Answer(NamedTuple):
    """What a command wrote, and how it ended."""

    code: object
    out: str
    err: str


Command = Callable[..., Answer]


class Typed(io.TextIOWrapper):
    """What a person types, or a pipe brings."""

    def __init__(self, content: bytes) -> None:
        super().__init__(io.BytesIO(content), encoding="utf-8")


def make_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Give a function that runs the command with these arguments, and text on standard input."""

    def run(*arguments: str | Path, typed: bytes = b"") -> Answer:
        monkeypatch.setattr(sys, "argv", ["followup-rules", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", Typed(typed))
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return Answer(ended.value.code, out, err)

    return run
