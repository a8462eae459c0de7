"""The data forms: what is written is read again, and what is wrong is told with its path, all at once."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import jsonschema
import pendulum
import pytest

from followup_rules import (
    CLASSIC,
    After,
    Done,
    FollowupError,
    Interview,
    InvalidRecord,
    InvalidRuleset,
    Plan,
    Replied,
    Ruleset,
    from_data,
    plan,
    to_data,
)  # fmt: skip
from followup_rules.plans import Reason
from followup_rules.schemas import NAMED, schema, write_schema_files
from tests.making import AT, DANA, OLA, interview, paths

RECORD: dict[str, Any] = {"company": "Initech", "timezone": "America/New_York", "starts_at": "2026-11-18T14:00:00"}
RULES: dict[str, Any] = {"name": "mine", "version": "1", "steps": [{"id": "a", "channel": "email", "due": {"after": "end"}}]}


def test_defaults_are_left_out_of_records_and_rules() -> None:
    assert to_data(interview(role="", contacts=())) == RECORD
    assert to_data(from_data(RULES, Ruleset)) == RULES | {"steps": [RULES["steps"][0] | {"due": {"after": "end", "days": 0}}]}


def test_a_record_is_read_as_written() -> None:
    made = from_data(RECORD | {"role": "Backend engineer", "contacts": [to_data(DANA)]}, Interview)
    assert made == interview()


def test_date_times_with_an_offset_are_converted_into_the_zone() -> None:
    made = from_data(RECORD | {"starts_at": "2026-11-18T19:00:00Z"}, Interview)
    assert made.starts_at.isoformat() == "2026-11-18T14:00:00-05:00"


def test_native_dates_and_times_of_toml_are_taken() -> None:
    made = from_data(RECORD | {"starts_at": dt.datetime(2026, 11, 18, 14), "decision_by": dt.date(2026, 12, 1)}, Interview)
    assert made == interview(role="", contacts=(), decision_by=dt.date(2026, 12, 1))
    assert from_data({"after": "end", "days": 1, "at": dt.time(10)}, After) == After("end", days=1, at="10:00")


@pytest.mark.parametrize("hour", [5, 6])
def test_both_passes_of_a_double_hour_survive(hour: int) -> None:
    moment = pendulum.datetime(2026, 11, 1, hour, 30).in_timezone("America/New_York")
    made = interview(starts_at=moment, events=[Replied(at=moment)])
    again = from_data(json.loads(json.dumps(to_data(made))), Interview)
    assert again == made
    assert again.starts_at.utcoffset() == moment.utcoffset()


def test_a_fixed_offset_survives() -> None:
    made = interview(starts_at=dt.datetime(2026, 11, 18, 14, tzinfo=dt.timezone(dt.timedelta(hours=5, minutes=30))))
    assert to_data(made)["timezone"] == "+05:30"
    assert from_data(to_data(made), Interview) == made


def test_plans_survive_also_in_another_zone() -> None:
    record = interview(contacts=[DANA, OLA]).record(Done("thank-you-email", "Dana Reyes", at=AT.add(days=2), note="late"))
    made = plan(record, as_of=AT.add(days=3))
    for one in (made, made.in_timezone("Asia/Tokyo")):
        data = json.loads(json.dumps(to_data(one)))
        assert from_data(data, Plan) == one
    assert to_data(made)["done"] == [
        {"step": "thank-you-email", "contact": "Dana Reyes", "at": "2026-11-20T14:00:00-05:00", "note": "late"}
    ]


def test_parts_are_read_and_written_too() -> None:
    for part in (DANA, CLASSIC.steps[2], CLASSIC.hours[0], CLASSIC.throttles[0], CLASSIC.wording[0]):
        assert from_data(to_data(part), type(part)) == part


def test_every_fault_of_a_record_is_told_at_once() -> None:
    bad = {
        "compny": "Initech",
        "timezone": "America/New_Yrok",
        "starts_at": "2026-11-18",
        "ends_at": 7,
        "format": "zoom",
        "contacts": [{"name": "Dana", "emial": "d@initech.example"}, {"name": "Dana"}, 7],
        "closed_on": ["2026-13-01"],
        "tags": "urgent",
        "events": [
            {"kind": "dnoe", "at": "2026-11-18T10:00:00"},
            {"kind": "done", "at": "2026-11-18T10:00:00"},
            {"kind": "contacted", "channel": "call", "contact": "Ola", "at": "yesterday"},
            "called",
            {"kind": "replied", "at": "1066-10-14T10:00:00"},
        ],
    }
    with pytest.raises(InvalidRecord) as caught:
        from_data(bad, Interview)
    assert paths(caught.value) == {
        "compny", "company", "timezone", "starts_at", "ends_at", "format", "contacts[0].emial", "contacts[1].name", "contacts[2]",
        "closed_on[0]", "tags", "events[0].kind", "events[1].step", "events[2].at", "events[3]", "events[4].at",
    }  # fmt: skip
    assert "did you mean `company`?" in str(caught.value)


def test_a_fault_elsewhere_hides_no_fault_between_values() -> None:
    bad = RECORD | {"ends_at": "2026-11-18T13:00:00", "format": "zoom", "contacts": [{"name": "Dana"}], "events": [
        {"kind": "contacted", "channel": "fax", "contact": "Ola", "at": "2026-11-18T10:00:00"}]}  # fmt: skip
    with pytest.raises(InvalidRecord) as caught:
        from_data(bad, Interview)
    assert paths(caught.value) == {"ends_at", "format", "events[0].channel", "events[0].contact"}


def test_every_fault_of_a_ruleset_is_told_at_once() -> None:
    bad = {
        "name": "mine",
        "steps": [
            {"id": "a", "channel": "email", "due": {"after": "b", "dayz": 7}, "during": "offce", "only_if": ["done:c"]},
            {"id": "b", "channel": "cal", "due": {"after": "a", "days": "7"}, "deadline": {"after": "c"}, "not_before": [{"after": "d", "hours": 1, "at": "10:00"}]},
            {"id": "e", "channel": "task", "due": {"after": 7}, "expires": {"days": 1}},
        ],
        "hours": [{"name": "office", "days": ["mon"], "opens": "09:00", "closes": "25:00"}],
        "throttles": [{"id": "t", "channels": ["email"], "max": "1", "exempt": ["c"]}],
        "wording": [{"id": "w", "phrases": ["hi"], "steps": ["c"]}, {"id": "v"}],
        "stop_on": ["hired"],
    }  # fmt: skip
    with pytest.raises(InvalidRuleset) as caught:
        from_data(bad, Ruleset)
    assert paths(caught.value) == {
        "version", "steps[0].due.dayz", "steps[0].during", "steps[0].only_if[0]", "steps[0]", "steps[1].channel", "steps[1].due.days",
        "steps[1].deadline.after", "steps[1].not_before[0].at", "steps[1].not_before[0].after", "steps[2].due.after", "steps[2].expires.after",
        "hours[0].closes", "throttles[0].max", "throttles[0].exempt[0]", "wording[0].steps[0]", "wording[1]", "stop_on[0]",
    }  # fmt: skip


def test_a_rule_without_a_name_is_told() -> None:
    bad = RULES | {"throttles": [{"channels": ["email"]}], "wording": [{"forbid": "pushy"}]}
    with pytest.raises(InvalidRuleset) as caught:
        from_data(bad, Ruleset)
    assert paths(caught.value) == {"throttles[0].id", "wording[0].id"}


def test_names_that_cannot_be_read_make_no_further_faults() -> None:
    bad = RULES | {
        "steps": [{"channel": "email", "due": {"after": "b"}}, 7],
        "hours": 7,
        "throttles": [{"id": "t", "channels": ["email"], "exempt": ["c"]}],
    }
    with pytest.raises(InvalidRuleset) as caught:
        from_data(bad, Ruleset)
    assert paths(caught.value) == {"steps[0].id", "steps[1]", "hours"}


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ([], "(top level)"),
        (RECORD | {"country": 7}, "country"),
        (RECORD | {"contacts": [{"name": 7}]}, "contacts[0].name"),
        (RECORD | {"contacts": None}, "contacts"),
        (RECORD | {"timezone": 7}, "timezone"),
        ({key: value for key, value in RECORD.items() if key != "timezone"}, "timezone"),
    ],
)
def test_one_fault_of_a_record_has_one_path(data: Any, path: str) -> None:
    with pytest.raises(InvalidRecord) as caught:
        from_data(data, Interview)
    assert paths(caught.value) == {path}


def test_a_date_time_outside_a_record_needs_its_offset() -> None:
    with pytest.raises(InvalidRecord, match="must have an offset"):
        from_data({"step": "a", "at": "2026-11-18T14:00:00"}, Done)
    assert from_data({"step": "a", "at": "2026-11-18T14:00:00+00:00"}, Done) == Done("a", at=pendulum.datetime(2026, 11, 18, 14))


def test_a_plan_names_contacts_of_its_interview() -> None:
    data = to_data(plan(interview()))
    data["actions"][2]["contact"] = "Ola"
    data["timezone"] = "UTC"
    with pytest.raises(FollowupError, match="must name a contact of the interview: one of `Dana Reyes`, not `Ola`"):
        from_data(data, Plan)
    with pytest.raises(FollowupError, match="timezone: must be a time zone"):
        from_data(data | {"timezone": "Nope"}, Plan)
    with pytest.raises(FollowupError) as caught:
        from_data(data | {"interview": {}}, Plan)
    assert paths(caught.value) == {"interview.company", "interview.timezone", "interview.starts_at"}
    alone = to_data(plan(interview(contacts=())))
    alone["actions"][0]["contact"] = "Ola"
    with pytest.raises(FollowupError, match="none, as there are none"):
        from_data(alone, Plan)


def test_what_is_none_of_our_classes_is_refused() -> None:
    with pytest.raises(FollowupError, match="must be asked for one of `Interview`"):
        from_data({}, dict)


def test_hostile_depth_is_refused() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(FollowupError):
        from_data(RECORD | {"company": deep, "contacts": deep}, Interview)
    with pytest.raises(FollowupError):
        from_data(RULES | {"version": 10**5000}, Ruleset)
    while deep:  # taken apart by hand, as freeing such a nest recurses
        deep = deep[0]


@pytest.mark.parametrize("name", NAMED)
def test_schemas_are_valid_and_accept_what_is_written(name: str) -> None:
    made = schema(NAMED[name])
    jsonschema.Draft202012Validator.check_schema(made)
    record = interview(contacts=[DANA, OLA], decision_by=dt.date(2026, 12, 1)).record(
        Replied(at=AT, decision_by=dt.date(2026, 12, 2))
    )
    value = {"interview": record, "ruleset": CLASSIC, "plan": plan(record)}[name]
    validator = jsonschema.Draft202012Validator(made)
    validator.validate(to_data(value))
    assert not validator.is_valid(to_data(value) | {"unknown": 1})


def test_schemas_refuse_two_units_and_an_event_of_no_kind() -> None:
    rules, record = (jsonschema.Draft202012Validator(schema(kind)) for kind in (Ruleset, Interview))
    assert rules.is_valid(RULES)
    assert not rules.is_valid(RULES | {"steps": [RULES["steps"][0] | {"due": {"after": "end", "days": 1, "hours": 2}}]})
    assert record.is_valid(RECORD)
    assert not record.is_valid(RECORD | {"events": [{"at": "2026-11-18T14:00:00"}]})


def test_the_shipped_schemas_are_the_generated_ones(tmp_path: Path) -> None:
    write_schema_files(tmp_path)
    shipped = Path(__file__).parent.parent / "followup_rules" / "schema_files"
    assert {file.name: file.read_text() for file in shipped.iterdir()} == {
        file.name: file.read_text() for file in tmp_path.iterdir()
    }


def test_reasons_are_read_and_written() -> None:
    reason = Reason("due", "a", AT.in_timezone("UTC"), "because")
    assert from_data(to_data(reason), Reason) == reason
    assert str(reason) == "because"
