"""In which order steps are placed, row by row, where it matters: where one throttle counts both of two steps.

Assumes a ruleset made ready, and for every step in which rows it is `alive`: not ruled out by the record alone.
"""

from __future__ import annotations

import numpy as np

from followup_rules.compiled import FIRST_STEP, Compiled, CompiledStep
from followup_rules.tables.clocks import Truth, Whole

_LAST = np.iinfo(np.int64).max
_PRIORITY_AT = 56
"""Above the bits of any moment."""


def in_doubt(rules: Compiled, alive: list[Truth]) -> Truth:
    """Tell in which rows two steps of one throttle may come in either order, going by their anchors alone."""
    doubt: Truth = np.zeros(len(alive[0]), dtype=bool)
    before: dict[tuple[int, int], Truth] = {}
    for other in rules.steps:
        waits: list[Truth] = []
        for step in rules.steps:
            if step is not other and not set(step.throttles).isdisjoint(other.throttles):
                both = alive[step.order] & alive[other.order]
                if both.any():
                    waits = waits or _that_wait(rules, other, alive)
                    before[step.order, other.order] = both & ~waits[step.order]
    for (one, another), free in before.items():
        doubt |= free & before[another, one]
    return doubt


def _that_wait(rules: Compiled, other: CompiledStep, alive: list[Truth]) -> list[Truth]:
    """Tell for every step in which rows it is surely settled after this one, whatever becomes of those between."""
    never: Truth = np.zeros(len(alive[0]), dtype=bool)
    waits = [never for _ in alive]
    for step in rules.anchors_first:
        for anchor in step.anchors:
            if anchor == other.order:
                waits[step.order] = ~never
                break
            between = alive[anchor] & waits[anchor]
            due = rules.steps[anchor].due.anchor - FIRST_STEP
            if due >= 0 and due != other.order:
                # The one between is settled at once if nothing comes of the step that its due counts from.
                between = between & alive[due] & waits[due]
            waits[step.order] = waits[step.order] | between
    return waits


def turns(rules: Compiled, alive: list[Truth], ideals: list[Whole]) -> Whole:
    """Give for every row the steps in the order of their turns, -1 after the last, if something comes of each of them.

    By falling priority, rising ideal moment and order, each once all that it is anchored on is settled.
    """
    ranks = {priority: rank for rank, priority in enumerate(sorted({-step.priority for step in rules.steps}))}
    keys = np.array([(ranks[-step.priority] << _PRIORITY_AT) + ideals[step.order] for step in rules.steps])
    waiting = np.array(alive)
    rows = np.arange(waiting.shape[1])
    order = []
    while waiting.any():
        ready = waiting.copy()
        for step in rules.steps:
            for anchor in step.anchors:
                ready[step.order] &= ~waiting[anchor]
        next_one = np.where(ready, keys, _LAST).argmin(axis=0)
        there = ready[next_one, rows]
        waiting[next_one[there], rows[there]] = False
        order.append(np.where(there, next_one, -1))
    return np.array(order)
