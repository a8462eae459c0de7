"""Laws of plan tables: the same answers as `plan`, row for row, whatever way a row goes."""

from __future__ import annotations

import datetime as dt
import importlib
import itertools
import json
import random
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import attrs
import pendulum
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followup_rules import (
    CLASSIC,
    After,
    Contact,
    Done,
    FollowupError,
    Hours,
    Interview,
    Plan,
    Replied,
    Ruleset,
    Step,
    Throttle,
    from_data,
    plan,
    plan_all,
)
from followup_rules.cadences import BY_NAME
from followup_rules.compiled import compiled
from followup_rules.moments import DAY, EPOCH_DAY, to_moment
from followup_rules.testing import histories, interviews, rulesets
from tests.making import AT, DANA, OLA, interview
from tests.test_vectors import as_of_of, ruleset_of, vectors

pa = pytest.importorskip("pyarrow")
pytest.importorskip("numpy")

from followup_rules.tables import PLAN_SCHEMA, RECORD_SCHEMA, plan_table, record_table  # noqa: E402 - needs pyarrow
from followup_rules.tables.columns import plain_records  # noqa: E402 - needs pyarrow
from followup_rules.tables.kernel import plan_records  # noqa: E402 - needs pyarrow
from followup_rules.tables.reading import read_rows  # noqa: E402 - needs pyarrow
from followup_rules.tables.schema import columns_of  # noqa: E402 - needs pyarrow

UTC_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
SAO_PAULO_GAP = pendulum.datetime(2018, 11, 4, 1, tz="America/Sao_Paulo")


def utc(moment: Any) -> Any:
    return None if moment is None else UTC_EPOCH + dt.timedelta(microseconds=to_moment(moment))


def wall(moment: Any) -> Any:
    return None if moment is None else moment.replace(tzinfo=None)


def rows_of(made: Plan, row: int) -> list[dict[str, Any]]:
    """Give the rows that a plan should have, by the plan alone."""
    channels = {step.id: step.channel for step in made.ruleset.steps}
    empty = dict.fromkeys(PLAN_SCHEMA.names) | {"row": row, "id": made.interview.id}
    rows = []
    for action in made.actions:
        times = {name: utc(getattr(action, name)) for name in ("at", "deadline", "expires")}
        times |= {f"local_{name}": wall(getattr(action, name)) for name in ("at", "deadline", "expires")}
        contact = None if action.contact is None else action.contact.name
        rows.append(empty | times | {"state": "action", "step": action.step, "contact": contact, "late": action.late})
    for done in made.done:
        at = made.interview.zone.datetime(to_moment(done.at))
        times = {"at": utc(at), "local_at": wall(at)}
        rows.append(empty | times | {"state": "done", "step": done.step, "contact": done.contact})
    for skip in made.skipped:
        contact = None if skip.contact is None else skip.contact.name
        rows.append(empty | {"state": "skip", "step": skip.step, "contact": contact, "code": skip.code})
    return [one | {"channel": channels[one["step"]]} for one in rows]


def expected(plans: Iterable[Plan]) -> list[dict[str, Any]]:
    return [one for row, made in enumerate(plans) for one in rows_of(made, row)]


def check(records: Sequence[Interview], ruleset: Ruleset = CLASSIC, as_of: dt.datetime | None = None) -> None:
    """Check a table of records against their plans."""
    made = plan_table(record_table(records), ruleset, as_of=as_of)
    made.validate(full=True)
    assert made.schema == PLAN_SCHEMA
    assert made.to_pylist() == expected(plan(record, ruleset, as_of=as_of) for record in records)


@pytest.mark.parametrize("vector", vectors("plans.jsonl"))
def test_every_vector_gives_the_rows_of_its_plan(vector: dict[str, Any]) -> None:
    record = from_data(vector["interview"], Interview)
    check([record], ruleset_of(vector), as_of_of(vector, record.timezone))


@pytest.mark.parametrize("vector", vectors("plans.jsonl"))
def test_every_vector_also_without_its_events_and_its_as_of(vector: dict[str, Any]) -> None:
    record = attrs.evolve(from_data(vector["interview"], Interview), events=())
    check([record], ruleset_of(vector))
    check([record], ruleset_of(vector), as_of_of(vector, record.timezone))


@pytest.mark.parametrize("vector", vectors("portfolios.jsonl"))
def test_every_portfolio_in_one_group_gives_the_rows_of_its_plans(vector: dict[str, Any]) -> None:
    records = [from_data(data, Interview) for data in vector["interviews"]]
    ruleset, as_of = ruleset_of(vector), as_of_of(vector, records[0].timezone)
    table = record_table(records).append_column("candidate", pa.array(["one"] * len(records)))
    made = plan_table(table, ruleset, as_of=as_of, group="candidate")
    assert made.to_pylist() == expected(plan_all(records, ruleset, as_of=as_of))


