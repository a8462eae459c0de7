"""The arguments that commands share, and what they mean: which cadence, as of when, in which zone."""

from __future__ import annotations

import datetime as dt
from pathlib import PurePath
from typing import Annotated

import pendulum
import typer

from followup_rules.errors import FollowupError, allowed, did_you_mean, shown
from followup_rules.moments import YEARS, Zone, as_datetime, day_and_wall, find_zone
from followup_rules.rules import Ruleset

START = "start"
NOW = "now"


def cadence_names() -> list[str]:
    """Give the names of the cadences that come with the package."""
    from followup_rules.cadences import BY_NAME

    return list(BY_NAME)


RecordFile = Annotated[
    str, typer.Argument(metavar="FILE", help="The record of an interview, a .toml or .json file.", show_default=False)
]
CadenceArgument = Annotated[
    str,
    typer.Argument(
        metavar="NAME_OR_FILE", help="A cadence by name, or the file of one.", show_default=False, autocompletion=cadence_names
    ),
]
RulesetOption = Annotated[
    str,
    typer.Option(
        "--ruleset", "-r", metavar="NAME_OR_FILE", help="A cadence by name, or the file of one.", autocompletion=cadence_names
    ),
]
AsOf = Annotated[
    str,
    typer.Option(
        metavar="WHEN",
        help="Plan as of then: `now`, `start` (from the start, nothing is overdue), or a date and time such as "
        "2026-11-30T12:00, in the interview's zone unless it has an offset.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs; faults of the input are JSON too.")]
TzOption = Annotated[
    str | None,
    typer.Option("--tz", metavar="ZONE", help="Tell the times in this zone too, such as Europe/Berlin.", show_default=False),
]


def read_ruleset(name: str) -> Ruleset:
    """Give a cadence by its name, else load it from a file; raises `FollowupError`."""
    from followup_rules.cadences import BY_NAME

    if name in BY_NAME:
        return BY_NAME[name]
    if PurePath(name).suffix.lower() in (".toml", ".json") or PurePath(name).name != name:
        from followup_rules.files import load_ruleset

        return load_ruleset(name)
    names = allowed(BY_NAME)
    raise FollowupError(
        f"must be {names}, or a .toml or .json file, not {shown(name)}{did_you_mean(name, BY_NAME)}", source="ruleset"
    )


def read_as_of(text: str, zone: Zone) -> pendulum.DateTime | None:
    """Read `--as-of`: None is from the start; a time without an offset is in this zone. Raises `FollowupError`."""
    if text == START:
        return None
    if text == NOW:
        return as_datetime(now(), zone)
    try:
        value = dt.datetime.fromisoformat(text)
    except ValueError:
        allowed_forms = "`now`, `start` or a date and time such as `2026-11-30T12:00`"
        raise FollowupError(f"must be {allowed_forms}, not {shown(text)}", source="--as-of") from None
    if not YEARS[0] <= value.year <= YEARS[1]:
        raise FollowupError(f"must be in the years {YEARS[0]} to {YEARS[1]}, not {value.year}", source="--as-of")
    if value.utcoffset() is not None:
        return as_datetime(value, zone)
    return zone.datetime(zone.moment(*day_and_wall(value)))


def read_zone(name: str, source: str = "timezone") -> Zone:
    """Give the time zone of this name; raises `FollowupError`."""
    zone = find_zone(name)
    if zone is None:
        raise FollowupError(f"must be a time zone such as `Europe/Berlin`, not {shown(name)}", source=source)
    return zone


def now() -> dt.datetime:
    """Give the present, to the second: the one place where the command asks the clock."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0)
