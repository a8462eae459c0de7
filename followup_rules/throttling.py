"""Throttles at work: which dates are full, given the contacts counted so far.

Assumes the record's state. Keeps, for every throttle and scope, the sorted dates of what counts, so
that asking for the next free date takes a look at its neighbours and not at everything.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

from followup_rules.moments import to_moment
from followup_rules.record import Contact
from followup_rules.rules import Ruleset, Step, Throttle
from followup_rules.state import PersonKey, State, company_key, person_key

Scope = tuple[int, str | PersonKey]
"""The place of a throttle in the ruleset, and the person or the company that it counts for."""


class Counted:
    """What one throttle has counted in one scope: dates in order, each with what it was."""

    __slots__ = ("days", "labels")

    def __init__(self) -> None:
        self.days: list[int] = []
        self.labels: list[str] = []

    def add(self, day: int, label: str) -> None:
        """Count one contact more."""
        place = bisect_right(self.days, day)
        self.days.insert(place, day)
        self.labels.insert(place, label)

    def free_from(self, day: int, throttle: Throttle) -> int:
        """Give the first date from this one on that no full window contains."""
        days, reach = self.days, throttle.days - 1
        # `max` dates that fit a window fill every window around them: the date is taken if one of those contains it.
        for place in range(bisect_left(days, day - reach), len(days) - throttle.max + 1):
            first, last = days[place], days[place + throttle.max - 1]
            if last > day + reach:
                break
            if last - first <= reach:
                day = first + throttle.days
        return day

    def around(self, day: int, throttle: Throttle) -> Iterator[tuple[int, str]]:
        """Give what is counted in the windows that contain this date."""
        reach = throttle.days - 1
        for place in range(bisect_left(self.days, day - reach), bisect_right(self.days, day + reach)):
            yield self.days[place], self.labels[place]


class Ledger:
    """All that the throttles of a ruleset have counted so far, over one or more records."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.throttles = ruleset.throttles
        self.steps = {step.id: step for step in ruleset.steps}
        self.counted: dict[Scope, Counted] = {}
        self.by_step: dict[str, tuple[int, ...]] = {
            step.id: tuple(place for place, throttle in enumerate(self.throttles) if throttle.counts(step.id, step.channel))
            for step in ruleset.steps
        }

    def count(self, places: Iterable[int], people: Iterable[PersonKey], times: int, company: str, day: int, label: str) -> None:
        """Count a contact: for each of these people, and so many times for the company."""
        people = tuple(people)
        for place in places:
            keys: Iterable[str | PersonKey] = people if self.throttles[place].per == "contact" else [company] * times
            for key in keys:
                self.counted.setdefault((place, key), Counted()).add(day, label)

    def count_record(self, state: State) -> None:
        """Count what a record says has happened."""
        if not self.throttles:
            return
        company = company_key(state.interview.company)
        people = [person_key(contact, state.interview.company) for contact in state.contacts]
        for contacted in state.contacted:
            places = [place for place, throttle in enumerate(self.throttles) if contacted.channel in throttle.channels]
            # One contact reaches a person once, however often the record lists them.
            who = list(dict.fromkeys(people)) if contacted.contact is None else [people[state.places[contacted.contact]]]
            day = state.zone.local(to_moment(contacted.at))[0]
            self.count(places, who, 1, company, day, f"{contacted.channel} on record")
        for id, events in state.done.items():
            step = self.steps[id]
            for done in events:
                who = [people[place] for place in state.done_for(done, step)]
                day = state.zone.local(to_moment(done.at))[0]
                self.count(self.by_step[id], who, max(1, len(who)), company, day, step.label)

    def count_action(self, step: Step, contact: Contact | None, company: str, day: int) -> None:
        """Count an action that was placed."""
        places = self.by_step[step.id]
        if places:
            people = () if contact is None else (person_key(contact, company),)
            self.count(places, people, 1, company_key(company), day, step.label)

    def binding(self, step: Step, contact: Contact | None, company: str) -> Binding:
        """Give what the throttles hold against this step to this contact."""
        scopes = []
        for place in self.by_step[step.id]:
            throttle = self.throttles[place]
            key: str | PersonKey | None = company_key(company)
            if throttle.per == "contact":
                key = None if contact is None else person_key(contact, company)
            if key is not None and (counted := self.counted.get((place, key))):
                scopes.append((throttle, counted))
        return Binding(scopes)


class Binding:
    """The throttles that may move one instance, with what they have counted when it is placed."""

    __slots__ = ("scopes",)

    def __init__(self, scopes: list[tuple[Throttle, Counted]]) -> None:
        self.scopes = scopes

    def free_from(self, day: int) -> int:
        """Give the first date from this one on that every throttle leaves free."""
        while True:
            start = day
            for throttle, counted in self.scopes:
                day = counted.free_from(day, throttle)
            if day == start:
                return day
