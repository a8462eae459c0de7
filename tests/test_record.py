"""Records: what may be in them, what is refused, and what `record()` does."""

from __future__ import annotations

import datetime as dt
import pickle

import pendulum
import pytest

from followup_rules import Contact, Contacted, Decided, Done, Interview, InvalidRecord, Replied, Unreachable
from followup_rules.record import MAX_CONTACTS, Event
from tests.making import AT, DANA, interview, paths


def test_an_end_is_by_default_one_hour_after_the_start() -> None:
    made = interview()
    assert made.ends_at == made.starts_at.add(hours=1)
    assert made.timezone == "America/New_York"


def test_any_aware_date_time_is_taken_and_converted() -> None:
    made = interview(starts_at=dt.datetime(2026, 11, 18, 19, tzinfo=dt.UTC))
    assert isinstance(made.starts_at, pendulum.DateTime)
    assert made.timezone == "UTC"


def test_two_zones_of_one_moment_are_two_records() -> None:
    utc = interview(starts_at=AT.in_timezone("UTC"))
    assert utc.starts_at == AT
    assert utc != interview()
    assert len({utc, interview(), interview()}) == 2


def test_the_two_passes_of_a_double_hour_are_two_moments() -> None:
    first = pendulum.datetime(2026, 11, 1, 5, 30).in_timezone("America/New_York")
    second = pendulum.datetime(2026, 11, 1, 6, 30).in_timezone("America/New_York")
    assert Replied(at=first) != Replied(at=second)


def test_events_are_kept_sorted_in_the_interviews_zone_and_those_of_one_instant_as_given() -> None:
    late = Replied("Dana Reyes", at=AT.in_timezone("Asia/Tokyo").add(days=2))
    early, same = Decided("offer", at=AT), Decided("rejection", at=AT.in_timezone("UTC"))
    made = interview(events=[late, early, same])
    assert [type(event) for event in made.events] == [Decided, Decided, Replied]
    assert [event.outcome for event in made.events if isinstance(event, Decided)] == ["offer", "rejection"]
    assert {event.at.timezone_name for event in made.events} == {"America/New_York"}


def test_record_gives_a_new_record_with_the_event() -> None:
    before = interview()
    after = before.record(Done("thank-you-email", DANA, at=AT.add(hours=2)))
    assert before.events == ()
    assert after.events == (Done("thank-you-email", "Dana Reyes", at=AT.add(hours=2)),)
    assert after.id == before.id


def test_record_fills_in_the_detail_that_did_not_work() -> None:
    after = interview().record(Unreachable("email", "Dana Reyes", at=AT))
    assert after.events[0] == Unreachable("email", "Dana Reyes", at=AT, detail="dana@initech.example")
    kept = interview().record(Unreachable("email", "Dana Reyes", at=AT, detail="old@initech.example"))
    assert kept.events[0] == Unreachable("email", "Dana Reyes", at=AT, detail="old@initech.example")
    with pytest.raises(InvalidRecord, match="must name a contact"):
        interview().record(Unreachable("email", "Nobody", at=AT))


def test_details_left_blank_count_as_missing() -> None:
    assert Contact("Dana", email=" ", phone="") == Contact("Dana")


def test_the_id_is_derived_and_stable() -> None:
    assert interview().id == interview(topics=["billing"]).id
    assert interview(role="Designer").id != interview().id
    assert interview(id="mine").id == "mine"


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(InvalidRecord) as caught:
        Interview(
            " ",
            dt.datetime(2026, 11, 18, 14),  # naive on purpose
            role=7,  # type: ignore[arg-type]
            format="zoom",  # type: ignore[arg-type]
            contacts=[DANA, DANA],
            topics="billing",
            tags=[""],
            decision_by="soon",
            closed_on=[dt.datetime(2026, 1, 1, tzinfo=dt.UTC)],
            events=[Contacted("email", "Ola", at=AT)],
            id="",
        )
    assert paths(caught.value) == {
        "company", "starts_at", "role", "format", "contacts[1].name", "topics", "tags[0]", "decision_by", "closed_on[0]",
        "events[0].contact", "id",
    }  # fmt: skip
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"ends_at": AT}, "ends_at"),
        ({"ends_at": AT.subtract(hours=1)}, "ends_at"),
        ({"ends_at": dt.datetime(2026, 11, 18, 16)}, "ends_at"),
        ({"starts_at": "2026-11-18"}, "starts_at"),
        ({"starts_at": dt.datetime(1812, 6, 1, tzinfo=dt.UTC)}, "starts_at"),
        ({"contacts": ["Dana"]}, "contacts[0]"),
        ({"contacts": [Contact(f"Person {number}") for number in range(MAX_CONTACTS + 1)]}, "contacts"),
        ({"contacts": 7}, "contacts"),
        ({"closed_on": 7}, "closed_on"),
        ({"events": ["called"]}, "events[0]"),
        ({"decision_by": dt.date(1492, 1, 1)}, "decision_by"),
        ({"company": "half \ud83d"}, "company"),
    ],
)
def test_one_fault_has_one_path(changes: dict[str, object], path: str) -> None:
    with pytest.raises(InvalidRecord) as caught:
        interview(**changes)
    assert paths(caught.value) == {path}


@pytest.mark.parametrize(
    ("make", "path"),
    [
        (lambda: Contact(""), "name"),
        (lambda: Contact("Dana", phone=7), "phone"),
        (lambda: Done("", at=AT), "step"),
        (lambda: Done("call", at=dt.datetime(2026, 1, 1)), "at"),
        (lambda: Done("call", contact="", at=AT), "contact"),
        (lambda: Done("call", at=AT, note=None), "note"),  # type: ignore[arg-type]
        (lambda: Contacted("fax", at=AT), "channel"),  # type: ignore[arg-type]
        (lambda: Replied(at=AT, decision_by="soon"), "decision_by"),
        (lambda: Unreachable("task", "Dana", at=AT), "channel"),  # type: ignore[arg-type]
        (lambda: Unreachable("email", None, at=AT), "contact"),  # type: ignore[arg-type]
        (lambda: Unreachable("email", "Dana", at=AT, detail=7), "detail"),
        (lambda: Decided("hired", at=AT), "outcome"),  # type: ignore[arg-type]
    ],
)
def test_events_and_contacts_are_refused_with_the_path(make: object, path: str) -> None:
    with pytest.raises(InvalidRecord) as caught:
        make()  # type: ignore[operator]
    assert paths(caught.value) == {path}


def test_contact_finds_by_name() -> None:
    assert interview().contact("Dana Reyes") == DANA
    assert str(DANA) == "Dana Reyes"
    assert DANA.first_name == "Dana"
    with pytest.raises(InvalidRecord, match="there is no contact `Ola`"):
        interview().contact("Ola")


def test_a_record_is_told_by_role_and_company() -> None:
    assert str(interview()) == "Backend engineer at Initech"
    assert str(interview(role="")) == "Initech"


@pytest.mark.parametrize(
    "event",
    [
        Done("thank-you-email", at=AT),
        Contacted("call", "Dana Reyes", at=AT),
        Replied(at=AT, decision_by=dt.date(2026, 12, 1)),
        Unreachable("call", "Dana Reyes", at=AT),
        Decided("next-round", at=AT),
    ],
)
def test_records_and_events_are_frozen_and_survive_pickling(event: Event) -> None:
    made = interview().record(event)
    assert pickle.loads(pickle.dumps(made)) == made
    with pytest.raises(AttributeError):
        event.note = "changed"  # type: ignore[misc]
