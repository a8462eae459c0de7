"""Laws of plan tables for records with events: the kernel's answers are those of `plan`, and it is the kernel that gives them."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followup_rules import (
    CLASSIC,
    After,
    Contact,
    Contacted,
    Decided,
    Done,
    Hours,
    Interview,
    Replied,
    Ruleset,
    Step,
    Throttle,
    Unreachable,
    from_data,
)
from followup_rules.cadences import BY_NAME
from followup_rules.compiled import compiled
from followup_rules.record import OUTCOMES, Event
from followup_rules.testing import histories, moments, rulesets
from tests.making import AT, DANA, OLA, interview
from tests.test_tables import check, of_all_seasons, one_row, planned
from tests.test_vectors import ruleset_of, vectors

pa = pytest.importorskip("pyarrow")
pytest.importorskip("numpy")

from followup_rules.tables import kernel, record_table  # noqa: E402 - needs pyarrow
from followup_rules.tables.columns import plain_records  # noqa: E402 - needs pyarrow
from followup_rules.tables.events import MOST_EVENTS  # noqa: E402 - needs pyarrow
from followup_rules.tables.kernel import plan_records  # noqa: E402 - needs pyarrow
from followup_rules.tables.schema import columns_of  # noqa: E402 - needs pyarrow

KIM = Contact("Kim Osei", email="DANA@initech.example", phone="12125550100")
"""Dana once more, by another name."""


def answered(records: Sequence[Interview], ruleset: Ruleset = CLASSIC) -> int:
    """Tell how many of these records the kernel plans itself."""
    (batch,) = record_table(records).combine_chunks().to_batches()
    rules = compiled(ruleset)
    return sum(len(rows) for some in plain_records(columns_of(batch), rules) for _, rows in plan_records(some, rules, None))


def check_answered(records: Sequence[Interview], ruleset: Ruleset = CLASSIC, as_of: dt.datetime | None = None) -> None:
    """Check records whose plans the kernel has to give itself."""
    assert answered(records, ruleset) == len(records)
    check(records, ruleset, as_of)


@pytest.fixture(scope="module", autouse=True)
def _no_order_is_too_rare() -> Iterator[None]:
    """Let the kernel place by every order, however few rows have it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel, "FEW", 1)
        yield


@settings(max_examples=200)
@given(data=st.data())
def test_records_with_events_give_the_rows_of_their_plans_by_any_ruleset(data: st.DataObject) -> None:
    ruleset = data.draw(st.sampled_from(list(BY_NAME.values())) | rulesets())
    records = data.draw(st.lists(histories(ruleset), min_size=1, max_size=5))
    check(records, ruleset, data.draw(st.none() | moments(records[0])))


def told(record: Interview, draw: random.Random, steps: Sequence[Step]) -> Interview:
    """Give the record with up to six events of any kind, which need not have followed any plan."""

    def anyone(*, needed: bool = False) -> str | None:
        return draw.choice([contact.name for contact in record.contacts] + ([] if needed else [None]))

    def event() -> Event:
        at = record.ends_at.add(minutes=draw.randrange(-3 * 24 * 60, 30 * 24 * 60))
        made: list[Event] = [
            Done(draw.choice(steps).id, anyone(), at=at),
            Done(draw.choice(steps).id, anyone(), at=record.ends_at.add(hours=draw.randrange(1, 200))),
            Contacted(draw.choice(("email", "call", "letter", "task")), anyone(), at=at),
            Replied(anyone(), at=at, decision_by=draw.choice((None, at.add(days=draw.randrange(1, 20)).date()))),
            Decided(draw.choice(OUTCOMES), at=at),
        ]
        if record.contacts:
            detail = draw.choice((None, "", "+1 (212) 555-0000", "person0@company.example", "2 Main Street"))
            made.append(Unreachable(draw.choice(("email", "call", "letter")), str(anyone(needed=True)), at=at, detail=detail))
        return draw.choice(made)

    return attrs.evolve(record, events=[event() for _ in range(draw.randrange(7))])


@pytest.mark.parametrize("cadence", BY_NAME.values(), ids=lambda cadence: cadence.name)
def test_the_kernel_plans_nearly_all_histories_itself_and_as_plan_does(cadence: Ruleset) -> None:
    draw = random.Random(len(cadence.summary))
    records = [told(one, draw, cadence.steps) for one in of_all_seasons(300, seed=len(cadence.summary)) if len(one.contacts) < 5]
    assert answered(records, cadence) >= 0.95 * len(records)
    check(records, cadence)
    check(records, cadence, as_of=dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC))


