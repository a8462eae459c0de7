"""A small grammar over words: patterns of classes with bounded gaps, and how they are found.

A pattern is a row of elements. An element is words and CLASSES joined by `|`; `?` after it makes it optional,
`~3` stands for up to three words of any kind. Gaps are bounded and patterns short, so the work on
a word is bounded too and grows linearly with the text. Assumes a reading.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import attrs

from followup_rules.wording.reading import Word


@attrs.frozen
class Element:
    """One place in a pattern: what may stand there, whether it may be left out, or how wide a gap it is."""

    allowed: frozenset[str]
    optional: bool = False
    gap: int = 0


@attrs.frozen
class Match:
    """Where a pattern was found: the first word and the one after the last."""

    name: str
    first: int
    after: int


def parse(pattern: str) -> tuple[Element, ...]:
    """Read a pattern."""
    row = []
    for part in pattern.split():
        if part[0] == "~":
            row.append(Element(frozenset(), gap=int(part[1:])))
        else:
            row.append(Element(frozenset(part.rstrip("?").split("|")), optional=part[-1] == "?"))
    return tuple(row)


class Grammar:
    """Named patterns, indexed by what they may begin with."""

    def __init__(self, patterns: Mapping[str, Iterable[str]]) -> None:
        self._by_first: dict[str, list[tuple[str, tuple[Element, ...]]]] = {}
        for name, rows in patterns.items():
            for row in rows:
                elements = parse(row)
                for label in elements[0].allowed:
                    self._by_first.setdefault(label, []).append((name, elements))

    def find(self, words: Sequence[Word], *, quoted: bool = False) -> Iterator[Match]:
        """Give every pattern that begins at each word, in order; inside quotation marks only if asked to."""
        for place, word in enumerate(words):
            if word.quoted and not quoted:
                continue
            seen: set[str] = set()
            for label in (word.norm, *word.classes):
                for name, elements in self._by_first.get(label, ()):
                    if name not in seen:
                        after = _match(elements, 1, words, place + 1)
                        if after:
                            seen.add(name)
                            yield Match(name, place, after)


def _match(elements: tuple[Element, ...], index: int, words: Sequence[Word], place: int) -> int:
    """Give the word after the match of the remaining elements from this place, or 0."""
    while index < len(elements):
        element = elements[index]
        if element.gap:
            for skip in range(min(element.gap, len(words) - place) + 1):
                after = _match(elements, index + 1, words, place + skip)
                if after:
                    return after
            return 0
        if place < len(words) and _fits(words[place], element.allowed):
            if element.optional and (after := _match(elements, index + 1, words, place + 1)):
                return after
            if not element.optional:
                place += 1
                index += 1
                continue
        if not element.optional:
            return 0
        index += 1
    return place


def _fits(word: Word, allowed: frozenset[str]) -> bool:
    return word.norm in allowed or any(label in allowed for label in word.classes)
