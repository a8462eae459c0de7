"""What a message itself says of where things stand: an offer was made, a rejection is known, nobody is asking.

A question that would presume too much before an offer is a plain one after it. Also by what names the
writer goes, since one's own case may be put in the third person. Assumes readings and grammar.
"""

# Tables of words: long lines and split texts keep them readable.

from __future__ import annotations

from collections.abc import Sequence

import attrs

from followup_rules.wording.grammar import Grammar
from followup_rules.wording.reading import MOST_WORDS, Reading, Word

_TOLD = "you ~3 told|tell|rang|rung|wrote|written|called|phoned|said|emailed|texted"

FACTS = Grammar(
    {
        "offered": (
            "your offer|contract",
            "offer letter",
            "offer of employment|the",
            "you ~2 offered me",
            "offer me the",
            "received|had|got|accepted|signed your|the ~2 offer",
            "you ~1 told|rang|called|said|rung|phoned ~6 i|job had|got|have|is|was|would ~2 job|it|JOB|mine|hired",
            "you ~1 told|rang|called|said|rung|phoned ~6 i am|was hired|chosen|successful|selected",
            "say i am|was|got ~2 hired|JOB|it",
            "job is mine",
            "i accepted|accept ~2 it|offer|post|position|job",
            "accepted your|the offer|job|post",
            "offering|offered me ~1 the|a|your",
            "offer ~5 signed|accepted|came|arrived",
            "thank|thanks|delighted|thrilled|happy ~5 offer|offering",
            "signed ~2 contract|offer|it",
            f"{_TOLD} ~8 mine",
            f"{_TOLD} ~8 i am|was ~1 your|hired|chosen|taken|in|successful|selected|on|through|the",
            f"{_TOLD} ~8 it|was|is to? be? me",
            "when i accepted",
        ),
        "rejected": (
            "i was|were|am|had not ~2 CHOSEN|been",
            "not been? selected|successful|chosen|appointed",
            "i ~2 not get it|the",
            "GO ~1 to|with ~1 other|someone|another|somebody",
            "turned me down",
            "no hard feelings",
            "next time",
        ),
        "other-offer": ("another|other offer|employer|job", "offer from", "made me an? offer"),
        "told-not-asking": ("not asking|fishing|after|expecting", "not ~2 ask|chase", "no hurry|rush|pressure"),
    }
)


def facts_of(readings: Sequence[Reading]) -> frozenset[str]:
    """Give what the message itself says of where things stand: an offer made, a rejection known."""
    return frozenset(match.name for reading in readings for match in FACTS.find(reading.words[:MOST_WORDS]))


def as_self(words: tuple[Word, ...], own: frozenset[str]) -> tuple[Word, ...]:
    """Put `i` for the writer's own name, unless the writer is only saying who they are."""
    if not own or not any(word.norm in own for word in words):
        return words
    kept: list[Word] = []
    for place, word in enumerate(words):
        if word.norm in own and word.capital:
            if place and words[place - 1].norm in own:
                continue
            before = words[place - 1].norm if place else ""
            if before not in ("is", "am", "name", "myself", "it", "this", "here", "from", "yours"):
                kept.append(attrs.evolve(word, norm="i", symbol="i", classes=("ME",)))
                continue
        kept.append(word)
    return tuple(kept)


def own_names(readings: Sequence[Reading]) -> frozenset[str]:
    """Give the names by which the writer is known in this message: how it is signed, and what they say they are called."""
    found: set[str] = set()
    for reading in readings[-2:]:
        signed = [word.norm for word in reading.words if word.capital and not word.classes and len(word.norm) > 1]
        if len(reading.words) <= 5 and len(signed) >= len(reading.words) - 1:
            found.update(signed)
    for reading in readings:
        words = reading.words
        for place, word in enumerate(words[:30]):
            if (
                place > 1
                and word.capital
                and words[place - 1].norm == "is"
                and words[place - 2].norm in ("name", "this", "it")
                and not word.classes
            ):
                found.add(word.norm)
                if place + 1 < len(words) and words[place + 1].capital and not words[place + 1].classes:
                    found.add(words[place + 1].norm)
    return frozenset(found)
