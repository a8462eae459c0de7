"""The contract read a second time: what in a plan, also an edited one, breaks the definitions of its record and ruleset.

Assumes the record's state and nothing of the planner. Judged are the step, contact, channel, moment
and `late` of every action, and that each instance of a step stands in just one of the three lists,
and rightly so; texts, titles and reasons are not. Whatever the lists hold becomes a violation and
never an error. A later moment than the planned one is none by itself: people may take their time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from followup_rules import checks
from followup_rules.errors import Fault, FollowupError, did_you_mean, shown
from followup_rules.moments import MINUTE, to_moment
from followup_rules.plans import Action, Plan, Skip, SkipCode, Violation, show
from followup_rules.record import Contact, Done, Interview
from followup_rules.rules import Ruleset, Step
from followup_rules.state import State
from followup_rules.validator_dates import Terms, Timetable
from followup_rules.validator_instances import Instance, Instances
from followup_rules.validator_throttles import Placed, throttle_violations

_LISTS: dict[str, type] = {"actions": Action, "done": Done, "skipped": Skip}


def validate(plan: Plan) -> tuple[Violation, ...]:
    """Check a plan, also an edited one, against the contract's definitions, one by one.

    Gives a violation for all that breaks one, with a code of the contract's §6; the planner's own
    plans have none. Sees this plan only: contacts that other plans of a portfolio hold are not
    known to it, and so it takes a `crowded-out` at its word where a throttle counts the step. All
    moments are judged in the interview's zone, whatever zone the plan tells them in.

    Raises `FollowupError` where there is nothing to check against: no plan at all, or one whose
    `interview`, `ruleset` or `as_of` is none.
    """
    _require_readable(plan)
    review = _Review(plan)
    return (*review.misfits, *review.order(), *review.listing(), *review.actions(), *review.throttles())


def _require_readable(plan: Any) -> None:
    if not isinstance(plan, Plan):
        raise FollowupError(f"must be a Plan, not {shown(plan)}", source="plan")
    faults = []
    for name, kind in (("interview", Interview), ("ruleset", Ruleset)):
        value: object = getattr(plan, name)
        if not isinstance(value, kind):
            faults.append(Fault((name,), f"must be of the class {kind.__name__}, not {shown(value)}"))
    if plan.as_of is not None:
        faults += checks.aware({"as_of": plan.as_of}, "as_of")
    if faults:
        raise FollowupError(faults, source="plan")


@attrs.define
class _Listed:
    """What a plan lists of one instance."""

    actions: list[Action] = attrs.Factory(list)
    done: list[Done] = attrs.Factory(list)
    skipped: list[Skip] = attrs.Factory(list)

    def __len__(self) -> int:
        return len(self.actions) + len(self.done) + len(self.skipped)

    def __str__(self) -> str:
        return " and ".join(f"{len(entries)} in `{name}`" for name in _LISTS if (entries := getattr(self, name)))


class _Review:
    """A plan beside what its record and ruleset ask for.

    `misfits` are the violations of entries that cannot be read, or are no instance of any step.
    """

    def __init__(self, plan: Plan) -> None:
        as_of = None if plan.as_of is None else to_moment(plan.as_of)
        self.ruleset = plan.ruleset
        self.steps = {step.id: step for step in plan.ruleset.steps}
        self.state = State(plan.interview, as_of)
        self.instances = Instances(self.state, plan.ruleset)
        self.listed = {key: _Listed() for key in self.instances.all}
        self.placed: list[Placed] = []
        self.misfits = [*self._unknown_on_record(plan.interview), *self._read_lists(plan)]
        everything = self.instances.by_step.items()
        self.timetable = Timetable(
            self.state,
            plan.ruleset,
            done={id: [to_moment(one.done.at) for one in instances if one.done is not None] for id, instances in everything},
            planned=self._planned(),
            live=frozenset(
                id
                for id, instances in everything
                if any(one.done is None and not any(self.instances.ruled_out(one)) for one in instances)
            ),
            now=None if as_of is None else -(-as_of // MINUTE) * MINUTE,
        )

    # --- what the plan lists ---

    def _unknown_on_record(self, interview: Interview) -> Iterator[Violation]:
        for id in dict.fromkeys(event.step for event in interview.events if isinstance(event, Done)):
            if id not in self.steps:
                yield self._unknown(id, None, "the record has a `Done` of it")

    def _unknown(self, id: Any, contact: Any, where: str) -> Violation:
        near = did_you_mean(id, self.steps) if isinstance(id, str) else ""
        text = f"{shown(id)}: {where}, but the ruleset has no such step{near}"
        return Violation("unknown-step", id if isinstance(id, str) else "", _contact(contact), text)

    def _read_lists(self, plan: Plan) -> Iterator[Violation]:
        for name, kind in _LISTS.items():
            entries: Any = getattr(plan, name)
            if not isinstance(entries, tuple):
                yield Violation("missing", "", None, f"`{name}` must be a sequence, not {shown(entries)}: it lists nothing")
                continue
            for index, entry in enumerate(entries):
                if not isinstance(entry, kind):
                    text = f"{name}[{index}] must be of the class {kind.__name__}, not {shown(entry)}: it is no step of the ruleset"
                    yield Violation("unknown-step", "", None, text)
                else:
                    yield from self._read_entry(name, entry)

    def _read_entry(self, name: str, entry: Any) -> Iterator[Violation]:
        step = self.steps.get(entry.step) if isinstance(entry.step, str) else None
        if step is None:
            yield self._unknown(entry.step, entry.contact, f"it stands in `{name}`")
            return
        contact = _contact(entry.contact)
        if isinstance(entry, Action):
            yield from self._read_action(step, contact, entry)
        instance = self.instances.find(step, entry.contact if isinstance(entry, Done) else _name(contact))
        if instance is None:
            yield self._misaddressed(step, entry.contact)
            return
        getattr(self.listed[instance.key], name).append(entry)
        # Who a `Done` was for is judged with its instance, and that nobody can be reached with the action.
        judged_later = isinstance(entry, Done) or (isinstance(entry, Action) and not self.instances.reachable(instance))
        if not judged_later and instance.done is None and entry.contact != instance.contact:
            yield self._misaddressed(step, entry.contact)

    def _read_action(self, step: Step, contact: Contact | None, action: Action) -> Iterator[Violation]:
        who = _who(step, contact)
        if action.channel != step.channel:
            text = f"{who}: the ruleset has this step on the channel `{step.channel}`, not on {shown(action.channel)}"
            yield Violation("unknown-step", step.id, contact, text)
        faults = _at_faults(action)
        if faults:
            yield Violation("missing", step.id, contact, f"{who}: plans nothing, as its `at` {faults[0].message}")
        else:
            self.placed.append(Placed(step, contact, to_moment(action.at)))

    def _misaddressed(self, step: Step, given: Any) -> Violation:
        if step.to == "each":
            whom = (
                "to each contact, just as the record has them" if self.state.contacts else "to nobody: the record has no contacts"
            )
        else:
            right = self.instances.by_step[step.id][0].contact
            whom = "to nobody" if right is None else f"to {right}, the first who can be reached, just as the record has them"
        contact = _contact(given)
        told = "nobody" if given is None else shown(given if contact is None else contact.name)
        return Violation("no-contact", step.id, contact, f"{step.label}: is {whom}, and not to {told}")

    def _planned(self) -> dict[str, list[int]]:
        """Give the moments at which this plan puts each step, for recipients for whom the record does not have it done."""
        planned: dict[str, list[int]] = {id: [] for id in self.steps}
        for step, contact, moment in self.placed:
            instance = self.instances.find(step, _name(contact))
            if instance is None or instance.done is None:
                planned[step.id].append(moment)
        return planned

    # --- the checks ---

    def order(self) -> Iterator[Violation]:
        """Actions are sorted by moment, then step order, then contact order (§5, 4)."""
        rank = {id: index for index, id in enumerate(self.steps)}
        before: tuple[tuple[int, int, int], str] | None = None
        for step, contact, moment in self.placed:
            key = moment, rank[step.id], self.state.places.get(contact.name, 0) if contact else 0
            told = f"{_who(step, contact)}: on {self._show(moment)}"
            if before is not None and key < before[0]:
                text = f"{told}, but stands after {before[1]}; actions stand by moment, then step, then contact"
                yield Violation("order", step.id, contact, text)
            before = key, told

    def listing(self) -> Iterator[Violation]:
        """Each instance stands in one of the three lists, and rightly so (§5, 1 and 2)."""
        for key, instance in self.instances.all.items():
            listed, done = self.listed[key], instance.done
            contact = instance.contact if done is None or done.contact is None else self.state.interview.contact(done.contact)
            for code, text in self._listing(instance, listed):
                yield Violation(code, instance.step.id, contact, f"{_who(instance.step, contact)}: {text}")

    def _listing(self, instance: Instance, listed: _Listed) -> Iterator[tuple[str, str]]:
        if len(listed) > 1:
            yield "duplicate", f"must stand in the plan once; there are {listed}"
        done = instance.done
        if done is None:
            if not listed:
                yield "missing", "neither in `actions` nor in `done` nor in `skipped`"
            elif listed.done and len(listed) == 1:
                yield "missing", "only in `done`, though the record has no `Done` of it"
            for skip in listed.skipped:
                yield from self._wrongly_skipped(instance, skip.code)
            return
        when = self._show(to_moment(done.at))
        if listed.actions and len(listed) == 1:
            yield "duplicate", f"done on {when}, and planned once more"
        elif not listed.done:
            yield "missing", f"done on {when}, but not in `done`"
        for entry in listed.done:
            if (entry.contact, to_moment(entry.at)) != (done.contact, to_moment(done.at)):
                told = f"to {entry.contact or 'nobody'} on {self._show(to_moment(entry.at))}"
                yield "missing", f"its latest `Done` is of {when}; `done` has one {told} in its place"

    def _against(self, instance: Instance) -> list[tuple[SkipCode, str]]:
        """Give every reason not to plan an instance, throttles apart, with the anchors where this plan puts them (§5, 2 and 3)."""
        reasons = list(self.instances.ruled_out(instance))
        terms, anchor = self.timetable.terms(instance.step), instance.step.due.anchor
        if not terms.has_due and anchor in self.steps:
            reasons.append(("no-anchor", f"it counts from `{anchor}`, of which nothing is done or planned"))
        if terms.has_due and terms.expired:
            first = (
                "there is no open date within 800 days" if terms.first is None else f"could first be on {self._show(terms.first)}"
            )
            expires = "" if terms.expires is None else f", and it expires on {self._show(terms.expires)}"
            reasons.append(("expired", first + expires))
        return reasons

    def _wrongly_skipped(self, instance: Instance, code: Any) -> Iterator[tuple[str, str]]:
        step, against = instance.step, self._against(instance)
        if against:
            right, why = against[0]
            if code != right:
                yield _code(right), f"skipped as {shown(code)}, but the first code that applies is `{right}`: {why}"
        elif code != "crowded-out":
            yield "missing", f"skipped as {shown(code)}, which does not apply: nothing rules it out"
        elif not any(throttle.counts(step.id, step.channel) for throttle in self.ruleset.throttles):
            yield "missing", "skipped as `crowded-out`, but no throttle counts it"

    def actions(self) -> Iterator[Violation]:
        """Nothing rules an action out, and its moment keeps to bounds, hours, expiry and deadline (§3 and §4)."""
        for key, instance in self.instances.all.items():
            if instance.done is not None:
                continue
            step, terms = instance.step, self.timetable.terms(instance.step)
            for action in self.listed[key].actions:
                contact = _contact(action.contact)
                who = _who(step, contact)
                for skip_code, why in self._against(instance):
                    if skip_code != "expired":  # the moment that the action has tells that
                        yield Violation(_code(skip_code), step.id, contact, f"{who}: must not be planned: {why}")
                if not _at_faults(action):
                    told = f"{who}: on {self._show(to_moment(action.at))}"
                    for code, why in self._untimely(terms, action):
                        yield Violation(code, step.id, contact, f"{told}, {why}")

    def _untimely(self, terms: Terms, action: Action) -> Iterator[tuple[str, str]]:
        moment = to_moment(action.at)
        bound, rule = max(terms.bounds, default=(moment, ""))
        if moment < bound:
            yield "too-early", f"before {self._show(bound)}, its {rule}"
        hours = terms.open_times.hours
        if hours is not None and not terms.open_times.hold(moment):
            times = f"{' '.join(hours.days)} from {hours.opens:%H:%M} until before {hours.closes:%H:%M}"
            holidays = ", except dates on which the office is shut" if hours.shut_on_holidays else ""
            yield "hours", f"outside the hours `{hours.name}`: {times}{holidays}"
        if terms.expires is not None and moment > terms.expires:
            yield "expired", f"after it expires on {self._show(terms.expires)}"
        late = terms.deadline is not None and moment > terms.deadline
        if action.late is not late:
            deadline = "it has no deadline" if terms.deadline is None else f"its deadline is {self._show(terms.deadline)}"
            yield "late-unmarked", f"must have `late` {late}, not {shown(action.late)}: {deadline}"

    def throttles(self) -> Iterator[Violation]:
        """No window that contains an action holds more contacts than a throttle allows (§4)."""
        return throttle_violations(self.state, self.ruleset, self.placed)

    def _show(self, moment: int) -> str:
        return show(self.state.zone.datetime(moment))


def _at_faults(action: Action) -> list[Fault]:
    return list(checks.aware({"at": action.at}, "at"))


def _code(skip_code: SkipCode) -> str:
    """Give the violation code for a reason to skip: the same word but for one."""
    return "anchor" if skip_code == "no-anchor" else skip_code


def _contact(given: Any) -> Contact | None:
    return given if isinstance(given, Contact) else None


def _name(contact: Contact | None) -> str | None:
    return None if contact is None else contact.name


def _who(step: Step, contact: Contact | None) -> str:
    return step.label if contact is None else f"{step.label} ({contact})"
