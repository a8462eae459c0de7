"""What `check` and `compare` say, word for word: every finding once, with every kind of example, and both ends of a search."""

from __future__ import annotations

import attrs
import pytest

from followup_rules import After, Contact, Contacted, FollowupError, Hours, Ruleset, Throttle, Wording, check, compare
from followup_rules.checking import comparison, findings
from followup_rules.checking.universe import described
from tests.making import AT, DANA, interview, ruleset, step
from tests.pinned import pinned

MORNINGS = Hours("mornings", ("mon", "wed"), opens="09:00", closes="12:00")


def of_every_kind() -> Ruleset:
    """Give a ruleset with a finding of every code, and examples with everything that an interview may have."""
    steps = [
        step("fine", title="Do it"),
        step("closed", due=After("outcome", days=1), stop_on=["offer", "rejection", "withdrawn", "next-round"]),
        step("barred", only_if=["topics"], unless=["topics"]),
        step("late", "email", to="each", due=After("end", days=2), deadline=After("end", days=1)),
        step("past", due=After("end", days=2), only_if=["tag:vip", "topics", "format:video"], expires=After("end", days=1)),
        step("dated", due=After("decision", days=1), during="mornings", expires=After("decision", days=1)),
        step("offered", due=After("outcome", days=1), stop_on=[], only_if=["outcome:offer"], expires=After("outcome")),
        step("replied", due=After("reply", days=1), expires=After("reply")),
        step("chained", due=After("fine", days=2), only_if=["done:fine"], expires=After("end")),
        step("crowded", "call", due=After("end"), expires=After("end", days=2)),
        step("moved", due=After("end", days=1), not_before=[After("end", days=3)]),
    ]
    throttles = [Throttle("weekly", ("call",)), Throttle("idle", ("letter", "in-person"), max=3, days=1, per="company")]
    return ruleset(*steps, throttles=throttles, hours=[MORNINGS])


def test_what_is_said_of_every_finding() -> None:
    report = check(of_every_kind())
    assert str(report) == pinned("findings-of-every-kind", str(report))


def test_what_is_said_of_a_draft_that_breaks_its_wording() -> None:
    wording = [
        Wording("thanks", require="thanks", because="It is a thank-you."),
        Wording("no-cake", phrases=["cake"], because="No cake."),
    ]
    drafted = step("mail", "email", draft="Dear $contact, about $topic: cake, cake and $topic. $sender")
    wording.append(Wording("tailored", require="topic", steps=["plain"], because="Say what you spoke of."))
    plain = step("plain", "email", draft="Thank you for your time, $contact. $sender")
    report = check(ruleset(drafted, plain, step("bare", "email", draft=""), wording=wording))
    assert str(report) == pinned("findings-of-wording", str(report))


def test_what_is_said_where_nothing_is_found() -> None:
    report = check(ruleset(step("a")))
    assert str(report) == pinned("findings-none", str(report))
    (one,) = check(ruleset(step("a", due=After("end", days=1), deadline=After("end")))).findings
    assert str(one) == pinned("findings-one", str(one))


def test_what_is_said_of_one_finding_alone() -> None:
    report = check(ruleset(step("a", due=After("end", days=1), deadline=After("end"))))
    assert len(report.findings) == 1
    assert "\n1 finding in " in str(report)
    assert "\n2 findings in " in str(attrs.evolve(report, findings=report.findings * 2))


def test_every_part_of_an_example_is_said() -> None:
    record = interview(
        contacts=[Contact("Kim Doe"), attrs.evolve(DANA, phone="1", address=None)],
        topics=["tea", "cake"],
        tags=["vip", "local"],
        events=[Contacted("email", DANA.name, at=AT.add(days=1))],
    )
    said = findings.told(record)
    assert "; Kim Doe (no detail); " in said
    assert f"; {DANA.name} (email, phone); topics tea, cake; tagged vip, local; Contacted email {DANA.name} on " in said


def test_which_interviews_are_decided_over() -> None:
    told = [
        described(of_every_kind()),
        described(ruleset(step("a")), of_every_kind(), conclusive=False),
        described(ruleset(step("a"))),
    ]
    assert "\n".join(told) == pinned("findings-universe", "\n".join(told))


def test_what_is_said_of_a_search_cut_short(monkeypatch: pytest.MonkeyPatch) -> None:
    report = check(of_every_kind(), limit=40)
    assert report.cases == 40
    assert str(report) == pinned("findings-cut-short", str(report))
    monkeypatch.setattr(findings, "WORK", 1_000)
    assert not check(of_every_kind()).conclusive


def test_what_is_said_of_a_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    old = of_every_kind()
    new = attrs.evolve(old, steps=[attrs.evolve(old.steps[0], due=After("end", hours=1), deadline=After("end")), *old.steps[1:]])
    found = compare(old, new)
    assert str(found) == pinned("difference", str(found))
    skips = attrs.evolve(old, steps=[attrs.evolve(one, only_if=["topics"]) if one.id == "late" else one for one in old.steps])
    found = compare(old, skips)
    assert str(found) == pinned("difference-of-a-skip", str(found))
    assert compare(old, old) is None
    monkeypatch.setattr(comparison, "WORK", 20)
    with pytest.raises(FollowupError) as error:
        compare(old, skips)
    assert str(error.value) == pinned("difference-not-found", str(error.value))
