"""What the rules of a ruleset say of each other: names that must exist, and anchors that must not go in a circle.

Assumes the record's vocabulary. Reads rules by their fields alone, so that it can judge those of a
file of which some could not be read: of what is None nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any

from followup_rules import checks
from followup_rules.checks import Given
from followup_rules.errors import Fault, allowed, did_you_mean, shown
from followup_rules.record import CHANNELS, FORMATS, OUTCOMES

RECORD_ANCHORS = ("start", "end", "decision", "reply", "outcome")
IDEAL = "ideal"


def fact_faults(fact: str, steps: tuple[str, ...], path: tuple[str | int, ...]) -> Iterator[Fault]:
    """Yield what is wrong with the name of a fact, in a ruleset with these steps."""
    kind, colon, value = fact.partition(":")
    values = {"format": FORMATS, "outcome": OUTCOMES, "done": steps, "can": CHANNELS}
    if not colon and kind in ("replied", "decision-date", "topics"):
        return
    if colon and kind == "tag":
        if not value.strip():
            yield Fault(path, "must name a tag after `tag:`")
    elif colon and kind in values:
        if value not in values[kind]:
            hint = did_you_mean(value, values[kind])
            yield Fault(path, f"must have {allowed(values[kind])} after `{kind}:`, not {shown(value)}{hint}")
    else:
        forms = ("format:…", "replied", "decision-date", "topics", "outcome:…", "done:…", "can:…", "tag:…")
        yield Fault(path, f"must be a fact, {allowed(forms)}, not {shown(fact)}{did_you_mean(fact, forms)}")


def _names(given: Given, name: str, key: str) -> tuple[str, ...] | None:
    """Give the names there are to refer to; None if some could not be read, so that nothing can be said."""
    names = tuple(getattr(item, key) for item in given.get(name, (None,)))
    return None if None in names else names


def reference_faults(given: Given) -> Iterator[Fault]:
    """Yield a fault for every name in a ruleset that nothing in it has, and for every circle of anchors."""
    steps = given.get("steps", ())
    ids = _names(given, "steps", "id") if "steps" in given else None
    hours = _names(given, "hours", "name") if "hours" in given else None
    for index, step in enumerate(steps):
        path = ("steps", index)
        if step.during is not None and hours is not None:
            yield from checks.known(step.during, hours, (*path, "during"), "hours of this ruleset")
        if ids is not None:
            yield from _anchor_faults(step.due, ids, (*path, "due"))
            for place, after in enumerate(step.not_before or ()):
                yield from _anchor_faults(after, ids, (*path, "not_before", place))
            for name in ("only_if", "unless"):
                for place, fact in enumerate(getattr(step, name) or ()):
                    yield from fact_faults(fact, ids, (*path, name, place))
        for name in ("deadline", "expires"):
            anchor = getattr(getattr(step, name), "anchor", None)
            if anchor is not None:
                yield from checks.known(anchor, (*RECORD_ANCHORS, IDEAL), (*path, name, "after"), "an anchor")
    for name, field in (("throttles", "exempt"), ("wording", "steps")):
        for index, rule in enumerate(given.get(name, ())):
            for place, id in enumerate(getattr(rule, field) or ()):
                if ids is not None:
                    yield from checks.known(id, ids, (name, index, field, place), "a step")
    if ids is not None:
        yield from _cycle_faults(steps)


def _anchor_faults(after: Any, ids: tuple[str, ...], path: tuple[str | int, ...]) -> Iterator[Fault]:
    if after is None or after.anchor is None:
        return  # it could not be read, which is reported where it stands
    if after.anchor == IDEAL:
        yield Fault((*path, "after"), "must not be `ideal`, which only `deadline` and `expires` may count from")
    else:
        yield from checks.known(after.anchor, (*RECORD_ANCHORS, *ids), (*path, "after"), "an anchor or a step")


def step_anchors(step: Any) -> tuple[str, ...]:
    """Give the ids of the steps that this one is anchored on, each once."""
    afters = (step.due, *step.not_before) if step.not_before else (step.due,)
    return tuple(dict.fromkeys(after.anchor for after in afters if after and after.anchor not in RECORD_ANCHORS))


def _cycle_faults(steps: Sequence[Any]) -> Iterator[Fault]:
    """Yield a fault for every circle of anchors, at the first of its steps."""
    place = {step.id: index for index, step in enumerate(steps)}
    waits = {step.id: [anchor for anchor in step_anchors(step) if anchor in place] for step in steps}
    while True:
        try:
            TopologicalSorter(waits).prepare()
        except CycleError as error:
            circle = error.args[1][:0:-1]  # found from what is waited for to what waits, and closed
            first = min(circle, key=place.__getitem__)
            turn = circle.index(first)
            told = [*circle[turn:], *circle[:turn], first]
            yield Fault(("steps", place[first]), "must not wait for itself: " + " waits for ".join(f"`{id}`" for id in told))
            waits[first] = []  # this circle is told; there may be others
        else:
            return
