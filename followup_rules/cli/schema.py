"""`followup-rules schema NAME`: the JSON Schema of a data form."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from followup_rules.cli.answering import FINE, answering
from followup_rules.cli.output import write_json


class Form(StrEnum):
    """The data forms that have a schema."""

    INTERVIEW = "interview"
    RULESET = "ruleset"
    PLAN = "plan"


@answering
def schema(name: Annotated[Form, typer.Argument(help="Which data form.", show_default=False)]) -> int:
    """Print the JSON Schema of a record, a cadence or a plan."""
    from followup_rules.schemas import NAMED
    from followup_rules.schemas import schema as schema_of

    write_json(schema_of(NAMED[name]))
    return FINE
