"""What the record says of a setting, once for all of its dates: which instances there are, and what is anchored and counted.

Assumes the record's state. Many settings have one shape: the second contact without a number is
like none, the name of a contact does not matter. No date is known here, and none is needed: without `as_of`
all events are seen, so only where they stand moves with the dates.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TypeVar

import attrs

from followup_rules.checking.universe import Budget, Exhausted, Rules, Setting, settings
from followup_rules.plans import SkipCode
from followup_rules.record import DETAIL_OF
from followup_rules.references import step_anchors
from followup_rules.rules import Step
from followup_rules.state import State

S = TypeVar("S")

COMPANY = -1
"""The scope of what counts for the company; other scopes are places of contacts."""


@attrs.frozen
class Shape:
    """The instances of each step, by the place of their contact; what stands at the distance; what is counted there."""

    lives: tuple[tuple[int | None, ...], ...]
    done: tuple[bool, ...]
    decision: bool
    reply: bool
    outcome: bool
    counted: tuple[tuple[int, int], ...]
    skipped: tuple[tuple[int, int | None, SkipCode], ...] = ()
    finished: tuple[tuple[int, int | None], ...] = ()


class Reader:
    """Reads settings for one part of a ruleset."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        places = {step.id: place for place, step in enumerate(rules.steps)}
        self.order = anchors_first(rules.steps)
        self.due_step = [places.get(step.due.anchor) for step in rules.steps]
        self.counts = [
            tuple(place for place, throttle in enumerate(rules.throttles) if throttle.counts(step.id, step.channel))
            for step in rules.steps
        ]

    def shape(self, setting: Setting) -> Shape:
        """Give the shape of a setting."""
        state = State(setting.interview())
        lives: list[tuple[int | None, ...]] = []
        skipped: list[tuple[int, int | None, SkipCode]] = []
        finished: list[tuple[int, int | None]] = []
        for place, step in enumerate(self.rules.steps):
            done, instances = _spread(step, state)
            finished.extend((place, contact) for contact in done)
            codes = [(contact, self._ruled_out(step, contact, state)) for contact in instances]
            skipped.extend((place, contact, code) for contact, code in codes if code is not None)
            lives.append(tuple(contact for contact, code in codes if code is None))
        done_steps = tuple(step.id in state.done for step in self.rules.steps)
        for place in self.order:
            anchor = self.due_step[place]
            if anchor is not None and not lives[anchor] and not done_steps[anchor]:
                skipped.extend((place, contact, "no-anchor") for contact in lives[place])
                lives[place] = ()
        return Shape(
            lives=tuple(lives),
            done=done_steps,
            decision=state.decision is not None,
            reply=state.reply is not None,
            outcome=state.outcome is not None,
            counted=tuple(sorted(self._counted(state))),
            skipped=tuple(skipped),
            finished=tuple(finished),
        )

    def _ruled_out(self, step: Step, contact: int | None, state: State) -> SkipCode | None:
        if state.outcome is not None and self.rules.ruleset.ends(step, state.outcome):
            return "closed"
        if not state.applies(step):
            return "not-applicable"
        if step.channel in DETAIL_OF and contact not in state.reachable(step.channel):
            return "no-contact"
        there = {"decision": state.decision, "reply": state.reply, "outcome": state.outcome_at}
        if step.due.anchor in there and there[step.due.anchor] is None:
            return "no-anchor"
        return None

    def _counted(self, state: State) -> Iterator[tuple[int, int]]:
        """Yield what the event counts for: each throttle with each scope."""
        for event in state.contacted:
            people: Sequence[int] = range(len(state.contacts)) if event.contact is None else [state.places[event.contact]]
            for place, throttle in enumerate(self.rules.throttles):
                if event.channel in throttle.channels:
                    yield from self._scopes(place, people, 1)
        for step, places in zip(self.rules.steps, self.counts, strict=True):
            for done in state.done.get(step.id, ()):
                people = state.done_for(done, step)
                for place in places:
                    yield from self._scopes(place, people, max(1, len(people)))

    def _scopes(self, place: int, people: Sequence[int], times: int) -> Iterator[tuple[int, int]]:
        company = self.rules.throttles[place].per == "company"
        yield from ((place, scope) for scope in ([COMPANY] * times if company else people))

    def canonical(self, shape: Shape, names: dict[int, int] | None = None, counted: Collection[int] | None = None) -> Shape:
        """Give the shape without what makes no difference to whether and when something is planned.

        That is: how contacts are called, how many of them a step without throttles is for, and what the record
        rules out. `names` and the places of the steps that are `counted` by a throttle may be shared with another reader.
        """
        names = {} if names is None else names
        counted = [place for place, counts in enumerate(self.counts) if counts] if counted is None else counted
        lives = tuple(
            tuple(None if place is None else names.setdefault(place, len(names)) for place in places)
            if step in counted
            else places[:1] and (None,)
            for step, places in enumerate(shape.lives)
        )
        scopes = sorted(
            (throttle, scope if scope == COMPANY else names[scope])
            for throttle, scope in shape.counted
            if scope == COMPANY or scope in names
        )
        anchors = self.rules.anchors
        return Shape(
            lives=lives,
            done=shape.done,
            decision=shape.decision and "decision" in anchors,
            reply=shape.reply and "reply" in anchors,
            outcome=shape.outcome and "outcome" in anchors,
            counted=tuple(scopes),
        )


