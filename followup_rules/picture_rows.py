"""What a plan's picture shows: a row for the interview and for each thing done or to do, and how long each keeps quiet.

Assumes a plan, also one that was edited; knows nothing of shapes and places on a page.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator

import attrs

from followup_rules.errors import Fault, FollowupError, shown
from followup_rules.moments import Zone, find_zone, to_moment
from followup_rules.plans import Action, Plan, show
from followup_rules.record import Contact, Contacted, Done
from followup_rules.rules import Throttle
from followup_rules.state import company_key, person_key, refuse_unknown_steps
from followup_rules.telling import harmless, reach

CHANNEL_NAMES = {"email": "email", "call": "call", "letter": "letter", "in-person": "in person", "task": "task"}


@attrs.frozen
class Row:
    """One thing on the time line: what it is, the line under that, the whole text, and its moments."""

    kind: str  # "interview", "contacted", "done" or "action"
    channel: str
    moment: int
    label: str
    under: str
    text: str
    step: str = ""
    people: tuple[Contact, ...] = ()
    due: int | None = None
    deadline: int | None = None
    late: bool = False
    quiet_until: int | None = None


def rows_of(plan: Plan) -> list[Row]:
    """Give the rows of a plan in the order of time, those at one moment in the order interview, record, plan.

    Raises `InvalidRecord` for a `Done` that names no step of the plan's ruleset.
    """
    refuse_unknown_steps(plan.interview, plan.ruleset)
    seen = [event for event in plan.interview.events if plan.as_of is None or to_moment(event.at) <= to_moment(plan.as_of)]
    rows = [_interview(plan)]
    rows += [_contacted(plan, event) for event in seen if isinstance(event, Contacted)]
    rows += [_done(plan, done) for done in plan.done]
    rows += [_action(plan, action) for action in plan.actions]
    quiet = list(_quiet(plan, rows))
    rows = [attrs.evolve(row, quiet_until=until) for row, until in zip(rows, quiet, strict=True)]
    return sorted(rows, key=lambda row: row.moment)


def zone_of_plan(plan: Plan) -> Zone:
    """Give the zone that a plan's moments are told in; raises `FollowupError` if an edited plan names none."""
    zone = find_zone(plan.timezone)
    if zone is None:
        raise FollowupError([Fault(("timezone",), f"must be a time zone such as `Europe/Berlin`, not {shown(plan.timezone)}")])
    return zone


def _interview(plan: Plan) -> Row:
    at = to_moment(plan.interview.starts_at)
    under, text = _told(plan, at, "Interview", "")
    return Row("interview", "interview", at, "Interview", under, text)


def _contacted(plan: Plan, event: Contacted) -> Row:
    at, label = to_moment(event.at), f"Outside the plan: {CHANNEL_NAMES[event.channel]}"
    people = tuple(contact for contact in plan.interview.contacts if event.contact in (None, contact.name))
    under, text = _told(plan, at, label, event.contact or "everybody")
    return Row("contacted", event.channel, at, label, under, text, people=people)


def _done(plan: Plan, done: Done) -> Row:
    step = next(step for step in plan.ruleset.steps if step.id == done.step)
    people = tuple(contact for contact in plan.interview.contacts if contact.name == done.contact)
    at, label = to_moment(done.at), harmless(step.label)
    under, text = _told(plan, at, label, ", ".join(filter(None, (done.contact, "done"))))
    return Row("done", step.channel, at, label, under, text, step=step.id, people=people)


def _action(plan: Plan, action: Action) -> Row:
    at, label, because = to_moment(action.at), harmless(action.title or action.step), action.because
    contact = action.contact
    under, text = _told(plan, at, label, contact.name if contact else "")
    whole = [text if contact is None else f"{text} ({reach(contact, action.channel)})"]
    if action.deadline is not None:
        whole.append(f"{'Late: it was due' if action.late else 'Due'} by {show(action.deadline)}")
    whole += [harmless(reason.text) for reason in because]
    return Row(
        "action",
        action.channel,
        at,
        label,
        under,
        ". ".join(whole),
        step=action.step,
        people=(contact,) if contact else (),
        due=to_moment(because[0].at) if because else None,
        deadline=None if action.deadline is None else to_moment(action.deadline),
        late=action.late,
    )


def _told(plan: Plan, moment: int, label: str, more: str) -> tuple[str, str]:
    """Give the line under a label, and the text that says it all."""
    at = show(zone_of_plan(plan).datetime(moment)).replace("  ", " ")
    short = at.replace(f" {plan.interview.starts_at.year} ", " ", 1)
    more = harmless(more)
    return " · ".join(filter(None, (short, more))), ", ".join(filter(None, (label, at, more)))


def _quiet(plan: Plan, rows: list[Row]) -> Iterator[int | None]:
    """Give for each row until when the throttles that this contact fills allow no other; None if it fills none.

    Counted as the contract's §4 says: for each person, and once for the company.
    """
    company, zone = plan.interview.company, plan.interview.zone
    days = [zone.local(row.moment)[0] for row in rows]
    scopes: list[list[tuple[Throttle, Hashable]]] = []
    for row in rows:
        people = {person_key(contact, company) for contact in row.people}
        scopes.append(
            [
                (throttle, key)
                for throttle in plan.ruleset.throttles
                if throttle.counts(row.step, row.channel)
                for key in (people if throttle.per == "contact" else [company_key(company)])
            ]
        )
    for day, mine in zip(days, scopes, strict=True):
        until = day
        for throttle, key in mine:
            counted = sorted(other for other, theirs in zip(days, scopes, strict=True) if (throttle, key) in theirs)
            for first, last in zip(counted, counted[throttle.max - 1 :], strict=False):
                if last == day and last - first < throttle.days:
                    until = max(until, first + throttle.days)
        yield zone.moment(until, 0) if until > day + 1 else None
