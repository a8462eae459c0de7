"""Writing to records: comments and layout stay, both of two writers land, and a kill leaves the old file or the new."""

from __future__ import annotations

import datetime as dt
import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup_rules import (
    Contacted,
    Decided,
    Done,
    FollowupError,
    InvalidRecord,
    Replied,
    Unreachable,
    editing,
    files,
    load_interview,
    to_data,
)
from followup_rules.editing import add_event, write_new
from tests.making import AT, DANA, interview

RECORD = """\
# Met at the fair.   Do not call before nine!
company   = "Initech"   # the new office
timezone = "America/New_York"
starts_at = 2026-11-18T14:00:00

[[contacts]]
name = 'Dana Reyes' # very kind
email = "dana@initech.example"
# the end
"""


def put(folder: Path, text: str = RECORD, name: str = "initech.toml") -> Path:
    file = folder / name
    file.write_bytes(text.encode())
    return file


@pytest.mark.parametrize(
    "event",
    [
        Done("thank-you-email", "Dana Reyes", at=AT.add(hours=3), note='said "hello"\nand more'),
        Contacted("call", at=AT.in_timezone("Asia/Tokyo")),
        Replied(at=AT, decision_by=dt.date(2026, 12, 1)),
        Unreachable("email", "Dana Reyes", at=AT),
        Decided("offer", at=AT.set(day=1, hour=0).add(hours=2, minutes=30)),
    ],
)
@pytest.mark.parametrize("text", [RECORD, RECORD.replace("\n", "\r\n"), RECORD + "\n\n", "events = []\n" + RECORD])
def test_the_event_is_added_and_all_else_stays_to_the_letter(tmp_path: Path, event: Done, text: str) -> None:
    file = put(tmp_path, text)
    before, after = add_event(file, event)
    assert before.events == ()
    assert after == before.record(event) == load_interview(file)
    if "events = []" not in text:
        assert file.read_bytes().startswith(text.rstrip().encode())
    assert "very kind" in file.read_text()
    assert [path.name for path in tmp_path.iterdir()] == ["initech.toml"]
    assert add_event(file, event)[0] == after
    assert len(load_interview(file).events) == 2


@given(note=st.text(max_size=40), at=st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2027, 1, 1), timezones=st.just(dt.UTC)))
def test_any_note_and_moment_survive(tmp_path_factory: pytest.TempPathFactory, note: str, at: dt.datetime) -> None:
    file = put(tmp_path_factory.mktemp("one"))
    _, after = add_event(file, Replied(at=at, note=note))
    assert load_interview(file) == after


def test_json_and_links_are_written_too(tmp_path: Path) -> None:
    file = put(tmp_path, json.dumps(to_data(interview())), "one.json")
    link = tmp_path / "link.json"
    link.symlink_to(file)
    _, after = add_event(link, Replied(at=AT))
    assert link.is_symlink()
    assert load_interview(file) == after


def test_the_mode_of_the_file_stays(tmp_path: Path) -> None:
    file = put(tmp_path)
    file.chmod(0o640)
    add_event(file, Replied(at=AT))
    assert file.stat().st_mode & 0o777 == 0o640


def test_a_bad_event_or_file_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    file = put(tmp_path)
    with pytest.raises(InvalidRecord, match="must name a contact"):
        add_event(file, Replied("Ola", at=AT))
    assert file.read_text() == RECORD
    with pytest.raises(InvalidRecord, match="no such file"):
        add_event(tmp_path / "none.toml", Replied(at=AT))
    broken = put(tmp_path, "company = ", "broken.toml")
    with pytest.raises(InvalidRecord, match="must be TOML"):
        add_event(broken, Replied(at=AT))


def test_a_read_only_file_is_left_alone(tmp_path: Path) -> None:
    file = put(tmp_path)
    file.chmod(0o444)
    with pytest.raises(FollowupError, match="is read-only; nothing was written"):
        add_event(file, Replied(at=AT))
    assert file.read_text() == RECORD


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_full_disk_is_told_and_nothing_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    file = put(tmp_path)
    monkeypatch.setattr(os if call == "fsync" else Path, call, full)
    with pytest.raises(FollowupError, match="No space left on device; it is as it was"):
        add_event(file, Replied(at=AT))
    assert file.read_text() == RECORD
    assert [path.name for path in tmp_path.iterdir()] == ["initech.toml"]


