"""Files: what can stand in the way of reading one is told, and nothing but `FollowupError` comes out."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from followup_rules import (
    CLASSIC,
    FollowupError,
    InvalidRecord,
    InvalidRuleset,
    load_interview,
    load_ruleset,
    public_holidays,
    to_data,
)
from followup_rules.files import MAX_BYTES
from tests.making import AT, interview, paths

TOML = 'company = "Initech"\ntimezone = "America/New_York"\nstarts_at = 2026-11-18T14:00:00\n'


def put(folder: Path, name: str, content: str | bytes) -> Path:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def test_toml_and_json_are_one_shape(tmp_path: Path) -> None:
    record = interview(role="", contacts=())
    assert load_interview(put(tmp_path, "one.toml", TOML)) == record
    assert load_interview(put(tmp_path, "one.json", json.dumps(to_data(record)))) == record
    assert load_interview(str(put(tmp_path, "bom.toml", "\ufeff" + TOML))) == record
    assert load_ruleset(put(tmp_path, "rules.json", json.dumps(to_data(CLASSIC)))) == CLASSIC


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.toml", "company = ", "must be TOML"),
        ("a.json", "{", "must be JSON"),
        ("a.json", "[" * 100_000, "sensible depth"),
        ("a.json", '{"company": ' + "9" * 5000 + "}", "sensible"),
        ("a.toml", "company = " + "9" * 5000, "sensible"),
        ("a.json", '{"company": "a", "company": "b"}', "must not be given twice"),
        ("a.yaml", TOML, "must end in `.toml` or `.json`, not `.yaml`"),
        ("a.toml", b"company = 'x'\nrole = '\xff'\n", "must be UTF-8 text: line 2 is not"),
        ("a.toml", "#" * (MAX_BYTES + 1), "must be at most 1 MiB"),
        ("a.toml", 'company = "Initech"\n', "2 faults"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_name(tmp_path: Path, name: str, content: str | bytes, message: str) -> None:
    file = put(tmp_path, name, content)
    with pytest.raises(InvalidRecord, match=message) as caught:
        load_interview(file)
    assert caught.value.source == str(file)
    with pytest.raises(InvalidRuleset):
        load_ruleset(file)


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(FollowupError, match="there is no such file"):
        load_interview(tmp_path / "none.toml")
    with pytest.raises(FollowupError, match="is a folder"):
        load_interview(tmp_path)
    with pytest.raises(FollowupError, match="cannot be read"):
        load_interview("a\0b.toml")
    with pytest.raises(FollowupError, match="cannot be read"):
        load_interview(tmp_path / ("x" * 300 + ".toml"))


def test_a_country_adds_a_year_of_holidays_as_it_is_loaded(tmp_path: Path) -> None:
    made = load_interview(put(tmp_path, "one.toml", TOML + 'country = "US"\nclosed_on = ["2026-11-27"]\n'))
    days = {day.isoformat() for day in made.closed_on}
    assert {"2026-11-26", "2026-11-27", "2026-12-25", "2027-07-04"} <= days
    assert min(days) >= "2026-11-18"
    assert max(days) < "2027-11-18"
    assert "country" not in to_data(made)


def test_a_country_waits_for_what_it_needs(tmp_path: Path) -> None:
    with pytest.raises(InvalidRecord) as caught:
        load_interview(put(tmp_path, "one.json", '{"company": "Initech", "timezone": "UTC", "country": "US", "closed_on": 7}'))
    assert paths(caught.value) == {"starts_at", "closed_on"}
    with pytest.raises(InvalidRecord) as caught:
        load_interview(put(tmp_path, "two.toml", TOML + 'country = "XX"\nclosed_on = 7\n'))
    assert paths(caught.value) == {"country", "closed_on"}
    with pytest.raises(InvalidRecord) as caught:
        load_interview(put(tmp_path, "three.toml", TOML + 'country = "US"\nclosed_on = 7\n'))
    assert paths(caught.value) == {"closed_on"}


def test_public_holidays_are_those_of_a_year_from_a_date() -> None:
    assert {day.isoformat() for day in public_holidays("US-NY", AT.date())} >= {"2026-11-26", "2027-02-12"}
    leap = public_holidays("de-by", AT.date().replace(year=2028, month=2, day=29))
    assert (leap[0].isoformat(), leap[-1].isoformat()) == ("2028-04-14", "2029-01-06")
    with pytest.raises(InvalidRecord, match="must be an ISO 3166 code"):
        public_holidays("Narnia", AT.date())
    with pytest.raises(InvalidRecord, match="must be an ISO 3166 code"):
        public_holidays("US-XX", AT.date())
    with pytest.raises(InvalidRecord, match="must be a date"):
        public_holidays("US", "soon")  # type: ignore[arg-type]
    with pytest.raises(InvalidRecord, match="must be a date"):
        public_holidays("US", AT)


def test_a_missing_extra_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "holidays", None)
    with pytest.raises(InvalidRecord, match="needs the `holidays` extra"):
        public_holidays("US", AT.date())