@settings(max_examples=60)
@given(records=st.lists(interviews(), max_size=6), as_of=st.none() | st.datetimes(dt.datetime(2024, 1, 1), dt.datetime(2027, 1, 1)))
def test_fresh_records_give_the_rows_of_their_plans(records: list[Interview], as_of: dt.datetime | None) -> None:
    check(records, as_of=as_of and as_of.replace(tzinfo=dt.UTC))


@settings(max_examples=60)
@given(
    records=st.lists(histories(CLASSIC), max_size=4),
    as_of=st.none() | st.datetimes(dt.datetime(2024, 1, 1), dt.datetime(2027, 1, 1)),
)
def test_records_with_events_give_the_rows_of_their_plans(records: list[Interview], as_of: dt.datetime | None) -> None:
    check(records, as_of=as_of and as_of.replace(tzinfo=dt.UTC))


@settings(max_examples=150)
@given(data=st.data())
def test_other_rulesets_give_the_rows_of_their_plans(data: st.DataObject) -> None:
    ruleset = data.draw(rulesets())
    records = data.draw(st.lists(interviews(ruleset), min_size=1, max_size=4))
    check(records, ruleset)


ZONES = ("America/New_York", "Europe/Berlin", "Africa/Cairo", "Africa/Casablanca", "America/Sao_Paulo", "Asia/Kolkata",
    "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Auckland", "UTC")  # fmt: skip


def of_all_seasons(many: int, seed: int) -> list[Interview]:
    """Give valid fresh records of every zone and season, some with dates closed, a decision date or several contacts."""
    draw = random.Random(seed)
    records = []
    for number in range(many):
        year = draw.choice((2011, 2018, 2026, 2027))
        starts_at = pendulum.datetime(year, 1, 1, tz=draw.choice(ZONES)).add(minutes=draw.randrange(365 * 24 * 60))
        people = [
            Contact(
                f"Person {place}",
                email=draw.choice((None, f"person{place}@company.example", f"PERSON{draw.randrange(3)}@company.example")),
                phone=draw.choice((None, f"+1 212 555 {place:04}")),
                address=draw.choice((None, "1 Main Street")),
            )
            for place in range(draw.choice((0, 1, 1, 1, 2, 3, 5)))
        ]
        records.append(
            Interview(
                company=draw.choice(("Initech", "\u30a4\u30cb\u30c6\u30c3\u30af", "\u00c9clat")),
                starts_at=starts_at,
                ends_at=starts_at.add(minutes=draw.randrange(1, 2000 if draw.random() < 0.1 else 180)),
                format=draw.choice(("in-person", "video", "phone")),
                contacts=people,
                topics=draw.choice(((), ("testing",))),
                tags=draw.choice(((), ("recruiter",), ("remote", "urgent"))),
                decision_by=draw.choice((None, None, starts_at.add(days=draw.randrange(0, 40)).date())),
                closed_on=[starts_at.add(days=draw.randrange(-3, 40)).date() for _ in range(draw.choice((0, 0, 3, 12)))],
                id=f"record-{number}",
            )
        )
    return records


@pytest.mark.parametrize("cadence", BY_NAME.values(), ids=lambda cadence: cadence.name)
def test_every_cadence_zone_and_season_gives_the_rows_of_its_plans(cadence: Ruleset) -> None:
    records = of_all_seasons(300, seed=len(cadence.name))
    check(records, cadence)
    check(records, cadence, as_of=dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC))


def test_the_kernel_plans_nearly_all_plain_records_itself() -> None:
    records = [one for one in of_all_seasons(500, seed=1) if len(one.contacts) < 2]
    (batch,) = record_table(records).to_batches()
    rules = compiled(CLASSIC)
    sure = sum(len(rows) for some in plain_records(columns_of(batch), rules) for _, rows in plan_records(some, rules, None))
    assert sure >= 0.95 * len(records)


def test_a_date_no_throttle_leaves_free_is_looked_for_as_the_planner_does() -> None:
    days = After("end", days=1, at="10:00")
    hours = Hours("office", ("mon",), opens="09:00", closes="17:00")
    steps = [Step("first", "email", due=days)]
    for before, name in itertools.pairwise(("first", *"abcd")):
        steps.append(Step(name, "email", due=days, not_before=(After(before),), during="office"))
    for throttle in (
        Throttle("rare", ("email",), max=1, days=400, per="company"),
        Throttle("rare", ("email",), max=2, days=30, per="contact"),
        Throttle("some", ("email",), max=2, days=9, per="company"),
    ):
        check(of_all_seasons(40, seed=2), Ruleset("rare", "1", steps=steps, hours=(hours,), throttles=(throttle,)))