def test_a_file_over_the_limit_is_not_written(tmp_path: Path) -> None:
    file = put(tmp_path, RECORD + "#" * ((1 << 20) - len(RECORD) - 10))
    with pytest.raises(FollowupError, match="would be over 1 MiB"):
        add_event(file, Replied(at=AT))


def test_a_change_made_meanwhile_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = put(tmp_path)
    read = files.read_text
    reads = 0

    def meddle(source: str) -> str:
        nonlocal reads
        reads += 1
        if reads == 2:  # just before the renaming, another program saves
            file.write_text(RECORD + "# and more\n")
        return read(source)

    monkeypatch.setattr(editing, "read_text", meddle)
    add_event(file, Replied(at=AT))
    assert "# and more" in file.read_text()
    assert len(load_interview(file).events) == 1


def test_a_file_that_never_rests_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = put(tmp_path)
    read = files.read_text

    def meddle(source: str) -> str:
        text = read(source)
        file.write_text(text + "#\n")
        return text

    monkeypatch.setattr(editing, "read_text", meddle)
    with pytest.raises(FollowupError, match="changed by another program again and again"):
        add_event(file, Replied(at=AT))


def test_what_would_read_back_differently_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = put(tmp_path)
    monkeypatch.setattr(editing, "_with_event", lambda text, *_: text)
    with pytest.raises(FollowupError, match="cannot be added to as it is laid out"):
        add_event(file, Replied(at=AT))


def test_a_lock_that_is_not_let_go_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = put(tmp_path)
    monkeypatch.setattr(editing, "LOCK_SECONDS", 0.1)
    with editing._locked(str(file), "x"), pytest.raises(FollowupError, match="is being written by another program"):
        add_event(file, Replied(at=AT))


WRITER = """
import sys, pendulum
from followup_rules import Replied
from followup_rules.editing import add_event
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[2])):
    add_event(sys.argv[1], Replied(at=pendulum.datetime(2026, 11, 19), note=f"{sys.argv[3]} {number}"))
"""


def writer(file: Path, count: int, name: str) -> subprocess.Popen[str]:
    made = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(file), str(count), name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert made.stdout is not None
    assert made.stdout.readline() == "ready\n"
    return made


def test_two_at_once_both_land(tmp_path: Path) -> None:
    file = put(tmp_path)
    writers = [writer(file, 10, name) for name in ("one", "two")]
    for each in writers:
        assert each.stdin is not None
        each.stdin.write("\n")
        each.stdin.flush()
    for each in writers:
        each.communicate()
        assert each.returncode == 0
    notes = {event.note for event in load_interview(file).events}
    assert notes == {f"{name} {number}" for name in ("one", "two") for number in range(10)}


def test_a_kill_at_any_moment_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    file = put(tmp_path)
    landed = 0
    for number in range(12):
        each = writer(file, 1000, str(number))
        assert each.stdin is not None
        each.stdin.write("\n")
        each.stdin.flush()
        time.sleep(0.004 * number)
        each.send_signal(signal.SIGKILL)
        each.communicate()
        events = load_interview(file).events
        assert len(events) >= landed
        assert file.read_text().startswith(RECORD.rstrip())
        landed = len(events)


def test_a_new_file_never_replaces_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "new.toml"
    write_new(file, RECORD)
    assert load_interview(file).contacts[0].name == DANA.name
    with pytest.raises(FollowupError, match="there is a file of that name already"):
        write_new(file, "")
    with pytest.raises(FollowupError, match="cannot be written: No such file or directory"):
        write_new(tmp_path / "none" / "new.toml", "")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FollowupError, match="No space left on device"):
        write_new(tmp_path / "other.toml", RECORD)
    assert not (tmp_path / "other.toml").exists()
