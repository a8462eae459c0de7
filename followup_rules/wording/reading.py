"""A message read once: its sentences, their words and the kind of work each word does.

Every detector works on this reading, so the text is scanned only once. A word's symbol is itself for the small
words that make questions and conditions (`did`, `if`, `not`), else its first class, else its shape. What is in quotation marks
is read and set apart. Assumes tokens, sentences, lexicon and clusters.
"""

# Tables of words: long lines and split texts keep them readable.
# ruff: noqa: E501, SIM905

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

import attrs

from followup_rules.wording.clusters import groups
from followup_rules.wording.lexicon import classes, corrected
from followup_rules.wording.sentences import Sentence, sentences
from followup_rules.wording.tokens import Token, tokenize

_ITSELF = frozenset(
    "i me my mine you your yours it he she they them his her their we us our do did does done have has had am is are was were be been being will would "
    "can could should shall may might must ought if whether when what which who whom whose how why where not no never yes or and but so to for of in on "
    "at by until till before as that this there any still yet with from about than because the a an one someone somebody else other want "
    "take taken took taking go gone going give given get got make made made let please thank thanks".split()
)

_ASKED = frozenset("if whether did when was am have what how".split())

# `the job title` is no job, and whoever asks after it does not ask for one.
_COMPOUNDS = frozenset(
    "title titles description descriptions advert ad spec specification number centre center market application advertisement details".split()
)


@attrs.frozen
class Word:
    """One word of a sentence: how it is compared, what classes it has, its symbol, and its place in the text."""

    norm: str
    symbol: str
    classes: tuple[str, ...]
    start: int
    end: int
    quoted: bool
    capital: bool


MOST_WORDS = 120
"""Words of one sentence that are looked at: what is longer is no sentence, and a remark on it would help nobody."""


@attrs.frozen
class Reading:
    """A sentence and its words, without the commas and other marks between them; `own`: those that are the writer's, not quoted."""

    sentence: Sentence
    words: tuple[Word, ...]
    own: tuple[Word, ...]

    @cached_property
    def rows(self) -> frozenset[str]:
        """What its own words show: worked out once, as every detector asks for it."""
        return rows(self.own)


def read(text: str) -> tuple[Reading, ...]:
    """Read a message: every sentence of it with its words, in order."""
    return tuple(_reading(text, sentence) for sentence in sentences(text))


def _reading(text: str, sentence: Sentence) -> Reading:
    words: list[Word] = []
    quote = 0
    for token in tokenize(text, sentence.start, sentence.end):
        while quote < len(sentence.quotes) and sentence.quotes[quote][1] <= token.start:
            quote += 1
        quoted = quote < len(sentence.quotes) and sentence.quotes[quote][0] <= token.start
        if token.word:
            words.append(_word(token, quoted, first=not words))
    for place in range(len(words) - 1):
        if place and words[place].norm == "no" and words[place - 1].norm == "to" and words[place + 1].norm in _ASKED:
            words[place] = attrs.evolve(words[place], norm="know", symbol="KNOW", classes=classes("know"))  # `like to no if`
        if "JOB" in words[place].classes and words[place + 1].norm in _COMPOUNDS:
            words[place] = attrs.evolve(words[place], norm=f"{words[place].norm}-x", symbol="w", classes=())
    return Reading(sentence, tuple(words), tuple([word for word in words if not word.quoted][:MOST_WORDS]))


def _word(token: Token, quoted: bool, first: bool) -> Word:
    norm = corrected(token.norm)
    found = classes(norm)
    return Word(norm, _symbol(norm, found, token.capital and not first), found, token.start, token.end, quoted, token.capital)


def _symbol(norm: str, found: tuple[str, ...], name: bool) -> str:
    if norm in _ITSELF:
        return norm
    if found:
        return found[0]
    if norm[0].isdigit():
        return "#"
    if name:
        return "Name"
    for ending in ("ing", "ed", "ly"):
        if len(norm) > len(ending) + 2 and norm.endswith(ending):
            return f"-{ending}"
    return "s" if norm == "'s" else "w"


PLAIN = 0.4
"""How much one row counts beside a feature that grammar found (1.0)."""


def rows(words: Sequence[Word]) -> frozenset[str]:
    """Give the rows of symbols of these words, as named features for the learned weights.

    One, two or three symbols in a row, pairs with a small gap, the words themselves, their classes, and rows of their groups.
    """
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
        found.update(f"{one}/{other}" for one, other in pairwise(row))
        found.update(f"{one}//{other}" for one, other in zip(row, row[2:], strict=False))
    return frozenset(found)