def test_the_kernel_plans_the_usual_vectors_itself() -> None:
    records = [
        from_data(one.values[0]["interview"], Interview) for one in vectors("plans.jsonl") if ruleset_of(one.values[0]) is CLASSIC
    ]
    assert answered(records) >= 0.95 * len(records)


def steps_of(*channels: Any, **options: Any) -> list[Step]:
    return [
        Step(f"step-{place}", channel, due=After("end", days=1, at="10:00"), **options) for place, channel in enumerate(channels)
    ]


HOUR = [AT.add(hours=hour) for hour in range(200)]


def done_by_turns() -> Iterator[list[Event]]:
    """Give what may be done of a step, for whom and again for whom."""
    for first in (None, "Dana Reyes", "Kim Osei"):
        yield [Done("step-0", first, at=HOUR[30])]
        for second in (None, "Dana Reyes", "Kim Osei"):
            yield [Done("step-0", first, at=HOUR[30]), Done("step-0", second, at=HOUR[50])]


@pytest.mark.parametrize("events", list(done_by_turns()))
@pytest.mark.parametrize("channel", ["email", "letter", "task"])
@pytest.mark.parametrize("to", ["one", "each"])
def test_what_is_done_and_for_whom(channel: str, to: Any, events: list[Event]) -> None:
    if (channel, to) == ("task", "each"):
        to = "one"
    waits = Step("waits", "call", due=After("step-0", days=2), deadline=After("ideal", days=1), expires=After("ideal", days=20))
    nobody = [Contact("Dana Reyes"), Contact("Kim Osei")]
    throttle = Throttle("rare", ("email", "letter", "call"), max=2, days=9, per="company")
    ruleset = Ruleset("done", "1", steps=[*steps_of(channel, to=to), waits], throttles=(throttle,))
    for people in ([DANA, KIM], [KIM, DANA], nobody, [nobody[0], KIM]):
        check_answered([interview(contacts=people, events=events)], ruleset)


def test_what_was_done_twice_over_for_one_person_counts_twice_but_one_contact_once() -> None:
    steps = [*steps_of("email", to="each"), Step("later", "call", due=After("end", days=2, at="10:00"))]
    events: list[Event] = [Done("step-0", at=HOUR[20])]
    for most in (1, 2, 3):
        for per in ("contact", "company"):
            throttle = Throttle("rare", ("email", "call"), max=most, days=9, per=per)
            ruleset = Ruleset("twice", "1", steps=steps, throttles=(throttle,))
            for happened in (events, [Contacted("email", at=HOUR[20])], [*events, Contacted("call", "Kim Osei", at=HOUR[30])]):
                record = interview(contacts=[DANA, KIM, OLA], events=happened)
                check_answered([record, attrs.evolve(record, contacts=[KIM, OLA, DANA])], ruleset)


def test_steps_that_wait_for_nothing_take_their_turns_by_priority_and_ideal_moment() -> None:
    draw = random.Random(8)
    for priorities in ((0, 0, 0), (0, 5, -3)):
        steps = [
            Step(
                "call", "call", due=After("end", days=7, at="10:00"), not_before=(After("reply", days=7),), priority=priorities[0]
            ),
            Step("mail", "email", due=After("end", days=9, at="10:00"), to="each", priority=priorities[1]),
            Step("note", "email", due=After("decision", days=2, at="09:00"), unless=("outcome:offer",), priority=priorities[2]),
            Step("last", "call", due=After("note", days=1), expires=After("end", days=30)),
        ]
        throttle = Throttle("rare", ("email", "call"), max=1, days=5, per="company")
        ruleset = Ruleset("free", "1", steps=steps, throttles=(throttle,))
        records = [told(one, draw, steps) for one in of_all_seasons(200, seed=8) if len(one.contacts) < 5]
        assert answered(records, ruleset) >= 0.95 * len(records)
        check(records, ruleset)


def test_an_order_that_few_rows_have_is_left_to_the_planner(monkeypatch: pytest.MonkeyPatch) -> None:
    ruleset = Ruleset("free", "1", steps=steps_of("email", "email"), throttles=(Throttle("rare", ("email",)),))
    records = [interview(company=f"Company {place}", contacts=[DANA]) for place in range(3)]
    later = [attrs.evolve(one, events=[Done("step-1", at=HOUR[3])]) for one in records]
    for few, many in ((1, 6), (3, 6), (4, 3)):
        monkeypatch.setattr(kernel, "FEW", few)
        assert answered([*records, *later], ruleset) == many
        check([*records, *later], ruleset)


