"""Shapes: the finitely many plans of a fresh record, each worked out once and then only placed on the calendar.

Assumes offsets and the planner's results; decides nothing itself. What the planner does with a
record that has no events comes down to comparing times of day, each of which is fixed by a rule or
keeps its distance from the start or the end. So all times at which every such comparison comes out
alike, on one weekday and with the same details on record, have the same plan but for the dates, and
for the times of day that move along. A shape holds for a record if no clock change lies within a time that a rule counts in
hours or near a time of day that could be asked for on a date that was looked at, and no closed date
lies among those; otherwise the planner does its work.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

from followup_rules.cases import Case
from followup_rules.compiled import DECISION, END, FIRST_STEP, OWN_IDEAL, START, Compiled, Offset, Opening
from followup_rules.making import made_action, made_plan, made_skip
from followup_rules.moments import DAY, Instant, Zone, clock_of, date_of, day_and_wall
from followup_rules.offsets import Calendar
from followup_rules.plans import Action, Plan, Reasons, Settled, Skip, SkipCode, Violation
from followup_rules.record import Interview
from followup_rules.rules import Ruleset, Step
from followup_rules.state import person_key

SHAPES_KEPT = 8192
"""How many shapes of a ruleset are kept, at about three kilobytes each; then it starts afresh."""

MAX_CONTACTS = 4
MAX_BORDERS = 400
"""Records with more contacts and rulesets with more times of day to tell apart are left to the planner."""

FIXED, FROM_START, FROM_END = range(3)
Form = tuple[int, int]
"""How a time of day comes about: fixed, or so far after that of the start or of the end."""


class WatchedCalendar(Calendar):
    """A calendar that notes on which dates it was asked for moments; of those between only whether they are open matters.

    The `crossed` dates are those that elapsed time passes, on which a clock change moves what comes after.
    """

    __slots__ = ("asked", "crossed", "searched_in_vain")

    def __init__(self, zone: Zone, closed_on: frozenset[int]) -> None:
        super().__init__(zone, closed_on)
        self.asked: set[int] = set()
        self.crossed: set[int] = set()
        self.searched_in_vain = False

    def offset(self, offset: Offset, anchor: Instant, hours: Opening) -> Instant:
        """As a calendar does; elapsed time depends on every date it passes."""
        instant = super().offset(offset, anchor, hours)
        self.asked.update((anchor[1], instant[1]))
        if offset.elapsed is not None:
            self.crossed.update(_dates(anchor, instant))
        return instant

    def fit(
        self, bound: Instant, wanted: int | None, hours: Opening, free_from: Callable[[int], int] | None = None
    ) -> Instant | None:
        """As a calendar does; throttles depend on every date on the way."""
        instant = super().fit(bound, wanted, hours, free_from)
        if instant is None:
            self.searched_in_vain = True
        else:
            self.asked.update((bound[1], instant[1]) if free_from is None else _dates(bound, instant))
        return instant


def _dates(one: Instant, other: Instant) -> range:
    """Give all dates from that of one moment to that of the other."""
    return range(min(one[1], other[1]), max(one[1], other[1]) + 1)


Fresh = tuple[tuple[object, ...], int, tuple[int, int, int]]
"""What of a fresh record decides on its shape, and where that is to be placed: the day of its end, and the times of day
from which those of each form are counted: midnight, its start and its end."""


class Shape(NamedTuple):
    """A plan without its dates: days are counted from the end's, moments told by number.

    Moments number 0 to 2 are none, the start and the end; then come the `moments`, each with its day
    and the number of its clock: those of the `fixed` times of day come first, then the `moving`, each
    by form and shift. An action has its step, the place of its contact, the numbers of `at`, `deadline`
    and `expires`, and whether it is late; a skip the id of its step, the place of its contact and its code.
    """

    fixed: tuple[bytes, ...]
    moving: tuple[Form, ...]
    moments: tuple[tuple[int, int], ...]
    actions: tuple[tuple[Step, int, int, int, int, bool], ...]
    skipped: tuple[tuple[str, int, SkipCode], ...]
    asked: frozenset[int]
    crossed: frozenset[int]
    first: int
    last: int


class ByShape(Settled):
    """What was settled for one record by its shape: actions and skips are made when they are read, words by the planner itself."""

    __slots__ = ("_explain", "_explained", "day", "interview", "ruleset", "shape", "walls", "zone")

    def __init__(
        self,
        shape: Shape,
        fresh: Fresh,
        zone: Zone,
        interview: Interview,
        ruleset: Ruleset,
        explain: Callable[[Interview, Ruleset], Plan],
    ) -> None:
        self.shape = shape
        _, self.day, self.walls = fresh
        self.zone = zone
        self.interview = interview
        self.ruleset = ruleset
        self._explain = explain
        self._explained: Plan | None = None

    def actions(self) -> tuple[Action, ...]:
        """Make the actions, each with its reasons when they are read."""
        interview, shape, walls = self.interview, self.shape, self.walls
        clocks = [*shape.fixed, *[clock_of((walls[form] + shift) % DAY) for form, shift in shape.moving]]
        moments = [None, interview.starts_at, interview.ends_at, *self.zone.all_shown(self.day, shape.moments, clocks)]
        contacts = (*interview.contacts, None)
        made: list[Action] = []
        for place, (step, contact, at, deadline, expires, late) in enumerate(shape.actions):
            why = self, place
            made.append(made_action(step, contacts[contact], moments[at], moments[deadline], moments[expires], late, why))
        return tuple(made)

    def skipped(self) -> tuple[Skip, ...]:
        """Make the skips, each with its text when it is read."""
        contacts = (*self.interview.contacts, None)
        return tuple(
            [made_skip(id, contacts[contact], code, (self, place)) for place, (id, contact, code) in enumerate(self.shape.skipped)]
        )

    def warnings(self) -> tuple[Violation, ...]:
        """Give none: a record without events has broken nothing."""
        return ()

    def _planned(self) -> Plan:
        """Give the planner's own plan."""
        if self._explained is None:
            self._explained = self._explain(self.interview, self.ruleset)
        return self._explained

    def because(self, place: int) -> Reasons:
        """Give the reasons that the planner's own plan has."""
        return self._planned().actions[place].because

    def text(self, place: int) -> str:
        """Give the text that the planner's own plan has."""
        return self._planned().skipped[place].text


