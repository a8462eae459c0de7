"""What goes wrong, and how it is told: every fault of an input at once, each with its path.

Assumes nothing; every other module may use it.
"""

from __future__ import annotations

import reprlib
from collections.abc import Iterable
from typing import Any, ClassVar

import attrs

Path = tuple[str | int, ...]
"""Where a value stands in its file: keys and list positions, as in `("steps", 2, "due", "days")`."""
LINES = 1000
"""As many faults are written out; `faults` holds those of a hostile file too."""


def render_path(path: Path) -> str:
    """Write a path the way people read it: `steps[2].due.days`; the whole input is `(top level)`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if text else part
    return text or "(top level)"


@attrs.frozen
class Fault:
    """One thing wrong with an input: where it stands, and what would be allowed there."""

    path: Path
    message: str

    def under(self, *prefix: str | int) -> Fault:
        """Give the same fault as seen from the value that contains this one."""
        return Fault((*prefix, *self.path), self.message)

    def __str__(self) -> str:
        return f"{render_path(self.path)}: {self.message}"


class FollowupError(Exception):
    """The base of every error that this package raises on purpose.

    `faults` holds each fault with its path; `source` the file it came from, if it came from one.
    `partial` is what could be read all the same, for checks of what stands around it.
    """

    subject: ClassVar[str] = "input"

    def __init__(self, faults: Iterable[Fault] | str, *, source: str = "") -> None:
        self.faults = (Fault((), faults),) if isinstance(faults, str) else tuple(faults)
        self.source = source
        self.partial: Any = None
        super().__init__(self.faults, source)

    def __str__(self) -> str:
        lines = [str(fault) if fault.path else fault.message for fault in self.faults[:LINES]]
        where = self.source or self.subject
        if len(self.faults) == 1:
            return f"{where}: {lines[0]}"
        if len(self.faults) > LINES:
            lines.append(f"and {len(self.faults) - LINES} more")
        return "\n".join([f"{where}: {len(self.faults)} faults", *(f"  {line}" for line in lines)])

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.faults, self.source))


def _rebuild(kind: type[FollowupError], faults: tuple[Fault, ...], source: str) -> FollowupError:
    return kind(faults, source=source)


class InvalidRecord(FollowupError, ValueError):
    """An interview, a contact or an event is not as the contract allows."""

    subject = "invalid record"


class InvalidRuleset(FollowupError, ValueError):
    """A ruleset, or one of its rules, is not as the contract allows."""

    subject = "invalid ruleset"


def allowed(values: Iterable[str]) -> str:
    """List the allowed values for a message, each in backticks."""
    return "one of " + ", ".join(f"`{value}`" for value in values)


def did_you_mean(word: str, values: Iterable[str]) -> str:
    """Give the question after the nearest allowed value, for the end of a message, or an empty text."""
    from difflib import get_close_matches

    # Comparing costs the product of the lengths, so a hostile key is not compared at all.
    near = get_close_matches(word, list(values), n=1, cutoff=0.6) if len(word) <= 60 else []
    return f" (did you mean `{near[0]}`?)" if near else ""


def shown(value: object) -> str:
    """Quote a value in a message, cut short so that a hostile one stays readable."""
    try:
        # Not repr(), which a deep nest or an endless number could choke.
        text = value if isinstance(value, str) else _SHORT.repr(value)
    except (ValueError, RecursionError):
        text = type(value).__name__
    return f"`{text[:57]}…`" if len(text) > 60 else f"`{text}`"


_SHORT = reprlib.Repr()
_SHORT.maxlevel, _SHORT.maxother, _SHORT.maxdict, _SHORT.maxlist = 2, 60, 3, 3
