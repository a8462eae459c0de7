"""Plans in whole minutes: the contract's §4 and §5 for a fresh interview in UTC, without texts and without `as_of`.

Assumes a shape, which says what the record rules out, and a `Span`, which compares moments. Follows
the planner rule by rule, and is held to it by the tests: the same instances, codes and moments.
"""

from __future__ import annotations

from typing import NamedTuple

from followup_rules.checking.compiled import FIRST_STEP, IDEAL_PLACE, ONE_DAY, PLACES, Compiled, Offset
from followup_rules.checking.shapes import COMPANY, Shape, anchors_first
from followup_rules.checking.spans import DAY, WITH_DISTANCE, WITH_END, Span, packed
from followup_rules.checking.universe import Budget, Rules
from followup_rules.offsets import SEARCH_DAYS
from followup_rules.plans import SkipCode

_NOON = packed(DAY // 2)
_HOUR = packed(60)


class Fitted(NamedTuple):
    """Where a step may stand as far as no throttle is concerned: its due moment and bound, the moment, the time of other days."""

    due: int
    bound: int
    moment: int
    wall: int


class Settled(NamedTuple):
    """What became of one instance: `code` is empty if it is planned."""

    step: int
    place: int | None
    code: SkipCode | None
    fitted: Fitted
    moment: int
    ideal: int
    blocked: tuple[int, ...] = ()
    """The throttles that moved it or crowded it out, each further than those before it."""


class Ready(NamedTuple):
    """A shape with its live steps, anchors first, and for each of them, in their own order, which it waits for."""

    shape: Shape
    live: tuple[int, ...]
    waits: dict[int, list[int]]


class Engine:
    """Plans one part of a ruleset."""

    def __init__(self, rules: Rules, budget: Budget) -> None:
        self.rules = rules
        self.budget = budget
        places = {**PLACES, "ideal": IDEAL_PLACE} | {step.id: FIRST_STEP + place for place, step in enumerate(rules.steps)}
        self.steps = [Compiled(step, rules, places) for step in rules.steps]
        self.order = anchors_first(rules.steps)

    @property
    def reads_weekdays(self) -> bool:
        """Tell whether any day of the week differs from another here."""
        return any(any(step.open.ahead) for step in self.steps)

    def ready(self, shape: Shape) -> Ready:
        """Prepare a shape to be planned many times."""
        live = tuple(place for place in self.order if shape.lives[place])
        waits = {
            place: [anchor - FIRST_STEP for anchor in self.steps[place].anchors if shape.lives[anchor - FIRST_STEP]]
            for place in sorted(live)
        }
        return Ready(shape, live, waits)

    def run(self, ready: Ready, span: Span, weekday: int, minute: int, distance: int) -> Run:
        """Plan the interview of this shape that ends on this weekday at this minute, with this distance in days."""
        end = packed(weekday * DAY + minute, WITH_END)
        midnight = packed((weekday + distance) * DAY, WITH_DISTANCE)
        noon = midnight + _NOON
        shape = ready.shape
        at: list[int | None] = [
            end - _HOUR,
            end,
            midnight if shape.decision else None,
            noon if shape.reply else None,
            noon if shape.outcome else None,
            *(noon if done else None for done in shape.done),
        ]
        run = Run(self, ready, span, at, midnight)
        run.settle()
        return run


class Run:
    """One plan in the making."""

    __slots__ = ("counted", "engine", "fits", "ideal_at", "planned_at", "ready", "settled", "span")

    def __init__(self, engine: Engine, ready: Ready, span: Span, at: list[int | None], midnight: int) -> None:
        self.engine = engine
        self.ready = ready
        self.span = span
        self.ideal_at = at
        self.planned_at = at.copy()
        self.fits: dict[int, Fitted] = {}
        self.counted: dict[tuple[int, int], list[int]] = {}
        for scope in ready.shape.counted:
            self.counted.setdefault(scope, []).append(midnight)
        self.settled: list[Settled] = []

    def settle(self) -> None:
        """Settle every instance."""
        engine, span, at = self.engine, self.span, self.ideal_at
        live = self.ready.live
        engine.budget.spend(len(live))
        for place in live:
            fitted = self.fits[place] = _fitted(engine.steps[place], at, span)
            done = at[FIRST_STEP + place]
            at[FIRST_STEP + place] = fitted.moment if done is None or span.less(done, fitted.moment) else done
        if engine.rules.throttles:
            self._in_turn()
        else:
            for place in live:
                self._place_step(place)

    def deadline(self, settled: Settled) -> int | None:
        """Give the deadline of an instance; None where there is none."""
        return limit(self.engine.steps[settled.step].deadline, settled.ideal, self.planned_at, self.span)

    def expires(self, settled: Settled) -> int | None:
        """Give the expiry of an instance; None where there is none."""
        return limit(self.engine.steps[settled.step].expires, settled.ideal, self.planned_at, self.span)

    def _in_turn(self) -> None:
        """Place steps by falling priority, rising ideal moment and order, each once those it is anchored on are settled."""
        steps, span, fits, waits = self.engine.steps, self.span, self.fits, self.ready.waits
        waiting = dict.fromkeys(waits)
        while waiting:
            self.engine.budget.spend(len(waiting))
            best = -1
            for place in waiting:
                for anchor in waits[place]:
                    if anchor in waiting:
                        break
                else:
                    ahead = 1 if best < 0 else steps[place].priority - steps[best].priority
                    if ahead > 0 or (ahead == 0 and span.less(fits[place].moment, fits[best].moment)):
                        best = place
            del waiting[best]
            if not self._place_step(best):
                self._skip_after(waiting)

    def _skip_after(self, waiting: dict[int, None]) -> None:
        """Skip what is due after something that is neither done nor planned: it is settled with that, and waits for no turn."""
        for place in self.ready.live:
            due = self.engine.steps[place].due.anchor
            settled = due >= FIRST_STEP and due - FIRST_STEP not in waiting
            if place in waiting and settled and self.planned_at[due] is None:
                del waiting[place]
                self._place_step(place)

    def _place_step(self, place: int) -> bool:
        """Place the instances of a step; tell whether it was done or planned at all."""
        step, span = self.engine.steps[place], self.span
        fitted = self.fits[place]
        ideal = fitted.moment
        anchors = self.planned_at
        if step.due.anchor >= FIRST_STEP and anchors[step.due.anchor] is None:
            self.settled.extend(
                Settled(place, contact, "no-anchor", fitted, ideal, ideal) for contact in self.ready.shape.lives[place]
            )
            return False
        for anchor in step.anchors:
            if anchors[anchor] != self.ideal_at[anchor]:
                fitted = _fitted(step, anchors, span)
                break
        expires = limit(step.expires, ideal, anchors, span)
        latest = anchors[FIRST_STEP + place]
        for contact in self.ready.shape.lives[place]:
            moment = self._place(place, contact, fitted, ideal, expires)
            if moment is not None and (latest is None or span.less(latest, moment)):
                latest = moment
        anchors[FIRST_STEP + place] = latest
        return latest is not None

    def _place(self, place: int, contact: int | None, fitted: Fitted, ideal: int, expires: int | None) -> int | None:
        """Place one instance, or skip it as expired or crowded out; give the moment where it is planned."""
        step, span = self.engine.steps[place], self.span
        moment: int | None = fitted.moment
        blocked: tuple[int, ...] = ()
        scopes: list[list[int]] = []
        binding: list[Binding] = []
        for throttle, max, window, company in step.throttles:
            scope = COMPANY if company else contact
            if scope is not None:
                days = self.counted.setdefault((throttle, scope), [])
                scopes.append(days)
                if len(days) >= max:
                    binding.append((throttle, days, max, window))
        if binding:
            moment, blocked = self._fit_throttled(step, fitted, binding)
        if moment is None or (expires is not None and span.less(expires, moment)):
            code: SkipCode = "crowded-out"
            if expires is not None and (not blocked or span.less(expires, fitted.moment)):
                code = "expired"
            self.settled.append(Settled(place, contact, code, fitted, fitted.moment, ideal, blocked))
            return None
        self.settled.append(Settled(place, contact, None, fitted, moment, ideal, blocked))
        if scopes:
            day = span.midnight(moment)
            for days in scopes:
                self._count(days, day)
        return moment

    # --- throttles ---

    def _count(self, days: list[int], day: int) -> None:
        place = len(days)
        while place and self.span.less(day, days[place - 1]):
            place -= 1
        days.insert(place, day)

    def _fit_throttled(self, step: Compiled, fitted: Fitted, binding: list[Binding]) -> tuple[int | None, tuple[int, ...]]:
        """Give the moment on the first date that all throttles leave free, and which of them moved it."""
        moment = self._first_free(step, fitted, binding)
        if moment == fitted.moment:
            return moment, ()
        blocked: list[int] = []
        before: int | None = fitted.moment
        for count in range(1, len(binding) + 1):
            after = moment if count == len(binding) else self._first_free(step, fitted, binding[:count])
            if after != before:
                blocked.append(binding[count - 1][0])
                before = after
        return moment, tuple(blocked)

    def _first_free(self, step: Compiled, fitted: Fitted, binding: list[Binding]) -> int | None:
        span, moment = self.span, fitted.moment
        day = span.midnight(moment)
        free = self._free_from(day, binding)
        if free == day:
            return moment
        end = span.midnight(fitted.bound) + SEARCH_DAYS * ONE_DAY
        while free != day:
            day = free + step.open.ahead[span.weekday(free)] * ONE_DAY
            if not span.less(day, end):
                return None
            moment = day + fitted.wall
            free = self._free_from(day, binding)
        return moment

    def _free_from(self, day: int, binding: list[Binding]) -> int:
        """Give the first day from this one on that no full window of these throttles contains."""
        less = self.span.less
        while True:
            start = day
            for _, days, max, window in binding:
                self.engine.budget.spend(len(days))
                for place in range(len(days) - max + 1):
                    first = days[place]
                    if not less(day, first + window):
                        continue  # that window is over by then
                    last = days[place + max - 1]
                    if not less(last, day + window):
                        break
                    if max == 1 or less(last, first + window):
                        day = first + window
            if day == start or len(binding) == 1:
                return day


Binding = tuple[int, list[int], int, int]
"""A throttle at work: its place, the days it has counted in the scope, `max` and its days."""


def _wall(moment: int, span: Span) -> int:
    """Give the time of day of a moment."""
    span.midnight(moment)
    return packed((moment >> 2) % DAY, moment & WITH_END)


def _fitted(step: Compiled, at: list[int | None], span: Span) -> Fitted:
    """Fit a step to its hours, from the latest of its due moment and what it waits for."""
    anchor = at[step.due.anchor]
    assert anchor is not None
    due = bound = step.due.move(anchor, span)
    for waits in step.not_before:
        other = at[waits.anchor]
        if other is not None:
            moment = waits.move(other, span)
            if span.less(bound, moment):
                bound = moment
    wanted = _wall(anchor, span) if step.due.keeps_wall else step.due.at
    open = step.open
    if wanted is None and open.always:
        return Fitted(due, bound, bound, 0)
    wall = wanted if wanted is not None and open.within(wanted, span) else open.opens
    midnight = span.midnight(bound)
    weekday = span.weekday(midnight)
    ahead = open.ahead[weekday]
    if not ahead:
        bound_wall = bound - midnight
        if span.less(wall, bound_wall):
            if open.within(bound_wall, span):
                return Fitted(due, bound, bound, wall)
            ahead = open.after[weekday]
    return Fitted(due, bound, midnight + ahead * ONE_DAY + wall, wall)


def limit(offset: Offset | None, ideal: int, at: list[int | None], span: Span) -> int | None:
    """Give the moment of a deadline or an expiry; None where there is none, or its anchor does not exist."""
    if offset is None:
        return None
    anchor = ideal if offset.anchor == IDEAL_PLACE else at[offset.anchor]
    return None if anchor is None else offset.move(anchor, span)
