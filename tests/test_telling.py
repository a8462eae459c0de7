"""Tables and explanations: all of a plan is in them, in the same bytes everywhere, and nothing in a name can do harm."""

from __future__ import annotations

import locale
import unicodedata
from typing import Any

import attrs
import pendulum
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followup_rules import CLASSIC, After, Contact, Contacted, Decided, Done, FollowupError, Interview, Plan, plan
from followup_rules.plans import show
from followup_rules.telling import explain, harmless, reach, table, width
from tests.making import AT, DANA, OLA, interview, ruleset, step
from tests.pinned import pinned

PANEL = interview(
    contacts=[DANA, attrs.evolve(OLA, title="Head of Platform", address="1 Main Street,\nSuite 4\nNew York NY 10001")],
    decision_by=pendulum.date(2026, 12, 4),
)
LATER = PANEL.record(Done("thank-you-email", "Dana Reyes", at=AT.add(hours=4), note="short one"))
PICKED_UP_LATE = LATER.record(Done("thank-you-email", "Ola Berg", at=AT.add(days=5)))
TOO_OFTEN = interview(
    events=[Contacted("call", "Dana Reyes", at=AT.add(days=2)), Contacted("email", "Dana Reyes", at=AT.add(days=3))]
)

PLANS: dict[str, Plan] = {
    "from-the-start": plan(PANEL),
    "some-done": plan(LATER, as_of=AT.add(days=1)),
    "picked-up-late": plan(LATER, as_of=AT.add(days=12)),
    "warned": plan(PICKED_UP_LATE, as_of=AT.add(days=6)),
    "too-often": plan(TOO_OFTEN, as_of=AT.add(days=4)),
    "decided": plan(interview(events=[Decided("offer", at=AT.add(days=2))]), as_of=AT.add(days=30)),
    "elsewhere": plan(PANEL).in_timezone("Asia/Tokyo"),
    "over-night": plan(interview(role="", format="video", contacts=[], starts_at=AT.at(23, 30))),
    "no-steps": plan(interview(), ruleset()),
}


@pytest.mark.parametrize("name", PLANS)
def test_tables_are_as_they_were_read_and_found_good(name: str) -> None:
    assert str(PLANS[name]) == pinned(f"table-{name}", str(PLANS[name]))


@pytest.mark.parametrize("name", PLANS)
def test_explanations_are_as_they_were_read_and_found_good(name: str) -> None:
    assert PLANS[name].explain() == pinned(f"explained-{name}", PLANS[name].explain())


def test_a_second_zone_stands_beside_the_first() -> None:
    made = PLANS["some-done"]
    assert table(made, tz="Asia/Tokyo") == pinned("table-two-zones", table(made, tz="Asia/Tokyo"))
    assert explain(made, tz="Asia/Tokyo") == pinned("explained-two-zones", explain(made, tz="Asia/Tokyo"))


def test_the_plan_s_own_zone_is_no_second_one() -> None:
    made = PLANS["some-done"]
    assert table(made, tz="America/New_York") == table(made)
    assert explain(made, tz="America/New_York") == explain(made)


@pytest.mark.parametrize("tell", [table, explain])
def test_an_unknown_zone_is_refused(tell: Any) -> None:
    with pytest.raises(FollowupError, match="Mars/Base"):
        tell(PLANS["some-done"], tz="Mars/Base")


@pytest.mark.parametrize("name", PLANS)
def test_nothing_of_a_plan_is_left_out_of_its_explanation(name: str) -> None:
    made = PLANS[name]
    told = made.explain()
    assert all(show(action.at) in told and action.title in told for action in made.actions)
    assert all(reason.text in told and show(reason.at) in told for action in made.actions for reason in action.because)
    assert all(line in told for action in made.actions for line in (*action.guidance, action.if_unreachable))
    assert all(skip.text in told and skip.text in str(made) for skip in made.skipped)
    assert all(warning.text in told and warning.text in str(made) for warning in made.warnings)
    assert all(show(done.at) in told and done.note in str(made) for done in made.done)


def test_the_plan_from_the_start_says_that_nothing_is_overdue() -> None:
    assert "from the start: nothing is counted as overdue" in str(PLANS["from-the-start"])
    assert "from the start" not in str(PLANS["some-done"])


def test_what_is_late_says_so() -> None:
    assert "LATE since Sat 21 Nov 15:00" in str(PLANS["warned"])
    assert "(LATE)" in PLANS["warned"].explain()
    assert "LATE" not in str(PLANS["from-the-start"]) + PLANS["from-the-start"].explain()


