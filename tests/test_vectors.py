"""The contract's vectors: rulesets and records with the plan that is demanded."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from followup_rules import CLASSIC, Interview, Plan, Ruleset, from_data, plan, plan_all, to_data
from followup_rules.moments import find_zone

DATA = Path(__file__).parent / "data"


def vectors(name: str) -> list[Any]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [pytest.param(vector, id=vector["id"]) for vector in map(json.loads, lines)]


def ruleset_of(vector: dict[str, Any]) -> Ruleset:
    return CLASSIC if vector["ruleset"] == "classic" else from_data(vector["ruleset"], Ruleset)


def as_of_of(vector: dict[str, Any], timezone: str) -> dt.datetime | None:
    if vector["as_of"] is None:
        return None
    moment = dt.datetime.fromisoformat(vector["as_of"])
    zone = find_zone(timezone)
    assert zone is not None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone.tz)


def check(made: Plan, expect: dict[str, Any]) -> None:
    data = to_data(made)
    actions = [{key: action[key] for key in ("step", "contact", "at", "late")} for action in data["actions"]]
    assert actions == expect["actions"]
    for name, key in (("done", "at"), ("skipped", "code")):
        got = {(item["step"], item["contact"], item[key]) for item in data[name]}
        assert got == {(item["step"], item["contact"], item[key]) for item in expect[name]}
        assert len(data[name]) == len(expect[name])
    for action in made.actions:
        assert action.because[0].code == "due"
        assert action.because[-1].at == action.at


@pytest.mark.parametrize("vector", vectors("plans.jsonl"))
def test_plans_are_as_the_contract_demands(vector: dict[str, Any]) -> None:
    interview = from_data(vector["interview"], Interview)
    as_of = as_of_of(vector, interview.timezone)
    made = plan(interview, ruleset_of(vector), as_of=as_of)
    check(made, vector["expect"])
    assert from_data(json.loads(json.dumps(to_data(made))), Plan) == made


@pytest.mark.parametrize("vector", vectors("portfolios.jsonl"))
def test_portfolios_are_as_the_contract_demands(vector: dict[str, Any]) -> None:
    interviews = [from_data(data, Interview) for data in vector["interviews"]]
    plans = plan_all(interviews, ruleset_of(vector), as_of=as_of_of(vector, interviews[0].timezone))
    for made, expect in zip(plans, vector["expect"], strict=True):
        check(made, expect)
