"""The examples run, and say what their comments promise."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

import pendulum
import pytest

from followup_rules import Plan, check, load_interview, load_ruleset, plan, validate
from followup_rules.cadences import CLASSIC, PATIENT, PHONE_SCREEN

EXAMPLES = Path(__file__).parent.parent / "examples"
RECORDS = sorted(path.stem for path in (EXAMPLES / "records").glob("*.toml"))
AGENCY = load_ruleset(EXAMPLES / "through-a-recruiter.toml")


def planned(name: str, ruleset: Any, as_of: str | None) -> Plan:
    """Plan an example; `as_of` is a local time where the employer is."""
    record = load_interview(EXAMPLES / "records" / f"{name}.toml")
    moment = pendulum.parse(as_of, tz=record.timezone) if as_of else None
    assert moment is None or isinstance(moment, pendulum.DateTime)
    made = plan(record, ruleset, as_of=moment)
    assert validate(made) == ()
    assert made.warnings == ()
    return made


HIGHLIGHTS = {
    "onsite-panel": (
        CLASSIC,
        None,
        [
            "2026-11-18T18:00 research -",
            "2026-11-19T15:30 business-card -",
            "2026-11-19T17:30 thank-you-email Dana Reyes",
            "2026-11-19T17:30 thank-you-email Femi Adeyemi",
            "2026-11-19T17:30 thank-you-email Joan Whitlock",
            "2026-11-20T09:00 thank-you-letter Dana Reyes",
            "2026-11-20T09:00 thank-you-letter Femi Adeyemi",
            # Thanksgiving and the Friday are shut: the first day at work is the Monday.
            "2026-11-30T10:00 status-call Dana Reyes",
            "2026-12-07T10:00 status-email Dana Reyes",
        ],
        {"thank-you-letter Joan Whitlock": "no-contact", "status-by-email Dana Reyes": "not-applicable"},
    ),
    "second-team": (
        CLASSIC,
        "2026-11-23T11:30",
        [
            "2026-11-23T13:00 thank-you-email Priya Nair",
            "2026-11-30T10:00 status-call Priya Nair",
            "2026-12-07T10:00 status-email Priya Nair",
        ],
        {"research -": "expired", "business-card -": "not-applicable", "thank-you-letter Priya Nair": "no-contact"},
    ),
    "video-across-zones": (
        CLASSIC,
        "2026-10-21T09:00",
        # After the clocks went back, and ten in the morning all the same.
        ["2026-10-27T10:00 status-by-email Anke Vogel", "2026-11-03T10:00 status-email Anke Vogel"],
        {"status-call -": "no-contact"},
    ),
    "phone-screen": (
        PHONE_SCREEN,
        "2026-11-20T12:00",
        ["2026-11-20T12:30 thank-you-email Owen Pryce", "2026-11-27T10:00 status-by-email Owen Pryce"],
        {},
    ),
    "stated-date": (
        CLASSIC,
        "2026-11-23T09:00",
        # The fourth is a Friday: not before the Monday after it.
        ["2026-12-07T10:00 status-call Marguerite Finch", "2026-12-14T10:00 status-email Marguerite Finch"],
        {},
    ),
    "replies-and-voicemail": (
        CLASSIC,
        "2026-11-19T09:00",
        # A week after the reply that named no date; the message on the phone was the call.
        ["2026-11-25T10:00 status-email Aoife Brennan"],
        {"thank-you-email Seán Walsh": "no-contact", "business-card -": "expired"},
    ),
    "twelve-days-late": (
        CLASSIC,
        "2026-11-23T09:00",
        ["2026-11-23T10:00 status-call Karin Lindqvist", "2026-11-30T10:00 status-email Karin Lindqvist"],
        {"thank-you-email Karin Lindqvist": "expired", "thank-you-letter Karin Lindqvist": "expired"},
    ),
    "council-panel": (
        PATIENT,
        "2026-11-24T15:00",
        [
            "2026-11-24T15:00 business-card -",
            "2026-11-24T16:45 thank-you-email Bridget Hale",
            "2026-11-24T16:45 thank-you-email Colin Mayhew",
            "2026-12-18T10:00 status-after-date Bridget Hale",
            # Two weeks later is New Year's Day.
            "2027-01-04T10:00 status-email Bridget Hale",
        ],
        {"status-by-email Bridget Hale": "not-applicable"},
    ),
    "agency": (
        AGENCY,
        "2026-11-19T15:15",
        [
            "2026-11-19T16:00 debrief Lenka Dvořáková",
            "2026-11-19T17:00 thank-you-email Lenka Dvořáková",
            "2026-11-19T17:00 thank-you-email Petr Hála",
            "2026-11-26T11:00 first-check Lenka Dvořáková",
            "2026-12-03T11:00 last-check Lenka Dvořáková",
        ],
        {},
    ),
}


@pytest.mark.parametrize("name", RECORDS)
def test_each_example_is_planned_as_its_comments_say(name: str) -> None:
    ruleset, as_of, actions, skips = HIGHLIGHTS[name]
    made = planned(name, ruleset, as_of)
    assert [f"{one.at.naive().isoformat()[:16]} {one.step} {one.contact or '-'}" for one in made.actions] == actions
    assert not any(one.late for one in made.actions)
    skipped = {f"{one.step} {one.contact or '-'}": one.code for one in made.skipped}
    assert skips.items() <= skipped.items()


def test_a_thank_you_sent_from_another_zone_stands_in_the_employers_time() -> None:
    made = planned("video-across-zones", CLASSIC, "2026-10-21T09:00")
    assert [str(one.at) for one in made.done] == ["2026-10-20 20:05:00+02:00", "2026-10-20 20:20:00+02:00"]
    assert [str(one.at) for one in made.in_timezone("America/Sao_Paulo").actions][:1] == ["2026-10-27 06:00:00-03:00"]


def test_what_the_bounced_mail_leaves_undone_is_told() -> None:
    made = planned("replies-and-voicemail", CLASSIC, "2026-11-19T09:00")
    assert [one.note for one in made.done if one.step == "status-call"] == ["Voicemail. Left my name, the post and my number."]
    [text] = [one.text for one in made.skipped if (one.step, str(one.contact)) == ("thank-you-email", "Seán Walsh")]
    assert "email address was found not to work" in text


def run(script: str, *arguments: str) -> None:
    """Run an example's main function as the command line would."""
    runpy.run_path(str(EXAMPLES / script))["main"](*arguments)


