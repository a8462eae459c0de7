"""One record on its way to a plan: the instances of its steps, their anchors, and what is settled of them.

Assumes state and offsets. Works out ideal moments, which need no other record; the planner decides
in which order instances are placed, and where.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import pendulum

from followup_rules.moments import as_datetime, day_of, rounded_up, to_moment
from followup_rules.offsets import Anchor, Calendar, always_free
from followup_rules.plans import Action, Plan, Skip, Violation
from followup_rules.reasons import Trace, done_late, too_often
from followup_rules.record import DETAIL_OF, Contact, Done
from followup_rules.rules import RECORD_ANCHORS, After, Ruleset, Step, step_anchors
from followup_rules.state import State


class Instance:
    """One thing that may be planned: a step of an interview, for the contact at `place` if it is to one."""

    __slots__ = ("case", "due", "ideal", "moment", "place", "skip", "step", "step_order", "trace")

    def __init__(self, case: Case, step_order: int, step: Step, place: int | None) -> None:
        self.case = case
        self.step_order = step_order
        self.step = step
        self.place = place
        self.ideal: int | None = None
        self.due: Anchor | None = None
        self.moment: int | None = None
        self.skip: Skip | None = None
        self.trace: Trace | None = None

    @property
    def contact(self) -> Contact | None:
        return None if self.place is None else self.case.state.contacts[self.place]


class Case:
    """One record on its way to a plan: the instances of its steps and what is settled of them."""

    def __init__(self, order: int, state: State, ruleset: Ruleset, as_of: int | None) -> None:
        self.order = order
        self.state = state
        self.zone = state.zone
        self.ruleset = ruleset
        self.as_of = None if as_of is None else rounded_up(as_of)
        closed_on = frozenset(day_of(day) for day in state.interview.closed_on)
        self.calendars = {None: Calendar(self.zone, None, closed_on)} | {
            hours.name: Calendar(self.zone, hours, closed_on) for hours in ruleset.hours
        }
        self.steps = {step.id: step for step in ruleset.steps}
        self.finished: dict[str, Sequence[tuple[int | None, Done]]] = {}
        self.instances: dict[str, list[Instance]] = {}
        for step_order, step in enumerate(ruleset.steps):
            self._spread(step_order, step)
        self.anchors = self._record_anchors()
        self.ideals: dict[str, Anchor | None] = {}

    # --- instances ---

    def _spread(self, step_order: int, step: Step) -> None:
        """Give each step its instances, and set those apart that a `Done` finished."""
        state = self.state
        finished = state.finished(step)
        places: list[int | None]
        if finished.whole is not None:
            self.finished[step.id] = [(None, finished.whole)]
            places = []
        else:
            self.finished[step.id] = sorted(finished.by_place.items())
            if step.to == "each":
                places = [place for place in range(len(state.contacts)) if place not in finished.by_place]
                if not state.contacts:
                    places = [None]
            else:
                places = [None]
                if step.channel in DETAIL_OF:
                    places = [next(iter(state.reachable(step.channel)), None)]
        self.instances[step.id] = [Instance(self, step_order, step, place) for place in places]

    def all_instances(self) -> Iterator[Instance]:
        """Give the instances in the order of steps and contacts."""
        for instances in self.instances.values():
            yield from instances

    # --- anchors ---

    def _record_anchors(self) -> dict[str, Anchor | None]:
        state = self.state
        anchors = {
            "start": self._anchor(state.start),
            "end": self._anchor(state.end),
            "reply": self._anchor(state.reply),
            "outcome": self._anchor(state.outcome_at),
            "decision": None,
        }
        if state.decision is not None:
            anchors["decision"] = Anchor(self.zone.moment(state.decision, 0), state.decision, 0)
        return anchors

    def _anchor(self, moment: int | None) -> Anchor | None:
        return None if moment is None else Anchor(moment, *self.zone.local(moment))

    def ideal_anchor(self, name: str) -> Anchor | None:
        """Give an anchor for an ideal moment: a step stands at its done moment, else its ideal one."""
        if name in RECORD_ANCHORS:
            return self.anchors[name]
        if name not in self.ideals:
            moments = [to_moment(done.at) for _, done in self.finished[name]]
            moments += [instance.ideal for instance in self.instances[name] if instance.ideal is not None]
            self.ideals[name] = self._anchor(max(moments, default=None))
        return self.ideals[name]

    def planned_anchor(self, name: str) -> Anchor | None:
        """Give an anchor for a planned moment: a step stands where it was done, else where this plan puts it."""
        if name in RECORD_ANCHORS:
            return self.anchors[name]
        moments = [to_moment(done.at) for _, done in self.finished[name]]
        moments += [instance.moment for instance in self.instances[name] if instance.moment is not None]
        return self._anchor(max(moments, default=None))

    def work_out_ideals(self) -> None:
        """Work out the ideal moment of every step, those it is anchored on first.

        The instances of a step share it. Those that the record alone rules out have none, and so move
        nothing that is anchored on them; an instance that later finds no date keeps its own.
        """
        for step in _anchors_first(self.ruleset.steps):
            ideal = self._ideal(step)
            for instance in self.instances[step.id]:
                if instance.skip is None:
                    instance.ideal = ideal

    def _ideal(self, step: Step) -> int | None:
        due = self.ideal_anchor(step.due.anchor)
        if due is None:
            return None
        calendar = self.calendars[step.during]
        bound, wanted = calendar.offset(step.due, due)
        for after in step.not_before:
            anchor = self.ideal_anchor(after.anchor)
            if anchor is not None:
                bound = max(bound, calendar.offset(after, anchor)[0])
        return calendar.fit(bound, wanted, always_free)

    def limit(self, step: Step, after: After | None, ideal: int | None) -> int | None:
        """Give the moment of a deadline or an expiry; None where there is none, or its anchor does not exist."""
        if after is None:
            return None
        anchor = self._anchor(ideal) if after.anchor == "ideal" else self.anchors[after.anchor]
        return None if anchor is None else self.calendars[step.during].offset(after, anchor)[0]

    # --- the result ---

    def as_plan(self, as_of: dt.datetime | None) -> Plan:
        """Put together what was settled."""
        actions = []
        for instance in self.all_instances():
            if instance.moment is not None:
                actions.append((instance.moment, instance.step_order, instance.place or 0, self._action(instance)))
        actions.sort(key=lambda item: item[:3])
        return Plan(
            interview=self.state.interview,
            ruleset=self.ruleset,
            as_of=None if as_of is None else as_datetime(as_of, self.zone),
            actions=tuple(item[3] for item in actions),
            done=tuple(done for finished in self.finished.values() for _, done in finished),
            skipped=tuple(instance.skip for instance in self.all_instances() if instance.skip is not None),
            warnings=(*self._done_late(), *too_often(self.state, self.ruleset)),
        )

    def _action(self, instance: Instance) -> Action:
        step, moment = instance.step, instance.moment
        assert moment is not None and instance.trace is not None
        deadline = self.limit(step, step.deadline, instance.ideal)
        return Action(
            step=step.id,
            title=step.label,
            channel=step.channel,
            contact=instance.contact,
            at=self.zone.datetime(moment),
            deadline=self._datetime(deadline),
            expires=self._datetime(self.limit(step, step.expires, instance.ideal)),
            late=deadline is not None and moment > deadline,
            because=instance.trace,
            guidance=step.guidance,
            if_unreachable=step.if_unreachable,
        )

    def _datetime(self, moment: int | None) -> pendulum.DateTime | None:
        return None if moment is None else self.zone.datetime(moment)

    def _done_late(self) -> Iterator[Violation]:
        for id, finished in self.finished.items():
            step = self.steps[id]
            if step.deadline is not None and finished:
                deadline = self.limit(step, step.deadline, self._ideal(step))
                for place, done in finished:
                    if deadline is not None and to_moment(done.at) > deadline:
                        contact = None if place is None else self.state.contacts[place]
                        yield done_late(step, contact, done, self.zone.datetime(deadline))


def _anchors_first(steps: tuple[Step, ...]) -> list[Step]:
    """Order steps so that each comes after those it is anchored on; there is no circle of them."""
    ids = {step.id: step for step in steps}
    placed: dict[str, Step] = {}
    for root in steps:
        stack = [root]
        while stack:
            waits = [ids[anchor] for anchor in step_anchors(stack[-1]) if anchor not in placed]
            if waits:
                stack.extend(waits)
            else:
                step = stack.pop()
                placed[step.id] = step
    return list(placed.values())
