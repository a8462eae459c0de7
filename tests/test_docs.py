"""The documentation is true: every code block runs, and what stands below it is what comes of it.

- A `python` block runs, in the order of its page and with the names of the blocks before it; a `text`
  block right below it is what it prints. Tests that a block defines are run too; below a comment
  `<!-- fails: why -->` they are to fail.
- A `console` block is a session, replayed as written in a folder of the page's own: after `$` a
  command, below it what is written, with what a person types in answer to a question.
- A `toml` or `json` block is read; one that opens with a comment `# name.toml` is put into that folder.
- A comment `<!-- given: python -->` is run first: what the page takes for granted without showing it.
- `sh` is for what an installation takes; its syntax is checked. Below `<!-- not run: why -->` nothing is run.

`PINNED=write pytest tests/test_docs.py` writes into the pages what really comes of them; read the
difference before keeping it. Nothing may ask the clock: a session says `--as-of`.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
import unittest
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings

import followup_rules
from followup_rules import CLASSIC, Interview, Ruleset, from_data, hypothesis_plugin
from followup_rules.cli import arguments, calendar, main
from followup_rules.schemas import NAMED, schema

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]
FENCE = re.compile(r"^(?P<fence>```+)(?P<language>[^\n`]*)\n(?P<body>.*?)^(?P=fence)[ ]*\n", re.MULTILINE | re.DOTALL)
SHELL_SIGNS = set("|&;<>$`*?~")
CONTINUED = "\0"
"""Stands for a backslash at the end of a line while a command is cut from what it writes."""
NEEDS = {"tables.md": ("pyarrow", "numpy")}
"""What some pages are about, and not everybody has."""
FAILS = re.compile(r"<!-- fails: (.+?) -->\s*\Z")
NOT_RUN = re.compile(r"<!-- not run: (.+?) -->\s*\Z")


class Screen(io.StringIO):
    """What a person sees: both streams of a command, and the answers typed."""

    encoding = "utf-8"


class Keyboard:
    """Answers questions as the session does: what stands after the question there is what is typed."""

    def __init__(self, session: list[str], screen: Screen) -> None:
        self.session = iter(session)
        self.screen = screen

    def readline(self) -> str:
        line = next(self.session, None)
        if line is None:
            return ""
        answer = line.partition(": ")[2]
        self.screen.write(f"{answer}\n")
        return f"{answer}\n"


class Page:
    """A page while it is replayed."""

    def __init__(self, path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.text = path.read_text(encoding="utf-8")
        self.name = path.name
        self.folder = folder
        self.names: dict[str, Any] = {"__name__": f"docs_{path.stem.replace('-', '_')}"}
        self.code = 0
        self.monkeypatch = monkeypatch

    def replayed(self) -> str:
        """Give the text of the page with what really comes of its blocks."""
        pieces: list[str] = []
        end = 0
        printed: str | None = None
        for block in FENCE.finditer(self.text):
            between = self.text[end : block.start()]
            language, body = block["language"].strip(), block["body"]
            self.given(between)
            is_output = language == "text" and printed is not None and not between.strip()
            assert printed in (None, "") or is_output, f"{self.name}: what this prints is not shown:\n{printed}"
            if is_output:
                body, printed = f"{printed}", None
            elif NOT_RUN.search(between):
                printed = None
                if language == "python":
                    compile(body, self.name, "exec")  # Python at least
            elif FAILS.search(between):
                settings.load_profile("docs, failing")  # as many examples as it takes to find one
                with pytest.raises(AssertionError):
                    self.run(language, body, 0)
                settings.load_profile("docs")
                printed = None
            else:
                body, printed = self.run(language, body, self.text.count("\n", 0, block.start("body")))
            pieces += [between, f"{block['fence']}{block['language']}\n", body, f"{block['fence']}\n"]
            end = block.end()
        assert not printed, f"{self.name}: what this prints is not shown:\n{printed}"
        return "".join([*pieces, self.text[end:]])

    def given(self, between: str) -> None:
        """Run what a page takes for granted without showing it, as in `<!-- given: table = ... -->`."""
        for given in re.findall(r"^<!-- given:\s*(.*?)-->", between, re.MULTILINE | re.DOTALL):
            exec(given, self.names)

    def run(self, language: str, body: str, line: int) -> tuple[str, str | None]:
        """Run a block; give what is to stand in it, and what it prints if that is to stand below."""
        if language == "python":
            return body, self.python(body, line)
        if language == "console":
            return self.session(body), None
        if language in ("toml", "json"):
            self.data(language, body)
        elif language == "sh":
            subprocess.run(["bash", "-n"], input=body, text=True, check=True)
        else:
            assert language in ("", "text", "css") or language.startswith("{"), f"{self.name}: what is {language!r}?"
        return body, None

    def python(self, body: str, line: int) -> str:
        before = dict(self.names)
        screen = Screen()
        code = compile("\n" * line + body, str(DOCS / self.name), "exec")
        with contextlib.redirect_stdout(screen):
            exec(code, self.names)
        for name, value in self.names.items():
            if before.get(name) is value:
                continue
            if name.startswith("test_"):
                value()
            elif isinstance(value, type) and issubclass(value, unittest.TestCase):
                result = unittest.defaultTestLoader.loadTestsFromTestCase(value).run(unittest.TestResult())
                assert result is not None
                assert result.wasSuccessful(), result.failures + result.errors
        lines = [line.rstrip() for line in screen.getvalue().rstrip("\n").split("\n")]
        return "\n".join(lines) + "\n" if any(lines) else ""

    def session(self, body: str) -> str:
        assert body.startswith("$ "), f"{self.name}: a session opens with a command"
        pieces = []
        for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
            command, _, shown = part.replace("\\\n", CONTINUED).partition("\n")
            one_line = command.replace(CONTINUED, " ")
            command = command.replace(CONTINUED, "\\\n")
            screen = Screen()
            words = shlex.split(one_line)
            if words[0] == "followup-rules" and not SHELL_SIGNS & set(one_line):
                self.followup_rules(words, shown.split("\n"), screen)
            else:
                self.shell(one_line, screen)
            written = "\n".join(line.rstrip() for line in screen.getvalue().rstrip("\n").split("\n"))
            pieces.append(f"$ {command}\n{written}\n" if written else f"$ {command}\n")
            # An empty line before the next command is the page's own.
            if f"\n{shown}".endswith("\n\n"):
                pieces.append("\n")
        return "".join(pieces)

    def followup_rules(self, words: list[str], session: list[str], screen: Screen) -> None:
        with self.monkeypatch.context() as patched:
            patched.setattr(sys, "argv", words)
            patched.setattr(sys, "stdin", Keyboard(session, screen))
            patched.setattr(sys, "stdout", screen)
            patched.setattr(sys, "stderr", screen)
            with pytest.raises(SystemExit) as ended:
                main()
        assert isinstance(ended.value.code, int)
        self.code = ended.value.code

    def shell(self, command: str, screen: Screen) -> None:
        tools = self.folder / ".tools"
        tools.mkdir(exist_ok=True)
        script = tools / "followup-rules"
        start = "from followup_rules.cli import main; main()"
        script.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -c "{start}" "$@"\n', encoding="utf-8")
        script.chmod(0o755)
        path = os.pathsep.join([str(tools), str(Path(sys.executable).parent), os.environ["PATH"]])
        ended = subprocess.run(
            ["bash", "-c", f"(exit {self.code}); {command}"],
            cwd=self.folder,
            env=os.environ | {"PATH": path, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "COLUMNS": "80"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            check=False,
        )
        screen.write(ended.stdout)
        self.code = ended.returncode

    def data(self, language: str, body: str) -> None:
        first = re.match(r"# ([\w./-]+\.toml)\n", body)
        if first:
            path = self.folder / first[1]
            path.parent.mkdir(exist_ok=True)
            path.write_text(body, encoding="utf-8")
        data = tomllib.loads(body) if language == "toml" else json.loads(body)
        if "timezone" in data:
            from_data(data, Interview)
        elif "steps" in data and "version" in data:
            from_data(data, Ruleset)


def no_clock() -> dt.datetime:
    raise AssertionError("a page must not depend on the clock: say `--as-of`")


@pytest.fixture
def page_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(ROOT))
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.setattr(arguments, "now", no_clock)
    # The stamp of a calendar file, which no page shows.
    monkeypatch.setattr(calendar, "now", lambda: dt.datetime(2026, 11, 18, 21, tzinfo=dt.UTC))
    hypothesis_plugin.register()  # as in an installed package
    # The same examples every time, as a page that fails now and then is neither true nor false.
    before = settings.get_current_profile_name()
    settings.register_profile("docs", settings.get_profile(before), max_examples=60, stateful_step_count=20, derandomize=True)
    settings.register_profile("docs, failing", settings.get_profile("docs"), max_examples=2000, phases=[Phase.generate])
    settings.load_profile("docs")
    yield tmp_path
    settings.load_profile(before)


@pytest.mark.parametrize("path", PAGES, ids=[path.name for path in PAGES])
def test_what_a_page_shows_is_what_comes_of_it(path: Path, page_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in NEEDS.get(path.name, ()):
        pytest.importorskip(module)
    page = Page(path, page_folder, monkeypatch)
    replayed = page.replayed()
    if os.environ.get("PINNED") == "write" and replayed != page.text:
        path.write_text(replayed, encoding="utf-8")
    assert replayed.split("\n") == path.read_text(encoding="utf-8").split("\n")


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("```python\nprint(1 + 1)\n```\n\n```text\n3\n```\n", "```python\nprint(1 + 1)\n```\n\n```text\n2\n```\n"),
        ("```console\n$ echo one\ntwo\n\n$ false\n$ echo $?\n```\n", "```console\n$ echo one\none\n\n$ false\n$ echo $?\n1\n```\n"),
        (
            "```console\n$ followup-rules schema interview \\\n    | head -n 1\n```\n",
            "```console\n$ followup-rules schema interview \\\n    | head -n 1\n{\n```\n",
        ),
    ],
)
def test_what_is_not_so_is_put_right(wrong: str, right: str, page_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = page_folder / "page.md"
    path.write_text(wrong, encoding="utf-8")
    assert Page(path, page_folder, monkeypatch).replayed() == right
    path.write_text(right, encoding="utf-8")
    assert Page(path, page_folder, monkeypatch).replayed() == right


@pytest.mark.parametrize(
    "text",
    [
        "```python\nprint(1)\n```\nand no output\n",
        "```python\ndef test_this():\n    assert False\n```\n",
        "```python\nimport unittest\nclass T(unittest.TestCase):\n    def test_this(self): self.fail()\n```\n",
        '```toml\ncompany = ""\ntimezone = "UTC"\n```\n',
        '```toml\nname = "mine"\nversion = "1"\nsteps = [{ id = "a" }]\n```\n',
        "```fortran\n```\n",
    ],
)
def test_a_page_that_is_not_so_fails(text: str, page_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = page_folder / "page.md"
    path.write_text(text, encoding="utf-8")
    with pytest.raises((AssertionError, followup_rules.FollowupError)):
        Page(path, page_folder, monkeypatch).replayed()


def test_a_session_that_asks_the_clock_fails(page_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = page_folder / "page.md"
    text = "```console\n$ followup-rules plan examples/records/agency.toml --ruleset examples/through-a-recruiter.toml\n```\n"
    path.write_text(text, encoding="utf-8")
    assert "a page must not depend on the clock" in Page(path, page_folder, monkeypatch).replayed()


# --- nothing is left out ---


def page(name: str) -> str:
    return (DOCS / f"{name}.md").read_text(encoding="utf-8")


def test_the_reference_has_every_public_name() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in DOCS.glob("reference-*.md"))
    there = set(re.findall(r"^\.\. auto\w+:: followup_rules\.(\w+)$", text, re.MULTILINE))
    assert set(followup_rules.__all__) - there == {"CLASSIC"}
    assert "`followup_rules.CLASSIC`" in text


@pytest.mark.parametrize("name", NAMED)
def test_the_data_forms_have_every_key(name: str) -> None:
    text = page("reference-data-forms")
    data = schema(NAMED[name])
    kinds = [data, *data["$defs"].values(), *data["properties"].get("events", {"items": {"oneOf": []}})["items"]["oneOf"]]
    keys = {key for kind in kinds for key in kind["properties"]}
    assert {key for key in keys if f"`{key}`" not in text} == set()


def test_every_rule_of_the_classic_cadence_is_explained() -> None:
    text = page("explanation-classic")
    rules = [step.id for step in CLASSIC.steps] + [rule.id for rule in CLASSIC.throttles] + [rule.id for rule in CLASSIC.wording]
    assert [name for name in (*rules, *(hours.name for hours in CLASSIC.hours)) if f"`{name}`" not in text] == []


def test_the_reference_has_every_command_and_exit_code() -> None:
    from followup_rules.cli import answering
    from followup_rules.cli.app import app

    text = page("reference-command")
    names = [command.callback.__name__ for command in app.registered_commands if command.callback]
    assert [name for name in names if f"| `{name} " not in text and f"| `{name}` " not in text] == []
    codes = [answering.FINE, answering.FOUND, answering.BAD_INPUT, answering.OUR_FAULT, answering.INTERRUPTED, answering.UNREAD]
    assert [int(code) for code in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)] == codes


def test_every_option_that_the_reference_names_is_there() -> None:
    import typer

    from followup_rules.cli.app import app

    there = {option for command in typer.main.get_command(app).commands.values() for each in command.params for option in each.opts}  # type: ignore[attr-defined]  # a group
    named = set(re.findall(r"--[a-z][a-z-]+", page("reference-command")))
    assert named - there == {"--help", "--install-completion"}


@pytest.mark.parametrize("path", PAGES, ids=[path.name for path in PAGES])
def test_links_within_the_repository_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)", FENCE.sub("", path.read_text(encoding="utf-8")))
    assert [link for link in links if not (path.parent / link).exists()] == []
