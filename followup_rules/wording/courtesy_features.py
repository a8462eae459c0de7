"""What bears on thanks, interest and pushiness, as named features: of one sentence, and of a message as a whole.

A sentence can thank; a message is pushy by what adds up. Both are looked at. Assumes rows and grammar.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from followup_rules.wording.grammar import Grammar
from followup_rules.wording.reading import Reading, Word
from followup_rules.wording.rows import MOST_WORDS, PLAIN, rows


def _unquoted(reading: Reading) -> list[Word]:
    return [word for word in reading.words if not word.quoted][:MOST_WORDS]


def sentence_features(readings: Sequence[Reading], index: int, grammar: Grammar) -> dict[str, float]:
    """Give the features of one sentence."""
    words = _unquoted(readings[index])
    asked = "?" if readings[index].sentence.question else "."
    names = sorted({match.name for match in grammar.find(words)})
    found = dict.fromkeys(rows(words), PLAIN)
    for place, name in enumerate(names):
        found[f"g:{name}"] = found[f"g:{name}{asked}"] = 1.0
        found.update((f"g:{name}&{other}", 1.0) for other in names[place + 1 :])
    found[f"n{min(len(words) // 3, 7)}{asked}"] = 1.0
    found["late" if index >= len(readings) - 3 else "early" if index < 2 else "mid"] = 1.0
    return found


def message_features(readings: Sequence[Reading], grammar: Grammar) -> dict[str, float]:
    """Give the features of a message: what stands in it anywhere, and how often."""
    found: dict[str, float] = {}
    counts: Counter[str] = Counter()
    for index, reading in enumerate(readings):
        words = _unquoted(reading)
        asked = "?" if reading.sentence.question else "."
        found.update(dict.fromkeys(rows(words), PLAIN))
        names = sorted({match.name for match in grammar.find(words)})
        counts.update(names)
        for place, name in enumerate(names):
            kinds = [f"g:{name}", f"g:{name}{asked}", *(f"g:{name}&{other}" for other in names[place + 1 :])]
            kinds += [f"g:{name}:late"] * (index >= len(readings) - 3) + [f"g:{name}:early"] * (index < 3)
            kinds += [f"g:{name}:short"] * (len(words) <= 4)
            found.update(dict.fromkeys(kinds, 1.0))
    found.update({f"g:{name}>={many}": 1.0 for name, count in counts.items() for many in (2, 3, 4, 6) if count >= many})
    return found
