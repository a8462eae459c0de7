"""`followup-rules plan FILE`: the plan of one record, as a table, explained, as JSON or drawn."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from followup_rules.cli import output
from followup_rules.cli.answering import FINE, answering
from followup_rules.cli.arguments import NOW, AsJson, AsOf, RecordFile, RulesetOption, TzOption, read_as_of, read_ruleset
from followup_rules.cli.saving import save
from followup_rules.errors import FollowupError
from followup_rules.moments import Zone
from followup_rules.plans import Plan

if TYPE_CHECKING:
    from rich.table import Table


@answering
def plan(
    file: RecordFile,
    *,
    ruleset: RulesetOption = "classic",
    as_of: AsOf = NOW,
    explain: Annotated[bool, typer.Option("--explain", help="Tell why each thing is when it is, and how to do it.")] = False,
    svg: Annotated[
        str | None, typer.Option(metavar="OUT", help="Draw it too, as a time line in this .svg file.", show_default=False)
    ] = None,
    tz: TzOption = None,
    as_json: AsJson = False,
) -> int:
    """Plan what to do after an interview: when, what, whom, by when."""
    from followup_rules import telling
    from followup_rules.files import load_interview
    from followup_rules.planner import plan as make_plan

    if svg is not None and not svg.lower().endswith(".svg"):
        raise FollowupError("must end in `.svg`", source=svg)
    rules = read_ruleset(ruleset)
    interview = load_interview(file)
    made = make_plan(interview, rules, as_of=read_as_of(as_of, interview.zone))
    zone = telling.second_zone(made, tz)
    if svg is not None:
        save(svg, (made if zone is None else made.in_timezone(zone.name)).svg().encode())
    if as_json:
        from followup_rules.data import to_data

        output.write_json(to_data(made if zone is None else made.in_timezone(zone.name)))
    elif explain:
        output.write_lines(telling.explain(made, tz=tz).split("\n"))
    elif output.on_terminal():
        show(made, zone)
    else:
        output.write(telling.table(made, tz=tz))
    return FINE


def show(plan: Plan, zone: Zone | None) -> None:
    """Show a plan on a terminal: as a table, what is late or to be done now marked; where that is too wide, stacked."""
    from followup_rules.telling import NOTHING, endings, header

    screen = output.console()
    output.write_lines(header(plan))
    screen.print()
    if plan.actions:
        grid = _grid(plan, zone, stacked=False)
        needed = screen.measure(grid, options=screen.options.update(max_width=sys.maxsize)).maximum
        screen.print(grid if needed <= screen.width else _grid(plan, zone, stacked=True))
    else:
        screen.print(NOTHING)
    for title, lines in endings(plan):
        screen.print()
        output.write_lines([title, *(f"  {line}" for line in lines)])


def _grid(plan: Plan, zone: Zone | None, *, stacked: bool) -> Table:
    """Set the actions in columns that do not wrap, or `stacked` with all but the moment in one that does."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    from followup_rules.telling import rows

    heads = ["When", *([f"In {zone.name}"] if zone else []), "What", "By when"]
    grid = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for head in ("When", "What and by when") if stacked else heads:
        grid.add_column(head, no_wrap=not stacked or head == "When", overflow="fold")
    for row in rows(plan, zone):
        what = Text("\n").join([Text(row.what, style="bold"), *([Text(row.whom)] if row.whom else [])])
        limit = Text(row.limit, style="bold red" if row.late else "bold" if row.now else "")
        if stacked:
            also = [Text(f"{row.also} in {zone.name}")] if zone else []
            grid.add_row(row.when, Text("\n").join([what, *also, *([limit] if row.limit else [])]))
        else:
            grid.add_row(row.when, *([row.also] if zone else []), what, limit)
    return grid
