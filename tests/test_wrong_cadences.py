"""Cadences that look right and are not, each with the finding that tells."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from followup_rules import CLASSIC, After, Hours, Ruleset, Step, Throttle, Wording, check, plan

OFFICE = Hours("office", ("mon", "tue", "wed", "thu", "fri"), opens="09:00", closes="17:00")
DAILY = Hours("daily", ("mon", "tue", "wed", "thu", "fri", "sat", "sun"), opens="08:00", closes="20:00")
MONDAYS = Hours("mondays", ("mon",), opens="09:00", closes="12:00")
NIGHT = Hours("night", ("mon", "tue", "wed", "thu", "fri"), opens="22:00", closes="23:00")


def task(id: str, **rules: Any) -> Step:
    return Step(id, "task", **({"due": After("end")} | rules))


def email(id: str, **rules: Any) -> Step:
    return Step(id, "email", **({"due": After("end", days=1, at="10:00")} | rules))


def call(id: str, **rules: Any) -> Step:
    return Step(id, "call", **({"due": After("end", days=7, at="10:00")} | rules))


def cadence(*steps: Step, **rules: Any) -> Ruleset:
    return Ruleset("looks-right", "1", steps=steps, hours=(OFFICE, DAILY, MONDAYS, NIGHT), **rules)


WEEKLY = Throttle("weekly", ("email", "call"))

WRONG: dict[str, tuple[Ruleset, str, str]] = {
    # --- expiries ---
    "an expiry that a weekend eats": (
        cadence(email("thanks", due=After("end", hours=2), during="office", expires=After("end", days=1))),
        "can-expire",
        "thanks",
    ),
    "an expiry in hours that a long night eats": (
        cadence(email("thanks", due=After("end", hours=2), during="daily", expires=After("end", hours=6))),
        "can-expire",
        "thanks",
    ),
    "an expiry counted from the start, for what is due after the end": (
        cadence(task("note", due=After("end", hours=0), expires=After("start", hours=0))),
        "never-planned",
        "note",
    ),
    "an expiry before the hour that it is due": (
        cadence(email("news", due=After("end", days=3, at="10:00"), expires=After("end", days=3, at="09:00"))),
        "never-planned",
        "news",
    ),
    "an expiry that waiting for their decision outlasts": (
        cadence(call("status", not_before=[After("decision", days=1, at="00:00")], expires=After("end", days=21))),
        "can-expire",
        "status",
    ),
    "an expiry at the decision, for a check due a week after the interview": (
        cadence(call("status", expires=After("decision"))),
        "can-expire",
        "status",
    ),
    "a Monday that comes too late": (
        cadence(task("review", due=After("end", days=1, at="09:00"), during="mondays", expires=After("end", days=5))),
        "can-expire",
        "review",
    ),
    "a reply that puts a check off for good": (
        cadence(call("status", not_before=[After("reply", days=14)], expires=After("end", days=30))),
        "can-expire",
        "status",
    ),
    # --- deadlines ---
    "an office-hours deadline that Friday evenings miss": (
        cadence(email("thanks", due=After("end", hours=2), during="office", deadline=After("end", hours=24))),
        "can-be-late",
        "thanks",
    ),
    "a deadline the same evening for a step that waits for the morning": (
        cadence(email("thanks", due=After("end", hours=1), during="daily", deadline=After("end", days=0, at="23:00"))),
        "can-be-late",
        "thanks",
    ),
    "a deadline before the step is due": (
        cadence(task("letter", due=After("end", days=3), deadline=After("end", days=2))),
        "can-be-late",
        "letter",
    ),
    "a deadline that a throttle pushes past": (
        cadence(
            email("thanks"), call("status", due=After("end", days=2, at="10:00"), deadline=After("end", days=5)), throttles=[WEEKLY]
        ),
        "can-be-late",
        "status",
    ),
    "a deadline in workdays, for what is due in days": (
        cadence(
            call("status", due=After("end", days=7, at="10:00"), during="office", deadline=After("end", workdays=5, at="09:30"))
        ),
        "can-be-late",
        "status",
    ),
    # --- facts ---
    "facts that exclude each other": (
        cadence(task("card", only_if=["format:in-person", "format:video"])),
        "never-planned",
        "card",
    ),
    "a fact asked for and barred": (
        cadence(task("talk", only_if=["topics"], unless=["topics"])),
        "never-planned",
        "talk",
    ),
    "a call for when nobody can be called": (
        cadence(call("status", unless=["can:call"])),
        "never-planned",
        "status",
    ),
    "a step for winners that their offer ends": (
        cadence(email("accept", due=After("outcome", days=1, at="10:00"), only_if=["outcome:offer"])),
        "never-planned",
        "accept",
    ),
    "a reminder that is for after it was done": (
        cadence(task("portfolio", only_if=["done:portfolio"])),
        "never-planned",
        "portfolio",
    ),
    "a decision date awaited where none may be known": (
        cadence(task("ask", due=After("decision", days=1), unless=["decision-date"])),
        "never-planned",
        "ask",
    ),
    # --- anchors ---
    "a step anchored on one that is never done": (
        cadence(task("offer-talk", only_if=["topics"], unless=["topics"]), call("follow", due=After("offer-talk", days=7))),
        "never-planned",
        "offer-talk",
    ),
    "a step anchored on one that has expired": (
        cadence(task("news", due=After("end", days=2), expires=After("end", days=1)), call("follow", due=After("news", days=7))),
        "never-planned",
        "news",
    ),
    "a step due before the interview that waits for the thanks": (
        cadence(
            email("thanks"), task("prepare", due=After("start", days=-1), not_before=[After("thanks")], expires=After("start"))
        ),
        "can-expire",
        "prepare",
    ),
    # --- throttles ---
    "a check that a throttle always pushes off its day": (
        cadence(email("thanks"), email("check", due=After("thanks", days=5)), throttles=[WEEKLY]),
        "never-on-time",
        "check",
    ),
    "three strikes in four days under a weekly limit": (
        cadence(
            *(
                email(f"strike-{day}", due=After("end", days=day, at="10:00"), expires=After("end", days=day + 3))
                for day in (1, 2, 4)
            ),
            throttles=[WEEKLY],
        ),
        "can-be-crowded-out",
        "strike-2",
    ),
    "a third strike that never lands": (
        cadence(
            *(email(f"strike-{day}", due=After("end", days=day, at="10:00"), expires=After("end", days=4)) for day in (1, 2)),
            throttles=[WEEKLY],
            stop_on=[],
        ),
        "can-be-crowded-out",
        "strike-2",
    ),
    "two throttles that together leave no room": (
        cadence(
            email("thanks"),
            call("status", due=After("end", days=3, at="10:00"), expires=After("end", days=12)),
            email("second", due=After("end", days=9, at="10:00"), expires=After("end", days=12)),
            throttles=[
                Throttle("emails", ("email",), days=10),
                Throttle("calls-too", ("email", "call"), max=2, days=14, per="company"),
            ],
        ),
        "can-be-crowded-out",
        "second",
    ),
    "one thank-you each, under a limit for the whole company": (
        cadence(
            email("thanks", to="each", expires=After("end", days=3)), throttles=[Throttle("company", ("email",), per="company")]
        ),
        "can-be-crowded-out",
        "thanks",
    ),
    "a contact of one's own that crowds out the check": (
        cadence(call("status", expires=After("end", days=9)), throttles=[WEEKLY]),
        "can-be-crowded-out",
        "status",
    ),
    "a throttle that never binds, as its one step is exempt": (
        cadence(email("thanks"), throttles=[Throttle("weekly", ("email",), exempt=["thanks"])]),
        "idle-throttle",
        "weekly",
    ),
    "a throttle for a channel that no step uses": (
        cadence(call("status"), throttles=[Throttle("mail", ("email",))]),
        "idle-throttle",
        "mail",
    ),
    "a throttle as wide as the steps are apart": (
        cadence(
            task("one"), task("two", due=After("end", days=7)), throttles=[Throttle("tasks", ("task",), max=2, days=7)], stop_on=[]
        ),
        "idle-throttle",
        "tasks",
    ),
    "a loose limit behind a strict one": (
        cadence(email("thanks"), call("status"), throttles=[WEEKLY, Throttle("loose", ("email", "call"), max=3, days=7)]),
        "idle-throttle",
        "loose",
    ),
    # --- days and hours ---
    "a morning that its hours do not have": (
        cadence(task("early", due=After("end", days=1, at="23:30"), during="night", not_before=[After("end", days=1, at="23:30")])),
        "never-on-time",
        "early",
    ),
    "a check due the day before it may be": (
        cadence(call("status", due=After("end", days=5, at="10:00"), not_before=[After("end", days=6, at="00:00")])),
        "never-on-time",
        "status",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_cadence_is_told(name: str) -> None:
    ruleset, code, subject = WRONG[name]
    report = check(ruleset)
    assert report.conclusive
    found = [finding for finding in report.findings if (finding.code, finding.subject) == (code, subject)]
    assert len(found) == 1, report
    if code.startswith("can-"):
        example = found[0].example
        assert example is not None
        planned = plan(example, ruleset)
        codes = {skip.code for skip in planned.skipped if skip.step == subject}
        late = any(action.late for action in planned.actions if action.step == subject)
        assert (
            late if code == "can-be-late" else code == {"expired": "can-expire", "crowded-out": "can-be-crowded-out"}[codes.pop()]
        )


def test_a_draft_that_breaks_its_own_wording_is_told() -> None:
    rude = attrs.evolve(CLASSIC.step("status-email"), draft="Dear $first_name,\n\nDid I get the job?\n\nKind regards,\n$sender")
    steps = [rude if step.id == rude.id else step for step in CLASSIC.steps]
    found = [finding for finding in check(attrs.evolve(CLASSIC, steps=steps)).findings if finding.code == "draft-breaks-wording"]
    assert [finding.subject for finding in found] == ["never-ask-outcome"]
    assert "status-email" in found[0].message


def test_a_draft_that_thanks_for_nothing_is_told() -> None:
    rules = [Wording("say-thanks", require="thanks")]
    found = check(cadence(email("thanks", draft="Hello $first_name, how are you?"), wording=rules)).findings
    assert [(finding.code, finding.subject) for finding in found] == [("draft-breaks-wording", "say-thanks")]
