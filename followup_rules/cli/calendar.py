"""`followup-rules calendar FILE_OR_FOLDER OUT`: a plan or an agenda as an iCalendar file, again and again without duplicates."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from followup_rules.cli import output
from followup_rules.cli.agenda import progress, read_as_of_all
from followup_rules.cli.answering import FINE, FOUND, answering, errors_as_data, tell
from followup_rules.cli.arguments import NOW, AsJson, AsOf, RulesetOption, now, read_ruleset
from followup_rules.cli.saving import save
from followup_rules.errors import FollowupError


@answering
def calendar(
    source: Annotated[
        str, typer.Argument(metavar="FILE_OR_FOLDER", help="A record, or a folder of them planned together.", show_default=False)
    ],
    out: Annotated[
        str,
        typer.Argument(
            metavar="OUT", help="The .ics file to write; if it is there, what changed since is marked.", show_default=False
        ),
    ],
    *,
    ruleset: RulesetOption = "classic",
    as_of: AsOf = NOW,
    todo: Annotated[bool, typer.Option("--todo", help="Write to-dos instead of events; some calendars do not show them.")] = False,
    as_json: AsJson = False,
) -> int:
    """Write a plan, or the plans of a folder, as a calendar. Import it again after changes: nothing is there twice."""
    from followup_rules.agenda import load_folder
    from followup_rules.calendars import to_ical
    from followup_rules.files import load_interview, read_text
    from followup_rules.planner import plan_all

    rules = read_ruleset(ruleset)
    if Path(out).suffix.lower() != ".ics":
        raise FollowupError("must end in `.ics`", source=out)
    broken: tuple[FollowupError, ...] = ()
    if Path(source).is_dir():
        with progress() as told:
            folder = load_folder(source, told)
        interviews = [record.interview for record in folder.records]
        broken = folder.broken
    else:
        interviews = [load_interview(source)]
    plans = plan_all(interviews, rules, as_of=read_as_of_all(as_of, interviews))
    since = read_text(out) if Path(out).exists() else None
    count = sum(len(made.actions) for made in plans)
    # What a broken file plans is unknown; written without it, its entries would be cancelled in the calendar.
    written = not (broken and since is not None)
    if written:
        try:
            content = to_ical(plans, stamp=now(), since=since, todo=todo)
        except FollowupError as error:
            raise FollowupError(error.faults, source=out) from None
        save(out, content)
    if as_json:
        errors = [errors_as_data(one)["error"] for one in broken]
        output.write_json({"file": out, "written": written, "entries": count, "broken": errors})
    elif written:
        output.write(f"{out}: {count} {'to-do' if todo else 'event'}{'' if count == 1 else 's'}")
    for one in broken:
        tell(str(one))
    if not written:
        tell(f"{out}: was left as it was; without the files above, their entries would be cancelled")
    return FOUND if broken else FINE
