"""The register of a message: formal, casual or spoken, so that a suggestion sounds like the rest of it.

Assumes readings.
"""

# A list of words is easier to read as one text that is split.
# ruff: noqa: SIM905

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from followup_rules.wording.reading import Reading

Register = Literal["formal", "casual", "voice"]

_CASUAL = frozenset("hi hiya hey heya hello yo alright mate cheers ta thx lol guys bye xx x gonna cos".split())
_FORMAL = frozenset("dear sincerely faithfully respectfully regards sir madam".split())


def register(readings: Sequence[Reading], *, spoken: bool = False) -> Register:
    """Tell the register, from how the message opens and closes; `spoken`: it is the script of a call."""
    words = [word for reading in (*readings[:2], *readings[-3:]) for word in reading.words]
    norms = [word.norm for word in words[:200]]
    calling = any(norm in ("calling", "ringing", "telephoning", "voicemail") for norm in norms)
    if spoken or (calling and not any(norm in _FORMAL for norm in norms)):
        return "voice"
    if any(norm in _FORMAL for norm in norms):
        return "formal"
    lower = sum(not reading.words[0].capital for reading in readings if reading.words)
    return "casual" if any(norm in _CASUAL for norm in norms) or lower * 2 > len(readings) else "formal"
