"""Writing: plain text to a pipe, the same with colours and wrapped to its width to a terminal, JSON to programs.

Assumes texts that are harmless already. To what is no terminal nothing is coloured, wrapped or cut.
"""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console


def on_terminal() -> bool:
    """Tell whether a person sees what is written, at a terminal."""
    return sys.stdout is not None and sys.stdout.isatty()


def write(text: str) -> None:
    """Write text and a line break; what the terminal's encoding lacks is written as an escape."""
    stream = sys.stdout
    if stream is not None:
        stream.write(_writable(text + "\n", stream.encoding))


def write_json(data: Any) -> None:
    """Write data as JSON."""
    write(json.dumps(data, indent=2, ensure_ascii=not _is_unicode(getattr(sys.stdout, "encoding", None))))


def as_error(text: str) -> None:
    """Write text and a line break to standard error; if that is closed there is nobody to tell."""
    if sys.stderr is not None:
        with suppress(OSError):
            sys.stderr.write(_writable(text + "\n", sys.stderr.encoding))


def console() -> Console:
    """Give the terminal, for output with styles; no text is read as markup."""
    from rich.console import Console

    return Console(markup=False, highlight=False, emoji=False)


def write_lines(lines: Iterable[str]) -> None:
    """Write the lines of a page; on a terminal wrapped with their indent, and the first line of each part as its heading."""
    if not on_terminal():
        write("\n".join(lines))
        return
    screen = console()
    before = ""
    for line in lines:
        heading = not before and not line.startswith(" ")
        for part in wrapped(line, screen.width):
            screen.print(part, style="bold" if heading else "", soft_wrap=True)
        before = line


def wrapped(line: str, most: int) -> list[str]:
    """Wrap one line to so many columns; what follows is set two columns further in. Words are never broken."""
    indent = line[: len(line) - len(line.lstrip())]
    return textwrap.wrap(
        line, most, subsequent_indent=f"{indent}  ", break_long_words=False, break_on_hyphens=False, drop_whitespace=True
    ) or [""]


def _writable(text: str, encoding: str | None) -> str:
    if _is_unicode(encoding) and not any("\ud800" <= letter <= "\udfff" for letter in text):
        return text
    name = encoding or "utf-8"
    return text.encode(name, "backslashreplace").decode(name)


def _is_unicode(encoding: str | None) -> bool:
    return (encoding or "").lower().replace("-", "") == "utf8"
