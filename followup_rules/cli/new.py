"""`followup-rules new`: a few questions, and a record in a file of its own."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from followup_rules.checks import as_date
from followup_rules.cli import output
from followup_rules.cli.answering import FINE, answering
from followup_rules.cli.arguments import read_zone
from followup_rules.errors import FollowupError, allowed, shown
from followup_rules.moments import Zone, day_and_wall
from followup_rules.record import FORMATS, MAX_CONTACTS, Contact, Interview
from followup_rules.telling import harmless

T = TypeVar("T")


@answering
def new(
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="[FILE]", help="Where to write it, a .toml file; by default named after the interview.", show_default=False
        ),
    ] = None,
) -> int:
    """Ask about an interview and write its record. An empty answer takes what stands in brackets."""
    from followup_rules.editing import write_new

    if file is not None:
        _require_free(file)  # before anything is asked
    interview, country = _ask_all()
    path = file or f"{interview.id}.toml"
    text = _as_file(interview, country, path)
    try:
        write_new(path, text)
    except FollowupError:
        output.write(text)  # so that the answers are not lost
        raise
    output.write(f"\nWritten to {path}. Next:\n  followup-rules plan {path}")
    return FINE


def _require_free(file: str) -> None:
    """Refuse what could not be written: another kind of file, one that is there, a folder that is not."""
    if not file.lower().endswith(".toml"):
        raise FollowupError("must end in `.toml`", source=file)
    if os.path.lexists(file):
        raise FollowupError("there is a file of that name already; it was left as it was", source=file)
    if not Path(file).parent.is_dir():
        raise FollowupError("there is no such folder", source=str(Path(file).parent))


def _as_file(interview: Interview, country: str | None, path: str) -> str:
    from followup_rules.cli.toml import to_toml
    from followup_rules.data import from_data, to_data
    from followup_rules.files import parse

    # The id is written down, so that it stays when the interview is moved or the company's name corrected.
    data = {"id": interview.id} | to_data(interview)
    data = {key: data[key] for key in ("company", "role", "timezone", "starts_at") if key in data} | data
    for name, kind in (("starts_at", dt.datetime), ("ends_at", dt.datetime), ("decision_by", dt.date)):
        if name in data:
            data[name] = kind.fromisoformat(data[name])  # TOML has dates and times of its own
    if country:
        data["country"] = country
    text = to_toml(data)
    from_data(parse(text, path), Interview)  # what is written can be read, holidays and all
    return text


def _ask_all() -> tuple[Interview, str | None]:
    company = _ask("Company", _text)
    role = _ask("Role", str.strip, "")
    zone = _ask("Time zone there, such as Europe/Berlin", read_zone)
    starts_at = _ask("Starts at, there, such as 2026-11-18 14:00", lambda text: _moment(text, zone))
    minutes = _ask("Minutes it takes", _minutes, "60")
    format = _ask(f"Format ({', '.join(FORMATS)})", _format, FORMATS[0])
    country = _ask(
        "Country of their office, such as US or DE-BY, for its public holidays; empty for none",
        lambda text: _country(text, starts_at),
        "",
    )
    decision_by = _ask("The date they said they would decide by, if any, such as 2026-12-01", _maybe_date, "")
    topics = _ask("What was or will be discussed, with commas between", _list, "")
    contacts: list[Contact] = []
    while len(contacts) < MAX_CONTACTS:
        name = _ask("Name of a contact" if not contacts else "Name of another contact", lambda text: _new_name(text, contacts), "")
        if not name:
            break
        email, phone, address = (_ask(f"  {detail} of {name}", str.strip, "") for detail in ("Email", "Phone", "Postal address"))
        contacts.append(Contact(name, email=email, phone=phone, address=address))
    made = Interview(
        company,
        starts_at,
        role=role,
        ends_at=starts_at + dt.timedelta(minutes=minutes),
        format=format,
        decision_by=decision_by,
        topics=topics,
        contacts=contacts,
    )
    return made, country


def _ask(question: str, read: Callable[[str], T], default: str | None = None) -> T:
    """Ask until the answer can be read; an empty one takes the default."""
    while True:
        _tell(f"{question}{f' [{default}]' if default else ''}: ")
        answer = _line().strip() or default
        if answer is None:
            _tell("  needs an answer\n")
            continue
        try:
            return read(answer)
        except FollowupError as error:
            _tell(f"  {harmless('; '.join(fault.message for fault in error.faults))}\n")


def _tell(text: str) -> None:
    """Write to standard error, so that what comes of it can go to a file; where that is closed, to nobody."""
    if sys.stderr is not None:
        sys.stderr.write(text)
        sys.stderr.flush()


def _line() -> str:
    try:
        line = sys.stdin.readline() if sys.stdin is not None else ""
        line.encode()  # half a character, which no file could hold
    except UnicodeError:
        raise FollowupError("an answer must be UTF-8 text; nothing was written", source="new") from None
    if not line:
        raise FollowupError("the answers ended before the questions; nothing was written", source="new")
    return line


def _text(text: str) -> str:
    return text


def _moment(text: str, zone: Zone) -> Any:
    try:
        value = dt.datetime.fromisoformat(text)
    except ValueError:
        raise FollowupError(f"must be a date and time such as `2026-11-18 14:00`, not {shown(text)}") from None
    if len(text) <= len("2026-11-18") or value.utcoffset() is not None:
        raise FollowupError("must have a time of day, as the clock there shows it")
    made = zone.datetime(zone.moment(*day_and_wall(value)))
    Interview("any", made)  # refuses years that no record may name
    return made


def _minutes(text: str) -> int:
    if not text.isdecimal() or len(text) > 6 or not 0 < int(text) <= 1440:
        raise FollowupError(f"must be a whole number from 1 to 1440, not {shown(text)}")
    return int(text)


def _format(text: str) -> Any:
    if text not in FORMATS:
        raise FollowupError(f"must be {allowed(FORMATS)}, not {shown(text)}")
    return text


def _country(text: str, starts_at: dt.datetime) -> str | None:
    from followup_rules.holidays import public_holidays

    if not text:
        return None
    public_holidays(text, as_date(starts_at.date()))
    return text


def _maybe_date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise FollowupError(f"must be a date such as `2026-12-01`, not {shown(text)}") from None


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _new_name(text: str, contacts: list[Contact]) -> str:
    if any(contact.name == text for contact in contacts):
        raise FollowupError(f"must be unique: {shown(text)} is there already")
    return text
