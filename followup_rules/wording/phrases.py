"""Plain phrases: whole words, in order, whatever their case and quotation marks; and whether a subject is mentioned.

No regular expressions and no wildcards: a phrase is its words. Assumes tokens.
"""

# A list of words is easier to read as one text that is split.
# ruff: noqa: SIM905

from __future__ import annotations

from collections.abc import Iterator, Sequence

from followup_rules.wording.tokens import plain_words

_ENDING = 3  # letters by which two forms of a word may differ at the end
_SMALL = frozenset("a an the of in on at to for and or with by from as is your our their its my".split())


def occurrences(text: str, phrases: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Give where each of the phrases stands in the text, with the phrase; overlaps included."""
    words = plain_words(text)
    by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for phrase in dict.fromkeys(phrases):
        row = tuple(word for word, _, _ in plain_words(phrase))
        if row:
            by_first.setdefault(row[0], []).append((row, phrase))
    for place, (word, start, _) in enumerate(words):
        for row, phrase in by_first.get(word, ()):
            last = place + len(row) - 1
            if last < len(words) and all(words[place + step][0] == part for step, part in enumerate(row)):
                yield start, words[last][2], phrase


def mentions(text: str, topics: Sequence[str]) -> bool:
    """Tell whether any of the subjects is mentioned: at least half of its words stand in the text, in any form."""
    there = {word for word, _, _ in plain_words(text)}
    stems = {_stem(word) for word in there}
    for topic in topics:
        words = [word for word, _, _ in plain_words(topic)]
        words = [word for word in words if word not in _SMALL] or words
        if not words:
            if topic.strip() in text:
                return True
        elif 2 * sum(word in there or _stem(word) in stems for word in words) >= len(words):
            return True
    return False


def _stem(word: str) -> str:
    """Give the part that the forms of a word have in common: `lathes` and `lathe`, `pricing` and `price`."""
    for ending in ("ings", "ing", "ies", "ers", "er", "ed", "es", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= _ENDING:
            return word[: -len(ending)]
    return word
