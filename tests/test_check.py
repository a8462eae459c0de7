"""`check` against brute force, and the laws of its report."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from followup_rules import CLASSIC, After, Hours, Ruleset, Step, Throttle, check, plan
from followup_rules.checking import Finding, findings, shapes, universe
from followup_rules.checking.engine import Engine, Ready
from followup_rules.checking.findings import FINDING_CODES, SEVERITY_OF, whole
from followup_rules.checking.shapes import Reader
from followup_rules.checking.spans import DAY, Span
from followup_rules.checking.universe import Budget, Setting
from followup_rules.checking.universe import settings as all_settings
from followup_rules.record import CHANNELS, DETAIL_OF, Interview
from tests.test_check_engine import rulesets

Flag = tuple[str, str]


def size_of(setting: Setting, weekday: int, minute: int, distance: int) -> tuple[object, ...]:
    start = (weekday * DAY + minute - 60) % (7 * DAY)
    return (setting.size, abs(distance), distance < 0, start)


def flags_of(engine: Engine, ready: Ready, weekday: int, minute: int, distance: int, *, fresh: bool) -> Iterator[Flag]:
    """What one interview shows, worked out for it alone."""
    span = Span(0, 0, DAY)
    run = engine.run(ready, span, weekday, minute, distance)
    for settled in run.settled:
        id = engine.rules.steps[settled.step].id
        for throttle in settled.blocked:
            yield "binds", engine.rules.throttles[throttle].id
        if settled.code is not None:
            yield settled.code, id
            continue
        yield "planned", id
        if fresh:
            yield "planned-fresh", id
        deadline = run.deadline(settled)
        if deadline is not None and deadline >> 2 < settled.moment >> 2:
            yield "late", id
        if (settled.moment >> 2) // DAY == (settled.fitted.due >> 2) // DAY:
            yield ("on-time-fresh" if fresh else "on-time"), id


def by_brute_force(ruleset: Ruleset, kept: list[Setting]) -> set[tuple[str, str, tuple[object, ...] | None]]:
    """The findings of every weekday, minute and distance of every setting, with the size of the smallest example."""
    part = whole(ruleset)
    engine, reader = Engine(part, Budget(0, 1 << 60)), Reader(part)
    shown: dict[Flag, tuple[object, ...]] = {}
    for setting in kept:
        first, last = setting.distances
        ready = engine.ready(reader.shape(setting))
        for weekday in range(7):
            for minute in range(DAY):
                for distance in range(first, last + 1):
                    for flag in flags_of(engine, ready, weekday, minute, distance, fresh=setting.event is None):
                        size = size_of(setting, weekday, minute, distance)
                        if flag not in shown or size < shown[flag]:
                            shown[flag] = size
    return set(findings_of(ruleset, shown))


def findings_of(ruleset: Ruleset, shown: dict[Flag, tuple[object, ...]]) -> Iterator[tuple[str, str, tuple[object, ...] | None]]:
    for step in ruleset.steps:
        if ("planned", step.id) not in shown:
            yield "never-planned", step.id, None
        elif (("on-time-fresh" if ("planned-fresh", step.id) in shown else "on-time"), step.id) not in shown:
            yield "never-on-time", step.id, None
        for flag, code in (("expired", "can-expire"), ("crowded-out", "can-be-crowded-out"), ("late", "can-be-late")):
            if (flag, step.id) in shown:
                yield code, step.id, shown[flag, step.id]
    for throttle in ruleset.throttles:
        if ("binds", throttle.id) not in shown:
            yield "idle-throttle", throttle.id, None


def size_of_example(example: Interview | None) -> tuple[object, ...] | None:
    """The size of an example, read back from it."""
    if example is None:
        return None
    contacts = tuple(
        tuple(channel for channel in CHANNELS if channel in DETAIL_OF and one.detail(channel)) for one in example.contacts
    )
    event = universe.Kind("any") if example.events else None
    setting = Setting(contacts, example.format, bool(example.topics), example.tags, example.decision_by is not None, event)
    distance = 0
    if example.decision_by is not None:
        distance = (example.decision_by - example.ends_at.date()).days
    for one in example.events:
        day = getattr(one, "decision_by", None) or one.at.date()
        distance = (day - example.ends_at.date()).days
    minute = example.starts_at.hour * 60 + example.starts_at.minute
    return (setting.size, abs(distance), distance < 0, example.starts_at.weekday() * DAY + minute)


@given(rulesets(most=3, channels=("email", "email", "task")), st.randoms(use_true_random=False))
def test_every_weekday_and_minute_by_brute_force_gives_the_same_findings(ruleset: Ruleset, random: Random) -> None:
    with pytest.MonkeyPatch.context() as patch:
        # A near horizon, at most one contact and one kind of event, so that every distance can be tried with every minute.
        patch.setattr(universe, "DECISION_DISTANCES", (0, 2))
        patch.setattr(universe, "EVENT_DISTANCES", (-7, 0))
        every = list(all_settings([whole(ruleset)], Budget(0, 1_000_000)))
        kind = random.choice(every).event

        def is_kept(setting: Setting) -> bool:
            return len(setting.contacts) < 2 and setting.event in (None, kind)

        kept = [setting for setting in every if is_kept(setting)]
        assume(sum(setting.distances[1] - setting.distances[0] + 1 for setting in kept) <= 12)
        patch.setattr(shapes, "settings", lambda parts, budget: filter(is_kept, all_settings(parts, budget)))
        report = check(ruleset)
        assert report.conclusive
        found = {(finding.code, finding.subject, size_of_example(finding.example)) for finding in report.findings}
        assert found == by_brute_force(ruleset, kept)


def shows(finding: Finding, ruleset: Ruleset) -> bool:
    """Tell whether the plan of its example shows what a finding says."""
    assert finding.example is not None
    planned = plan(finding.example, ruleset)
    if finding.code == "can-be-late":
        return any(action.late for action in planned.actions if action.step == finding.subject)
    code = {"can-expire": "expired", "can-be-crowded-out": "crowded-out"}[finding.code]
    return any(skip.code == code for skip in planned.skipped if skip.step == finding.subject)


@settings(max_examples=15)
@given(rulesets())
def test_every_example_replays(ruleset: Ruleset) -> None:
    report = check(ruleset, limit=5_000)
    for finding in report.findings:
        assert finding.severity == SEVERITY_OF[finding.code]
        if finding.example is not None:
            assert shows(finding, ruleset)


@settings(max_examples=15)
@given(rulesets(), st.randoms(use_true_random=False))
def test_what_any_interview_shows_is_reported(ruleset: Ruleset, random: Random) -> None:
    report = check(ruleset, limit=5_000)
    assume(report.conclusive)
    found = {(finding.code, finding.subject) for finding in report.findings}
    every = list(all_settings([whole(ruleset)], Budget(0, 1_000_000)))
    for _ in range(40):
        setting = random.choice(every)
        planned = plan(setting.interview(random.randrange(7), random.randrange(DAY), random.randint(*setting.distances)), ruleset)
        for action in planned.actions:
            assert ("never-planned", action.step) not in found
            assert not action.late or ("can-be-late", action.step) in found
            on_time = setting.event is None and action.because[0].at.date() == action.at.date()
            assert not on_time or ("never-on-time", action.step) not in found
            for reason in action.because:
                assert reason.code != "throttle" or ("idle-throttle", reason.rule) not in found
        for skip in planned.skipped:
            assert skip.code != "expired" or ("can-expire", skip.step) in found
            assert skip.code != "crowded-out" or ("can-be-crowded-out", skip.step) in found


def test_nothing_is_wrong_with_the_classic_cadence() -> None:
    report = check(CLASSIC)
    assert report.conclusive
    assert report.findings == ()


@settings(max_examples=100)
@given(st.randoms(use_true_random=False))
def test_no_interview_shows_anything_wrong_with_the_classic_cadence(random: Random) -> None:
    setting = random.choice(CLASSIC_SETTINGS)
    planned = plan(setting.interview(random.randrange(7), random.randrange(DAY), random.randint(*setting.distances)))
    assert not any(action.late for action in planned.actions)
    assert not any(skip.code in ("expired", "crowded-out") for skip in planned.skipped)


CLASSIC_SETTINGS = list(all_settings([whole(CLASSIC)], Budget(0, 1_000_000)))


def hostile(tags: int = 0) -> Ruleset:
    """As much of everything as a ruleset may hold, all of it connected."""
    steps = [
        Step(
            f"s{number}",
            "email",
            due=After("end", days=number % 20),
            not_before=[After("decision", days=1), After("reply", days=3)],
            to="each",
            during="office",
            expires=After("end", days=30),
            unless=[f"tag:t{number}"] if number < tags else [],
        )
        for number in range(100)
    ]
    throttles = [Throttle(f"t{number}", ("email", "call"), max=1 + number, days=7 * (1 + number)) for number in range(20)]
    hours = [Hours("office", ("mon", "tue", "wed"), opens="09:00", closes="17:00")]
    return Ruleset("hostile", "1", steps=steps, throttles=throttles, hours=hours)


@pytest.mark.parametrize("tags", [0, 100])
def test_a_search_cut_short_says_so_and_claims_nothing_about_all(tags: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "WORK", 100_000)
    report = check(hostile(tags))
    assert not report.conclusive
    assert "the limit was reached" in report.universe
    assert "the limit was reached" in str(report)
    assert {finding.code for finding in report.findings} <= {"can-expire", "can-be-crowded-out", "can-be-late"}


def test_a_limit_on_cases_cuts_the_search_short() -> None:
    assert [check(CLASSIC, limit=limit).conclusive for limit in (0, 100)] == [False, False]
    assert check(CLASSIC, limit=100).cases == 100
    whole_report = check(CLASSIC)
    assert check(CLASSIC, limit=whole_report.cases) == whole_report


def test_findings_stand_in_the_order_of_the_contract() -> None:
    ruleset = Ruleset(
        "mixed",
        "1",
        steps=[
            Step("late", "task", due=After("end", days=2), deadline=After("end", days=1)),
            Step("never", "task", due=After("end"), only_if=["topics"], unless=["topics"]),
        ],
        throttles=[Throttle("idle", ("email",))],
    )
    report = check(ruleset)
    assert [finding.code for finding in report.findings] == ["never-planned", "can-be-late", "idle-throttle"]
    assert [finding.severity for finding in report.findings] == ["error", "warning", "note"]
    assert str(report).splitlines()[:-1] == [
        "error: never-planned (never): no case plans this step: it is always skipped (not-applicable)",
        "warning: can-be-late (late): it can be planned after its deadline, in a fresh interview",
        "  for example: in-person interview on Mon 1 Jan 2024 00:00",
        "note: idle-throttle (idle): no case is moved or crowded out by it (at most 1 email to one contact in any 7 days): it could be left out",
    ]
    assert set(SEVERITY_OF) == set(FINDING_CODES)


@pytest.mark.parametrize(
    ("step", "throttles", "lines"),
    [
        (
            Step("talk", "email", due=After("end"), only_if=["topics", "tag:vip"], expires=After("end", days=-1)),
            [],
            ["in-person interview on Mon 1 Jan 2024 00:00; Alex Ash (email); topics the new release; tagged vip"],
        ),
        (
            Step("talk", "task", due=After("decision"), expires=After("decision", days=-1)),
            [],
            ["in-person interview on Mon 1 Jan 2024 00:00; decision by 2024-01-01"],
        ),
        (
            Step("talk", "task", due=After("end"), only_if=["replied", "decision-date"], expires=After("end", days=-1)),
            [],
            ["in-person interview on Mon 1 Jan 2024 00:00; Replied 2024-01-01 on Mon 1 Jan 2024 12:00"],
        ),
        (
            Step("talk", "call", due=After("end"), expires=After("end", days=2)),
            [Throttle("weekly", ("email", "call"))],
            ["in-person interview on Mon 1 Jan 2024 00:00; Alex Ash (phone); Contacted call on Mon 1 Jan 2024 12:00"],
        ),
    ],
)
def test_examples_are_told_in_full(step: Step, throttles: list[Throttle], lines: list[str]) -> None:
    report = check(Ruleset("one", "1", steps=[step], throttles=throttles))
    told = [line.removeprefix("  for example: ") for line in str(report).splitlines() if line.startswith("  for example: ")]
    assert told == lines


def test_a_throttle_that_leaves_no_date_within_800_crowds_out_without_an_expiry() -> None:
    steps = [Step(f"s{number}", "task", due=After("end"), stop_on=[]) for number in range(3)]
    ruleset = Ruleset("slow", "1", steps=steps, throttles=[Throttle("yearly", ("task",), days=400, per="company")])
    report = check(ruleset)
    # Without an event the third finds none, and with one contact more the second.
    crowded = {finding.subject: finding.message for finding in report.findings if finding.code == "can-be-crowded-out"}
    assert {subject: message.rpartition(", ")[2] for subject, message in crowded.items()} == {
        "s1": "after one event",
        "s2": "in a fresh interview",
    }
    assert all(shows(finding, ruleset) for finding in report.findings if finding.example is not None)


def codes_and_subjects(ruleset: Ruleset) -> list[tuple[str, str]]:
    return [(finding.code, finding.subject) for finding in check(ruleset).findings]


def test_a_throttle_that_only_ever_crowds_out_is_not_idle() -> None:
    now_or_never = Step("ring", "call", due=After("end"), expires=After("end", hours=1))
    rules = Ruleset("now", "1", steps=[now_or_never], throttles=[Throttle("weekly", ("call",))])
    assert codes_and_subjects(rules) == [("can-be-crowded-out", "ring")]


def test_a_throttle_behind_one_that_reaches_further_is_idle() -> None:
    ring, write = Step("ring", "call", due=After("end")), Step("write", "email", due=After("end", days=1))
    near, far = (Throttle(f"{days}-days", ("call", "email"), days=days) for days in (3, 7))
    assert codes_and_subjects(Ruleset("two", "1", steps=[ring, write], throttles=[far, near])) == [("idle-throttle", "3-days")]
    assert codes_and_subjects(Ruleset("two", "1", steps=[ring, write], throttles=[near, far])) == []


def test_what_is_due_after_something_expired_is_settled_with_it() -> None:
    # `between` is settled the moment `first` expires, a month before its turn; so `early` goes before `late` and takes the week.
    steps = [
        Step("first", "task", due=After("end"), expires=After("start")),
        Step("between", "task", due=After("first", days=30)),
        Step("early", "task", due=After("end", days=1), not_before=[After("between", days=-29)]),
        Step("late", "task", due=After("end", days=2), expires=After("end", days=3)),
    ]
    ruleset = Ruleset("chain", "1", steps=steps, throttles=[Throttle("weekly", ("task",), per="company")], stop_on=[])
    assert [action.step for action in plan(Setting().interview(), ruleset).actions] == ["early"]
    crowded = [finding for finding in check(ruleset).findings if finding.code == "can-be-crowded-out"]
    assert [finding.subject for finding in crowded] == ["late"]
    assert crowded[0].example == Setting().interview(minute=60)
