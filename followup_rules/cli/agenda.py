"""`followup-rules agenda FOLDER`: all records of a folder planned together, today first."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import Annotated, Any

import pendulum
import typer

from followup_rules.agenda import Agenda, Blocked, Entry, Folder
from followup_rules.cli import output
from followup_rules.cli.answering import FINE, FOUND, answering, errors_as_data
from followup_rules.cli.arguments import NOW, START, AsJson, AsOf, RulesetOption, TzOption, read_as_of, read_ruleset, read_zone
from followup_rules.errors import FollowupError
from followup_rules.moments import Zone, as_datetime
from followup_rules.plans import Action, show
from followup_rules.record import Interview
from followup_rules.telling import harmless, reach

EXAMPLE = "2026-11-30T12:00+01:00"

SHOW_PROGRESS_AFTER = 1.0
"""Seconds after which a person is told how far the reading of a folder is."""


@answering
def agenda(
    folder: Annotated[str, typer.Argument(metavar="FOLDER", help="A folder of records, .toml or .json files.", show_default=False)],
    *,
    ruleset: RulesetOption = "classic",
    as_of: AsOf = NOW,
    days: Annotated[int, typer.Option(min=1, max=400, help="How many coming days to list after today.")] = 7,
    tz: TzOption = None,
    as_json: AsJson = False,
) -> int:
    """Plan all records of a folder together: what is due today, in the coming days, and what is blocked and why."""
    from followup_rules.agenda import load_folder, make_agenda

    rules = read_ruleset(ruleset)
    zone = None if tz is None else read_zone(tz, "--tz")
    if as_of == START:
        raise FollowupError("must be a moment: an agenda is of a day", source="--as-of")
    with progress() as told:
        found = load_folder(folder, told)
    moment = read_as_of_all(as_of, [record.interview for record in found.records], zone)
    assert moment is not None  # only `start` is none
    made = make_agenda(found.records, rules, as_of=moment, days=days)
    if as_json:
        output.write_json(_as_data(made, found))
    else:
        output.write_lines(_lines(made, found, folder, zone))
    return FOUND if found.broken else FINE


def read_as_of_all(text: str, interviews: Iterable[Interview], zone: Zone | None = None) -> pendulum.DateTime | None:
    """Read `--as-of` for several records: a time without an offset is in `zone`, else in the one that all of them share.

    Raises `FollowupError` where it could mean several moments.
    """
    shared = {interview.timezone: interview.zone for interview in interviews}
    if zone is None and len(shared) == 1:
        [zone] = shared.values()
    if zone is None and text not in (NOW, START):
        first, second = (read_as_of(text, read_zone(name)) for name in ("UTC", "Asia/Tokyo"))
        if first != second and shared:
            zones = ", ".join(sorted(shared)[:3])
            message = f"must have an offset, as in `{EXAMPLE}`: the records are in several time zones ({zones})"
            raise FollowupError(message, source="--as-of")
    return read_as_of(text, zone or read_zone("UTC"))


@contextmanager
def progress() -> Iterator[Callable[[int, int], None]]:
    """Give a function to tell how many files are read: on a terminal a bar says so once a second has passed."""
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, TextColumn

    started = time.monotonic()
    screen = Console(stderr=True)
    bar = Progress(
        TextColumn("reading records"), MofNCompleteColumn(), console=screen, transient=True, disable=not screen.is_terminal
    )
    task = bar.add_task("reading")

    def told(count: int, of: int) -> None:
        if time.monotonic() - started >= SHOW_PROGRESS_AFTER:
            bar.start()
            bar.update(task, completed=count, total=of)

    try:
        yield told
    finally:
        if bar.live.is_started:  # stopped unstarted, it would write an empty line
            bar.stop()


def _lines(made: Agenda, found: Folder, folder: str, zone: Zone | None) -> Iterator[str]:
    count = len(found.records)
    moment = as_datetime(made.as_of, zone)
    yield harmless(f"{folder}: {count} record{'' if count == 1 else 's'}, as of {show(moment)}, {moment.timezone_name}")
    yield from ("", "Today", *_entries(made.today, zone, "nothing is due today"))
    yield from ("", f"The next {made.days} days", *_entries(made.coming, zone, "nothing"))
    if made.later:
        next_one = made.later[0]
        yield from ("", "Later", f"  {len(made.later)} more, the first on {show(next_one.action.at)}: {_what(next_one.action)}")
    if made.blocked:
        yield from ("", "Blocked")
        for file, ones in groupby(made.blocked, key=lambda one: one.file):
            skips = list(ones)
            yield harmless(f"  {skips[0].plan.interview} ({file})")
            yield from (f"    {harmless(one.skip.text)}" for one in skips)
    warnings = [(plan, warning) for plan in made.plans for warning in plan.warnings]
    if warnings:
        yield from ("", "Warnings", *(harmless(f"  {plan.interview}: {warning}") for plan, warning in warnings))
    if made.idle:
        steps = "1 step does" if made.idle == 1 else f"{made.idle} steps do"
        yield from ("", f"{steps} not apply or ended with the outcome; `followup-rules plan FILE` tells which and why.")
    if found.broken:
        yield from ("", "Not read")
        for error in found.broken:
            yield from (f"  {harmless(line)}" for line in str(error).split("\n"))


def _entries(entries: Iterable[Entry], zone: Zone | None, nothing: str) -> Iterator[str]:
    there = False
    for entry in entries:
        there = True
        action, plan = entry.action, entry.plan
        late = "  LATE" if action.late else ""
        yield f"  {show(action.at)}  {_what(action)}{late}"
        also = f"; {show(as_datetime(action.at, zone))} in {zone.name}" if zone and zone.name != plan.timezone else ""
        whom = f"{reach(action.contact, action.channel)}; " if action.contact else ""
        yield harmless(f"    {whom}{plan.interview} ({plan.timezone}{also})")
    if not there:
        yield f"  {nothing}"


def _what(action: Action) -> str:
    return harmless(action.title)


def _as_data(made: Agenda, found: Folder) -> dict[str, Any]:
    return {
        "as_of": as_datetime(made.as_of).isoformat(),
        "days": made.days,
        "today": [_entry_data(entry) for entry in made.today],
        "coming": [_entry_data(entry) for entry in made.coming],
        "later": [_entry_data(entry) for entry in made.later],
        "blocked": [_entry_data(blocked) for blocked in made.blocked],
        "idle": made.idle,
        "broken": [errors_as_data(error)["error"] for error in found.broken],
    }


def _entry_data(entry: Entry | Blocked) -> dict[str, Any]:
    from followup_rules.data import to_data

    interview = entry.plan.interview
    about = {"file": entry.file, "interview": interview.id, "company": interview.company, "role": interview.role}
    data: dict[str, Any] = to_data(entry.action if isinstance(entry, Entry) else entry.skip)
    return about | data