def test_the_folder_is_planned_with_the_patience_of_one_company(capsys: pytest.CaptureFixture[str]) -> None:
    run("plan_a_folder.py", str(EXAMPLES / "records"), "2026-11-23T09:00-05:00")
    out, err = capsys.readouterr()
    assert err == ""
    told = out.split("\n")
    assert sum(not line.startswith("  ") for line in told if line) == len(RECORDS)
    assert "  late   Mon 23 Nov 2026 09:00  Send a thank-you email (Joan Whitlock)" in told
    assert "  today  Mon 23 Nov 2026 13:00  Send a thank-you email (Priya Nair)" in told
    # Alone, the second team would be called on the 30th too.
    assert "  then   Mon 30 Nov 2026 10:00  Call to ask about the status (Dana Reyes)" in told
    assert "  then   Mon 7 Dec 2026 10:00  Call to ask about the status (Priya Nair)" in told


def test_the_folder_is_planned_without_the_file_that_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "broken.toml").write_text('company = ""\n', encoding="utf-8")
    (tmp_path / "old.toml").write_text('company = "Initech"\ntimezone = "UTC"\nstarts_at = 2020-01-01T10:00:00\n', encoding="utf-8")
    run("plan_a_folder.py", str(tmp_path))
    out, err = capsys.readouterr()
    assert out == "Initech\n  nothing left to do\n"
    assert "broken.toml" in err
    assert "timezone" in err


def test_the_own_cadence_is_checked_and_used(capsys: pytest.CaptureFixture[str]) -> None:
    run("own_cadence.py")
    out = capsys.readouterr().out
    assert "cases decided" in out
    assert "error" not in out
    # A Friday afternoon: Saturday morning is the shop's next one, and the call comes a week after it.
    assert "Sat 21 Nov 10:00" in out
    assert "Sat 28 Nov 10:00" in out


def test_the_tracker_is_imported_row_by_row_and_a_bad_row_is_told_whole(capsys: pytest.CaptureFixture[str]) -> None:
    run("import_from_tracker.py", str(EXAMPLES / "tracker.csv"), "2026-11-23T09:00-07:00")
    out, err = capsys.readouterr()
    first, second = json.loads(out)
    assert [(one["step"], one["at"]) for one in first["actions"]] == [
        ("status-call", "2026-11-24T10:00:00-07:00"),
        ("status-email", "2026-12-01T10:00:00-07:00"),
    ]
    assert [(one["step"], one["at"], one["late"]) for one in second["actions"]] == [
        ("thank-you-email", "2026-11-23T18:00:00+02:00", True),
        ("status-by-email", "2026-12-02T10:00:00+02:00", False),
        ("status-email", "2026-12-09T10:00:00+02:00", False),
    ]
    assert err.startswith("row 4: ")
    assert all(fault in err for fault in ("timezone: ", "decision_by: ", "ends_at: "))


@pytest.mark.parametrize("script", ["plan_a_folder.py", "own_cadence.py", "import_from_tracker.py"])
def test_each_script_opens_with_how_to_run_it(script: str) -> None:
    assert f"python examples/{script}" in (EXAMPLES / script).read_text(encoding="utf-8").split('"""')[1]


def test_the_index_names_every_example() -> None:
    index = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    files = [path for path in EXAMPLES.rglob("*") if path.suffix in (".toml", ".py", ".csv")]
    assert [path.name for path in files if f"`{path.relative_to(EXAMPLES).as_posix()}`" not in index] == []


def test_the_cadence_in_the_file_is_sound() -> None:
    report = check(AGENCY)
    assert report.conclusive
    assert report.findings == ()
