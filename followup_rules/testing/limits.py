"""Whether following a plan would break a throttle: counted anew, date by date and window by window.

Assumes the record's state and nothing of planner or validator, so that a fault in their counting
does not hide itself here as well.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from followup_rules.moments import to_moment
from followup_rules.plans import Plan
from followup_rules.reasons import limit_of
from followup_rules.record import Contacted, Done
from followup_rules.rules import Throttle
from followup_rules.state import State, company_key, person_key


def over_limit(plan: Plan) -> tuple[str, ...]:
    """Tell which actions of a plan would make one throttle or another count too many contacts: one line for each.

    Only windows of dates that hold an action are looked at: what the record alone has overfilled is
    past mending. Other plans of a portfolio are not seen.
    """
    state = State(plan.interview, None if plan.as_of is None else to_moment(plan.as_of))
    return tuple(line for throttle in plan.ruleset.throttles for line in _Count(plan, state, throttle).over())


class _Count:
    """The contacts that one throttle counts, each as its scope (a person or the company) and date."""

    def __init__(self, plan: Plan, state: State, throttle: Throttle) -> None:
        self.plan, self.state, self.throttle = plan, state, throttle
        self.company = company_key(plan.interview.company)
        self.people = [person_key(contact, plan.interview.company) for contact in state.contacts]

    def over(self) -> Iterator[str]:
        throttle = self.throttle
        planned = list(self._planned())
        held = [*self._on_record(), *((scope, day) for scope, day, _ in planned)]
        for scope, day, what in planned:
            windows = range(day - throttle.days + 1, day + 1)
            most = max(sum(one == scope and first <= other < first + throttle.days for one, other in held) for first in windows)
            if most > throttle.max:
                yield f"{throttle.id} allows {limit_of(throttle)}, and {what} makes {most}"

    def _planned(self) -> Iterator[tuple[Hashable, int, str]]:
        for action in self.plan.actions:
            if self.throttle.counts(action.step, action.channel):
                people = () if action.contact is None else (self.state.places[action.contact.name],)
                for scope in self._scopes(people):
                    yield scope, self._day(to_moment(action.at)), str(action)

    def _on_record(self) -> Iterator[tuple[Hashable, int]]:
        steps = {step.id: step for step in self.plan.ruleset.steps}
        for event in self.state.events:
            scopes: list[Hashable] = []
            if isinstance(event, Contacted) and event.channel in self.throttle.channels:
                if event.contact is not None:
                    scopes = self._scopes((self.state.places[event.contact],))
                elif self.throttle.per == "contact":
                    scopes = list(set(self.people))  # once for each person, however often the record lists them
                else:
                    scopes = [self.company]
            elif isinstance(event, Done) and self.throttle.counts(event.step, steps[event.step].channel):
                scopes = self._scopes(self.state.done_for(event, steps[event.step]))
            for scope in scopes:
                yield scope, self._day(to_moment(event.at))

    def _scopes(self, places: tuple[int, ...]) -> list[Hashable]:
        """Give what one contact for these people counts for; one with nobody counts for the company alone."""
        if self.throttle.per == "contact":
            return [self.people[place] for place in places]
        return [self.company] * max(1, len(places))

    def _day(self, moment: int) -> int:
        return self.state.zone.local(moment)[0]