def test_a_step_that_waits_for_one_that_is_ruled_out_may_come_first() -> None:
    tagged = Step("tagged", "email", due=After("end", days=3), not_before=(After("first"),), only_if=("tag:urgent",))
    last = Step("last", "email", due=After("end", days=1), not_before=(After("tagged"),))
    steps = (Step("first", "email", due=After("end", days=5)), tagged, last)
    for per in ("contact", "company"):
        ruleset = Ruleset("open", "1", steps=steps, throttles=(Throttle("rare", ("email",), max=1, days=9, per=per),))
        records = [interview(tags=tags, contacts=[DANA]) for tags in ((), ("urgent",))]
        check_answered(records, ruleset)


def test_a_step_that_waits_for_one_that_comes_to_nothing_may_come_first() -> None:
    lost = Step("lost", "task", due=After("start", days=-9), expires=After("start", days=-20))
    between = Step("between", "email", due=After("lost"), not_before=(After("first"),))
    last = Step("last", "email", due=After("end", days=1), not_before=(After("between"),))
    steps = (Step("first", "email", due=After("end", days=5)), lost, between, last)
    check([interview(contacts=[DANA])], Ruleset("open", "1", steps=steps, throttles=(Throttle("rare", ("email",), days=9),)))


def test_events_in_any_order_and_at_one_instant_are_taken_as_the_record_takes_them() -> None:
    events: list[dict[str, Any]] = [
        {"kind": "decided", "at": HOUR[90], "outcome": "offer"},
        {"kind": "replied", "at": HOUR[60], "decision_by": dt.date(2026, 12, 4)},
        {"kind": "replied", "at": HOUR[60], "decision_by": dt.date(2026, 12, 1)},
        {"kind": "decided", "at": HOUR[80], "outcome": "rejection"},
        {"kind": "replied", "at": HOUR[40]},
    ]
    row = one_row(starts_at=AT, contacts=[{"name": "Dana", "email": "dana@initech.example"}], events=events)
    types = {"starts_at": pa.timestamp("us", tz="UTC")}
    backwards = row | {"events": [events[1], events[2], *reversed([events[0], events[3], events[4]])]}
    assert planned(row, types=types) == planned(backwards, types=types)
    swapped = row | {"events": [events[2], events[1], events[4], events[3], events[0]]}
    steady = row | {"events": sorted(events, key=lambda event: event["at"])}
    assert planned(row, types=types) == planned(steady, types=types)
    for one in (row, backwards, swapped):
        data = {name: value for name, value in one.items() if name != "starts_at"}
        data["events"] = [event | {"at": event["at"].isoformat()} for event in one["events"]]
        record = from_data(data | {"starts_at": AT.isoformat()}, Interview)
        check_answered([record])


def test_events_told_in_local_time_are_those_of_the_records_own_clock() -> None:
    kind = pa.struct(
        [
            pa.field(f.name, pa.timestamp("us") if f.name == "at" else f.type)
            for f in record_table([]).schema.field("events").type.value_type
        ]
    )
    types = {"events": pa.list_(kind)}
    local = one_row(contacts=[{"name": "Dana", "phone": "1"}], events=[{"kind": "replied", "at": dt.datetime(2026, 11, 20, 9)}])
    there = local | {"events": [{"kind": "replied", "at": dt.datetime(2026, 11, 20, 14, tzinfo=dt.UTC)}]}
    assert planned(local, types=types) == planned(there)
    far = local | {"events": [{"kind": "replied", "at": dt.datetime(2029, 7, 20, 9)}]}
    assert planned(far, types=types) == planned(
        far | {"events": [{"kind": "replied", "at": dt.datetime(2029, 7, 20, 13, tzinfo=dt.UTC)}]}
    )


