"""What a sentence shows by its words alone: rows of symbols, as named features for the learned weights.

One, two or three symbols in a row, pairs with a small gap, the words themselves, their classes and their groups. Assumes a
reading and the groups.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from followup_rules.wording.clusters import groups
from followup_rules.wording.reading import Word

MOST_WORDS = 120
"""Words of one sentence that are looked at: what is longer is no sentence, and a remark on it would help nobody."""

PLAIN = 0.4
"""How much one row counts beside a feature that grammar found (1.0)."""


def rows(words: Sequence[Word]) -> set[str]:
    """Give the rows of symbols of these words."""
    symbols = ["^", *(word.symbol for word in words), "$"]
    found = set()
    for place, symbol in enumerate(symbols):
        found.add(symbol)
        for gap in range(1, 5):
            if place + gap < len(symbols):
                found.add(f"{symbol}{'_' * gap}{symbols[place + gap]}")
        if place + 2 < len(symbols):
            found.add(" ".join(symbols[place : place + 3]))
    for word in words:
        found.add(f"={word.norm}")
        found.update(f"@{label}" for label in word.classes)
    for names in zip(*(groups(word.norm) for word in words), strict=True):
        row = ("^", *names, "$")
        found.update(names)
        found.update(f"{one}/{next_}" for one, next_ in pairwise(row))
        found.update(f"{one}//{next_}" for one, next_ in zip(row, row[2:], strict=False))
    return found
