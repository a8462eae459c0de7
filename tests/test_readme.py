"""The README's example prints what stands below it, and its two commands are there to be run."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def test_the_example_prints_what_the_readme_shows() -> None:
    written = io.StringIO()
    with contextlib.redirect_stdout(written):
        exec(compile(blocks("python")[0], "README.md", "exec"), {})  # noqa: S102  # our own README
    assert written.getvalue() == blocks("text")[0]


def test_the_two_commands_are_one_line_each() -> None:
    commands = blocks("sh")
    assert [command.count("\n") for command in commands] == [1, 1]
    assert all(command.startswith("python3 -m venv ") for command in commands)


def test_every_file_the_readme_names_is_there() -> None:
    root = Path(__file__).parent.parent
    for name in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (root / name).exists(), name
