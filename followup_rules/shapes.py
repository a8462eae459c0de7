"""Shapes: the finitely many plans of a fresh record, each worked out once and then only placed on the calendar.

Assumes offsets and the planner's results; decides nothing itself. What the planner does with a
record that has no events comes down to comparing times of day, each of which is fixed by a rule or
keeps its distance from the start or the end. So all times at which every such comparison comes out
alike, on one weekday and with the same details on record, have the same plan but for the dates, and
for the times of day that move along. A shape holds for a record if no clock change touches a date
that was looked at and no closed date lies among them; otherwise the planner does its work.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, NamedTuple

import attrs
import pendulum

from followup_rules.compiled import DECISION, END, FIRST_STEP, OWN_IDEAL, START, Compiled, Offset, Opening
from followup_rules.moments import DAY, Clock, Instant, Zone, clock_of, date_of, day_and_wall
from followup_rules.offsets import Calendar
from followup_rules.plans import Action, Plan, Reasons, Skip, SkipCode, made_action, made_plan, made_skip
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
    """A calendar that notes on which dates it was asked for moments; of those between only whether they are open matters."""

    __slots__ = ("asked", "searched_in_vain")

    def __init__(self, zone: Zone, opening: Opening, closed_on: frozenset[int]) -> None:
        super().__init__(zone, opening, closed_on)
        self.asked: set[int] = set()
        self.searched_in_vain = False

    def offset(self, offset: Offset, anchor: Instant) -> tuple[Instant, int | None]:
        """As a calendar does; elapsed time depends on every date it passes."""
        instant, wall = super().offset(offset, anchor)
        self._note(anchor[1], instant[1], all_between=offset.elapsed is not None)
        return instant, wall

    def fit(self, bound: Instant, wanted: int | None, free_from: Callable[[int], int] | None = None) -> Instant | None:
        """As a calendar does; throttles depend on every date on the way."""
        instant = super().fit(bound, wanted, free_from)
        if instant is None:
            self.searched_in_vain = True
        else:
            self._note(bound[1], instant[1], all_between=free_from is not None)
        return instant

    def _note(self, day: int, other: int, *, all_between: bool) -> None:
        self.asked.update(range(min(day, other), max(day, other) + 1) if all_between else (day, other))


class Fresh(NamedTuple):
    """What of a fresh record decides on its shape, and where that is to be placed."""

    key: tuple[object, ...]
    day: int
    walls: tuple[int, int, int]


@attrs.frozen
class Shape:
    """A plan without its dates: days are counted from the end's, moments told by number.

    Moments number 0 to 2 are none, the start and the end; then come the `fixed`, each with its day
    and its time, and the `moving`, each with its day, its form and its shift. An action has its
    step, the place of its contact, the numbers of `at`, `deadline` and `expires`, and whether it is late.
    """

    fixed: tuple[tuple[int, Clock], ...]
    moving: tuple[tuple[int, int, int], ...]
    actions: tuple[tuple[Step, int, int, int, int, bool], ...]
    skipped: tuple[tuple[str, int, SkipCode], ...]
    asked: frozenset[int]
    first: int
    last: int

    def holds(self, fresh: Fresh, interview: Interview, zone: Zone) -> bool:
        """Tell whether nothing on the calendar of this record disturbs the shape."""
        first, last = fresh.day + self.first, fresh.day + self.last
        closed_on = interview.closed_on
        if closed_on and (place := bisect_left(closed_on, date_of(first))) < len(closed_on) and closed_on[place] <= date_of(last):
            return False
        touched = zone.changes_on(first, last)
        return not touched or self.asked.isdisjoint([day - fresh.day for day in touched])


class Told:
    """The planner's own plan of a record, made when somebody reads why."""

    __slots__ = ("_make", "_plan")

    def __init__(self, make: Callable[[], Plan]) -> None:
        self._make = make
        self._plan: Plan | None = None

    def plan(self) -> Plan:
        """Give the plan."""
        if self._plan is None:
            self._plan = self._make()
        return self._plan

    def because(self, place: int) -> Reasons:
        """Give the reasons of the action at this place."""
        return self.plan().actions[place].because

    def text(self, place: int) -> str:
        """Give the text of the skip at this place."""
        return self.plan().skipped[place].text


