"""The picture of a plan: everything is on it, in the order of time, and no name gets out of its place."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from xml.etree import ElementTree as ET

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followup_rules import CLASSIC, After, Contact, Contacted, Decided, Done, FollowupError, Plan, Throttle, plan
from followup_rules.picture import svg
from followup_rules.testing import histories, moments
from tests.making import AT, DANA, OLA, interview, paths, ruleset, step

SVG = "{http://www.w3.org/2000/svg}"
LATER = (
    interview(contacts=[DANA, OLA], closed_on=[dt.date(2026, 11, 26)])
    .record(Done("thank-you-email", "Dana Reyes", at=AT.add(hours=4)))
    .record(Contacted("call", "Dana Reyes", at=AT.add(days=5)))
)


def drawn(plan: Plan) -> ET.Element:
    return ET.fromstring(svg(plan))


def rows(root: ET.Element) -> list[ET.Element]:
    return root.findall(f".//{SVG}g[@role='listitem']")


def mark(row: ET.Element) -> ET.Element:
    (found,) = (group for group in row.iter(f"{SVG}g") if group.get("class", "").startswith("mark"))
    return found


def place(row: ET.Element) -> float:
    found = re.fullmatch(r"translate\(([\d.]+) \d+\)", mark(row).get("transform", ""))
    assert found
    return float(found[1])


def title(element: ET.Element) -> str:
    return element.findtext(f"{SVG}title") or ""


def words(root: ET.Element) -> list[str]:
    return [text.text or "" for text in root.iter(f"{SVG}text")]


def of_class(root: ET.Element, name: str) -> list[ET.Element]:
    return [each for each in root.iter() if each.get("class") == name]


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    record = draw(histories())
    return plan(record, as_of=draw(st.none() | moments(record)))


@given(plans())
@settings(max_examples=30)
def test_every_action_and_all_that_was_done_has_one_mark_with_its_text(one: Plan) -> None:
    found = rows(drawn(one))
    actions = [
        row for row in found if "done" not in mark(row).get("class", "").split() and "interview" not in mark(row).get("class", "")
    ]
    assert len(actions) == len(one.actions)
    assert len([row for row in found if mark(row).get("class") == "mark interview"]) == 1
    for row, action in zip(actions, one.actions, strict=True):
        assert mark(row).get("class") == f"mark {action.channel}"
        assert title(row) == title(mark(row)) == row.get("aria-label")
        assert title(row).startswith(f"{action.title}, ")
    seen = [
        event for event in one.interview.events if isinstance(event, Contacted) and (one.as_of is None or event.at <= one.as_of)
    ]
    assert len(found) == 1 + len(one.actions) + len(one.done) + len(seen)


@given(plans())
@settings(max_examples=30)
def test_marks_stand_in_the_order_of_time_and_on_the_page(one: Plan) -> None:
    root = drawn(one)
    places = [place(row) for row in rows(root)]
    assert places == sorted(places)
    assert places[0] > 300
    assert places[-1] <= float(root.get("width", "")) - 20
    assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"


@given(plans())
@settings(max_examples=10)
def test_the_same_plan_gives_the_same_picture(one: Plan) -> None:
    assert svg(one) == svg(attrs.evolve(one))


def test_two_plans_on_one_page_do_not_share_ids_or_styles() -> None:
    first, second = drawn(plan(LATER)), drawn(plan(attrs.evolve(LATER, id="other")))
    ids = [{str(each.get("id")) for each in root.iter() if each.get("id")} for root in (first, second)]
    assert not ids[0] & ids[1]
    sheet = first.findtext(f"{SVG}style") or ""
    plain = sheet.replace("@media (prefers-color-scheme:dark){", "").removesuffix("}")
    assert all(rule.startswith(f"#{first.get('id')} ") for rule in plain.split("}") if rule)


def test_a_skipped_hour_and_a_double_one_keep_the_order() -> None:
    """Told by the clock on the wall, the second would stand before the first."""
    ends = AT.set(month=11, day=1, hour=0, minute=40)
    twice = plan(
        interview(starts_at=ends.subtract(hours=1), ends_at=ends),
        ruleset(step("first", due=After("end", hours=1)), step("second", due=After("end", hours=2))),
    )
    first, second = rows(drawn(twice))[-2:]
    assert place(first) < place(second)
    assert "01:40 (-05:00)" in title(second)


HOSTILE = "Dana <b>&amp;\"'</title><script>alert(1)</script>\x07\x1b[31m\u202e\ufffe\r\n"


def test_hostile_names_are_text_and_nothing_else() -> None:
    record = interview(
        company=HOSTILE, role=HOSTILE, contacts=[Contact(HOSTILE, email=HOSTILE, phone=HOSTILE, title=HOSTILE)], topics=[HOSTILE]
    )
    record = record.record(Contacted("email", HOSTILE, at=AT.add(days=1), note=HOSTILE))
    root = drawn(plan(record))
    tags = {each.tag.removeprefix(SVG) for each in root.iter()}
    assert tags <= {"svg", "title", "desc", "style", "defs", "pattern", "rect", "g", "path", "text", "circle"}
    call = next(row for row in rows(root) if mark(row).get("class") == "mark call")
    assert "Dana <b>&amp;\"'</title><script>alert(1)</script>\ufffd\ufffd[31m\ufffd\ufffd  " in title(call)
    svg(plan(record)).encode()


def test_a_screen_reader_is_told_it_all() -> None:
    root = drawn(plan(LATER, as_of=AT.add(days=6)))
    assert (root.get("role"), root.get("aria-label")) == ("graphics-document", "Plan: Backend engineer at Initech")
    assert title(root) == root.get("aria-label")
    told = root.findtext(f"{SVG}desc") or ""
    assert "Send a thank-you email, Wed 18 Nov 2026 18:00, Dana Reyes, done." in told
    assert "Outside the plan: call, Mon 23 Nov 2026 14:00, Dana Reyes." in told
    assert "Late: it was due by Thu 19 Nov 2026 15:00. 2 hours after the interview ends. Not before now" in told
    assert "Not planned: " in told
    spoken = [group for group in root.findall(f"{SVG}g") if group.get("aria-hidden") != "true"]
    assert [group.get("role") for group in spoken] == ["list"]


def test_what_moved_leaves_a_trace_and_a_full_throttle_is_hatched() -> None:
    root = drawn(plan(LATER, as_of=AT.add(days=6)))
    by_text = {title(row).split(", ")[0]: row for row in rows(root) if "done" not in mark(row).get("class", "")}
    call = by_text["Call to ask about the status"]
    assert len(of_class(call, "trace")) == len(of_class(call, "was")) == 1
    quiet = [each for each in root.iter(f"{SVG}rect") if each.get("fill", "").startswith("url(#plan-") and title(each)]
    assert [float(each.get("width", "")) > 0 for each in quiet] == [True] * 3
    (outside,) = [row for row in rows(root) if title(row).startswith("Outside the plan")]
    (tail,) = outside.iter(f"{SVG}rect")
    day = (float(root.get("width", "")) - 20 - 332) / 21
    assert float(tail.get("x", "")) + float(tail.get("width", "")) == pytest.approx(
        332 + 12 * day, abs=0.2
    )  # from the 18th to the 30th
    assert {"now", "late", "moved from when it was due", "kept quiet by a throttle", "done", "LATE"} <= set(words(root))


def test_nothing_moved_leaves_no_trace() -> None:
    root = drawn(plan(interview(), ruleset(step("rest"))))
    assert not of_class(root, "trace")
    assert not of_class(root, "now")
    assert "moved from when it was due" not in words(root)


def test_a_throttle_of_several_is_quiet_only_while_it_is_full() -> None:
    """Two in ten days: filled on the second day, free again on the tenth after the first."""
    steps = [step(f"mail-{day}", "email", due=After("end", days=day)) for day in (1, 3, 40)]
    rules = ruleset(*steps, throttles=[Throttle("two", ("email",), max=2, days=10, per="company")])
    root = drawn(plan(interview(), rules))
    tails = [row for row in rows(root) if any(title(each) == "A throttle keeps this time quiet" for each in row.iter(f"{SVG}rect"))]
    assert [title(row).split(",")[0] for row in tails] == ["mail-3"]


def test_weekends_and_closed_days_are_grey_and_say_why() -> None:
    shut = [title(each) for each in of_class(drawn(plan(LATER)), "closed") if title(each)]
    assert shut[:3] == ["Sat 21 Nov 2026: weekend", "Sun 22 Nov 2026: weekend", "Thu 26 Nov 2026: the office is shut"]


def test_open_hours_follow_the_step_and_the_closed_dates() -> None:
    root = drawn(plan(LATER))
    strips = {title(row).split(", ")[0]: of_class(row, "open") for row in rows(root)}
    assert strips["Interview"] == []
    (done,) = (row for row in rows(root) if title(row).endswith("Dana Reyes, done"))
    assert not of_class(done, "open")  # there is nothing to fit any more
    call = strips["Call to ask about the status"][0].get("d", "")
    letter = strips["Post a handwritten thank-you letter"][0].get("d", "")
    assert 0 < call.count("M") < letter.count("M")
    assert strips["Do your homework on the company"][0].get("d", "").count("M") == 1


def test_a_plan_with_nothing_left_says_so() -> None:
    over = plan(
        interview().record(Decided("offer", at=AT.add(days=1))).record(Done("thank-you-email", at=AT.add(hours=3))),
        as_of=AT.add(days=9),
    )
    assert any(text.startswith("Nothing is left to do. Not planned: ") for text in words(drawn(over)))
    assert not any(text.startswith("Not planned") for text in words(drawn(plan(interview(), ruleset(step("rest"))))))


@pytest.mark.parametrize(
    ("days", "told", "untold"),
    [(0, "06:00", "18"), (5, "Wed 18", "06:00"), (20, "18", "Wed 18"), (50, "23", "18"), (800, "Mar 2027", "23")],
)
def test_dates_are_told_as_far_as_there_is_room(days: int, told: str, untold: str) -> None:
    steps = [step("rest", due=After("end", days=min(days, 400))), step("tail", due=After("rest", days=max(days - 400, 0)))]
    texts = words(drawn(plan(interview(), ruleset(*steps))))
    assert told in texts
    assert untold not in texts


def test_long_texts_are_cut_on_the_page_and_whole_in_the_title() -> None:
    name = "Maximiliane 安倍 " * 20
    root = drawn(plan(interview(contacts=[attrs.evolve(DANA, name=name)], role="Engineer of all things " * 20)))
    assert any(text.endswith("…") and "Maximiliane" in text for text in words(root))
    assert max(map(len, words(root))) < 100
    assert any(name.strip() in title(row) for row in rows(root))


def test_the_key_breaks_into_lines_that_stay_on_the_page() -> None:
    root = drawn(plan(LATER, as_of=AT.add(days=6)))
    key = root.findall(f"{SVG}g")[-1]
    lines = {text.get("y") for text in key.iter(f"{SVG}text")}
    assert len(lines) > 2
    assert all(float(text.get("x", "")) < float(root.get("width", "")) - 40 for text in key.iter(f"{SVG}text"))


def test_a_plan_in_another_zone_is_told_in_it_and_grey_where_the_office_is_shut() -> None:
    here, there = plan(LATER), plan(LATER).in_timezone("Asia/Tokyo")
    assert any("Times in Asia/Tokyo." in text for text in words(drawn(there)))
    assert "Thu 19 Nov 2026 04:00" in title(rows(drawn(there))[1])
    assert "Wed 18 Nov 2026 14:00" in title(rows(drawn(here))[1])


def test_an_edited_plan_is_drawn_too() -> None:
    one = plan(LATER)
    strange = attrs.evolve(one.actions[0], step="unheard-of", title="", because=(), at=AT.add(days=30))
    root = drawn(attrs.evolve(one, actions=(*one.actions, strange)))
    assert title(rows(root)[-1]).startswith("unheard-of, ")


@pytest.mark.parametrize(
    ("changes", "path"), [({"timezone": "Nowhere"}, "timezone"), ({"ruleset": ruleset(step("rest"))}, "events[0].step")]
)
def test_a_plan_that_cannot_be_drawn_is_refused(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(FollowupError) as caught:
        svg(attrs.evolve(plan(LATER, CLASSIC), **changes))
    assert paths(caught.value) == {path}