def _spread(step: Step, state: State) -> tuple[list[int | None], list[int | None]]:
    """Give the places of the finished instances of a step, and those of the others."""
    finished = state.finished(step)
    done: list[int | None] = sorted(finished.by_place, key=lambda place: place or 0)
    if finished.whole is not None:
        return [*done, None], []
    if step.to == "each":
        others: list[int | None] = [place for place in range(len(state.contacts)) if place not in finished.by_place]
        return done, others if state.contacts else [None]
    if step.channel in DETAIL_OF:
        return done, [next(iter(state.reachable(step.channel)), None)]
    return done, [None]


def anchors_first(steps: Sequence[Step]) -> tuple[int, ...]:
    """Give the places of steps so that each comes after those it is anchored on; there is no circle of them."""
    places = {step.id: place for place, step in enumerate(steps)}
    placed: dict[int, None] = {}
    for root in range(len(steps)):
        stack = [root]
        while stack:
            waits = [places[anchor] for anchor in step_anchors(steps[stack[-1]]) if places[anchor] not in placed]
            if waits:
                stack.extend(waits)
            else:
                placed[stack.pop()] = None
    return tuple(placed)


def components(parts: Sequence[Rules]) -> list[tuple[Rules, ...]]:
    """Take rulesets apart, all at one time, into parts of which none has to do with another.

    Steps hang together when one is anchored on the other or one throttle counts both, in any of the rulesets.
    """
    group: dict[str, set[str]] = {step.id: {step.id} for part in parts for step in part.steps}
    for part in parts:
        links = [(step.id, *step_anchors(step)) for step in part.steps]
        links += [tuple(step.id for step in part.steps if throttle.counts(step.id, step.channel)) for throttle in part.throttles]
        for link in filter(None, links):
            joined = set().union(*(group[id] for id in link))
            group |= dict.fromkeys(joined, joined)
    found = {min(members): members for members in group.values()}
    return [tuple(_restricted(part, members) for part in parts) for members in found.values()]


def _restricted(part: Rules, members: set[str]) -> Rules:
    steps = tuple(step for step in part.steps if step.id in members)
    throttles = tuple(throttle for throttle in part.throttles if any(throttle.counts(step.id, step.channel) for step in steps))
    return Rules(part.ruleset, steps, throttles)


def distinct(parts: Sequence[Rules], budget: Budget, shape_of: Callable[[Setting], S]) -> tuple[list[tuple[S, Setting]], bool]:
    """Give the distinct shapes of all settings, each with its smallest one, by rising size; and whether those are all.

    May take half of the work that is left, so that what is found of too many settings can still be worked out.
    """
    share = max(budget.work, 0) // 2
    reading = Budget(0, share)
    found: dict[S, Setting] = {}
    complete = True
    try:
        for setting in settings(parts, reading):
            shape = shape_of(setting)
            if shape not in found or setting.size < found[shape].size:
                found[shape] = setting
    except Exhausted:
        complete = False
    budget.work -= share - max(reading.work, 0)
    return sorted(found.items(), key=lambda item: item[1].size), complete