class Shapes:
    """The shapes of one ruleset that were met so far; of what was met only once, just that it was."""

    def __init__(self, rules: Compiled) -> None:
        facts = sorted({fact for step in rules.steps for fact in (*step.step.only_if, *step.step.unless)})
        self._reads_format = any(fact.startswith("format:") for fact in facts)
        self._tags = tuple(fact.removeprefix("tag:") for fact in facts if fact.startswith("tag:"))
        self._tells_people_apart = bool(rules.throttles)
        forms = _forms(rules)
        self._fixed = {time for form, time in forms if form == FIXED}
        self._from_end = {shift for form, shift in forms if form == FROM_END}
        from_start = {shift for form, shift in forms if form == FROM_START}
        self._borders = (
            sorted({(time - shift) % DAY for time in self._fixed for shift in from_start}),
            sorted({(time - shift) % DAY for time in self._fixed for shift in self._from_end}),
            sorted({(one - other) % DAY for one in from_start for other in self._from_end}),
        )
        self._usable = sum(map(len, self._borders)) <= MAX_BORDERS
        self._met: dict[tuple[object, ...], Shape | None] = {}

    def fresh(self, interview: Interview) -> Fresh | None:
        """Give what decides on the shape of a record without events; None if that is left to the planner."""
        contacts = interview.contacts
        if len(contacts) > MAX_CONTACTS or not self._usable:
            return None
        start_day, start_wall = day_and_wall(interview.starts_at)
        day, wall = day_and_wall(interview.ends_at)
        length = (wall - start_wall) % DAY
        starts, ends, lengths = self._borders
        decision = interview.decision_by
        key: tuple[object, ...] = (
            day % 7,
            day - start_day,
            # What lies on a border is a class of its own.
            bisect_left(starts, start_wall) + bisect_right(starts, start_wall),
            bisect_left(ends, wall) + bisect_right(ends, wall),
            bisect_left(lengths, length) + bisect_right(lengths, length),
            None if decision is None else decision.toordinal() - day,
            interview.format if self._reads_format else None,
            not interview.topics,
            tuple([tag in interview.tags for tag in self._tags]) if self._tags else None,
            *[(one.email is None) + 2 * (one.phone is None) + 4 * (one.address is None) for one in contacts],
        )
        if len(contacts) > 1 and self._tells_people_apart:
            people = [person_key(contact, interview.company) for contact in contacts]
            key += tuple(map(people.index, people))
        return Fresh(key, day, (0, start_wall, wall))

    def place(self, fresh: Fresh, interview: Interview, ruleset: Ruleset, explained: Callable[[], Plan]) -> Plan | None:
        """Place the shape of a record on the calendar; None if it is not known or does not hold there."""
        shape, zone = self._met.get(fresh.key), interview.zone
        if shape is None or not shape.holds(fresh, interview, zone):
            return None
        walls = fresh.walls
        moving = [(days, clock_of((walls[form] + shift) % DAY)) for days, form, shift in shape.moving]
        moments: list[Any] = [None, interview.starts_at, interview.ends_at]
        moments += zone.all_shown(fresh.day, shape.fixed)
        moments += zone.all_shown(fresh.day, moving)
        contacts = (*interview.contacts, None)
        told = Told(explained)
        actions: list[Action] = []
        for step, contact, at, deadline, expires, late in shape.actions:
            because = partial(told.because, len(actions))
            actions.append(made_action(step, contacts[contact], moments[at], moments[deadline], moments[expires], late, because))
        skipped: list[Skip] = []
        for id, contact, code in shape.skipped:
            skipped.append(made_skip(id, contacts[contact], code, partial(told.text, len(skipped))))
        return made_plan(interview, ruleset, None, tuple(actions), (), tuple(skipped), (), zone.name)

    def worth_learning(self, fresh: Fresh) -> bool:
        """Tell whether what decides on the shape was met before and is not known: for one record alone it is not worth the work."""
        if fresh.key in self._met:
            return self._met.get(fresh.key) is None
        if len(self._met) >= SHAPES_KEPT:
            self._met.clear()
        self._met[fresh.key] = None
        return False

    def learn(self, fresh: Fresh, plan: Plan, calendars: Iterable[Calendar]) -> None:
        """Keep the shape of a plan that was made with these calendars, if nothing of it is particular to its dates."""
        interview = plan.interview
        asked = {fresh.day, interview.starts_at.toordinal()}
        for calendar in calendars:
            assert isinstance(calendar, WatchedCalendar)
            if calendar.searched_in_vain:
                return
            asked |= calendar.asked
        moments: list[pendulum.DateTime | None] = [None, interview.starts_at, interview.ends_at]
        fixed, moving = {}, {}
        for action in plan.actions:
            for moment in (action.at, action.deadline, action.expires):
                if moment not in moments and moment is not None:
                    day, wall = day_and_wall(moment)
                    form, shift = self._form(wall, fresh)
                    if form == FIXED:
                        fixed[moment] = day - fresh.day, clock_of(shift)
                    else:
                        moving[moment] = day - fresh.day, form, shift
        moments += [*fixed, *moving]
        places = {None: -1} | {contact: place for place, contact in enumerate(interview.contacts)}
        steps = {step.id: step for step in plan.ruleset.steps}
        shape = Shape(
            fixed=tuple(fixed.values()),
            moving=tuple(moving.values()),
            actions=tuple(
                (
                    steps[action.step],
                    places[action.contact],
                    moments.index(action.at),
                    moments.index(action.deadline),
                    moments.index(action.expires),
                    action.late,
                )
                for action in plan.actions
            ),
            skipped=tuple((skip.step, places[skip.contact], skip.code) for skip in plan.skipped),
            asked=frozenset(day - fresh.day for day in asked),
            first=min(asked) - fresh.day,
            last=max(asked) - fresh.day,
        )
        if shape.holds(fresh, interview, interview.zone):
            self._met[fresh.key] = shape

    def _form(self, wall: int, fresh: Fresh) -> Form:
        """Tell how a time of day came about: between two borders no two forms meet, and on one they stay together."""
        if wall in self._fixed:
            return FIXED, wall
        form = FROM_END if (wall - fresh.walls[FROM_END]) % DAY in self._from_end else FROM_START
        return form, (wall - fresh.walls[form]) % DAY


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
