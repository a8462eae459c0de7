"""Writing to a person's record: an event added to the file, comments and layout kept, nothing ever lost.

Assumes files and data forms; needs the extra `cli` (tomlkit, filelock). The new text is read back and
compared before it replaces anything; it goes to a temporary file beside the old one, is flushed and
renamed, so that a kill at any moment leaves the old file or the new one. Two writers at once take
turns; a change that another program made meanwhile is found, and the event added to that.
"""

from __future__ import annotations

import datetime as dt
import getpass
import hashlib
import json
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import filelock
import tomlkit
import tomlkit.items

from followup_rules.data import from_data, to_data
from followup_rules.errors import FollowupError, InvalidRecord
from followup_rules.files import MAX_BYTES, load_interview, parse, read_text
from followup_rules.record import Event, Interview

LOCK_SECONDS = 10.0
TRIES = 5


def add_event(path: str | os.PathLike[str], event: Event) -> tuple[Interview, Interview]:
    """Add an event to the record in a TOML or JSON file; give the record before and after.

    Raises `InvalidRecord` if the file or the event is at fault and `FollowupError` if it cannot be
    written; in either case the file is as it was.
    """
    # Through a link to the file itself, so that the link stays one.
    source = os.path.realpath(path)
    shown = os.fspath(path)
    with _locked(source, shown):
        for _ in range(TRIES):
            try:
                text = read_text(source)
                before = load_interview(source)
                after = before.record(event)
            except FollowupError as error:
                raise InvalidRecord(error.faults, source=shown) from None
            new_text = _with_event(text, Path(source).suffix.lower(), _written_event(before, event))
            _require_same(new_text, source, after, shown)
            if _replace(source, text, new_text, shown):
                return before, after
    raise FollowupError("was changed by another program again and again; nothing was written, try once more", source=shown)


def write_new(path: str | os.PathLike[str], text: str) -> None:
    """Write a new file; raises `FollowupError` if there is one of that name, which is left as it is."""
    shown = os.fspath(path)
    try:
        descriptor = os.open(shown, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    except FileExistsError:
        raise FollowupError("there is a file of that name already; it was left as it is", source=shown) from None
    except OSError as error:
        raise FollowupError(f"cannot be written: {error.strerror}", source=shown) from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        Path(shown).unlink(missing_ok=True)
        raise FollowupError(f"cannot be written: {error.strerror}", source=shown) from None


@contextmanager
def _locked(source: str, shown: str) -> Iterator[None]:
    """Hold the lock of a file: kept outside the person's folder, and let go by the system when a process dies."""
    name = hashlib.sha256(source.encode(errors="surrogateescape")).hexdigest()[:16]
    lock = Path(tempfile.gettempdir()) / f"followup-rules-{getpass.getuser()}-{name}.lock"
    try:
        with filelock.FileLock(lock, timeout=LOCK_SECONDS):
            yield
    except filelock.Timeout:
        raise FollowupError("is being written by another program; nothing was written, try once more", source=shown) from None


def _written_event(before: Interview, event: Event) -> dict[str, Any]:
    """Give the event as it is written in a record: its local time, and the detail that `record()` fills in."""
    alone = attrs.evolve(before, events=()).record(event)
    data: dict[str, Any] = to_data(alone)["events"][0]
    return data


def _with_event(text: str, ending: str, event: dict[str, Any]) -> str:
    if ending == ".json":
        data = json.loads(text)
        data.setdefault("events", []).append(event)
        return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
    document = tomlkit.parse(text)
    event = event | {"at": dt.datetime.fromisoformat(event["at"])}
    if isinstance(event.get("decision_by"), str):
        event["decision_by"] = dt.date.fromisoformat(event["decision_by"])
    events = document.get("events")
    if isinstance(events, tomlkit.items.Array):
        inline = tomlkit.inline_table()
        inline.update(event)
        events.append(inline)
        return tomlkit.dumps(document)
    # Written at the end of the text rather than into the document: all that stands there stays to the letter.
    table = tomlkit.table()
    table.update(event)
    whole = tomlkit.document()
    whole.append("events", tomlkit.aot())
    whole["events"].append(table)
    newline = "\r\n" if "\r\n" in text else "\n"
    addition = tomlkit.dumps(whole).strip("\n").replace("\n", newline)
    return text.rstrip() + newline * 2 + addition + newline if text.strip() else addition + newline


def _require_same(new_text: str, source: str, expected: Interview, shown: str) -> None:
    """Make sure, before anything is replaced, that the new text says just what it should."""
    if len(new_text.encode()) > MAX_BYTES:
        raise FollowupError("would be over 1 MiB with this event; nothing was written", source=shown)
    if from_data(parse(new_text, source), Interview) != expected:
        raise FollowupError("cannot be added to as it is laid out; nothing was written, please add the event by hand", source=shown)


def _replace(source: str, old_text: str, new_text: str, shown: str) -> bool:
    """Replace the file's text if it still is the old one; tell whether it was."""
    try:
        mode = Path(source).stat().st_mode
        if not mode & stat.S_IWUSR or not os.access(source, os.W_OK):
            raise FollowupError("is read-only; nothing was written", source=shown)
        descriptor, temporary = tempfile.mkstemp(dir=Path(source).parent, prefix=".followup-", suffix=".tmp")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
                file.write(new_text)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).chmod(stat.S_IMODE(mode))
            if read_text(source) != old_text:
                return False
            Path(temporary).replace(source)
        finally:
            Path(temporary).unlink(missing_ok=True)
        _flush_folder(Path(source).parent)
    except OSError as error:
        raise FollowupError(f"cannot be written: {error.strerror}; it is as it was", source=shown) from None
    return True


def _flush_folder(folder: Path) -> None:
    """Make the renaming last through a power cut, where the system can."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