def test_a_moment_that_occurs_twice_is_told_with_its_offset() -> None:
    ends = pendulum.datetime(2026, 11, 1, 6, 30).in_timezone("America/New_York")  # the second 01:30 of that night
    made = plan(interview(starts_at=ends.subtract(hours=2), ends_at=ends), ruleset(step("one", due=After("end", hours=0))))
    assert "to Sun 1 Nov 2026 01:30 (-05:00)" in str(made)
    assert "Sun  1 Nov 01:30 (-05:00)  One" not in str(made)
    assert "Sun  1 Nov 01:30 (-05:00)  one" in str(made)


def test_a_plan_that_was_edited_is_told_all_the_same() -> None:
    made = PLANS["some-done"]
    odd = attrs.evolve(
        made,
        actions=[
            attrs.evolve(made.actions[0], contact=Contact("Nobody"), because=(), guidance=(), if_unreachable="", expires=None)
        ],
        done=[Done("unheard-of", at=AT)],
    )
    assert "unheard-of" in str(odd)
    assert "Nobody" in str(odd)
    assert "why then" not in odd.explain()
    assert "how:" not in odd.explain()
    assert "if unreachable" not in odd.explain()


def test_whom_to_reach_is_told_with_the_detail_of_the_channel() -> None:
    ola = PANEL.contacts[1]
    assert reach(ola, "email") == "Ola Berg, ola@initech.example"
    assert reach(ola, "call") == "Ola Berg, +1 212 555 0101"
    assert reach(ola, "letter") == "Ola Berg, 1 Main Street, Suite 4, New York NY 10001"
    assert reach(ola, "task") == "Ola Berg"


def test_the_process_s_locale_changes_nothing() -> None:
    before = locale.setlocale(locale.LC_ALL)
    told = str(PLANS["warned"]), PLANS["warned"].explain()
    for name in ("de_DE.UTF-8", "C.UTF-8", "C"):
        try:
            locale.setlocale(locale.LC_ALL, name)
        except locale.Error:
            continue
        try:
            assert (str(PLANS["warned"]), PLANS["warned"].explain()) == told
        finally:
            locale.setlocale(locale.LC_ALL, before)


@given(st.text())
def test_a_harmless_text_is_one_line_of_the_same_length(text: str) -> None:
    made = harmless(text)
    assert len(made) == len(text)
    assert all(unicodedata.category(one) not in ("Cc", "Cs", "Zl", "Zp") for one in made)
    assert harmless(made) == made


@pytest.mark.parametrize("text", ["Dana Reyes", "José Ñáñez", "陳大文", "می\u200cخواهم", "👩\u200d💻", ""])
def test_texts_as_people_write_them_are_left_as_they_are(text: str) -> None:
    assert harmless(text) == text


def test_what_would_move_the_cursor_or_turn_the_line_is_replaced() -> None:
    assert harmless("a\x1b[31mb\r\nc\td\u202ee\u2028f\x07") == "a\ufffd[31mb  c d\ufffde f\ufffd"


nasty = st.text(st.sampled_from("ab \n\r\t\x1b\x07\x9b\u202e\u2066\u2028陳é"), min_size=1, max_size=12).filter(str.strip)


@settings(max_examples=40)
@given(company=nasty, role=nasty, name=nasty, detail=nasty, title=nasty)
def test_no_name_can_break_a_line_or_send_an_escape(company: str, role: str, name: str, detail: str, title: str) -> None:
    who = Contact(name, email=detail, title=title)
    record = Interview(company, AT, role=role, contacts=[who], events=[Done("research", at=AT, note=title)])
    rules = attrs.evolve(CLASSIC, steps=[attrs.evolve(one, title=one.id + title) for one in CLASSIC.steps])
    plain = plan(
        interview(contacts=[Contact("A", email="a@initech.example", title="B")], events=[Done("research", at=AT, note="C")])
    )
    made = plan(record, rules)
    for told, shape in ((str(made), str(plain)), (made.explain(), plain.explain())):
        assert told.count("\n") == shape.count("\n")
        assert all(line.isprintable() for line in told.split("\n"))


def test_columns_are_even_in_any_script() -> None:
    record = interview(contacts=[Contact("陳大文", email="c@initech.example")])
    rules = ruleset(
        step("one", title="写一封信", expires=After("end", days=1)), step("two", title="Cafe\u0301", expires=After("end", days=1))
    )
    lines = str(plan(record, rules)).split("\n")
    ends = {width(line[: line.index("until")]) for line in lines if "until" in line}
    assert len(ends) == 1
    assert width("写") == 2
    assert width("e\u0301") == 1
    assert width("abc") == 3
