"""An agenda: all records of a folder planned together, and what of it is due today, soon, or blocked.

Assumes files and the planner. Days are those of each interview's own zone: "today" is the date there
at `as_of`.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterable
from pathlib import Path

import attrs

from followup_rules.cadences.classic import CLASSIC
from followup_rules.errors import Fault, FollowupError, shown
from followup_rules.files import load_interview
from followup_rules.moments import as_datetime, find_zone
from followup_rules.planner import plan_all
from followup_rules.plans import Action, Plan, Skip
from followup_rules.record import Interview
from followup_rules.rules import Ruleset

BLOCKED = ("no-contact", "no-anchor", "expired", "crowded-out")
"""The codes of what somebody may want to act on; the others say that there is nothing to do."""


@attrs.frozen
class Record:
    """One record of a folder, and the file it came from."""

    file: str
    interview: Interview


@attrs.frozen
class Folder:
    """The records of a folder, and the errors of the files that could not be loaded."""

    records: tuple[Record, ...]
    broken: tuple[FollowupError, ...]


@attrs.frozen
class Entry:
    """One action of an agenda, with the file and the plan it belongs to."""

    file: str
    plan: Plan
    action: Action


@attrs.frozen
class Blocked:
    """One instance that is not planned, with the file and the plan it belongs to."""

    file: str
    plan: Plan
    skip: Skip


@attrs.frozen
class Agenda:
    """What to do today, in the coming days and later; what is blocked; how much else there is nothing to do for."""

    as_of: dt.datetime
    days: int
    plans: tuple[Plan, ...]
    today: tuple[Entry, ...]
    coming: tuple[Entry, ...]
    later: tuple[Entry, ...]
    blocked: tuple[Blocked, ...]
    idle: int


def load_folder(folder: str | os.PathLike[str], progress: Callable[[int, int], None] | None = None) -> Folder:
    """Load every `.toml` and `.json` file of a folder as a record, in the order of their names.

    Files that cannot be loaded do not stand in the way of the others: their errors come back in
    `broken`, as does a record whose id another file has already. `progress` is told how many of how
    many files are read. Raises `FollowupError` if the folder itself cannot be read.
    """
    source = os.fspath(folder)
    try:
        names = sorted(path.name for path in Path(source).iterdir() if _is_record(path.name))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise FollowupError(f"cannot be read as a folder: {reason}", source=source) from None
    records: list[Record] = []
    broken: list[FollowupError] = []
    first: dict[str, str] = {}
    for count, name in enumerate(names):
        file = str(Path(source) / name)
        if progress is not None:
            progress(count, len(names))
        try:
            interview = load_interview(file)
        except FollowupError as error:
            broken.append(error)
            continue
        if interview.id in first:
            message = (
                f"must be unique: {shown(interview.id)} is already the id of {first[interview.id]}, and would be planned twice"
            )
            broken.append(FollowupError([Fault(("id",), message)], source=file))
            continue
        first[interview.id] = file
        records.append(Record(file, interview))
    return Folder(tuple(records), tuple(broken))


def _is_record(name: str) -> bool:
    return not name.startswith(".") and Path(name).suffix.lower() in (".toml", ".json")


def make_agenda(records: Iterable[Record], ruleset: Ruleset = CLASSIC, *, as_of: dt.datetime, days: int = 7) -> Agenda:
    """Plan records together as of an aware moment, and sort what to do by when: today, the next `days` days, later.

    Raises as `plan_all` does.
    """
    records = tuple(records)
    plans = plan_all([record.interview for record in records], ruleset, as_of=as_of)
    groups: tuple[list[Entry], list[Entry], list[Entry]] = ([], [], [])
    blocked = []
    idle = 0
    for record, plan in zip(records, plans, strict=True):
        here = as_datetime(as_of, find_zone(plan.timezone)).date()
        for action in plan.actions:
            distance = (action.at.date() - here).days
            groups[0 if distance <= 0 else 1 if distance <= days else 2].append(Entry(record.file, plan, action))
        for skip in plan.skipped:
            if skip.code in BLOCKED:
                blocked.append(Blocked(record.file, plan, skip))
            else:
                idle += 1
    for group in groups:
        group.sort(key=lambda entry: (entry.action.at, entry.file))
    today, coming, later = map(tuple, groups)
    return Agenda(as_of, days, plans, today, coming, later, tuple(blocked), idle)
