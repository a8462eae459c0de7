"""What bears on thanks, interest and pushiness, as named features: of one sentence, and of a message as a whole.

A sentence can thank; a message is pushy by what adds up. Both are looked at. `names` are the patterns of a grammar that
each sentence has. Assumes reading and grammar.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from followup_rules.wording.grammar import Grammar
from followup_rules.wording.reading import PLAIN, Reading

Names = Sequence[Sequence[str]]


def names_in(readings: Sequence[Reading], grammar: Grammar) -> Names:
    """Give the patterns of a grammar that each sentence has, sorted."""
    return [sorted({match.name for match in grammar.find(reading.own)}) for reading in readings]


def sentence_features(readings: Sequence[Reading], index: int, names: Names) -> dict[str, float]:
    """Give the features of one sentence."""
    words = readings[index].own
    asked = "?" if readings[index].sentence.question else "."
    found = dict.fromkeys(readings[index].rows, PLAIN)
    for place, name in enumerate(names[index]):
        found[f"g:{name}"] = found[f"g:{name}{asked}"] = 1.0
        found.update((f"g:{name}&{other}", 1.0) for other in names[index][place + 1 :])
    found[f"n{min(len(words) // 3, 7)}{asked}"] = 1.0
    found["late" if index >= len(readings) - 3 else "early" if index < 2 else "mid"] = 1.0
    return found


def message_features(readings: Sequence[Reading], names: Names) -> dict[str, float]:
    """Give the features of a message: what stands in it anywhere, and how often."""
    found: dict[str, float] = {}
    counts: Counter[str] = Counter()
    for index, (reading, here) in enumerate(zip(readings, names, strict=True)):
        asked = "?" if reading.sentence.question else "."
        found.update(dict.fromkeys(reading.rows, PLAIN))
        counts.update(here)
        for place, name in enumerate(here):
            kinds = [f"g:{name}", f"g:{name}{asked}", *(f"g:{name}&{other}" for other in here[place + 1 :])]
            kinds += [f"g:{name}:late"] * (index >= len(readings) - 3) + [f"g:{name}:early"] * (index < 3)
            kinds += [f"g:{name}:short"] * (len(reading.own) <= 4)
            found.update(dict.fromkeys(kinds, 1.0))
    found.update({f"g:{name}>={many}": 1.0 for name, count in counts.items() for many in (2, 3, 4, 6) if count >= many})
    return found
