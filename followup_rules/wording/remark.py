"""A remark on a message: which rule it breaks, where, why, and what to write instead.

Assumes nothing of the other modules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import attrs


@attrs.frozen
class Remark:
    """One thing that a wording rule says about a text.

    `rule` is the id of the wording rule (or whatever a judge calls its own); `severity` `"error"`, `"warning"` or
    `"note"`; `start` and `end` the offsets of what is meant, in Python code points, end exclusive; where
    something is missing from the text, both are 0. `message` says why, `suggestion` what to write instead.
    """

    rule: str
    severity: str
    start: int
    end: int
    message: str
    suggestion: str = ""

    def __str__(self) -> str:
        return f"{self.severity}: {self.message} [{self.rule}]"


Judge = Callable[[str], Iterable[Remark]]
"""Someone else's judgement of a text, such as a language model's: takes the text, gives remarks."""


@attrs.frozen
class Hit:
    """What a detector found: where, why, and what to write instead."""

    start: int
    end: int
    why: str
    instead: str
