"""`check`: what is wrong with a cadence, decided over the whole universe before anyone is contacted.

Assumes the cases. Every finding is about one step, or about one throttle and the steps it counts, so
the parts of a ruleset that have nothing to do with one another are decided apart.
`docs/deciding-a-cadence.md` argues why that is all of the universe.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import attrs

from followup_rules.checking.cells import Size, cells
from followup_rules.checking.engine import Engine, Run
from followup_rules.checking.shapes import Reader, Shape, components, distinct
from followup_rules.checking.spans import Span
from followup_rules.checking.universe import Budget, Exhausted, Rules, Setting, described
from followup_rules.checks import as_tuple
from followup_rules.planner import plan
from followup_rules.plans import show
from followup_rules.reasons import limit_of
from followup_rules.record import Interview
from followup_rules.rules import Ruleset, Severity, Step

FindingCode = Literal[
    "never-planned",
    "draft-breaks-wording",
    "can-expire",
    "can-be-crowded-out",
    "can-be-late",
    "never-on-time",
    "idle-throttle",
]
SEVERITY_OF: dict[FindingCode, Severity] = {
    "never-planned": "error",
    "draft-breaks-wording": "error",
    "can-expire": "warning",
    "can-be-crowded-out": "warning",
    "can-be-late": "warning",
    "never-on-time": "warning",
    "idle-throttle": "note",
}
FINDING_CODES: tuple[FindingCode, ...] = tuple(SEVERITY_OF)

WORK = 10_000_000
"""How much work a ruleset may take in all, counted in looks at a step or a contact: a minute or two at most."""
UNLIMITED = 1 << 62
"""As many cases as that work makes."""


@attrs.frozen
class Finding:
    """One thing that a cadence's author should know: about which rule (`subject`), and with the smallest interview that shows it.

    `example` replays: `plan(example, ruleset)` shows what the finding says. It is None for findings about all interviews.
    """

    code: FindingCode
    severity: Severity
    subject: str
    message: str
    example: Interview | None = None

    def __str__(self) -> str:
        text = f"{self.severity}: {self.code} ({self.subject}): {self.message}"
        return text if self.example is None else f"{text}\n  for example: {told(self.example)}"


@attrs.frozen
class Report:
    """What `check` found: over which universe (in words), in how many distinct cases.

    `conclusive` is False where a limit cut the search short: then what was found holds, but more may be found, and `universe`
    says so. Findings that hold for all interviews are only made of rules whose cases were all worked out.
    """

    findings: tuple[Finding, ...] = attrs.field(converter=as_tuple)
    universe: str
    cases: int
    conclusive: bool

    def __str__(self) -> str:
        count = f"{len(self.findings)} finding{'' if len(self.findings) == 1 else 's'}" if self.findings else "nothing found"
        lines = [str(finding) for finding in self.findings]
        return "\n".join([*lines, f"{count} in {self.cases:,} distinct cases: {self.universe}"])


def told(interview: Interview) -> str:
    """Write the smallest example the way people say it."""
    parts = [f"{interview.format} interview on {show(interview.starts_at)}"]
    for contact in interview.contacts:
        details = [name for name in ("email", "phone", "address") if getattr(contact, name)]
        parts.append(f"{contact} ({', '.join(details) or 'no detail'})")
    if interview.topics:
        parts.append(f"topics {', '.join(interview.topics)}")
    if interview.tags:
        parts.append(f"tagged {', '.join(interview.tags)}")
    if interview.decision_by is not None:
        parts.append(f"decision by {interview.decision_by}")
    for event in interview.events:
        fields = (getattr(event, name, None) for name in ("step", "channel", "outcome", "contact", "decision_by"))
        what = " ".join(str(value) for value in (type(event).__name__, *fields) if value is not None)
        parts.append(f"{what} on {show(event.at)}")
    return "; ".join(parts)


class _Search:
    """What is known of one part of a ruleset so far."""

    def __init__(self, rules: Rules, budget: Budget) -> None:
        self.rules = rules
        self.budget = budget
        self.engine = Engine(rules, budget)
        self.on_time = [False] * len(rules.steps)
        self.planned_fresh = [False] * len(rules.steps)
        self.codes: list[set[str]] = [set() for _ in rules.steps]
        self.binds = [False] * len(rules.throttles)
        self.smallest: dict[tuple[str, int], tuple[Size, Setting, tuple[int, int, int]]] = {}
        self.finished = False

    def run(self) -> None:
        """Work out every case; raises `Exhausted` if there are too many."""
        reader = Reader(self.rules)

        def shape_of(setting: Setting) -> Shape:
            shape = reader.shape(setting)
            for place, _, code in shape.skipped:
                self.codes[place].add(code)
            return reader.canonical(shape)

        shapes, complete = distinct([self.rules], self.budget, shape_of)
        for shape, setting in shapes:
            self._run_shape(shape, setting)
        if not complete:
            raise Exhausted
        self.finished = True

    def _run_shape(self, shape: Shape, setting: Setting) -> None:
        wanted = {(what, place) for what in _SHOWN for place in range(len(self.on_time)) if self._wanted(what, place, setting.size)}

        ready = self.engine.ready(shape)

        def run(span: Span, weekday: int, minute: int, distance: int) -> list[tuple[str, int]]:
            run = self.engine.run(ready, span, weekday, minute, distance)
            return list(self._seen(run, span, wanted, fresh=setting.event is None))

        for cell in cells(run, setting, self.budget, reads_weekdays=self.engine.reads_weekdays):
            if cell.result:
                size, dates = cell.smallest(setting)
                for key in cell.result:
                    if key not in self.smallest or size < self.smallest[key][0]:
                        self.smallest[key] = size, setting, dates

    def _wanted(self, what: str, place: int, size: tuple[int, ...]) -> bool:
        """Tell whether an interview of a setting of this size may be smaller than the one known to show this."""
        known = self.smallest.get((what, place))
        return known is None or size <= known[1].size

    def _seen(self, run: Run, span: Span, wanted: set[tuple[str, int]], *, fresh: bool) -> Iterator[tuple[str, int]]:
        """Yield what this case shows of its steps, as long as a smaller one has not shown it."""
        for settled in run.settled:
            place = settled.step
            for throttle in settled.blocked:
                self.binds[throttle] = True
            if settled.code is not None:
                self.codes[place].add(settled.code)
                if (settled.code, place) in wanted:
                    yield settled.code, place
                continue
            if fresh:
                self.planned_fresh[place] = True
            # Settings with an event come last: they count where a step is not planned without one.
            if not self.on_time[place] and (fresh or not self.planned_fresh[place]):
                due, planned = span.midnight(settled.fitted.due), span.midnight(settled.moment)
                self.on_time[place] = not span.less(due, planned) and not span.less(planned, due)
            if ("planned", place) in wanted:
                yield "planned", place
            if ("late", place) in wanted:
                deadline = run.deadline(settled)
                if deadline is not None and span.less(deadline, settled.moment):
                    yield "late", place

    def example(self, what: str, place: int) -> Interview | None:
        """Give the smallest interview that shows this of a step, if one does."""
        known = self.smallest.get((what, place))
        return None if known is None else known[1].interview(*known[2])


def check(ruleset: Ruleset, *, limit: int | None = None) -> Report:
    """Decide what is wrong with a ruleset, over every interview of a declared universe.

    `limit`: at most so many distinct cases; without one, as many as a bounded amount of work allows. A
    search that is cut short says so in the report. Pure, and the same for the same ruleset.
    """
    budget = Budget(UNLIMITED if limit is None else limit, WORK)
    searches = [_Search(part, budget) for (part,) in components([whole(ruleset)])]
    conclusive = True
    for search in sorted(searches, key=lambda search: len(search.rules.steps)):
        try:
            search.run()
        except Exhausted:
            conclusive = False
    cases = (UNLIMITED if limit is None else limit) - max(budget.cases, 0)
    findings = sorted(_findings(ruleset, searches), key=lambda finding: FINDING_CODES.index(finding.code))
    return Report(tuple(findings), described(ruleset, conclusive=conclusive), cases, conclusive)


_SHOWN = ("planned", "late", "expired", "crowded-out")


def whole(ruleset: Ruleset) -> Rules:
    """Give all of a ruleset as one part."""
    return Rules(ruleset, ruleset.steps, ruleset.throttles)


def _findings(ruleset: Ruleset, searches: list[_Search]) -> Iterator[Finding]:
    places = {step.id: (search, place) for search in searches for place, step in enumerate(search.rules.steps)}
    for step in ruleset.steps:
        search, place = places[step.id]
        for code, subject, message, example in _of_step(step, search, place):
            yield Finding(code, SEVERITY_OF[code], subject, message, example)
    not_idle = {
        throttle.id
        for search in searches
        for throttle, binds in zip(search.rules.throttles, search.binds, strict=True)
        if binds or not search.finished
    }
    for throttle in ruleset.throttles:
        if throttle.id not in not_idle:
            message = f"no case is moved or crowded out by it ({limit_of(throttle)}): it could be left out"
            yield Finding("idle-throttle", SEVERITY_OF["idle-throttle"], throttle.id, message)


def _of_step(step: Step, search: _Search, place: int) -> Iterator[tuple[FindingCode, str, str, Interview | None]]:
    """Yield the findings about a step, as code, subject, message and example."""
    planned = search.example("planned", place)
    if planned is not None:
        yield from _broken_wording(step, planned, search.rules.ruleset)
    elif search.finished:
        # Some outcome ends nearly every step; it is the reason only where there is no other.
        codes = ", ".join(sorted(search.codes[place] - {"closed"})) or "closed"
        yield "never-planned", step.id, f"no case plans this step: it is always skipped ({codes})", None
    for what, code, message in _POSSIBLE:
        example = search.example(what, place)
        if example is not None:
            yield code, step.id, f"{message}, {'after one event' if example.events else 'in a fresh interview'}", example
    if planned is not None and search.finished and not search.on_time[place]:
        yield "never-on-time", step.id, "wherever it is planned, it is not on the date of its `due`", None


_POSSIBLE: tuple[tuple[str, FindingCode, str], ...] = (
    ("expired", "can-expire", "it can expire before the first moment at which it may be done"),
    ("crowded-out", "can-be-crowded-out", "throttles can leave it no date until it expires"),
    ("late", "can-be-late", "it can be planned after its deadline"),
)


def _broken_wording(step: Step, example: Interview, ruleset: Ruleset) -> Iterator[tuple[FindingCode, str, str, Interview | None]]:
    """Yield a finding for every wording rule that the step's draft breaks, filled in for the smallest interview that plans it.

    And for the same one with a subject discussed, where that is what breaks it.
    """
    if not step.draft or not ruleset.wording:
        return
    from followup_rules.drafts import draft  # they stand after the checks of dates, and few rulesets need them here
    from followup_rules.wording import review

    broken: set[str] = set()
    for interview in (example, attrs.evolve(example, topics=("the new release",))):
        planned = plan(interview, ruleset)
        for action in planned.actions:
            if action.step == step.id:
                text = draft(planned, action, sender="Sam Sender")
                for remark in review(text, ruleset=ruleset, step=step.id, topics=interview.topics):
                    if remark.severity == "error" and remark.rule not in broken:
                        broken.add(remark.rule)
                        message = f"the filled draft of `{step.id}` breaks it: {remark.message}"
                        yield "draft-breaks-wording", remark.rule, message, interview