class Shapes:
    """The shapes of one ruleset that are known so far; of what is not, how often it was met."""

    def __init__(self, rules: Compiled, explain: Callable[[Interview, Ruleset], Plan]) -> None:
        self._explain = explain
        facts = sorted({fact for step in rules.steps for fact in (*step.step.only_if, *step.step.unless)})
        self._formats = [fact.removeprefix("format:") for fact in facts if fact.startswith("format:")]
        self._reads_topics = "topics" in facts
        self._tags = tuple(fact.removeprefix("tag:") for fact in facts if fact.startswith("tag:"))
        self._tells_people_apart = bool(rules.throttles)
        forms = _forms(rules)
        self._forms = sorted(forms)
        self._fixed = {time for form, time in forms if form == FIXED}
        self._from_end = {shift for form, shift in forms if form == FROM_END}
        from_start = {shift for form, shift in forms if form == FROM_START}
        self._starts = _borders(self._fixed, from_start)
        self._ends = _borders(self._fixed, self._from_end)
        self._lengths = _borders(from_start, self._from_end)
        self._usable = len(self._starts) + len(self._ends) + len(self._lengths) <= 2 * MAX_BORDERS
        self._met: dict[tuple[object, ...], Shape | int] = {}

    def fresh(self, interview: Interview) -> Fresh | None:
        """Give what decides on the shape of a record without events; None if that is left to the planner."""
        contacts = interview.contacts
        if len(contacts) > MAX_CONTACTS or not self._usable:
            return None
        start_day, start_wall = day_and_wall(interview.starts_at)
        day, wall = day_and_wall(interview.ends_at)
        decision = interview.decision_by
        key: tuple[object, ...] = (
            day % 7,
            day - start_day,
            bisect_right(self._starts, start_wall),
            bisect_right(self._ends, wall),
            bisect_right(self._lengths, (wall - start_wall) % DAY),
            None if decision is None else decision.toordinal() - day,
            interview.format if interview.format in self._formats else None,
            self._reads_topics and not interview.topics,
            tuple([tag in interview.tags for tag in self._tags]) if self._tags else None,
            *[(one.email is None) + 2 * (one.phone is None) + 4 * (one.address is None) for one in contacts],
        )
        if len(contacts) > 1 and self._tells_people_apart:
            people = [person_key(contact, interview.company) for contact in contacts]
            key += tuple(map(people.index, people))
        return key, day, (0, start_wall, wall)

    def place(self, fresh: Fresh, interview: Interview, ruleset: Ruleset) -> Plan | None:
        """Place the shape of a record on the calendar; None if it is not known or does not hold there."""
        shape = self._met.get(fresh[0])
        zone = interview.zone
        if not isinstance(shape, Shape) or not self._holds(shape, fresh, interview.closed_on, zone):
            return None
        settled = ByShape(shape, fresh, zone, interview, ruleset, self._explain)
        return made_plan(interview, ruleset, None, settled, (), zone.name)

    def _holds(self, shape: Shape, fresh: Fresh, closed_on: Sequence[dt.date], zone: Zone) -> bool:
        """Tell whether nothing on the calendar of a record disturbs its shape."""
        _, day, walls = fresh
        first, last = day + shape.first, day + shape.last
        if closed_on and (place := bisect_left(closed_on, date_of(first))) < len(closed_on) and closed_on[place] <= date_of(last):
            return False
        for begin, end in zone.changes(first, last):
            for changed in range(begin // DAY, end // DAY + 1):
                if changed - day in shape.crossed:
                    return False
                if changed - day in shape.asked:
                    low, high = begin - changed * DAY, end - changed * DAY
                    if any(low <= (walls[form] + time) % DAY <= high for form, time in self._forms):
                        return False
        return True

    def worth_learning(self, fresh: Fresh) -> bool:
        """Tell whether to learn from this record: when its like is met for the second time, the fourth, the eighth and so on.

        For one record alone it is not worth the work, and where the calendar disturbs a record nothing is learned from it.
        """
        key = fresh[0]
        met = self._met.get(key, 0)
        if isinstance(met, Shape):
            return False
        if not met and len(self._met) >= SHAPES_KEPT:
            self._met.clear()
        self._met[key] = met = met + 1
        return met > 1 and met & (met - 1) == 0

    def learn(self, fresh: Fresh, case: Case) -> None:
        """Keep the shape of a case that was settled with a watched calendar, if nothing of it is particular to its dates."""
        key, day, _ = fresh
        interview, calendar = case.state.interview, case.calendar
        assert isinstance(calendar, WatchedCalendar)
        if calendar.searched_in_vain:
            return
        asked = calendar.asked | {day, case.state.started[1]}
        numbers: dict[Instant | None, int] = {None: 0, case.state.started: 1, case.state.ended: 2}
        forms: list[tuple[int, Form]] = []
        placed, left_out = case.settled()
        for at, _, _, deadline, expires, *_ in placed:
            for instant in (at, deadline, expires):
                if instant not in numbers and instant is not None:
                    numbers[instant] = len(numbers)
                    forms.append((instant[1] - day, self._form(instant[2], fresh)))
        clocks = sorted({form for _, form in forms})
        steps = case.rules.steps
        shape = Shape(
            fixed=tuple(clock_of(shift) for form, shift in clocks if form == FIXED),
            moving=tuple(form for form in clocks if form[0] != FIXED),
            moments=tuple((days, clocks.index(form)) for days, form in forms),
            actions=tuple(
                (steps[order].step, place, numbers[at], numbers[deadline], numbers[expires], late)
                for at, order, place, deadline, expires, late, _ in placed
            ),
            skipped=tuple((steps[order].id, place, code) for order, place, code, _ in left_out),
            asked=frozenset(one - day for one in asked),
            crossed=frozenset(one - day for one in calendar.crossed),
            first=min(asked) - day,
            last=max(asked) - day,
        )
        if self._holds(shape, fresh, interview.closed_on, case.zone):
            self._met[key] = shape

    def _form(self, wall: int, fresh: Fresh) -> Form:
        """Tell how a time of day came about: between two borders no two forms meet, and on one they stay together."""
        if wall in self._fixed:
            return FIXED, wall
        walls = fresh[2]
        form = FROM_END if (wall - walls[FROM_END]) % DAY in self._from_end else FROM_START
        return form, (wall - walls[form]) % DAY


def _borders(times: Iterable[int], shifts: Collection[int]) -> list[int]:
    """Give the times of day from which another class of them begins, in order: what lies on a border is a class of its own."""
    borders = {(time - shift) % DAY for time in times for shift in shifts}
    return sorted(borders | {border + 1 for border in borders})


def _forms(rules: Compiled) -> set[Form]:
    """Give all forms that a time of day can have while a fresh record is planned."""
    opening_times = {(FIXED, time) for opening in rules.openings for time in (0, opening.opens, opening.closes)}
    anchors: dict[int, set[Form]] = {START: {(FROM_START, 0)}, END: {(FROM_END, 0)}, DECISION: {(FIXED, 0)}}
    found = {form for forms in anchors.values() for form in forms} | opening_times

    def offset(after: Offset | None) -> set[Form]:
        forms: set[Form] = set()
        if after is not None and after.wall is not None:
            forms = {(FIXED, after.wall)}
        elif after is not None:
            forms = {(form, (time + (after.elapsed or 0)) % DAY) for form, time in anchors.get(after.anchor, ())}
        found.update(forms)
        return forms

    for step in rules.anchors_first:
        forms = opening_times.union(*map(offset, (step.due, *step.not_before)))
        anchors[FIRST_STEP + step.order] = anchors[OWN_IDEAL] = forms
        offset(step.deadline)
        offset(step.expires)
    return found
