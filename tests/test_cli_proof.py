"""`followup-rules check` and `compare`: what they found is told whole, with examples that replay."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import attrs
import pytest

from followup_rules import (
    CLASSIC,
    After,
    Difference,
    Finding,
    Hours,
    Interview,
    Plan,
    Report,
    Ruleset,
    check,
    compare,
    from_data,
    plan,
)
from followup_rules.cadences import MINIMAL
from followup_rules.cli.rules import as_file
from tests.commanding import Command, make_command
from tests.making import ruleset, step
from tests.pinned import pinned

OFFICE = Hours("office", ("mon", "tue", "wed", "thu", "fri"), opens="09:00", closes="17:00")
EATEN = ruleset(
    step("note", due=After("end", hours=1), during="office", expires=After("end", hours=24)),
    step("never", only_if=["format:video"], unless=["format:video"]),
    hours=[OFFICE],
)


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    return make_command(monkeypatch, capsys)


def saved(path: Path, rules: Ruleset) -> Path:
    path.write_text(as_file(rules), encoding="utf-8")
    return path


def read_example(told: str) -> Interview:
    """Read the first record that is shown back, as a person who copies it would."""
    lines = told.split("\n")
    start = next(place for place, line in enumerate(lines) if line.endswith("as a record:")) + 1
    end = next(place for place in range(start, len(lines)) if lines[place].startswith("  ") and not lines[place].startswith("    "))
    return from_data(tomllib.loads("\n".join(line.strip() for line in lines[start:end])), Interview)


def test_an_unsound_cadence_ends_with_1_and_shows_why(command: Command, tmp_path: Path) -> None:
    answer = command("check", saved(tmp_path / "eaten.toml", EATEN))
    assert answer.code == 1
    assert answer.out == pinned("check", answer.out)
    assert "error never-planned: never" in answer.out
    shown = plan(read_example(answer.out), EATEN)
    assert [skip.code for skip in shown.skipped if skip.step == "note"] == ["expired"]


def test_findings_that_are_no_errors_end_with_0(command: Command, tmp_path: Path) -> None:
    rules = attrs.evolve(EATEN, steps=EATEN.steps[:1])
    answer = command("check", saved(tmp_path / "eaten.toml", rules))
    assert answer.code == 0
    assert "warning can-expire: note" in answer.out


def test_a_cadence_without_findings_says_so(command: Command, tmp_path: Path) -> None:
    answer = command("check", saved(tmp_path / "one.toml", ruleset(step("one"))))
    assert answer.code == 0
    assert "test 1: no findings\n" in answer.out


def test_json_is_the_whole_report(command: Command, tmp_path: Path) -> None:
    report = check(EATEN)
    told = json.loads(command("check", "--json", saved(tmp_path / "eaten.toml", EATEN)).out)
    read = [
        Finding(**(one | {"example": None if one["example"] is None else from_data(one["example"], Interview)}))
        for one in told["findings"]
    ]
    assert (read, told["universe"]) == (list(report.findings), report.universe)
    assert (told["cases"], told["conclusive"]) == (report.cases, report.conclusive)


def test_a_report_that_was_cut_short_says_so(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    one = Finding("can-expire", "warning", "research", "it can expire")
    cut = Report([one, one], "all of them", 7, conclusive=False)
    monkeypatch.setattr("followup_rules.checking.check", lambda rules: cut)
    answer = command("check", "classic")
    assert answer.code == 0
    assert "classic 1.0: 2 warnings\n  7 cases decided; all of them\n  INCONCLUSIVE: " in answer.out


def test_cadences_that_differ_end_with_1_and_show_where(command: Command) -> None:
    answer = command("compare", "classic", "minimal")
    assert answer.code == 1
    assert answer.out == pinned("compare", answer.out)
    smallest = read_example(answer.out)
    assert (
        plan(smallest, CLASSIC).actions != plan(smallest, MINIMAL).actions
        or plan(smallest).skipped != plan(smallest, MINIMAL).skipped
    )


def test_a_cadence_does_not_differ_from_itself(command: Command) -> None:
    answer = command("compare", "minimal", "minimal")
    assert (answer.code, answer.out) == (0, "minimal 1.0 and minimal 1.0 plan every interview of the checked universe alike\n")
    assert json.loads(command("compare", "minimal", "minimal", "--json").out) == {"different": False}


def test_json_is_the_whole_difference(command: Command) -> None:
    difference = compare(CLASSIC, MINIMAL)
    told = json.loads(command("compare", "classic", "minimal", "--json").out)
    assert told.pop("different") is True
    assert told.pop("smallest") is True
    kinds = {"interview": Interview, "old": Plan, "new": Plan}
    assert Difference(**{name: from_data(told[name], kind) for name, kind in kinds.items()}) == difference


def test_a_difference_in_a_deadline_alone_is_told(command: Command, tmp_path: Path) -> None:
    one, other = (ruleset(step("one", deadline=After("end", days=days))) for days in (1, 2))
    answer = command("compare", saved(tmp_path / "one.toml", one), saved(tmp_path / "other.toml", other))
    assert answer.code == 1
    changed = answer.out.partition("what the second changes:\n")[2].split("\n")
    assert changed[0].startswith("    - ")
    assert changed[1].startswith("    + ")


def test_a_difference_that_may_not_be_the_smallest_says_so(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    found = compare(CLASSIC, MINIMAL)
    assert found is not None
    monkeypatch.setattr("followup_rules.checking.compare", lambda old, new: attrs.evolve(found, smallest=False))
    assert "there may be a smaller one" in command("compare", "classic", "minimal").out


@pytest.mark.parametrize("arguments", [("check", "clasic"), ("compare", "classic", "clasic"), ("compare", "none.toml", "classic")])
def test_a_cadence_that_is_not_there_is_refused(command: Command, arguments: tuple[str, ...]) -> None:
    assert command(*arguments).code == 2
