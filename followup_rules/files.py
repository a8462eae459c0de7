"""Files: a record or a ruleset from TOML or JSON, refused whole with every fault if there is one.

Assumes the data forms. The only module of the core that touches the disk.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any, TypeVar

from followup_rules.data import from_data
from followup_rules.errors import Fault, FollowupError, InvalidRecord, InvalidRuleset, shown
from followup_rules.record import Interview
from followup_rules.rules import Ruleset

T = TypeVar("T", Interview, Ruleset)

MAX_BYTES = 1 << 20

# The parser's work grows with the square of the parts of a dotted key: minutes for a file of 100 kB. The
# quantifiers are possessive, so that this look-ahead is linear itself.
_LONG_KEY = re.compile(r"""(?:\.[ \t]*+[\w"'-]++[ \t]*+){50}""")


def load_interview(path: str | os.PathLike[str]) -> Interview:
    """Load a record from a `.toml` or `.json` file.

    `country` in the file is turned into dates of `closed_on`, which needs the `holidays` extra.
    Raises `InvalidRecord` with every fault of the file; it names the file in `source`.
    """
    return _load(path, Interview, InvalidRecord)


def load_ruleset(path: str | os.PathLike[str]) -> Ruleset:
    """Load a ruleset from a `.toml` or `.json` file; raises `InvalidRuleset` with every fault of the file."""
    return _load(path, Ruleset, InvalidRuleset)


def _load(path: str | os.PathLike[str], kind: type[T], error_kind: type[FollowupError]) -> T:
    source = os.fspath(path)
    try:
        return from_data(parse(read_text(source), source), kind)
    except FollowupError as error:
        raise error_kind(error.faults, source=source) from None


def read_text(source: str) -> str:
    """Read a file as text, at most 1 MiB of it; raises `FollowupError` that says what stands in the way."""
    try:
        with Path(source).open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise FollowupError("there is no such file", source=source) from None
    except IsADirectoryError:
        raise FollowupError("must be a file, and is a folder", source=source) from None
    except (OSError, ValueError) as error:  # ValueError: a name with a NUL in it
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise FollowupError(f"cannot be read: {reason}", source=source) from None
    if len(content) > MAX_BYTES:
        raise FollowupError("must be at most 1 MiB (1,048,576 bytes)", source=source)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise FollowupError(f"must be UTF-8 text: line {line} is not", source=source) from None


def parse(text: str, source: str) -> Any:
    """Parse a file's text by the ending of its name; raises `FollowupError` with the place that cannot be read."""
    ending = Path(source).suffix.lower()
    if ending == ".toml":
        if _LONG_KEY.search(text):
            raise FollowupError("must be TOML without keys of more than 50 parts", source=source)
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise FollowupError(f"must be TOML: {str(error)[:200]}", source=source) from None
        except (ValueError, RecursionError, OverflowError):
            raise FollowupError("must be TOML of a sensible depth and with sensible numbers", source=source) from None
    if ending == ".json":
        try:
            return json.loads(text, object_pairs_hook=_unique_keys)
        except json.JSONDecodeError as error:
            raise FollowupError(f"must be JSON: {error}", source=source) from None
        except (ValueError, RecursionError):
            raise FollowupError("must be JSON of a sensible depth and with sensible numbers", source=source) from None
    raise FollowupError(f"must end in `.toml` or `.json`, not {shown(ending)}", source=source)


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a key given twice, of which one would be dropped silently."""
    table = dict(pairs)
    if len(table) < len(pairs):
        counts = Counter(key for key, _ in pairs)
        raise FollowupError([Fault((key,), "must not be given twice in one table") for key, count in counts.items() if count > 1])
    return table