PERSON = {"name": "Dana", "email": "dana@initech.example"}
BAD = [
    ({"kind": None}, "kind: must be"),
    ({"kind": "slept"}, "kind: must be"),
    ({"kind": "decided"}, "outcome: must be"),
    ({"kind": "decided", "outcome": "maybe"}, "outcome: must be"),
    ({"kind": "decided", "outcome": "offer", "contact": "Dana"}, "contact: is not a known key"),
    ({"kind": "contacted"}, "channel: must be"),
    ({"kind": "contacted", "channel": "pigeon"}, "channel: must be"),
    ({"kind": "contacted", "channel": "email", "contact": "Kim"}, "contact: must name"),
    ({"kind": "contacted", "channel": "email", "step": "research"}, "step: is not a known key"),
    ({"kind": "unreachable", "channel": "email"}, "contact: must"),
    ({"kind": "unreachable", "channel": "task", "contact": "Dana"}, "channel: must be"),
    ({"kind": "replied", "detail": "soon"}, "detail: is not a known key"),
    ({"kind": "replied", "decision_by": dt.date(1066, 10, 14)}, "decision_by: must be in the years"),
    ({"kind": "replied", "at": dt.datetime(1066, 10, 14, tzinfo=dt.UTC)}, "at: must be in the years"),
    ({"kind": "done"}, "step: must"),
    ({"kind": "done", "step": "research", "outcome": "offer"}, "outcome: is not a known key"),
    (None, ""),
]


@pytest.mark.parametrize(("event", "fault"), BAD, ids=[fault + str(place) for place, (_, fault) in enumerate(BAD)])
def test_an_event_with_a_fault_makes_a_row_with_it(event: dict[str, Any] | None, fault: str) -> None:
    good = {"kind": "done", "at": AT.add(hours=3), "step": "thank-you-email", "contact": "Dana", "note": "short"}
    events = [good, event and {"at": AT.add(hours=4)} | event]
    first, *rest = planned(one_row(contacts=[PERSON], events=events), one_row(contacts=[PERSON], events=[good]))
    assert first["state"] == "fault"
    assert first["fault"].startswith(f"events[1].{fault}" if fault else "events[1]: must be a table")
    assert {one["state"] for one in rest} == {"action", "done", "skip"}


def test_details_that_do_not_work_are_compared_as_the_record_compares_them() -> None:
    people = [Contact("Dana Reyes", email="Dana@Initech.example ", phone="+1 212 555 0100", address="1 Main Street"), OLA]
    all_details: dict[Any, tuple[str | None, ...]] = {
        "email": (None, "", "dana@initech.EXAMPLE", "other@initech.example"),
        "call": (None, " ", "12125550100", "1", "front desk"),
        "letter": (None, " 1 Main Street ", "2 Main Street"),
    }
    events = [
        Unreachable(channel, "Dana Reyes", at=HOUR[5], detail=detail)
        for channel, details in all_details.items()
        for detail in details
    ]
    check_answered([interview(company=f"Company {place}", contacts=people, events=[one]) for place, one in enumerate(events)])
    check_answered([interview(contacts=[Contact("Dana Reyes")], events=events)])


def test_events_after_the_moment_are_checked_but_not_seen() -> None:
    record = interview(contacts=[DANA], events=[Done("thank-you-email", at=HOUR[3]), Decided("offer", at=HOUR[60])])
    for moment in (HOUR[2], HOUR[3], HOUR[59], HOUR[60], HOUR[60].add(seconds=-1), HOUR[100]):
        check([record], as_of=moment)
    unknown = {"kind": "contacted", "channel": "email", "contact": "Kim", "at": HOUR[60]}
    (made,) = planned(one_row(contacts=[PERSON], events=[unknown]), as_of=HOUR[2])
    assert made["state"] == "fault"


def test_more_events_than_are_usual_are_left_to_the_planner() -> None:
    events = [Contacted("call", at=HOUR[place]) for place in range(MOST_EVENTS + 1)]
    records = [interview(contacts=[DANA], events=events[:many]) for many in (MOST_EVENTS, MOST_EVENTS + 1)]
    assert answered(records) == 1
    check(records)


def test_records_of_all_kinds_in_one_table_come_out_in_their_order() -> None:
    draw = random.Random(5)
    fresh = of_all_seasons(60, seed=5)
    records = [told(one, draw, CLASSIC.steps) if draw.random() < 0.5 else one for one in fresh]
    check(records)
    closed = Hours("office", ("mon",), opens="09:00", closes="10:00")
    each = Ruleset("each", "1", steps=steps_of("letter", "email", to="each", during="office"), hours=(closed,))
    done: list[Event] = [Done("step-0", at=HOUR[2])]
    nobody = interview(contacts=[Contact("Dana"), Contact("Kim")], events=done)
    # The planner has fewer rows for the one than the kernel has places, as its step is finished whole.
    far = attrs.evolve(nobody, company="Far", events=[*done, Replied(at=AT.add(years=2))])
    assert answered([nobody, far], each) == 1
    check([nobody, far, nobody, fresh[0]], each)
