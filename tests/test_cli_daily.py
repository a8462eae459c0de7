"""The commands of every day: `new`, `record`, `agenda` and `calendar`, what they give and what they refuse."""

from __future__ import annotations

import datetime as dt
import errno
import io
import itertools
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from followup_rules import load_interview, plan, plan_all
from followup_rules.agenda import load_folder, make_agenda
from followup_rules.cli import agenda, arguments, calendar, output
from tests.commanding import RECORD, Command, make_command

NOW = dt.datetime(2026, 11, 19, 15, 30, tzinfo=dt.UTC)


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    monkeypatch.setattr(arguments, "now", lambda: NOW)
    monkeypatch.setattr(calendar, "now", lambda: NOW)
    monkeypatch.chdir(tmp_path)
    return make_command(monkeypatch, capsys)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "initech.toml"
    path.write_text(RECORD, encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two records of one company, which share its patience, and one elsewhere."""
    path = tmp_path / "jobs"
    path.mkdir()
    (path / "a.toml").write_text(RECORD, encoding="utf-8")
    (path / "b.toml").write_text(RECORD.replace("Backend", "Frontend").replace("Dana", "Ann"), encoding="utf-8")
    tokyo = RECORD.replace("Initech", "Hooli").replace("America/New_York", "Asia/Tokyo").replace("11-18", "11-16")
    (path / "c.toml").write_text(tokyo, encoding="utf-8")
    return path


def broken(folder: Path) -> Path:
    path = folder / "broken.toml"
    path.write_text('company = ""\nzone = "UTC"\n', encoding="utf-8")
    return path


# --- new ---

ANSWERS: dict[str, str] = {
    "Company": "Initech",
    "Role": "Backend engineer",
    "Time zone": "America/New_York",
    "Starts at": "2026-11-18 14:00",
    "Minutes": "90",
    "Format": "video",
    "Country": "US",
    "The date": "2026-12-01",
    "What": "the rota, PostgreSQL,",
    "Name": "Dana Reyes",
    "  Email": "dana@initech.example",
    "  Phone": "+1 212 555 0100",
    "  Postal": "",
    "Name of another": "",
}


def typed(**changes: str) -> bytes:
    """Give the answers as a person types them; a line break in one gives a second answer to that question."""
    answers = {key: changes.get(key.strip().split()[0].lower(), answer) for key, answer in ANSWERS.items()}
    return "".join(f"{answer}\n" for answer in answers.values()).encode()


def test_the_answers_make_a_record_that_is_read_back(command: Command) -> None:
    answer = command("new", "initech.toml", typed=typed())
    assert (answer.code, answer.out) == (0, "\nWritten to initech.toml. Next:\n  followup-rules plan initech.toml\n")
    assert [answer.err.index(question) for question in ANSWERS] == sorted(answer.err.index(question) for question in ANSWERS)
    made = load_interview("initech.toml")
    assert (made.company, made.role, made.format, made.timezone) == ("Initech", "Backend engineer", "video", "America/New_York")
    assert (str(made.starts_at), str(made.ends_at)) == ("2026-11-18 14:00:00-05:00", "2026-11-18 15:30:00-05:00")
    assert made.decision_by == dt.date(2026, 12, 1)
    assert dt.date(2026, 11, 26) in made.closed_on
    assert made.topics == ("the rota", "PostgreSQL")
    assert [(one.name, one.email, one.phone, one.address) for one in made.contacts] == [
        ("Dana Reyes", "dana@initech.example", "+1 212 555 0100", None)
    ]
    assert command("plan", "initech.toml").code == 0


def test_dates_and_times_are_written_as_toml_has_them(command: Command) -> None:
    command("new", "initech.toml", typed=typed())
    text = Path("initech.toml").read_text(encoding="utf-8")
    assert text.startswith(
        'company = "Initech"\nrole = "Backend engineer"\ntimezone = "America/New_York"\nstarts_at = 2026-11-18 14:00'
    )
    assert "\ndecision_by = 2026-12-01\n" in text


def test_the_id_is_written_down_so_that_it_stays_when_the_interview_is_moved(command: Command) -> None:
    command("new", "initech.toml", typed=typed())
    before = load_interview("initech.toml").id
    path = Path("initech.toml")
    path.write_text(path.read_text(encoding="utf-8").replace("2026-11-18 1", "2026-11-17 1"), encoding="utf-8")
    assert load_interview("initech.toml").id == before


def test_empty_answers_take_what_stands_in_brackets(command: Command) -> None:
    answer = command("new", typed=b"Initech\n\nUTC\n2026-11-18T14:00\n" + b"\n" * 6)
    assert answer.code == 0
    [path] = Path().glob("*.toml")
    assert path.name in answer.out
    made = load_interview(path)
    assert path.name == f"{made.id}.toml"
    assert (made.role, made.format, made.contacts, made.closed_on) == ("", "in-person", (), ())
    assert made.ends_at - made.starts_at == dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("question", "answers", "message"),
    [
        ("company", "\nInitech", "needs an answer"),
        ("time", "Mars/Base\nUTC", "must be a time zone such as"),
        ("starts", "soon\n2026-11-18 14:00", "must be a date and time such as"),
        ("starts", "2026-11-18\n2026-11-18 14:00", "must have a time of day"),
        ("starts", "2026-11-18T14:00Z\n2026-11-18 14:00", "must have a time of day, as the clock there shows it"),
        ("starts", "1066-10-14 09:00\n2026-11-18 14:00", "1900"),
        ("minutes", "an hour\n60", "must be a whole number from 1 to 1440, not `an hour`"),
        ("minutes", "0\n60", "must be a whole number"),
        ("minutes", "000099999\n60", "must be a whole number"),
        ("format", "by post\nphone", "must be one of `in-person`, `video`, `phone`, not `by post`"),
        ("country", "Atlantis\nUS", "must be an ISO 3166 code"),
        ("the", "soon\n2026-12-01", "must be a date such as"),
        ("company", "\x1b[31m\nInitech", ""),
    ],
)
def test_a_question_is_asked_again_until_the_answer_can_be_read(
    command: Command, question: str, answers: str, message: str
) -> None:
    told = typed(**{question: answers}) if message else typed(time="\x1b[31m\nUTC")
    answer = command("new", "initech.toml", typed=told)
    assert answer.code == 0
    assert message in answer.err
    assert "\x1b" not in answer.err


def test_a_name_given_twice_is_asked_for_again(command: Command) -> None:
    again = b"Dana Reyes\nOla Berg\n\n\n\n\n"
    answer = command("new", "initech.toml", typed=typed()[:-1] + again)
    assert "must be unique: `Dana Reyes` is there already" in answer.err
    assert [one.name for one in load_interview("initech.toml").contacts] == ["Dana Reyes", "Ola Berg"]


def test_contacts_are_asked_for_up_to_the_limit(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    from followup_rules.cli import new

    monkeypatch.setattr(new, "MAX_CONTACTS", 1)
    answer = command("new", "initech.toml", typed=typed()[:-1])
    assert answer.code == 0
    assert "Name of another" not in answer.err


@pytest.mark.parametrize("lines", range(14))
def test_answers_that_end_too_early_write_nothing(command: Command, lines: int) -> None:
    given = b"\n".join(typed().split(b"\n")[:lines]) + (b"\n" if lines else b"")
    answer = command("new", "initech.toml", typed=given)
    assert (answer.code, answer.out) == (2, "")
    assert "the answers ended before the questions; nothing was written" in answer.err
    assert not Path("initech.toml").exists()


def test_an_answer_that_is_no_text_is_refused(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "must be UTF-8 text; nothing was written" in command("new", typed=b"In\xffitech\n").err
    # As a system of plain ASCII reads it: half a character, which no file could hold.
    monkeypatch.setattr("tests.commanding.Typed", lambda content: io.StringIO(content.decode("ascii", "surrogateescape")))
    assert "must be UTF-8 text; nothing was written" in command("new", typed=b"In\xffitech\n").err


def test_without_anybody_to_ask_it_says_so(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.commanding.Typed", lambda _: None)
    assert command("new").code == 2
    monkeypatch.setattr(sys, "stderr", None)
    assert command("new").code == 2


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("a.json", "a.json: must end in `.toml`"),
        ("there.toml", "there.toml: there is a file of that name already; it was left as it was"),
        ("none/a.toml", "none: there is no such folder"),
    ],
)
def test_what_cannot_be_written_is_refused_before_anything_is_asked(command: Command, path: str, message: str) -> None:
    Path("there.toml").write_text("kept", encoding="utf-8")
    answer = command("new", path, typed=typed())
    assert (answer.code, answer.err) == (2, f"followup-rules: {message}\n")
    assert Path("there.toml").read_text(encoding="utf-8") == "kept"


def test_answers_that_cannot_be_written_after_all_are_not_lost(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    answer = command("new", "initech.toml", typed=typed())
    assert answer.code == 2
    assert "No space left on device" in answer.err
    Path("saved.toml").write_text(answer.out, encoding="utf-8")
    assert load_interview("saved.toml").company == "Initech"


# --- record ---


def test_an_event_goes_into_the_file_and_what_it_changes_is_told(command: Command, file: Path) -> None:
    before = load_interview(file)
    answer = command("record", file, "done", "thank-you-email", "--at", "2026-11-18T18:05", "--note", "by phone")
    after = load_interview(file)
    assert (answer.code, answer.err) == (0, "")
    assert [(event.at.isoformat(), event.note) for event in after.events] == [("2026-11-18T18:05:00-05:00", "by phone")]
    diff = plan(after, as_of=NOW).diff(plan(before, as_of=NOW))
    told = "\n".join(f"  {line}" for line in str(diff).split("\n"))
    assert answer.out == (
        f"{file}: recorded done thank-you-email, Wed 18 Nov 2026 18:05\n\nWhat changed in the plan\n{told}\n\n"
        f"Next\n  {plan(after, as_of=NOW).next}\n"
    )


def test_changes_are_told_as_of_the_moment_given(command: Command, file: Path) -> None:
    answer = command("record", file, "done", "thank-you-email", "--at", "2026-11-18T18:05", "--as-of", "2026-11-18T18:10")
    assert "- Wed 18 Nov 2026 18:10  Send a thank-you email (Dana Reyes)" in answer.out
    assert "future" in command("record", file, "replied", "--at", "2026-11-20T10:00", "--as-of", "2026-11-18T18:10").out
    assert "future" not in command("record", file, "replied", "--at", "2026-11-20T10:00", "--as-of", "start").out


@pytest.mark.parametrize(
    "event",
    [
        ("contacted", "call", "--contact", "Dana Reyes"),
        ("contacted", "in-person"),
        ("replied", "--contact", "Dana Reyes", "--decision-by", "2026-12-01"),
        ("unreachable", "email", "--contact", "Dana Reyes"),
        ("decided", "offer"),
    ],
)
def test_every_kind_of_event_is_recorded_and_counts_from_now(command: Command, file: Path, event: tuple[str, ...]) -> None:
    assert command("record", file, *event).code == 0
    [made] = load_interview(file).events
    assert type(made).__name__.lower() == event[0]
    assert made.at == NOW
    assert getattr(made, "detail", "dana@initech.example") == "dana@initech.example"


def test_after_a_decision_nothing_is_left_to_do(command: Command, file: Path) -> None:
    command("record", file, "done", "thank-you-email")
    assert command("record", file, "decided", "rejection").out.endswith("\n\nNext\n  Nothing is left to do.\n")


def test_json_tells_the_event_and_the_changes(command: Command, file: Path) -> None:
    told = json.loads(command("record", file, "replied", "--json", "--decision-by", "2026-12-01").out)
    assert told["file"] == str(file)
    assert told["event"] == {
        "kind": "replied",
        "contact": None,
        "at": "2026-11-19T10:30:00-05:00",
        "decision_by": "2026-12-01",
        "note": "",
    }
    changes = told["changes"]
    [moved] = [one for one in changes["moved"] if one["to"]["step"] == "status-call"]
    assert moved["from"]["at"] < moved["to"]["at"]
    assert [one["step"] for one in changes["kept"]] == ["thank-you-email"]
    assert changes["added"] == changes["removed"] == []


@pytest.mark.parametrize(
    ("event", "message"),
    [
        (("finished",), "EVENT: must be one of `done`, `contacted`, `replied`, `unreachable`, `decided`, not `finished`"),
        (("repled",), "(did you mean `replied`?)"),
        (("done",), "the step: must be given after `done`: one of `research`,"),
        (("done", "status-cal"), "(did you mean `status-call`?)"),
        (("contacted", "fax"), "the channel: must be one of `email`, `call`"),
        (("unreachable", "task", "--contact", "Dana Reyes"), "the channel: must be one of `email`, `call`, `letter`, not `task`"),
        (("decided", "yes"), "the outcome: must be one of `offer`"),
        (("replied", "no"), "the event: must be nothing after `replied`, not `no`"),
        (("unreachable", "email"), "--contact: must be given with `unreachable`"),
        (("decided", "offer", "--contact", "Dana Reyes"), "--contact: does not go with `decided`"),
        (("decided", "offer", "--decision-by", "2026-12-01"), "--decision-by: goes with `replied` alone"),
        (("replied", "--decision-by", "soon"), "--decision-by: must be a date such as `2026-12-01`, not `soon`"),
        (("replied", "--at", "start"), "--at: must be a moment, not `start`"),
        (("replied", "--at", "soon"), "--at: must be `now` or a date and time such as `2026-11-30T12:00`, not `soon`"),
        (("replied", "--as-of", "soon"), "--as-of: must be `now`, `start` or a date and time"),
        (("replied", "--contact", "Bob"), "must name a contact of this interview"),
        (("replied", "--ruleset", "clasic"), "(did you mean `classic`?)"),
    ],
)
def test_an_event_that_does_not_fit_is_refused_and_nothing_is_written(
    command: Command, file: Path, event: tuple[str, ...], message: str
) -> None:
    answer = command("record", file, *event)
    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err
    assert file.read_text(encoding="utf-8") == RECORD


def test_a_step_of_another_cadence_is_refused_before_it_is_written(command: Command, file: Path) -> None:
    assert command("record", file, "done", "status-after-date", "--ruleset", "minimal").code == 0
    answer = command("record", file, "done", "status-call")
    assert answer.code == 2
    assert len(load_interview(file).events) == 1


def test_a_read_only_record_stays_as_it_is(command: Command, file: Path) -> None:
    file.chmod(0o444)
    answer = command("record", file, "replied")
    assert (answer.code, answer.err) == (2, f"followup-rules: {file}: is read-only; nothing was written\n")
    assert file.read_text(encoding="utf-8") == RECORD


def test_a_record_that_is_not_there_is_told(command: Command) -> None:
    assert "none.toml: there is no such file" in command("record", "none.toml", "replied").err


def test_completion_knows_the_events() -> None:
    from followup_rules.cli.record import event_kinds

    assert event_kinds() == ["done", "contacted", "replied", "unreachable", "decided"]


# --- agenda ---


def test_everything_of_the_folder_is_listed_by_when_it_is_due(command: Command, folder: Path) -> None:
    answer = command("agenda", "jobs", "--days", "5")
    assert (answer.code, answer.err) == (0, "")
    parts = [part.split("\n") for part in answer.out.rstrip("\n").split("\n\n")]
    titles = [part[0] for part in parts]
    assert titles == [
        "jobs: 3 records, as of Thu 19 Nov 2026 15:30, UTC",
        "Today",
        "The next 5 days",
        "Later",
        "Blocked",
        *titles[5:],
    ]
    made = make_agenda(load_folder("jobs").records, as_of=NOW, days=5)
    assert [line[2:].removesuffix("  LATE") for line in parts[1][1:] if not line.startswith("    ")] == [
        f"{entry.action}".removesuffix(f" ({entry.action.contact})") for entry in made.today
    ]
    for entry in (*made.today, *made.coming):
        assert entry.action.title in answer.out
        assert f"{entry.plan.interview} ({entry.plan.timezone})" in answer.out
    for one in made.blocked:
        assert f"\n    {one.skip.text}\n" in answer.out
    assert f"\n{made.idle} steps do not apply or ended with the outcome; " in answer.out


def test_a_late_action_says_so_loudly(command: Command, folder: Path) -> None:
    assert "Send a thank-you email  LATE\n" in command("agenda", "jobs", "--as-of", "2026-11-20T18:00Z").out


def test_records_of_one_company_share_its_patience(command: Command, folder: Path) -> None:
    told = json.loads(command("agenda", "jobs", "--json").out)
    entries = [one for one in (*told["coming"], *told["later"]) if one["company"] == "Initech" and one["step"].startswith("status")]
    assert {one["file"] for one in entries} == {"jobs/a.toml", "jobs/b.toml"}
    dates = [dt.date.fromisoformat(one["at"][:10]) for one in entries]
    assert all(other - one >= dt.timedelta(days=7) for one, other in itertools.pairwise(dates))


def test_json_is_the_same_agenda(command: Command, folder: Path) -> None:
    told = json.loads(command("agenda", "jobs", "--json", "--days", "30").out)
    made = make_agenda(load_folder("jobs").records, as_of=NOW, days=30)
    assert dt.datetime.fromisoformat(told["as_of"]) == NOW
    for name in ("today", "coming", "later"):
        assert [(one["file"], one["step"], one["at"]) for one in told[name]] == [
            (entry.file, entry.action.step, entry.action.at.isoformat()) for entry in getattr(made, name)
        ]
    assert [(one["file"], one["step"], one["code"]) for one in told["blocked"]] == [
        (one.file, one.skip.step, one.skip.code) for one in made.blocked
    ]
    assert (told["days"], told["idle"], told["broken"]) == (30, made.idle, [])


def test_a_time_without_an_offset_is_in_the_zone_that_all_records_share(command: Command, folder: Path) -> None:
    (folder / "c.toml").unlink()
    answer = command("agenda", "jobs", "--as-of", "2026-11-19T09:00")
    assert "jobs: 2 records, as of Thu 19 Nov 2026 09:00, America/New_York\n" in answer.out
    assert "as of Thu 19 Nov 2026 00:00, America/New_York\n" in command("agenda", "jobs", "--as-of", "2026-11-19T05:00Z").out
    assert command("calendar", "jobs", "out.ics", "--as-of", "2026-11-19T09:00").code == 0


def test_a_time_that_could_mean_several_moments_is_refused(command: Command, folder: Path) -> None:
    for more in (("agenda", "jobs"), ("calendar", "jobs", "out.ics")):
        answer = command(*more, "--as-of", "2026-11-19T09:00")
        assert (answer.code, answer.out) == (2, "")
        assert "--as-of: must have an offset" in answer.err
        assert "the records are in several time zones (America/New_York, Asia/Tokyo)" in answer.err
        assert command(*more, "--as-of", "2026-11-19T09:00Z").code == 0
    assert command("calendar", "jobs", "start.ics", "--as-of", "start").code == 0
    out = command("agenda", "jobs", "--as-of", "2026-11-19T09:00", "--tz", "Asia/Tokyo").out
    assert "as of Thu 19 Nov 2026 09:00, Asia/Tokyo\n" in out


def test_times_are_told_in_ones_own_zone_too_where_it_is_another(command: Command, folder: Path) -> None:
    out = command("agenda", "jobs", "--tz", "Asia/Tokyo", "--as-of", "2026-11-25T23:00").out
    assert "(America/New_York; Wed 25 Nov 2026 23:00 in Asia/Tokyo)" in out
    assert "Hooli (Asia/Tokyo)" in out


def test_an_empty_folder_has_nothing_due(command: Command, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    assert command("agenda", "none", "--as-of", "2026-11-19T09:00").code == 0
    assert command("agenda", "none") == (
        0,
        "none: 0 records, as of Thu 19 Nov 2026 15:30, UTC\n\nToday\n  nothing is due today\n\nThe next 7 days\n  nothing\n",
        "",
    )


def test_one_idle_step_is_one(command: Command, folder: Path) -> None:
    for name in ("b.toml", "c.toml"):
        (folder / name).unlink()
    assert "\n1 step does not apply or ended with the outcome; " in command("agenda", "jobs").out


def test_what_the_records_broke_already_is_told(command: Command, folder: Path) -> None:
    with (folder / "a.toml").open("a", encoding="utf-8") as file:
        for day in (16, 17):
            file.write(f'[[events]]\nkind = "contacted"\nchannel = "call"\nat = 2026-11-{day}T10:00:00\n')
    made = plan_all([record.interview for record in load_folder(folder).records], as_of=NOW)
    [warning, *_] = made[0].warnings
    assert f"\nWarnings\n  Backend engineer at Initech: {warning}\n" in command("agenda", "jobs").out


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_broken_files_are_listed_and_the_others_planned(command: Command, folder: Path, more: tuple[str, ...]) -> None:
    whole = command("agenda", "jobs", *more)
    path = broken(folder)
    answer = command("agenda", "jobs", *more)
    assert answer.code == 1
    if more:
        told = json.loads(answer.out)
        [error] = told.pop("broken")
        assert error["source"] == str(Path("jobs") / path.name)
        assert {fault["path"] for fault in error["faults"]} >= {"company", "zone", "timezone", "starts_at"}
        assert told == {key: value for key, value in json.loads(whole.out).items() if key != "broken"}
    else:
        assert answer.out.startswith(whole.out)
        assert "\n\nNot read\n  jobs/broken.toml: " in answer.out
        assert "\n    company: " in answer.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("none",), "none: cannot be read as a folder: No such file or directory"),
        (("jobs/a.toml",), "jobs/a.toml: cannot be read as a folder"),
        (("jobs", "--as-of", "start"), "--as-of: must be a moment: an agenda is of a day"),
        (("jobs", "--as-of", "soon"), "--as-of: must be `now`, `start` or a date and time"),
        (("jobs", "--tz", "Mars/Base"), "--tz: must be a time zone"),
        (("jobs", "--ruleset", "clasic"), "(did you mean `classic`?)"),
        (("jobs", "--days", "0"), "--days"),
    ],
)
def test_an_agenda_that_means_nothing_is_refused(command: Command, folder: Path, arguments: tuple[str, ...], message: str) -> None:
    answer = command("agenda", *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("screen", "after", "shown"), [(Terminal, 0.0, True), (Terminal, 1e9, False), (io.StringIO, 0.0, False)])
def test_progress_shows_on_a_terminal_once_it_takes_long(
    monkeypatch: pytest.MonkeyPatch, screen: Any, after: float, shown: bool
) -> None:
    written = screen()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", written)
    monkeypatch.setattr(agenda, "SHOW_PROGRESS_AFTER", after)
    with agenda.progress() as told:
        told(0, 12)
        told(7, 12)
    assert ("7/12" in written.getvalue()) == shown
    assert shown or written.getvalue() == ""


def test_progress_is_told_while_a_folder_is_read(command: Command, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert command("agenda", "jobs").err == ""
    assert agenda.SHOW_PROGRESS_AFTER == 1.0
    moments = iter(range(0, 1000, 10))
    monkeypatch.setattr(time, "monotonic", lambda: float(next(moments)))
    assert command("agenda", "jobs").code == 0


def test_a_record_s_own_escapes_do_not_reach_the_terminal(command: Command, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "d.toml").write_text(RECORD.replace("Initech", "Evil\\u001b[31m").replace("Dana", "D\\u0007"), encoding="utf-8")
    monkeypatch.setattr(output, "on_terminal", lambda: False)
    out = command("agenda", "jobs").out
    assert "Evil" in out
    assert not set(out) & {"\x1b", "\x07"}


# --- calendar ---


def events(path: str | Path) -> dict[str, dict[str, str]]:
    """Read the entries of a calendar, by their UID, without folding."""
    text = Path(path).read_bytes().decode().replace("\r\n ", "")
    parts = [
        dict(line.split(":", 1) for line in part.split("\r\n") if ":" in line) for part in text.split("BEGIN:V") if "UID" in part
    ]
    return {part["UID"]: part for part in parts}


@pytest.mark.parametrize("todo", [False, True])
def test_a_record_s_plan_becomes_a_calendar(command: Command, file: Path, todo: bool) -> None:
    answer = command("calendar", file, "out.ics", *(["--todo"] if todo else []))
    count = len(plan(load_interview(file), as_of=NOW).actions)
    assert answer == (0, f"out.ics: {count} {'to-do' if todo else 'event'}s\n", "")
    assert len(events("out.ics")) == count
    assert (b"BEGIN:VTODO" if todo else b"BEGIN:VEVENT") in Path("out.ics").read_bytes()
    assert b"DTSTAMP:20261119T153000Z" in Path("out.ics").read_bytes()


def test_a_folder_becomes_one_calendar_with_throttles_shared(command: Command, folder: Path) -> None:
    assert command("calendar", "jobs", "out.ics").code == 0
    plans = plan_all([record.interview for record in load_folder(folder).records], as_of=NOW)
    assert len(events("out.ics")) == sum(len(one.actions) for one in plans)


def test_written_again_what_is_gone_is_cancelled_and_nothing_is_twice(command: Command, file: Path) -> None:
    command("calendar", file, "out.ics")
    before = events("out.ics")
    command("record", file, "done", "thank-you-email")
    assert command("calendar", file, "out.ics").code == 0
    after = events("out.ics")
    assert after.keys() == before.keys()
    assert sum(one["STATUS"] == "CANCELLED" for one in after.values()) == 1
    command("record", file, "decided", "offer", "--at", "2026-11-19T10:00")
    assert command("calendar", file, "out.ics").out == "out.ics: 0 events\n"
    assert {one["STATUS"] for one in events("out.ics").values()} == {"CANCELLED"}


def test_one_event_is_one(command: Command, file: Path) -> None:
    assert command("calendar", file, "out.ics", "--as-of", "2026-12-20").out == "out.ics: 1 event\n"


def test_json_tells_what_was_written(command: Command, folder: Path) -> None:
    assert json.loads(command("calendar", "jobs/a.toml", "out.ics", "--json").out) == {
        "file": "out.ics",
        "written": True,
        "entries": 3,
        "broken": [],
    }


def test_a_broken_file_does_not_cancel_what_stands_in_the_calendar(command: Command, folder: Path) -> None:
    path = broken(folder)
    answer = command("calendar", "jobs", "out.ics")
    assert answer.code == 1
    assert "jobs/broken.toml: " in answer.err
    assert answer.out.startswith("out.ics: ")
    before = Path("out.ics").read_bytes()
    (folder / "a.toml").write_text("company = ", encoding="utf-8")
    answer = command("calendar", "jobs", "out.ics")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.endswith("out.ics: was left as it was; without the files above, their entries would be cancelled\n")
    told = json.loads(command("calendar", "jobs", "out.ics", "--json").out)
    assert told["written"] is False
    assert [error["source"] for error in told["broken"]] == ["jobs/a.toml", f"jobs/{path.name}"]
    assert Path("out.ics").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("initech.toml", "out.txt"), "out.txt: must end in `.ics`"),
        (("none.toml", "out.ics"), "none.toml: there is no such file"),
        (("initech.toml", "other.ics"), "other.ics: since: must be an iCalendar file that can be read"),
        (("initech.toml", "none/out.ics"), "none/out.ics: cannot be written: No such file or directory"),
        (("initech.toml", "folder.ics"), "folder.ics: must be a file, and is a folder"),
        (("initech.toml", "out.ics", "--as-of", "soon"), "--as-of: must be"),
        (("initech.toml", "read-only.ics"), "read-only.ics: is read-only; it was left as it was"),
    ],
)
def test_a_calendar_that_cannot_be_written_is_told(command: Command, file: Path, arguments: tuple[str, ...], message: str) -> None:
    Path("other.ics").write_text("my shopping list", encoding="utf-8")
    Path("folder.ics").mkdir()
    Path("read-only.ics").write_bytes(b"")
    Path("read-only.ics").chmod(0o444)
    there = sorted(Path().iterdir())
    answer = command("calendar", *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err
    assert sorted(Path().iterdir()) == there


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_full_disk_leaves_the_old_calendar(command: Command, file: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    command("calendar", file, "out.ics")
    before = Path("out.ics").read_bytes()
    monkeypatch.setattr(os if call == "fsync" else Path, call, full)
    assert "out.ics: cannot be written: No space left on device" in command("calendar", file, "out.ics", "--as-of", "start").err
    assert Path("out.ics").read_bytes() == before
    assert [path.name for path in Path().iterdir() if path.name.startswith(".")] == []


def test_a_link_to_a_calendar_stays_one(command: Command, file: Path) -> None:
    Path("real.ics").write_bytes(b"")
    Path("out.ics").symlink_to("real.ics")
    Path("real.ics").unlink()
    assert command("calendar", file, "out.ics").code == 0
    assert command("calendar", file, "out.ics", "--as-of", "start").code == 0
    assert Path("out.ics").is_symlink()
    assert Path("real.ics").is_file()


# --- a picture ---


def test_a_plan_is_drawn_beside_what_is_printed(command: Command, file: Path) -> None:
    printed = command("plan", file).out
    assert command("plan", file, "--svg", "plan.svg") == (0, printed, "")
    made = plan(load_interview(file), as_of=NOW)
    assert Path("plan.svg").read_text(encoding="utf-8") == made.svg()
    command("plan", file, "--svg", "plan.svg", "--tz", "Asia/Tokyo")
    assert Path("plan.svg").read_text(encoding="utf-8") == made.in_timezone("Asia/Tokyo").svg()


def test_a_picture_that_cannot_be_written_is_told(command: Command, file: Path) -> None:
    assert command("plan", file, "--svg", "plan.png") == (2, "", "followup-rules: plan.png: must end in `.svg`\n")
    assert command("plan", file, "--svg", "none/plan.svg").err == (
        "followup-rules: none/plan.svg: cannot be written: No such file or directory\n"
    )
