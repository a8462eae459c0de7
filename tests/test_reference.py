"""The planner against an independent reading of the contract, `reference.py`, which is slow and obvious.

The reference works on the data forms, so that what it is given has been through `to_data` as well.
Each example is planned as of several moments, more than a thousand plans in all; the profile in
`conftest.py` scales the number of examples.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pendulum
from hypothesis import given, settings
from hypothesis import strategies as st

from followup_rules import CLASSIC, Contact, Interview, Plan, Ruleset, plan, plan_all, to_data
from followup_rules.testing import histories, moments, rulesets
from tests.reference import reference_plan


def told(when: dt.datetime | None) -> str | None:
    return None if when is None else when.astimezone(dt.UTC).isoformat() + f" ({when.utcoffset()})"


def name(contact: Contact | None) -> str | None:
    return None if contact is None else contact.name


def ours(plan: Plan) -> dict[str, Any]:
    """A plan in the shape of the reference, which leaves out the texts and what an action's ideal moment was."""
    return {
        "actions": [
            {
                "step": action.step,
                "contact": name(action.contact),
                "at": told(action.at),
                "late": action.late,
                "deadline": told(action.deadline),
                "expires": told(action.expires),
            }
            for action in plan.actions
        ],
        "done": [{"step": done.step, "contact": done.contact, "at": told(done.at)} for done in plan.done],
        "skipped": [{"step": skip.step, "contact": name(skip.contact), "code": skip.code} for skip in plan.skipped],
    }


def theirs(result: dict[str, Any]) -> dict[str, Any]:
    moments = ("at", "deadline", "expires")
    return {
        kind: [{key: told(item) if key in moments else item for key, item in entry.items() if key != "ideal"} for entry in entries]
        for kind, entries in result.items()
    }


def as_json(value: Any) -> Any:
    return json.loads(json.dumps(to_data(value)))


def agree(interviews: list[Interview], ruleset: Ruleset, as_of: pendulum.DateTime | None) -> None:
    # A plain date-time: the reference counts with the standard library's, and pendulum's behave otherwise.
    plain = None if as_of is None else dt.datetime.fromisoformat(as_of.isoformat())
    expected = [theirs(one) for one in reference_plan(as_json(ruleset), [as_json(one) for one in interviews], plain)]
    assert [ours(one) for one in plan_all(interviews, ruleset, as_of=as_of)] == expected


MANY = 8 * settings().max_examples
"""Each test makes so many rulesets and records, and plans each at up to four moments: thousands of cases a run."""


@settings(max_examples=MANY)
@given(st.data())
def test_a_plan_is_the_one_that_the_contract_describes(data: st.DataObject) -> None:
    ruleset = data.draw(rulesets(), label="ruleset")
    interview = data.draw(histories(ruleset), label="interview")
    as_ofs: list[pendulum.DateTime | None] = [None, *data.draw(st.lists(moments(interview), min_size=2, max_size=4), label="as_of")]
    for as_of in as_ofs:
        agree([interview], ruleset, as_of)
        assert plan(interview, ruleset, as_of=as_of) == plan_all([interview], ruleset, as_of=as_of)[0]


@settings(max_examples=MANY)
@given(histories(CLASSIC), st.data())
def test_a_classic_plan_is_the_one_that_the_contract_describes(interview: Interview, data: st.DataObject) -> None:
    as_ofs: list[pendulum.DateTime | None] = [None, *data.draw(st.lists(moments(interview), min_size=2, max_size=4), label="as_of")]
    for as_of in as_ofs:
        agree([interview], CLASSIC, as_of)


@settings(max_examples=MANY)
@given(st.data())
def test_a_portfolio_is_planned_as_the_contract_describes(data: st.DataObject) -> None:
    ruleset = data.draw(st.just(CLASSIC) | rulesets(max_steps=3), label="ruleset")
    interviews = data.draw(st.lists(histories(ruleset, max_events=4), min_size=2, max_size=3), label="interviews")
    as_ofs: list[pendulum.DateTime | None] = [
        None,
        *data.draw(st.lists(moments(interviews[0]), max_size=2), label="as_of"),
    ]
    for as_of in as_ofs:
        agree(interviews, ruleset, as_of)