def test_a_ruleset_without_steps_gives_no_rows() -> None:
    check([interview()], Ruleset("nothing", "1", steps=()))


def test_a_record_goes_into_the_table_and_comes_out_as_it_was() -> None:
    record = interview(contacts=[DANA, OLA], decision_by=dt.date(2026, 11, 30), closed_on=[dt.date(2026, 11, 26)], tags=["remote"])
    record = record.record(Done("thank-you-email", at=AT.add(hours=3), note="short"))
    record = record.record(Replied(at=AT.add(days=1), decision_by=dt.date(2026, 12, 1)))
    (batch,) = record_table([record]).to_batches()
    assert list(read_rows(columns_of(batch))) == [record]


def one_row(**changes: Any) -> dict[str, Any]:
    row = {"company": "Initech", "timezone": "America/New_York", "starts_at": dt.datetime(2026, 11, 18, 14), "id": "here"}
    return row | changes


def planned(*rows: dict[str, Any], types: dict[str, Any] | None = None, **options: Any) -> list[dict[str, Any]]:
    types = {"starts_at": pa.timestamp("us")} | (types or {})
    fields = [pa.field(field.name, types.get(field.name, field.type)) for field in RECORD_SCHEMA]
    made = plan_table(pa.Table.from_pylist(list(rows), schema=pa.schema(fields)), **options)
    rows_made: list[dict[str, Any]] = made.to_pylist()
    return rows_made


BAD = [
    ({"company": None}, "company: must be given"),
    ({"company": " \t"}, "company: must not be blank"),
    ({"company": "\u00a0"}, "company: must not be blank"),
    ({"id": " "}, "id: must not be blank"),
    ({"timezone": None}, "timezone: must be given"),
    ({"timezone": "Mars/Phobos"}, "timezone: must be an IANA name"),
    ({"starts_at": None}, "starts_at: must be given"),
    ({"starts_at": dt.datetime(1812, 6, 24)}, "starts_at: must be in the years 1900 to 2900"),
    ({"starts_at": dt.datetime(3000, 1, 1)}, "starts_at: must be in the years 1900 to 2900"),
    ({"ends_at": dt.datetime(2026, 11, 18, 14, tzinfo=dt.UTC)}, "ends_at: must be later than `starts_at`"),
    ({"format": "chat"}, "format: must be"),
    ({"topics": ["testing", ""]}, "topics[1]: must not be blank"),
    ({"topics": [None]}, "topics[0]: must be text"),
    ({"tags": [" "]}, "tags[0]: must not be blank"),
    ({"decision_by": dt.date(1066, 10, 14)}, "decision_by: must be in the years"),
    ({"closed_on": [dt.date(3001, 1, 1)]}, "closed_on[0]: must be in the years"),
    ({"closed_on": [None]}, "closed_on[0]: must be a date"),
    ({"contacts": [None]}, "contacts[0]: must be a table"),
    ({"contacts": [{"email": "dana@initech.example"}]}, "contacts[0].name: must be given"),
    ({"contacts": [{"name": " "}]}, "contacts[0].name: must not be blank"),
    ({"contacts": [{"name": "Dana"}, {"name": "Ola"}, {"name": "Dana"}]}, "contacts[2].name: must be unique"),
    ({"contacts": [{"name": f"Person {place}"} for place in range(51)]}, "contacts: must be at most 50"),
    ({"country": "Mars"}, "country: "),
    ({"events": [{"kind": "decided", "outcome": "offer"}]}, "events[0].at: must be given"),
    ({"events": [{"kind": "done", "at": dt.datetime(2026, 11, 19), "step": "nap"}]}, "events[0].step: must name a step"),
]


@pytest.mark.parametrize(("changes", "fault"), BAD, ids=[fault.split(":")[0] + str(place) for place, (_, fault) in enumerate(BAD)])
def test_a_bad_row_is_a_row_with_its_fault_and_the_others_are_planned(changes: dict[str, Any], fault: str) -> None:
    first, *rest = planned(one_row(**changes), one_row())
    assert first["fault"].startswith(fault)
    assert first == dict.fromkeys(PLAN_SCHEMA.names) | {
        "row": 0,
        "id": one_row(**changes)["id"],
        "state": "fault",
        "fault": first["fault"],
    }
    assert rest == [one | {"row": 1} for one in planned(one_row())]


