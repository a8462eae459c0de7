"""`followup-rules plan`: what a person reads, what a program reads, and every bad input told in plain words."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from followup_rules import CLASSIC, Plan, from_data, load_interview, plan, to_data
from followup_rules.cadences import BY_NAME
from followup_rules.cli import arguments, output
from followup_rules.moments import find_zone
from followup_rules.telling import explain, table
from tests.commanding import RECORD, Command, make_command
from tests.pinned import pinned

NOW = dt.datetime(2026, 11, 19, 15, 30, tzinfo=dt.UTC)


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    monkeypatch.setattr(arguments, "now", lambda: NOW)
    return make_command(monkeypatch, capsys)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "initech.toml"
    path.write_text(RECORD, encoding="utf-8")
    return path


def terminal(monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    monkeypatch.setattr(output, "on_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", str(columns))


# --- what it gives ---


def test_it_plans_as_of_now(command: Command, file: Path) -> None:
    answer = command("plan", file)
    assert answer == (0, str(plan(load_interview(file), as_of=NOW)) + "\n", "")


def test_it_plans_from_the_start(command: Command, file: Path) -> None:
    assert command("plan", file, "--as-of", "start").out == str(plan(load_interview(file))) + "\n"


@pytest.mark.parametrize(
    ("when", "moment"),
    [
        ("2026-11-20T09:00", "2026-11-20T14:00:00+00:00"),
        ("2026-11-20 09:00", "2026-11-20T14:00:00+00:00"),
        ("2026-11-20", "2026-11-20T05:00:00+00:00"),
        ("2026-11-20T09:00:00Z", "2026-11-20T09:00:00+00:00"),
        ("2026-11-20T09:00+09:00", "2026-11-20T00:00:00+00:00"),
        ("2026-11-01T01:30", "2026-11-01T05:30:00+00:00"),  # twice that night: the first
        ("2026-03-08T02:30", "2026-03-08T07:30:00+00:00"),  # skipped that night: forward by the gap
    ],
)
def test_a_time_without_an_offset_is_in_the_interview_s_zone(command: Command, file: Path, when: str, moment: str) -> None:
    as_of = json.loads(command("plan", file, "--as-of", when, "--json").out)["as_of"]
    assert dt.datetime.fromisoformat(as_of) == dt.datetime.fromisoformat(moment)


def test_the_clock_is_read_to_the_second_in_the_interview_s_zone() -> None:
    zone = find_zone("Asia/Tokyo")
    assert zone is not None
    moment = arguments.read_as_of("now", zone)
    assert moment is not None
    assert moment.microsecond == 0
    assert moment.timezone_name == "Asia/Tokyo"
    assert abs(dt.datetime.now(dt.UTC) - moment) < dt.timedelta(minutes=10)


def test_it_explains(command: Command, file: Path) -> None:
    assert command("plan", file, "--explain").out == plan(load_interview(file), as_of=NOW).explain() + "\n"


def test_it_tells_the_times_in_a_second_zone(command: Command, file: Path) -> None:
    made = plan(load_interview(file), as_of=NOW)
    assert command("plan", file, "--tz", "Asia/Tokyo").out == table(made, tz="Asia/Tokyo") + "\n"
    assert command("plan", file, "--tz", "Asia/Tokyo", "--explain").out == explain(made, tz="Asia/Tokyo") + "\n"


def test_json_is_the_plan_in_the_data_form(command: Command, file: Path) -> None:
    made = plan(load_interview(file), as_of=NOW)
    told = json.loads(command("plan", file, "--json").out)
    assert told == json.loads(json.dumps(to_data(made)))
    assert from_data(told, Plan) == made
    assert from_data(json.loads(command("plan", file, "--json", "--tz", "Asia/Tokyo").out), Plan) == made.in_timezone("Asia/Tokyo")


@pytest.mark.parametrize("name", BY_NAME)
def test_every_cadence_is_known_by_name(command: Command, file: Path, name: str) -> None:
    told = json.loads(command("plan", file, "--json", "--ruleset", name).out)
    assert from_data(told, Plan) == plan(load_interview(file), BY_NAME[name], as_of=NOW)


@pytest.mark.parametrize("where", ["mine.toml", "./mine.json"])
def test_a_cadence_can_come_from_a_file(
    command: Command, file: Path, where: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    content = command("rules", "classic", "--toml" if where.endswith("toml") else "--json").out
    Path(where).write_text(content, encoding="utf-8")
    assert command("plan", file, "-r", where).out == command("plan", file).out


def test_a_cadence_s_name_goes_before_a_file_of_that_name(
    command: Command, file: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("classic").write_text("no ruleset", encoding="utf-8")
    assert command("plan", file, "-r", "classic").code == 0
    assert "must end in `.toml` or `.json`" in command("plan", file, "-r", "./classic").err


# --- how it looks ---


@pytest.mark.parametrize("columns", [40, 80, 120])
@pytest.mark.parametrize("more", [(), ("--tz", "Asia/Tokyo"), ("--explain",), ("--as-of", "start"), ("--ruleset", "minimal")])
def test_nothing_is_cut_and_nothing_is_wider_than_the_terminal(
    command: Command, file: Path, monkeypatch: pytest.MonkeyPatch, columns: int, more: tuple[str, ...]
) -> None:
    terminal(monkeypatch, columns)
    shown = command("plan", file, *more).out
    assert shown == pinned(f"terminal-{columns}{'-'.join(more).replace('/', '-')}", shown)
    assert max(len(line) for line in shown.split("\n")) <= columns
    assert "dana@initech.example" in shown
    assert "…" not in shown


def test_a_plan_with_nothing_to_do_says_so_on_a_terminal(command: Command, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal(monkeypatch, 80)
    with file.open("a", encoding="utf-8") as record:
        record.write('[[events]]\nkind = "decided"\noutcome = "offer"\nat = 2026-11-19T08:00:00\n')
    shown = command("plan", file, "--as-of", "2027-01-01").out
    assert "\n\nNothing is left to do.\n\nNot planned\n" in shown


def test_what_stands_in_a_record_is_no_markup(command: Command, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal(monkeypatch, 120)
    file.write_text(RECORD.replace("Dana Reyes", "[bold]Dana[/bold] :smile:").replace("Initech", "[red]Ini"), encoding="utf-8")
    shown = command("plan", file).out
    assert "[bold]Dana[/bold] :smile:, dana@initech.example" in shown
    assert "at [red]Ini" in shown


# --- what it refuses ---


def test_every_fault_of_a_file_is_listed(command: Command, tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text('compny = "Initech"\ntimezone = "Mars/Base"\nstarts_at = "soon"\n[[contacts]]\nname = ""\n', encoding="utf-8")
    answer = command("plan", bad)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.replace(str(bad), "bad.toml") == pinned("bad-record", answer.err.replace(str(bad), "bad.toml"))
    for path in ("compny", "company", "timezone", "starts_at", "contacts[0].name"):
        assert f"\n  {path}: " in answer.err


def test_faults_are_json_for_programs_and_text_for_people(command: Command, tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text('company = ""\ntimezone = "UTC"\n', encoding="utf-8")
    answer = command("plan", bad, "--json")
    error = json.loads(answer.out)["error"]
    assert answer.code == 2
    assert error["source"] == str(bad)
    assert {fault["path"] for fault in error["faults"]} == {"company", "starts_at"}
    assert all(fault["message"] in answer.err for fault in error["faults"])


def folder(path: Path) -> Path:
    path.mkdir()
    return path


def text(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


BAD: list[tuple[str, Any, str]] = [
    ("missing", lambda at: at / "none.toml", "there is no such file"),
    ("folder", lambda at: folder(at / "a.toml"), "must be a file, and is a folder"),
    ("not-utf-8", lambda at: text(at / "a.toml", b"company = '\xff'\n"), "must be UTF-8 text: line 1 is not"),
    ("too-long", lambda at: text(at / "a.toml", b"#" * (2 << 20)), "must be at most 1 MiB"),
    ("no-toml", lambda at: text(at / "a.toml", b"= 3"), "must be TOML"),
    ("other-kind", lambda at: text(at / "a.doc", b""), "must end in `.toml` or `.json`"),
    ("nul-in-name", lambda at: "a\0.toml", "null"),
    ("odd-name", lambda at: os.fsdecode(b"\xff\x1b[31m.toml"), "there is no such file"),
]


@pytest.mark.parametrize(("make", "message"), [one[1:] for one in BAD], ids=[one[0] for one in BAD])
@pytest.mark.parametrize("more", [(), ("--json",)])
def test_a_file_that_cannot_be_read_is_told_in_plain_words(
    command: Command, tmp_path: Path, make: Any, message: str, more: tuple[str, ...]
) -> None:
    answer = command("plan", make(tmp_path), *more)
    assert answer.code == 2
    assert message in answer.err
    assert "\x1b" not in answer.err + answer.out
    assert not more or "faults" in json.loads(answer.out)["error"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions do not bind here")
def test_a_file_that_may_not_be_read_is_told_in_plain_words(command: Command, file: Path) -> None:
    file.chmod(0)
    assert "cannot be read" in command("plan", file).err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--as-of", "tomorrow"), "--as-of: must be `now`, `start` or a date and time"),
        (("--as-of", "0001-01-01"), "--as-of: must be in the years 1900 to 2900"),
        (("--tz", "Mars/Base"), "must be a time zone such as"),
        (("--ruleset", "clasic"), "(did you mean `classic`?)"),
        (("--ruleset", "none.toml"), "none.toml: there is no such file"),
    ],
)
def test_an_argument_that_means_nothing_is_refused(command: Command, file: Path, arguments: tuple[str, ...], message: str) -> None:
    answer = command("plan", file, *arguments)
    assert answer.code == 2
    assert answer.out == ""
    assert message in answer.err


def test_an_event_of_a_step_that_the_cadence_lacks_is_refused(command: Command, file: Path) -> None:
    with file.open("a", encoding="utf-8") as record:
        record.write('[[events]]\nkind = "done"\nstep = "status-cal"\nat = 2026-11-19T08:00:00\n')
    answer = command("plan", file)
    assert answer.code == 2
    assert "did you mean `status-call`?" in answer.err


@pytest.mark.parametrize("arguments", [("plan",), ("plan", "--no-such"), ("plna", "x"), ("plan", "a", "b")])
def test_bad_usage_ends_with_2(command: Command, arguments: tuple[str, ...]) -> None:
    answer = command(*arguments)
    assert answer.code == 2
    assert answer.out == ""
    assert "Usage" in answer.err


def test_help_names_every_option(command: Command) -> None:
    shown = re.sub(r"\x1b\[[0-9;]*m", "", command("plan", "--help").out)
    assert all(option in shown for option in ("--ruleset", "--as-of", "--explain", "--tz", "--json"))
    assert CLASSIC.name in shown
