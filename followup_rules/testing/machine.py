"""A cadence lived through: a person acts in time, early, late or not at all, and they answer as they please.

Assumes the strategies, the validator and the planner. hypothesis makes up the course of events; after
every move the plan is made anew and judged. Names of rules are in the past tense, so that a
counterexample reads as a diary.
"""

from __future__ import annotations

from typing import Any, ClassVar

import pendulum
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from followup_rules.planner import plan
from followup_rules.plans import Action, Plan
from followup_rules.record import (
    CHANNELS,
    DETAIL_OF,
    OUTCOMES,
    Contact,
    Contacted,
    Decided,
    Done,
    Event,
    Interview,
    Replied,
    Unreachable,
)
from followup_rules.rules import Ruleset
from followup_rules.testing.limits import over_limit
from followup_rules.testing.records import interviews, require_ruleset
from followup_rules.validator import validate


def _drawn(choices: Any) -> st.SearchStrategy[Any]:
    """Draw from what the machine has at the time."""
    return st.runner().flatmap(choices)


def _someone(machine: CadenceMachine) -> st.SearchStrategy[str | None]:
    return st.sampled_from((None, *(contact.name for contact in machine.interview.contacts)))


def _details(machine: CadenceMachine) -> list[tuple[Any, str]]:
    """Give whose details could turn out not to work."""
    return [(channel, contact.name) for contact in machine.interview.contacts for channel in DETAIL_OF if contact.detail(channel)]


class CadenceMachine(RuleBasedStateMachine):
    """The state machine of a cadence: `interview` is the record so far, `now` the time, `plan` what is planned as of now.

    Subclass it with a `ruleset` (or take `cadence_machine`) and run its `TestCase`. After every move the
    plan has no violations, nothing that is done is planned again and following the plan keeps every
    throttle. Add `@invariant` methods for what else your cadence promises, and `@rule` methods for what
    else can happen, which call `happened`.
    """

    ruleset: ClassVar[Ruleset]
    interview: Interview
    now: pendulum.DateTime
    plan: Plan

    def __init__(self) -> None:
        super().__init__()
        require_ruleset(getattr(self, "ruleset", None))
        self.acted: set[tuple[str, str | None]] = set()

    def happened(self, event: Event | None = None, *, at: pendulum.DateTime | None = None) -> None:
        """Let the time come to `at`, if that is later, put the event on record and plan anew."""
        if at is not None and at > self.now:
            self.now = at
        if event is not None:
            self.interview = self.interview.record(event)
        self.plan = plan(self.interview, self.ruleset, as_of=self.now)

    @initialize(interview=_drawn(lambda machine: interviews(machine.ruleset)))
    def interviewed(self, interview: Interview) -> None:
        """Start two days before an interview."""
        self.interview = interview
        self.now = interview.starts_at.subtract(days=2)
        self.happened()

    def _act(self, action: Action, at: pendulum.DateTime) -> None:
        contact = _name(action.contact)
        self.acted.add((action.step, contact))
        self.happened(Done(action.step, contact, at=at), at=at)

    @precondition(lambda self: self.plan.actions)
    @rule()
    def acted_in_time(self) -> None:
        """Do the next thing when it is planned."""
        action = self.plan.actions[0]
        self._act(action, action.at)

    @precondition(lambda self: self.plan.actions)
    @rule(place=_drawn(lambda machine: st.integers(0, len(machine.plan.actions) - 1)))
    def acted_early(self, place: int) -> None:
        """Do something planned right away."""
        self._act(self.plan.actions[place], self.now)

    @precondition(lambda self: self.plan.actions)
    @rule(hours=st.integers(1, 30 * 24))
    def acted_late(self, hours: int) -> None:
        """Do the next thing so many hours after it was planned."""
        action = self.plan.actions[0]
        self._act(action, action.at.add(hours=hours))

    @rule(hours=st.sampled_from((24, 1, 7 * 24)) | st.integers(1, 30 * 24))
    def time_passed(self, hours: int) -> None:
        """Do nothing for so many hours."""
        self.happened(at=self.now.add(hours=hours))

    @rule(contact=_drawn(_someone), decision_in=st.none() | st.integers(0, 40))
    def replied(self, contact: str | None, decision_in: int | None) -> None:
        """Get an answer, which may name a date so many days ahead."""
        decision_by = None if decision_in is None else self.now.date().add(days=decision_in)
        self.happened(Replied(contact, at=self.now, decision_by=decision_by))

    @precondition(lambda self: bool(_details(self)))
    @rule(detail=_drawn(lambda machine: st.sampled_from(_details(machine))))
    def bounced(self, detail: tuple[Any, str]) -> None:
        """Learn that a detail does not work."""
        channel, contact = detail
        self.happened(Unreachable(channel, contact, at=self.now))

    @rule(channel=st.sampled_from(CHANNELS), contact=_drawn(_someone))
    def contacted(self, channel: Any, contact: str | None) -> None:
        """Get in touch outside the plan."""
        self.happened(Contacted(channel, contact, at=self.now))

    @rule(outcome=st.sampled_from(OUTCOMES))
    def decided(self, outcome: Any) -> None:
        """Get a decision, or make one."""
        self.happened(Decided(outcome, at=self.now))

    @invariant()
    def the_plan_has_no_violations(self) -> None:
        """Hold the plan against the contract, definition by definition."""
        violations = validate(self.plan)
        assert not violations, "\n".join(map(str, violations))

    @invariant()
    def what_is_done_is_not_planned_again(self) -> None:
        """Hold that nothing which was carried out comes back."""
        whole = {step.id for step in self.ruleset.steps if step.to == "one"} & {step for step, _ in self.acted}
        back = [
            action for action in self.plan.actions if action.step in whole or (action.step, _name(action.contact)) in self.acted
        ]
        assert not back, f"planned again though it is done: {', '.join(map(str, back))}"

    @invariant()
    def following_the_plan_keeps_every_throttle(self) -> None:
        """Hold that doing everything when it is planned breaks no throttle."""
        over = over_limit(self.plan)
        assert not over, "\n".join(over)


def _name(contact: Contact | None) -> str | None:
    return None if contact is None else contact.name


def cadence_machine(ruleset: Ruleset) -> type[CadenceMachine]:
    """Make the state machine of a cadence, whose `TestCase` is a test.

    Written `TestMine = cadence_machine(MINE).TestCase` in a test module, pytest runs it. Raises hypothesis's
    `InvalidArgument` for anything but a ruleset.
    """
    return type("CadenceMachine", (CadenceMachine,), {"ruleset": require_ruleset(ruleset), "__module__": __name__})