def test_every_fault_of_a_row_is_told() -> None:
    (made,) = planned(one_row(company="", format="chat", topics=[""]))
    assert {fault.split(":")[0] for fault in made["fault"].split("; ")} == {"company", "format", "topics[0]"}


@pytest.mark.parametrize("number", [2**63 - 1, -(2**62)])
@pytest.mark.parametrize("unit", ["s", "ms", "us"])
def test_a_time_that_no_calendar_has_is_a_fault_of_its_row(number: int, unit: str) -> None:
    array = pa.array([number], pa.int64()).cast(pa.timestamp(unit, tz="UTC"))
    table = pa.table({"company": ["Initech"], "timezone": ["UTC"], "starts_at": array})
    (made,) = plan_table(table).to_pylist()
    assert made["state"] == "fault"
    assert made["fault"].startswith("starts_at: must be a date-time")


def test_a_date_that_no_calendar_has_is_a_fault_of_its_row() -> None:
    table = pa.table(
        {
            "company": ["Initech"],
            "timezone": ["UTC"],
            "starts_at": pa.array([AT]),
            "decision_by": pa.array([2**31 - 1], pa.int32()).cast(pa.date32()),
        }
    )
    (made,) = plan_table(table).to_pylist()
    assert made["fault"].startswith("decision_by: must be a date")


def test_bytes_that_are_no_utf_8_are_a_fault_of_their_row() -> None:
    company = pa.Array.from_buffers(
        pa.string(), 2, [None, pa.py_buffer(b"\0\0\0\0\4\0\0\0\x0b\0\0\0"), pa.py_buffer(b"\xff\xfeabInitech")]
    )
    table = pa.table({"company": company, "timezone": ["UTC"] * 2, "starts_at": pa.array([AT] * 2)})
    first, *rest = plan_table(table).to_pylist()
    assert "UTF-8" in first["fault"]
    assert {one["row"] for one in rest} == {1}


def test_a_time_without_a_zone_is_local_in_the_records_own() -> None:
    local = planned(one_row())
    there = planned(one_row(starts_at=AT), types={"starts_at": pa.timestamp("us", tz="UTC")})
    assert local == there == [one | {"id": "here"} for one in rows_of(plan(interview(contacts=[], role="")), 0)]


@pytest.mark.parametrize("unit", ["s", "ms", "ns"])
def test_the_unit_of_a_timestamp_does_not_matter(unit: str) -> None:
    assert planned(one_row(), types={"starts_at": pa.timestamp(unit)}) == planned(one_row())


def test_the_way_a_column_is_stored_does_not_matter() -> None:
    record = interview(contacts=[DANA, OLA], topics=["testing"], closed_on=[dt.date(2026, 11, 19)])
    table = record_table([record, record])
    stored = table.set_column(0, "company", table["company"].dictionary_encode())
    stored = stored.set_column(1, "timezone", table["timezone"].cast(pa.large_string()))
    contacts = pa.large_list(RECORD_SCHEMA.field("contacts").type.value_type)
    stored = stored.set_column(stored.schema.get_field_index("contacts"), "contacts", table["contacts"].cast(contacts))
    stored = stored.set_column(
        stored.schema.get_field_index("closed_on"), "closed_on", table["closed_on"].cast(pa.list_(pa.date64()))
    )
    stored = stored.drop_columns(["events", "country"]).append_column("events", pa.nulls(2))
    assert plan_table(stored).to_pylist() == plan_table(table).to_pylist()
    fewer = [{name: value for name, value in one.items() if name in ("name", "email")} for one in table["contacts"][0].as_py()]
    some = stored.set_column(stored.schema.get_field_index("contacts"), "contacts", pa.array([fewer, None]))
    assert [one["step"] for one in plan_table(some).to_pylist() if one["row"] == 0 and one["code"] == "no-contact"].count(
        "status-call"
    ) == 1


def test_a_batch_gives_a_batch_and_a_table_a_table() -> None:
    table = record_table([interview()])
    (batch,) = table.to_batches()
    made = plan_table(batch)
    assert isinstance(made, pa.RecordBatch)
    assert pa.Table.from_batches([made]).to_pylist() == plan_table(table).to_pylist()
    assert plan_table(batch.slice(0, 0)).num_rows == plan_table(table.slice(0, 0)).num_rows == 0
    assert plan_table(table.slice(0, 0)).schema == plan_table(batch.slice(0, 0)).schema == PLAN_SCHEMA


