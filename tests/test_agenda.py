"""Agendas: a folder planned together, the broken files beside the good ones, today first."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from followup_rules import Contact, FollowupError, plan_all, to_data
from followup_rules.agenda import load_folder, make_agenda
from tests.making import AT, DANA, OLA, interview


def put(folder: Path, name: str, record: object) -> None:
    (folder / name).write_text(json.dumps(to_data(record)))


def test_broken_files_do_not_stand_in_the_way_of_the_others(tmp_path: Path) -> None:
    put(tmp_path, "b.json", interview())
    put(tmp_path, "a.json", interview(company="Hooli"))
    put(tmp_path, "copy.json", interview())
    (tmp_path / "c.toml").write_text("company = ")
    (tmp_path / ".hidden.toml").write_text("company = ")
    (tmp_path / "notes.txt").write_text("call mother")
    told: list[tuple[int, int]] = []
    folder = load_folder(tmp_path, progress=lambda count, of: told.append((count, of)))
    assert [Path(record.file).name for record in folder.records] == ["a.json", "b.json"]
    assert [Path(error.source).name for error in folder.broken] == ["c.toml", "copy.json"]
    assert "is already the id of" in str(folder.broken[1])
    assert told == [(0, 4), (1, 4), (2, 4), (3, 4)]


def test_a_folder_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(FollowupError, match="cannot be read as a folder: No such file"):
        load_folder(tmp_path / "none")
    with pytest.raises(FollowupError, match="cannot be read as a folder"):
        load_folder("a\0b")


def test_every_action_and_every_skip_is_somewhere(tmp_path: Path) -> None:
    put(tmp_path, "a.json", interview(contacts=[DANA, OLA]))
    put(
        tmp_path,
        "b.json",
        interview(company="Hooli", starts_at=AT.in_timezone("Asia/Tokyo").add(days=1), contacts=[OLA, Contact("Ann")]),
    )
    records = load_folder(tmp_path).records
    agenda = make_agenda(records, as_of=AT.add(hours=6), days=5)
    assert agenda.plans == plan_all([record.interview for record in records], as_of=AT.add(hours=6))
    entries = [*agenda.today, *agenda.coming, *agenda.later]
    assert len(entries) == sum(len(plan.actions) for plan in agenda.plans)
    assert len(agenda.blocked) + agenda.idle == sum(len(plan.skipped) for plan in agenda.plans)
    for group in (agenda.today, agenda.coming, agenda.later):
        assert [entry.action.at for entry in group] == sorted(entry.action.at for entry in group)


def test_today_is_the_date_at_the_employers(tmp_path: Path) -> None:
    put(tmp_path, "tokyo.json", interview(starts_at=AT.in_timezone("Asia/Tokyo")))
    records = load_folder(tmp_path).records
    # 17:00 of the 18th in New York is already the 19th in Tokyo.
    agenda = make_agenda(records, as_of=AT.add(hours=3))
    assert {entry.action.at.date().isoformat() for entry in agenda.today} == {"2026-11-19"}
    assert all(entry.action.at.date().isoformat() > "2026-11-19" for entry in agenda.coming + agenda.later)
