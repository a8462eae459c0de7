"""The plan of fresh records, column by column: the contract's §4 and §5 with a number for every row in place of each moment.

The one module here of over 400 lines: it is the planner once more, and reads best beside it in one piece.

Assumes a ruleset made ready, and rows that are plainly valid and have no events. Step by step it
follows `cases`, `offsets` and `planner`; the tests hold it to them. What it cannot be sure of it does
not answer, and the planner does: rows whose plan reaches more than one change of the clocks, or dates
that are 800 days away, and rows in which two steps that one throttle counts may come in either order.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import attrs
import numpy as np
import numpy.typing as npt

from followup_rules.compiled import FIRST_STEP, OWN_IDEAL, Compiled, CompiledStep, Offset
from followup_rules.moments import DAY
from followup_rules.offsets import SEARCH_DAYS
from followup_rules.plans import SKIP_CODES
from followup_rules.record import DETAIL_OF, FORMATS
from followup_rules.tables.clocks import Truth, Whole
from followup_rules.tables.columns import MOST_CONTACTS, Fresh
from followup_rules.tables.order import PLACE_BITS, PLACED, Placed, in_order
from followup_rules.tables.rows import NONE, Numbers
from followup_rules.tables.weeks import Week

NOT_APPLICABLE, NO_CONTACT, NO_ANCHOR, EXPIRED, CROWDED_OUT = (
    SKIP_CODES.index(code) for code in ("not-applicable", "no-contact", "no-anchor", "expired", "crowded-out")
)


class At(NamedTuple):
    """Where an anchor stands, for the rows where it does; day 0 is the first of 1970."""

    there: Truth
    moment: Whole
    day: Whole
    wall: Whole | int


class Terms(NamedTuple):
    """From when on a step is done, at which wall-clock time, and where its hours let it."""

    there: Truth
    bound: Whole
    wanted: Whole | int | None
    first: Whole


@attrs.frozen
class Counted:
    """What a throttle has counted: for whom, on which date, in which rows."""

    contact: npt.NDArray[np.int64]
    day: Whole
    there: Truth


def covers(rules: Compiled) -> bool:
    """Tell whether the kernel plans by these rules at all: an instance must have its place in eight bits."""
    return 0 < len(rules.steps) * MOST_CONTACTS < 1 << PLACE_BITS


def tells_apart(rules: Compiled) -> bool:
    """Tell whether it matters to these rules who is the same person."""
    return any(throttle.per == "contact" for throttle in rules.throttles)


def tags_read(rules: Compiled) -> tuple[str, ...]:
    """Give the tags that these rules read."""
    facts = {fact for step in rules.steps for fact in (*step.step.only_if, *step.step.unless)}
    return tuple(sorted(fact.removeprefix("tag:") for fact in facts if fact.startswith("tag:")))


def _any(truths: npt.NDArray[np.bool_]) -> Truth:
    """Tell for each row whether one of its truths holds."""
    some: Truth = np.logical_or.reduce(truths, axis=0)
    return some


class Kernel:
    """The plans of one lot of fresh records in the making."""

    def __init__(self, records: Fresh, rules: Compiled, as_of: int | None) -> None:
        self.records = records
        self.rules = rules
        self.as_of = as_of
        self.clock = records.clock
        self.rows = np.arange(len(records.rows))
        self.sure: Truth = np.ones(len(self.rows), dtype=bool)
        self.always: Truth = np.ones(len(self.rows), dtype=bool)
        self.never: Truth = np.zeros(len(self.rows), dtype=bool)
        self.weeks = [Week(opening, records) for opening in rules.openings]
        nothing = At(self.never, records.end, records.end // DAY, 0)
        start, end = self._anchor(self.always, records.start), self._anchor(self.always, records.end)
        decision = nothing
        if records.decided.any():
            day = np.where(records.decided, records.decision, end.day)
            decision = At(records.decided, self.clock.moment(day * DAY), day, 0)
        self.ideals: list[At] = [start, end, decision, nothing, nothing, *[nothing] * len(rules.steps)]
        self.anchors = list(self.ideals)
        self.counted: list[list[Counted]] = [[] for _ in rules.throttles]
        self.terms: list[Terms | None] = [None] * len(rules.steps)

    def _anchor(self, there: Truth, moment: Whole) -> At:
        shown = self.clock.local(moment)
        day = shown // DAY
        return At(there, moment, day, shown - day * DAY)

    # --- what the record says ---

    def _holds(self, fact: str) -> Truth:
        """Tell where a fact holds, of a record on which nothing has happened."""
        records = self.records
        kind, _, value = fact.partition(":")
        if kind == "format":
            formats: Truth = records.format == FORMATS.index(value)
            return formats
        if kind == "can":
            return _any(records.reachable[value]) if value in DETAIL_OF else self.always
        if kind == "tag":
            return records.tags[value]
        if kind == "topics":
            return records.topics
        if kind == "decision-date":
            return records.decided
        return self.never  # done, replied, outcome

    def _instances(self, step: CompiledStep) -> list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int8]]]:
        """Give for each instance of a step its contact, and the code of its skip where the record alone rules it out."""
        applies = self.always
        for fact in step.step.only_if:
            applies = applies & self._holds(fact)
        for fact in step.step.unless:
            applies = applies & ~self._holds(fact)
        size = self.records.contacts
        nobody = np.full(len(self.rows), -1)
        anchored = step.due.anchor >= FIRST_STEP or self.anchors[step.due.anchor].there
        instances = []
        for place in range(size if step.each and size else 1):
            contact, reached = nobody, self.always
            if step.needs_contact:
                reachable = self.records.reachable[step.channel]
                if step.each and size:
                    contact, reached = np.full(len(self.rows), place), reachable[place]
                else:
                    reached = _any(reachable)
                    contact = np.where(reached, reachable.argmax(axis=0), -1) if size else nobody
            code = np.where(applies, np.where(reached, np.where(anchored, PLACED, NO_ANCHOR), NO_CONTACT), NOT_APPLICABLE)
            instances.append((contact, code.astype(np.int8)))
        return instances

    # --- when ---

    def _offset(self, offset: Offset, at: At, week: Week) -> tuple[Whole, Whole | int | None]:
        """Give the moments that an offset means, and the wall-clock time it asks for."""
        if offset.elapsed is not None:
            return at.moment + offset.elapsed, None
        wall = at.wall if offset.wall is None else offset.wall
        day = at.day
        if offset.workdays:
            step = 1 if offset.amount > 0 else -1
            for _ in range(abs(offset.amount)):
                day = week.from_day(self.rows, day + step, step)
        else:
            day = day + offset.amount
        return self.clock.moment(day * DAY + wall), wall

    def _terms(self, step: CompiledStep, anchors: list[At]) -> Terms:
        week = self.weeks[step.opening]
        at = anchors[step.due.anchor]
        bound, wanted = self._offset(step.due, at, week)
        for offset in step.not_before:
            other = anchors[offset.anchor]
            if other.there.any():
                moment = self._offset(offset, other, week)[0]
                bound = np.maximum(bound, moment if other.there.all() else np.where(other.there, moment, bound))
        return Terms(at.there, bound, wanted, self._fit(week, bound, wanted))

    def _fit(self, week: Week, bound: Whole, wanted: Whole | int | None) -> Whole:
        """Give the first moment from the bound on that is open, at the wanted time where that can be."""
        clock = self.clock
        if week.always and wanted is None:
            return bound
        shown = clock.local(bound)
        first = shown // DAY
        if wanted is not None and week.always:
            return np.maximum(clock.moment(first * DAY + wanted), bound)
        wall = self._wall(week, wanted)
        day = week.from_day(self.rows, first)
        early = clock.moment(day * DAY + wall)
        # Past the wanted time on the first date: at once, if it is open still, else on the next date.
        past = early < bound
        if past.any():
            rows = np.flatnonzero(past)
            at_once = week.within(shown[rows] - first[rows] * DAY) & (day[rows] == first[rows])
            early[rows[at_once]] = bound[rows[at_once]]
            rows = rows[~at_once]
            if len(rows):
                day[rows] = week.from_day(rows, day[rows] + 1)
                clock_there = clock.take(rows)
                early[rows] = clock_there.moment(day[rows] * DAY + (wall if isinstance(wall, int) else wall[rows]))
                clock.saw(rows, clock_there)
                self.sure[rows] &= early[rows] >= bound[rows]
        if len(week.closed):
            self.sure &= day - first < SEARCH_DAYS
        return early

    def _wall(self, week: Week, wanted: Whole | int | None) -> Whole | int:
        if week.always:
            return 0 if wanted is None else wanted
        if wanted is None:
            return week.opens
        if isinstance(wanted, int):
            return wanted if week.within(wanted) else week.opens
        return np.where(week.within(wanted), wanted, week.opens)

    def _limit(self, step: CompiledStep, offset: Offset | None) -> Whole:
        """Give the moments of a deadline or an expiry; `NONE` where there is none."""
        if offset is None:
            return np.full(len(self.rows), NONE)
        if offset.anchor == OWN_IDEAL:
            terms = self.terms[step.order]
            assert terms is not None
            at = self._anchor(terms.there, terms.first)
        else:
            at = self.anchors[offset.anchor]
        if not at.there.any():
            return np.full(len(self.rows), NONE)
        return np.where(at.there, self._offset(offset, at, self.weeks[step.opening])[0], NONE)

    # --- the plan ---

    def run(self) -> list[list[Placed]]:
        """Place every step, each after those it is anchored on; give the instances in the order of steps."""
        rules = self.rules
        instances = [self._instances(step) for step in rules.steps]
        alive = [np.logical_or.reduce([code == PLACED for _, code in some]) for some in instances]
        self._refuse_open_orders(alive)
        for step in rules.anchors_first:
            if alive[step.order].any():
                terms = self.terms[step.order] = self._terms(step, self.ideals)
                if step.dependents:
                    self.ideals[FIRST_STEP + step.order] = self._anchor(alive[step.order] & terms.there, terms.first)
        placed: list[list[Placed]] = [[] for _ in rules.steps]
        for step in rules.anchors_first:
            placed[step.order] = self._place(step, instances[step.order], alive[step.order])
        return placed

    def _refuse_open_orders(self, alive: list[Truth]) -> None:
        """Leave those rows to the planner in which two steps of one throttle may come in either order."""
        steps = self.rules.steps
        before: list[set[int]] = [set() for _ in steps]
        for step in self.rules.anchors_first:
            before[step.order] = set(step.anchors).union(*(before[anchor] for anchor in step.anchors))
        for step in steps:
            for other in steps[: step.order]:
                if set(step.throttles) & set(other.throttles) and step.order not in before[other.order]:
                    if other.order not in before[step.order]:
                        self.sure &= ~(alive[step.order] & alive[other.order])

    def _place(
        self, step: CompiledStep, instances: list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int8]]], alive: Truth
    ) -> list[Placed]:
        none = np.full(len(self.rows), NONE)
        if not alive.any():
            return [self._skipped(step, contact, code, none) for contact, code in instances]
        terms = self.terms[step.order]
        assert terms is not None
        moved = [anchor for anchor in step.anchors if self._moved(FIRST_STEP + anchor)]
        if moved:
            terms = self._terms(step, self.anchors)
        there = self.anchors[step.due.anchor].there
        bound, unthrottled = terms.bound, terms.first
        week = self.weeks[step.opening]
        deadline, expires = self._limit(step, step.deadline), self._limit(step, step.expires)
        over_before = self.never
        if self.as_of is not None and (bound < self.as_of).any():
            # Where it is over by then, no date of then needs to be looked at.
            over_before = (expires != NONE) & (expires < self.as_of)
            bound = np.where(over_before, bound, np.maximum(bound, self.as_of))
            unthrottled = self._fit(week, bound, terms.wanted)
        shown = tuple(self._shown(limit) for limit in (deadline, expires))
        expired = over_before | ((expires != NONE) & (unthrottled > expires))
        made = []
        latest, some = self.records.end, self.never
        for contact, ruled_out in instances:
            code = ruled_out
            if step.due.anchor >= FIRST_STEP:
                code = np.where((code == PLACED) & ~there, NO_ANCHOR, code).astype(np.int8)
            moment = self._throttled(step, week, bound, terms.wanted, unthrottled, contact, code == PLACED)
            over = (over_before | ((expires != NONE) & (moment > expires))) & (code == PLACED)
            if over.any():
                code = np.where(over, np.where(expired, EXPIRED, CROWDED_OUT), code).astype(np.int8)
            is_placed = code == PLACED
            local = self.clock.local(np.where(is_placed, moment, self.records.end))
            for throttle in step.throttles:
                self.counted[throttle].append(Counted(contact, local // DAY, is_placed))
            late = (is_placed & (deadline != NONE) & (moment > deadline)).astype(np.int8)
            latest = np.where(is_placed & (~some | (moment > latest)), moment, latest)
            some = some | is_placed
            limits = (deadline, shown[0], expires, shown[1])
            made.append(Placed(step, contact, moment, local, code, late, limits))
        if step.dependents:
            self.anchors[FIRST_STEP + step.order] = self._anchor(some, latest)
        return made

    def _skipped(self, step: CompiledStep, contact: npt.NDArray[np.int64], code: npt.NDArray[np.int8], none: Whole) -> Placed:
        return Placed(step, contact, none, none, code, np.zeros(len(self.rows), dtype=np.int8), (none, none, none, none))

    def _moved(self, anchor: int) -> bool:
        """Tell whether an anchor stands elsewhere than in the ideal in any row."""
        ideal, planned = self.ideals[anchor], self.anchors[anchor]
        differ = (ideal.there != planned.there) | (planned.there & (ideal.moment != planned.moment))
        return bool(differ.any())

    def _shown(self, limit: Whole) -> Whole:
        there = limit != NONE
        if not there.any():
            return limit
        return np.where(there, self.clock.local(np.where(there, limit, self.records.end)), NONE)

    # --- throttles ---

    def _throttled(
        self,
        step: CompiledStep,
        week: Week,
        bound: Whole,
        wanted: Whole | int | None,
        unthrottled: Whole,
        contact: npt.NDArray[np.int64],
        live: Truth,
    ) -> Whole:
        """Give the first moments that the throttles leave free too."""
        if not any(self.counted[throttle] for throttle in step.throttles):
            return unthrottled
        rows = np.flatnonzero(live)
        if not len(rows):
            return unthrottled
        clock = self.clock.take(rows)
        day = clock.local(unthrottled[rows]) // DAY
        free = self._free_from(step, rows, contact[rows], day)
        self.clock.saw(rows, clock)
        rows = rows[free != day]
        if not len(rows):
            return unthrottled
        moments = unthrottled.copy()
        moments[rows] = self._first_free(step, week, bound, wanted, contact, rows)
        return moments

    def _first_free(
        self,
        step: CompiledStep,
        week: Week,
        bound: Whole,
        wanted: Whole | int | None,
        contact: npt.NDArray[np.int64],
        rows: npt.NDArray[Any],
    ) -> Whole:
        """Go through the dates of some rows until each has one that is open and free."""
        found = np.zeros(len(rows), dtype=np.int64)
        wall = self._wall(week, wanted)
        first = self._days(rows, bound[rows])
        day = first
        open_rows = np.arange(len(rows))
        while len(open_rows):
            here = rows[open_rows]
            day = week.from_day(here, day)
            clock = self.clock.take(here)
            moment = clock.moment(day * DAY + (wall if isinstance(wall, int) else wall[here]))
            earliest = bound[here]
            shown = clock.local(earliest)
            at_once = (moment < earliest) & (day == first) & (week.always | week.within(shown - first * DAY))
            moment = np.where(at_once, earliest, moment)
            falls_on = np.where(moment == earliest, day, clock.local(moment) // DAY)
            free = self._free_from(step, here, contact[here], falls_on)
            self.clock.saw(here, clock)
            done = (moment >= earliest) & (free == falls_on)
            found[open_rows[done]] = moment[done]
            # The date before a free one may fall on it, where a clock change skips midnight.
            day = np.where(moment >= earliest, np.maximum(day, free - 2), day) + 1
            lost = ~done & (day - first >= SEARCH_DAYS)
            self.sure[here[lost]] = False
            left = ~done & ~lost
            open_rows, day, first = open_rows[left], day[left], first[left]
        return found

    def _days(self, rows: npt.NDArray[Any], moment: Whole) -> Whole:
        clock = self.clock.take(rows)
        day: Whole = clock.local(moment) // DAY
        self.clock.saw(rows, clock)
        return day

    def _free_from(self, step: CompiledStep, rows: npt.NDArray[Any], contact: npt.NDArray[np.int64], day: Whole) -> Whole:
        """Give the first dates from these on that no full window of the step's throttles contains."""
        days = {}
        for place in step.throttles:
            throttle = self.rules.throttles[place]
            known = [
                np.where(
                    one.there[rows] & ((throttle.per == "company") | ((one.contact[rows] == contact) & (contact >= 0))),
                    one.day[rows],
                    NONE,
                )
                for one in self.counted[place]
            ]
            if len(known) >= throttle.max:
                days[place] = np.sort(np.array(known), axis=0)
        while True:
            start = day
            for place, counted in days.items():
                throttle = self.rules.throttles[place]
                reach = throttle.days - 1
                for first, last in zip(counted, counted[throttle.max - 1 :], strict=False):
                    # `max` dates that fit a window fill every window around them.
                    full = (first != NONE) & (first >= day - reach) & (last <= day + reach) & (last - first <= reach)
                    day = np.where(full, first + throttle.days, day)
            if (day == start).all():
                return day


def plan_fresh(records: Fresh, rules: Compiled, as_of: int | None) -> tuple[Numbers, Truth]:
    """Give the rows of the plans of fresh records, and for which of the records they are sure."""
    kernel = Kernel(records, rules, as_of)
    placed = [one for some in kernel.run() for one in some]
    sure = kernel.sure & kernel.clock.trusted()
    return in_order(records, placed, np.flatnonzero(sure)), sure