def test_a_slice_of_a_table_is_planned_as_those_rows_alone() -> None:
    records = [interview(company=f"Company {place}", contacts=[DANA, OLA][: place % 3]) for place in range(7)]
    table = record_table(records)
    assert plan_table(table.slice(2, 4)).to_pylist() == expected(map(plan, records[2:6]))


def test_rows_are_numbered_over_the_whole_table_however_it_is_cut() -> None:
    records = [interview(company=f"Company {place}") for place in range(5)]
    whole = record_table(records)
    cut = pa.concat_tables([whole.slice(0, 2), whole.slice(2, 3)])
    assert plan_table(cut).to_pylist() == expected(map(plan, records))


def test_what_is_wrong_with_the_table_itself_is_told_at_once() -> None:
    table = pa.table({"company": [1], "starts": [2], "timezone": ["UTC"], "contacts": [[{"nam": "Dana"}]]})
    with pytest.raises(FollowupError) as caught:
        plan_table(table)
    assert [fault.path for fault in caught.value.faults] == [("starts_at",), ("starts",)]
    with pytest.raises(FollowupError) as caught:
        plan_table(table.drop_columns("starts").append_column("starts_at", pa.array([AT])))
    assert [fault.path for fault in caught.value.faults] == [("company",), ("contacts", "items", "nam")]
    twice = pa.Table.from_arrays([pa.array(["a"])] * 2, names=["company", "company"])
    with pytest.raises(FollowupError, match="must be there once"):
        plan_table(twice)


def test_what_is_no_table_is_refused() -> None:
    nothing: Any = [{"company": "Initech"}]
    with pytest.raises(FollowupError, match="Table or RecordBatch"):
        plan_table(nothing)
    with pytest.raises(FollowupError, match="naive"):
        plan_table(record_table([]), as_of=dt.datetime(2026, 11, 18))
    with pytest.raises(FollowupError, match="must name a column"):
        plan_table(record_table([]), group="candidate")


def test_companies_that_differ_in_case_are_one_group() -> None:
    people = (("Initech", "1"), ("Globex", "2"), ("INITECH", "3"))
    records = [interview(company=name, contacts=[Contact(name, phone=phone)]) for name, phone in people]
    made = plan_table(record_table(records), group="company")
    assert made.to_pylist() == expected(plan_all(records))
    assert made.to_pylist() != expected(map(plan, records))


def test_rows_without_a_group_are_on_their_own_and_bad_ones_stand_in_nobodys_way() -> None:
    same = one_row(contacts=[{"name": "Dana", "phone": "1"}])
    table = pa.Table.from_pylist(
        [same, same | {"format": "chat"}, same, same],
        schema=pa.schema(
            [pa.field("starts_at", pa.timestamp("us")), *(field for field in RECORD_SCHEMA if field.name != "starts_at")]
        ),
    )
    made = plan_table(table.append_column("candidate", pa.array([None, 1, 1, None])), group="candidate").to_pylist()
    alone = planned(same)
    assert [one for one in made if one["state"] != "fault"] == [one | {"row": row} for row in (0, 2, 3) for one in alone]


def test_the_schema_of_records_has_every_key_of_their_data_form() -> None:
    from followup_rules.schemas import schema

    form = schema(Interview)
    assert set(RECORD_SCHEMA.names) == set(form["properties"])
    contact = RECORD_SCHEMA.field("contacts").type.value_type
    assert {field.name for field in contact} == set(form["$defs"]["Contact"]["properties"])
    events = json.dumps(form["properties"]["events"])
    assert all(f'"{field.name}"' in events for field in RECORD_SCHEMA.field("events").type.value_type)


def test_local_times_and_moments_are_those_of_one_clock() -> None:
    record = attrs.evolve(interview(), starts_at=SAO_PAULO_GAP, ends_at=SAO_PAULO_GAP.add(hours=1))
    zone = record.zone
    for one in plan_table(record_table([record])).to_pylist():
        for name in ("at", "deadline", "expires"):
            if one[name] is not None:
                day, time = zone.local(to_moment(one[name]))
                assert one[f"local_{name}"] == dt.datetime(1970, 1, 1) + dt.timedelta(microseconds=(day - EPOCH_DAY) * DAY + time)


@pytest.mark.parametrize("missing", ["pyarrow", "numpy"])
def test_without_the_extra_it_says_what_to_install(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    monkeypatch.delitem(sys.modules, "followup_rules.tables")
    with pytest.raises(FollowupError, match=r"followup-rules\[arrow\]"):
        importlib.import_module("followup_rules.tables")
