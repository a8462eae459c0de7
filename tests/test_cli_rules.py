"""`followup-rules rules` and `schema`: a cadence as a page, as a file that loads back equal, as data."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from pathlib import Path
from typing import Any

import attrs
import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followup_rules import CLASSIC, After, Hours, Ruleset, Throttle, Wording, from_data, load_ruleset, to_data
from followup_rules.cadences import BY_NAME
from followup_rules.cli.rules import as_file, in_words, page
from followup_rules.cli.toml import to_toml
from tests.commanding import RECORD, Command, make_command
from tests.making import ruleset, step
from tests.pinned import pinned

OWN = ruleset(
    step(
        "one",
        "call",
        After("decision", workdays=-2),
        priority=3,
        stop_on=("offer", "rejection"),
        only_if=["replied"],
        title='A "title"',
    ),
    step(
        "two", "letter", After("one", hours=3), to="each", guidance=["x" * 90, "y\\"], draft='Line "one"\n"""three""" \\ \x07\ttab'
    ),
    hours=[Hours("odd", ("mon", "wed", "thu"), opens="08:00", closes="09:00")],
    throttles=[Throttle("one-a-day", ("call", "letter"), days=1)],
    wording=[Wording("no-gossip", phrases=["between us", "they say"])],
    stop_on=(),
)


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    return make_command(monkeypatch, capsys)


@pytest.mark.parametrize("name", BY_NAME)
def test_a_page_tells_every_text_of_a_cadence(command: Command, name: str) -> None:
    told = command("rules", name).out
    rules = BY_NAME[name]
    texts = [str(rules), rules.summary, *(one.because for one in rules.wording)]
    texts += [
        text for one in rules.steps for text in (one.title, one.id, *one.guidance, one.if_unreachable, *one.draft.splitlines())
    ]
    texts += [one.id for one in rules.throttles] + [one.id for one in rules.wording] + [in_words(one) for one in rules.hours]
    assert [text for text in texts if text not in told] == []


@pytest.mark.parametrize(("name", "rules"), [("classic", CLASSIC), ("own", OWN), ("bare", ruleset(step("one")))])
def test_pages_and_files_are_as_they_were_read_and_found_good(name: str, rules: Ruleset) -> None:
    told = "\n".join(page(rules))
    assert told == pinned(f"page-{name}", told)
    assert as_file(rules) == pinned(f"file-{name}", as_file(rules))


@pytest.mark.parametrize("name", BY_NAME)
@pytest.mark.parametrize(("form", "ending"), [("--toml", ".toml"), ("--json", ".json")])
def test_a_file_to_start_from_loads_back_equal(command: Command, tmp_path: Path, name: str, form: str, ending: str) -> None:
    file = tmp_path / f"mine{ending}"
    file.write_text(command("rules", name, form).out, encoding="utf-8")
    assert load_ruleset(file) == BY_NAME[name]
    assert command("rules", file).out == command("rules", name).out


def test_any_text_in_a_cadence_survives_its_file() -> None:
    assert from_data(tomllib.loads(as_file(OWN)), Ruleset) == OWN


def test_without_a_name_the_cadences_are_listed(command: Command) -> None:
    told = command("rules").out
    assert told == pinned("cadences", told.rstrip("\n")) + "\n"
    assert json.loads(command("rules", "--json").out) == {name: rules.summary for name, rules in BY_NAME.items()}


@pytest.mark.parametrize(
    ("arguments", "message"), [(("classic", "--toml", "--json"), "choose one"), (("--toml",), "needs the name of a cadence")]
)
def test_what_does_not_go_together_is_refused(command: Command, arguments: tuple[str, ...], message: str) -> None:
    answer = command("rules", *arguments)
    assert answer.code == 2
    assert message in answer.err


def test_days_in_a_row_are_told_as_a_range() -> None:
    office = Hours("office", ("mon", "tue", "wed", "thu", "fri"), opens="09:00", closes="17:00")
    assert in_words(office) == "office (mon to fri, 09:00 to 17:00, not on holidays)"
    odd = attrs.evolve(office, days=("sat", "sun"), shut_on_holidays=False)
    assert in_words(odd) == "office (sat sun, 09:00 to 17:00, also on holidays)"


# --- any data as TOML ---

texts = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from('"\\\n\r\t\x00\x7f\u2028'), max_size=30)
plain = texts | st.integers(-5, 5) | st.booleans()
keys = st.sampled_from(["id", "due", "not_before", "guidance", "steps"])
inline = st.dictionaries(keys, plain, min_size=1)
values = plain | st.lists(texts, max_size=3) | inline | st.lists(inline, max_size=3)
tables = st.dictionaries(keys, values, min_size=1)


@settings(max_examples=150)
@given(st.dictionaries(keys, values | st.lists(tables, min_size=1, max_size=2)))
def test_what_is_written_as_toml_is_read_back(data: dict[str, Any]) -> None:
    assert tomllib.loads(to_toml(data)) == data
    assert tomllib.loads(to_toml(data, lambda path: "remark")) == data


def test_no_control_character_reaches_the_terminal_in_a_file() -> None:
    assert all(line.isprintable() for line in to_toml({"a": "\x1b[31m\u202e\x00", "b": "\n\x1b"}).split("\n"))


# --- schemas ---


@pytest.mark.parametrize("name", ["interview", "ruleset", "plan"])
def test_schemas_are_those_of_the_data_forms(command: Command, name: str, tmp_path: Path) -> None:
    record = tmp_path / "record.toml"
    record.write_text(RECORD, encoding="utf-8")
    made = {
        "interview": {**tomllib.loads(RECORD), "starts_at": dt.datetime(2026, 11, 18, 14).isoformat()},
        "ruleset": to_data(CLASSIC),
        "plan": json.loads(command("plan", record, "--json").out),
    }
    schema = json.loads(command("schema", name).out)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(made[name])


def test_a_schema_that_is_not_there_is_refused(command: Command) -> None:
    answer = command("schema", "plna")
    assert answer.code == 2
    assert "plan" in answer.err


def test_names_are_offered_for_completion(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: Command
) -> None:
    monkeypatch.setenv("_FOLLOWUP_RULES_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "followup-rules rules p")
    monkeypatch.setenv("COMP_CWORD", "2")
    assert set(command().out.split()) == {"patient", "phone-screen"}
