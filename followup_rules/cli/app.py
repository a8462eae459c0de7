"""The subcommands in one place, in the order in which help lists them."""

from __future__ import annotations

import typer

from followup_rules.cli.agenda import agenda
from followup_rules.cli.calendar import calendar
from followup_rules.cli.check import check
from followup_rules.cli.compare import compare
from followup_rules.cli.new import new
from followup_rules.cli.plan import plan
from followup_rules.cli.record import record
from followup_rules.cli.review import review
from followup_rules.cli.rules import rules
from followup_rules.cli.schema import schema

app = typer.Typer(
    help="What to do after a job interview, when, and why then.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

for command in (new, plan, record, agenda, calendar, rules, check, compare, review, schema):
    app.command()(command)
