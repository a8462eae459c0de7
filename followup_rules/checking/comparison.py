"""`compare`: the smallest interview that two rulesets plan differently, or the certainty that there is none.

Assumes the cases. Both rulesets are worked out on the same interviews, and a case reaches only as far
as both decide alike in it and their moments stay as equal or as different as they are.

Two plans are the same when they have the same actions (step, contact, channel, moment, deadline,
expiry, lateness) and skip the same instances for the same codes. What is written (titles, guidance,
drafts, names of rulesets, throttles and hours, the order of actions at one moment) is no difference.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import pendulum

from followup_rules.checking.cells import Size, cells
from followup_rules.checking.engine import Engine, Run
from followup_rules.checking.findings import UNLIMITED, WORK, told, whole
from followup_rules.checking.shapes import Reader, Shape, components, distinct
from followup_rules.checking.spans import Span
from followup_rules.checking.universe import Budget, Exhausted, Rules, Setting
from followup_rules.errors import FollowupError
from followup_rules.planner import plan
from followup_rules.plans import Plan, show
from followup_rules.record import Interview
from followup_rules.rules import Ruleset

Key = tuple[str, int | None]
"""The step and the place of the contact of an instance."""
Moments = tuple[int | None, ...]


@attrs.frozen
class Difference:
    """The smallest interview that an old and a new ruleset plan differently, and both plans.

    `smallest` is False where a limit cut the search short, so that there may be a smaller one.
    """

    interview: Interview
    old: Plan
    new: Plan
    smallest: bool = True

    def __str__(self) -> str:
        lines = [f"planned differently: {told(self.interview)}"]
        for sign, one, other in (("-", self.old, self.new), ("+", self.new, self.old)):
            lines += [f"{sign} {line}" for line in _lines(one) if line not in _lines(other)]
        if not self.smallest:
            lines.append("the limit was reached first: there may be a smaller one")
        return "\n".join(lines)


def _lines(planned: Plan) -> list[str]:
    """Write what a plan decides, a line an instance."""
    actions = []
    for action in planned.actions:
        limits = f"deadline {_shown(action.deadline)}, expires {_shown(action.expires)}"
        actions.append(f"{action}; {action.channel}, {limits}{', late' if action.late else ''}")
    return actions + [f"{skip} [{skip.code}]" for skip in planned.skipped]


def _shown(moment: pendulum.DateTime | None) -> str:
    return "-" if moment is None else show(moment)


def compare(old: Ruleset, new: Ruleset, *, limit: int | None = None) -> Difference | None:
    """Give the smallest interview of the universe that two rulesets plan differently; None: they agree on all of it.

    Steps are the same by id. `limit`: at most so many distinct cases; without one, as many as a bounded amount of
    work allows. Raises `FollowupError` if that is used up before a difference is found.
    """
    budget = Budget(UNLIMITED if limit is None else limit, WORK)
    smallest: tuple[Size, Setting, tuple[int, int, int]] | None = None
    cut = False
    for parts in sorted(components([whole(old), whole(new)]), key=lambda parts: len(parts[0].steps) + len(parts[1].steps)):
        try:
            for found in _differences(parts, budget):
                if smallest is None or found[0] < smallest[0]:
                    smallest = found
        except Exhausted:
            cut = True
    if smallest is not None:
        interview = smallest[1].interview(*smallest[2])
        return Difference(interview, plan(interview, old), plan(interview, new), smallest=not cut)
    if cut:
        raise FollowupError(
            "no difference was found, but the limit was reached before all interviews were compared; a higher limit may decide it",
            source="compare",
        )
    return None


def _differences(parts: tuple[Rules, ...], budget: Budget) -> Iterator[tuple[Size, Setting, tuple[int, int, int]]]:
    """Yield interviews that the two parts plan differently, the smallest among them."""
    if _alike(parts[0]) == _alike(parts[1]):
        return
    pair = _Pair(parts, budget)
    shapes, complete = distinct(parts, budget, pair.shapes)
    known: tuple[int, ...] | None = None
    for (old, new), setting in shapes:
        if known is not None and setting.size > known:
            break
        for cell in cells(pair.comparing(old, new), setting, budget, reads_weekdays=pair.reads_weekdays):
            if cell.result:
                known = setting.size
                size, dates = cell.smallest(setting)
                yield size, setting, dates
    if not complete:
        raise Exhausted


def _alike(part: Rules) -> tuple[object, ...]:
    """Give what of a part can make any difference, so that equal ones need no working out."""
    ids = {step.id for step in part.steps}
    steps = []
    for step in part.steps:
        stop_on = part.ruleset.stop_on if step.stop_on is None else step.stop_on
        rule = attrs.evolve(
            step, title="", guidance=(), if_unreachable="", draft="", during=None, stop_on=sorted(stop_on), only_if=(), unless=()
        )
        hours = part.ruleset.hours_of(step)
        open = hours and attrs.evolve(hours, name="-", shut_on_holidays=True)
        steps.append((rule, open, frozenset(step.only_if), frozenset(step.unless)))
    throttles = [
        (sorted(throttle.channels), throttle.max, throttle.days, throttle.per, sorted(ids.intersection(throttle.exempt)))
        for throttle in part.throttles
    ]
    return tuple(steps), sorted(throttles)


class _Pair:
    """An old and a new part of a ruleset, worked out side by side."""

    def __init__(self, parts: tuple[Rules, ...], budget: Budget) -> None:
        self.parts = parts
        self.readers = [Reader(part) for part in parts]
        self.engines = [Engine(part, budget) for part in parts]
        counted = {
            step.id for reader in self.readers for step, counts in zip(reader.rules.steps, reader.counts, strict=True) if counts
        }
        self.reads_weekdays = any(engine.reads_weekdays for engine in self.engines)
        self.counted = [frozenset(place for place, step in enumerate(part.steps) if step.id in counted) for part in parts]
        self.channels = [{step.id: step.channel for step in part.steps} for part in parts]

    def shapes(self, setting: Setting) -> tuple[Shape, Shape]:
        """Give the shapes of a setting, in common names; without what the record rules out, if both agree on that."""
        old, new = (reader.shape(setting) for reader in self.readers)
        if self._fixed(old, 0) == self._fixed(new, 1):
            names: dict[int, int] = {}
            old, new = (
                reader.canonical(shape, names, counted)
                for reader, shape, counted in zip(self.readers, (old, new), self.counted, strict=True)
            )
        return old, new

    def _fixed(self, shape: Shape, side: int) -> tuple[object, ...]:
        """Give what the record alone settles, and of what."""
        ids = [step.id for step in self.parts[side].steps]
        live = {(ids[step], place) for step, places in enumerate(shape.lives) for place in places}
        return live, self.settled(shape, side)

    def settled(self, shape: Shape, side: int) -> dict[Key, str | Moments]:
        """Give what the record alone makes of instances: the code of a skip, or that it is done."""
        ids = [step.id for step in self.parts[side].steps]
        settled: dict[Key, str | Moments] = {(ids[step], place): code for step, place, code in shape.skipped}
        return settled | {(ids[step], place): "done" for step, place in shape.finished}

    def comparing(self, old: Shape, new: Shape) -> _Comparing:
        """Give what tells of a case whether the two plan it differently."""
        return _Comparing(self, old, new)

    def outcomes(self, run: Run, side: int) -> dict[Key, str | Moments]:
        """Give what becomes of every instance that the record does not settle: the code of its skip, or its moments."""
        steps = self.parts[side].steps
        return {
            (steps[settled.step].id, settled.place): settled.code or (settled.moment, run.deadline(settled), run.expires(settled))
            for settled in run.settled
        }


class _Comparing:
    """Two shapes of one setting; calling it works out one case with both and tells whether they differ."""

    def __init__(self, pair: _Pair, old: Shape, new: Shape) -> None:
        self.pair = pair
        self.ready = [engine.ready(shape) for engine, shape in zip(pair.engines, (old, new), strict=True)]
        self.settled = [pair.settled(shape, side) for side, shape in enumerate((old, new))]

    def __call__(self, span: Span, weekday: int, minute: int, distance: int) -> bool:
        old, new = (
            settled | self.pair.outcomes(engine.run(ready, span, weekday, minute, distance), side)
            for side, (engine, ready, settled) in enumerate(zip(self.pair.engines, self.ready, self.settled, strict=True))
        )
        return old.keys() != new.keys() or any(self._differ(key, old[key], new[key], span) for key in old)

    def _differ(self, key: Key, one: str | Moments, other: str | Moments, span: Span) -> bool:
        if isinstance(one, str) or isinstance(other, str):
            return one != other
        if self.pair.channels[0][key[0]] != self.pair.channels[1][key[0]]:
            return True
        return any(_apart(span, *moments) for moments in zip(one, other, strict=True))


def _apart(span: Span, one: int | None, other: int | None) -> bool:
    """Tell whether two moments differ; the case reaches only as far as that stays so."""
    if one is None or other is None:
        return one is not other
    return span.less(one, other) or span.less(other, one)
