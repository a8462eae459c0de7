"""How the command ends: a code for every ending, one line for every fault, and never a traceback."""

from __future__ import annotations

import importlib.util
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from followup_rules.cli import main, output
from followup_rules.cli.answering import answering
from followup_rules.errors import FollowupError
from tests.commanding import RECORD, Command, make_command

MAIN = "from followup_rules.cli import main; main()"
posix = pytest.mark.skipif(os.name == "nt", reason="pipes and terminals as POSIX has them")


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    return make_command(monkeypatch, capsys)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "initech.toml"
    path.write_text(RECORD, encoding="utf-8")
    return path


def ends(body: Callable[[], int], **arguments: Any) -> object:
    """Run a command with this body, and give the code that it ends with."""

    def command(*, as_json: bool = False) -> int:
        return body()

    with pytest.raises(SystemExit) as ended:
        answering(command)(**arguments)
    return ended.value.code


def raising(error: BaseException) -> Callable[[], int]:
    def body() -> int:
        raise error

    return body


@pytest.mark.parametrize("code", [0, 1])
def test_a_command_ends_with_the_code_it_gives(code: int) -> None:
    assert ends(lambda: code) == code


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (FollowupError("is bad", source="it"), 2, "followup-rules: it: is bad\n"),
        (KeyboardInterrupt(), 130, ""),
        (
            ZeroDivisionError("by\x1bzero"),
            70,
            "followup-rules: a fault of this program, please report it: ZeroDivisionError: by\ufffdzero\n",
        ),
        (RecursionError(), 70, "followup-rules: a fault of this program, please report it: RecursionError: \n"),
    ],
)
def test_what_is_raised_is_told_in_one_line(error: BaseException, code: int, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert ends(raising(error)) == code
    assert capsys.readouterr() == ("", told)


def test_faults_are_told_as_json_where_json_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert ends(raising(FollowupError("is bad", source="it")), as_json=True) == 2
    out, err = capsys.readouterr()
    assert json.loads(out) == {"error": {"source": "it", "faults": [{"path": "", "message": "is bad"}]}}
    assert err == "followup-rules: it: is bad\n"


@posix
def test_a_reader_who_leaves_is_no_fault(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as pipe:
        monkeypatch.setattr(sys, "stdout", pipe)
        assert ends(lambda: pipe.write("some text\n") and 0) == 141
        monkeypatch.undo()
    assert capsys.readouterr().err == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_help_that_cannot_be_written_is_told_in_one_line() -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        answer = process("--help", stdout=full)
    assert (answer.returncode, answer.stderr) == (2, b"followup-rules: cannot go on: No space left on device\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        monkeypatch.setattr(sys, "stdout", full)
        assert ends(lambda: full.write("some text\n") and 0) == 2
        monkeypatch.undo()
    assert capsys.readouterr().err == "followup-rules: cannot go on: No space left on device\n"


def test_streams_that_are_closed_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)

    def body() -> int:
        output.write("some text")
        output.write_json({"some": "data"})
        output.write_lines(["some", "lines"])
        return 0

    assert ends(body) == 0
    assert ends(raising(FollowupError("is bad"))) == 2
    assert ends(raising(OSError("no space"))) == 2


def test_an_error_that_nobody_can_be_told_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stderr", Closed())
    assert ends(raising(FollowupError("is bad"))) == 2


def test_what_the_encoding_lacks_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="ascii"))

    def body() -> int:
        output.write("陳 “x”")
        output.write_json(["陳", "\udcff"])
        return 0

    assert ends(body) == 0
    text, _, data = written.getvalue().decode("ascii").partition("\n")
    assert text == r"\u9673 \u201cx\u201d"
    assert json.loads(data) == ["陳", "\udcff"]


@pytest.mark.parametrize("missing", [("typer",), ("rich",), ("typer", "rich")])
def test_without_the_extra_it_says_what_to_install(
    missing: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr("followup_rules.cli.find_spec", lambda name: None if name in missing else find(name))
    with pytest.raises(SystemExit) as ended:
        main()
    out, err = capsys.readouterr()
    assert (ended.value.code, out, err.count("\n")) == (2, "", 1)
    assert 'pip install "followup-rules[cli]"' in err
    assert " and ".join(missing) in err


def test_an_interrupt_while_it_starts_is_told_by_the_code_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(**_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("followup_rules.cli.app.app", interrupted)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 130
    assert capsys.readouterr() == ("", "")


# --- as a process ---


def process(*arguments: object, **options: Any) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-c", MAIN, *map(str, arguments)], stderr=subprocess.PIPE, check=False, **options)


def test_to_a_pipe_goes_no_colour(file: Path) -> None:
    environment = os.environ | {"FORCE_COLOR": "1", "COLUMNS": "40"}
    answer = process("plan", file, "--as-of", "start", stdout=subprocess.PIPE, env=environment)
    assert (answer.returncode, answer.stderr) == (0, b"")
    assert b"\x1b" not in answer.stdout
    assert b"dana@initech.example" in answer.stdout


@posix
def test_a_process_whose_reader_left_ends_quietly(file: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    answer = process("plan", file, "--json", stdout=writing)
    os.close(writing)
    assert (answer.returncode, answer.stderr) == (141, b"")


def read_all(descriptor: int) -> Iterator[bytes]:
    try:
        while chunk := os.read(descriptor, 4096):
            yield chunk
    except OSError:  # how Linux says that the other end is closed
        return


@posix
@pytest.mark.parametrize(("variable", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_at_a_terminal_it_is_styled_unless_told_not_to(file: Path, variable: dict[str, str], coloured: bool) -> None:
    import pty

    ours, theirs = pty.openpty()
    environment = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR")}
    environment |= {"TERM": "xterm-256color", "COLUMNS": "80"} | variable
    answer = process("plan", file, "--as-of", "2026-11-20", stdout=theirs, env=environment)
    os.close(theirs)
    shown = b"".join(read_all(ours)).decode()
    os.close(ours)
    assert (answer.returncode, answer.stderr) == (0, b"")
    assert ("\x1b[1;31m" in shown) == coloured
    assert "LATE since" in shown


def test_starting_imports_nothing_that_only_some_commands_need() -> None:
    code = (
        "import sys, followup_rules.cli.app;"
        "print([name for name in ('hypothesis', 'followup_rules.checking', 'followup_rules.wording', 'holidays') if name in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out == "[]\n"
