"""Which instances of the steps a record asks for, and what in it rules them out: read a second time for the validator.

Assumes the record's state; knows no dates. An instance of a step `to="each"` is told by its
contact, one of a step `to="one"` by the step alone, whoever it turns out to be for.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from followup_rules.plans import SkipCode
from followup_rules.record import DETAIL_OF, Contact, Done
from followup_rules.references import RECORD_ANCHORS
from followup_rules.rules import Ruleset, Step
from followup_rules.state import State

Key = tuple[str, str | None]
"""The step, and the name of the contact where it is to each."""


@attrs.frozen
class Instance:
    """An instance that the record gives: its contact, and the `Done` that finished it, if one did."""

    step: Step
    contact: Contact | None
    done: Done | None = None

    @property
    def key(self) -> Key:
        """What tells this instance from all others."""
        return self.step.id, self.contact.name if self.contact is not None and self.step.to == "each" else None


class Instances:
    """All instances of a record, in the order of steps and contacts."""

    def __init__(self, state: State, ruleset: Ruleset) -> None:
        self.state = state
        self.ruleset = ruleset
        self.by_step = {step.id: list(self._spread(step)) for step in ruleset.steps}
        self.all = {instance.key: instance for instances in self.by_step.values() for instance in instances}

    def _spread(self, step: Step) -> Iterator[Instance]:
        """Yield the instances of a step (§5, 1)."""
        state, finished = self.state, self.state.finished(step)
        if finished.whole is not None:
            yield Instance(step, None, finished.whole)
        elif step.to == "each" and state.contacts:
            for place, contact in enumerate(state.contacts):
                yield Instance(step, contact, finished.by_place.get(place))
        elif step.channel in DETAIL_OF:
            yield Instance(step, next((state.contacts[place] for place in state.reachable(step.channel)), None))
        else:
            yield Instance(step, None)

    def find(self, step: Step, contact: str | None) -> Instance | None:
        """Give the instance of a step for the contact of this name; None if there is none."""
        instance = self.all.get((step.id, contact if step.to == "each" else None))
        if instance is None and (whole := self.all.get((step.id, None))) is not None and whole.done is not None:
            return whole  # a `Done` that nobody could be named for finished the step for all
        return instance

    def reachable(self, instance: Instance) -> bool:
        """Tell whether the contact of an instance can be reached on its channel, where that needs one."""
        if instance.step.channel not in DETAIL_OF:
            return True
        contact = instance.contact
        return contact is not None and self.state.places[contact.name] in self.state.reachable(instance.step.channel)

    def ruled_out(self, instance: Instance) -> Iterator[tuple[SkipCode, str]]:
        """Yield every reason that the record alone gives against an instance, in the order of the contract (§5, 2)."""
        step, contact, state = instance.step, instance.contact, self.state
        if self.ruleset.ends(step, state.outcome):
            yield "closed", f"the outcome `{state.outcome}` ends it"
        if not state.applies(step):
            facts = [f"only if `{fact}`" for fact in step.only_if if not state.holds(fact)]
            facts += [f"not if `{fact}`" for fact in step.unless if state.holds(fact)]
            yield "not-applicable", f"it is done {' and '.join(facts)}"
        if not self.reachable(instance):
            yield "no-contact", f"{'nobody can' if contact is None else f'{contact} cannot'} be reached by {step.channel}"
        if missing_on_record(state, step.due.anchor):
            yield "no-anchor", f"it counts from `{step.due.anchor}`, which the record does not have"


def missing_on_record(state: State, anchor: str) -> bool:
    """Tell whether this is an anchor of the record that does not exist; a step is none of the record's."""
    values = {"decision": state.decision, "reply": state.reply, "outcome": state.outcome_at}
    return anchor in RECORD_ANCHORS and values.get(anchor, state.start) is None
