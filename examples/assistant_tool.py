"""Give a language model the planner as a tool: its definition, made from the JSON schema, and the answer to a call.

    python examples/assistant_tool.py                      prints the definition
    python examples/assistant_tool.py call.json            prints the answer to a call with these arguments

No network and no vendor's package: `tool()` is the plain data that such services take, give or take the name of
a key, and `answer()` takes the arguments that come back. Faults are answers too, each with its path, so that
the model can put them right and call again.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any

from followup_rules import FollowupError, Interview, Plan, from_data, plan, to_data
from followup_rules.cadences import BY_NAME
from followup_rules.errors import render_path
from followup_rules.schemas import schema

DESCRIPTION = """\
Plans what to do after a job interview: what, when, for whom, until when, and why then. Call it again after every event \
with the whole record. Never work out dates yourself, and never promise that anything is sent: the person does it."""


def tool() -> dict[str, Any]:
    """Give the definition of the tool. What the record's schema refers to stands beside it, under `$defs`."""
    interview = schema(Interview)
    definitions = interview.pop("$defs")
    del interview["$schema"]
    return {
        "name": "plan_follow_up",
        "description": DESCRIPTION,
        "input_schema": {
            "type": "object",
            "properties": {
                "interview": interview,
                "as_of": {"type": "string", "format": "date-time", "description": "the present moment, with its offset"},
                "cadence": {"enum": list(BY_NAME), "description": "by default classic"},
            },
            "required": ["interview", "as_of"],
            "additionalProperties": False,
            "$defs": definitions,
        },
    }


def answer(arguments: dict[str, Any]) -> dict[str, Any]:
    """Answer a call: with the plan, or with everything that is wrong with the arguments."""
    faults = [{"path": key, "message": "is not a known argument"} for key in arguments.keys() - {"interview", "as_of", "cadence"}]
    cadence = BY_NAME.get(str(arguments.get("cadence", "classic")))
    if cadence is None:
        faults.append({"path": "cadence", "message": f"must be one of {', '.join(BY_NAME)}"})
    try:
        as_of = dt.datetime.fromisoformat(str(arguments.get("as_of")))
        naive = as_of.tzinfo is None
    except ValueError:
        naive = True
    if naive:
        faults.append({"path": "as_of", "message": "must be a date and time with its offset"})
    try:
        interview = from_data(arguments.get("interview"), Interview)
    except FollowupError as error:
        faults += [{"path": render_path(("interview", *fault.path)), "message": fault.message} for fault in error.faults]
    if faults or cadence is None:
        return {"faults": faults}
    try:
        return told(plan(interview, cadence, as_of=as_of))
    except FollowupError as error:  # an event of a step that this cadence lacks
        return {"faults": [{"path": render_path(("interview", *fault.path)), "message": fault.message} for fault in error.faults]}


def told(made: Plan) -> dict[str, Any]:
    """Give what a model needs of a plan: what to do and why then, what is not to be done and why not."""
    actions = [to_data(action) for action in made.actions]
    for action in actions:
        action["because"] = [reason["text"] for reason in action["because"]]
    skipped = [{"step": skip.step, "contact": skip.contact and skip.contact.name, "why_not": skip.text} for skip in made.skipped]
    return {"timezone": made.timezone, "actions": actions, "not_planned": skipped, "warnings": [str(one) for one in made.warnings]}


def main(call: str | None = None) -> None:
    made = tool() if call is None else answer(json.loads(Path(call).read_text(encoding="utf-8")))
    json.dump(made, sys.stdout, indent=2, ensure_ascii=False)
    print()


if __name__ == "__main__":
    main(*sys.argv[1:])
