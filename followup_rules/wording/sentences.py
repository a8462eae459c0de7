"""Sentences: where one ends and the next begins, in letters, call scripts and hasty texts alike.

Decides the spans that remarks point at: a whole sentence, without what only stands before it (a list
number, `P.S.`, `Subject:`) or after it (a picture sign). A line break ends a sentence unless the line was
plainly wrapped. What stands between quotation marks belongs to the sentence around it, unless a whole
paragraph is quoted, as in a script. One pass over the text. Assumes nothing of the other modules.
"""

# A list of words is easier to read as one text that is split.
# ruff: noqa: SIM905

from __future__ import annotations

from bisect import bisect_left

import attrs

_ENDS = ".?!…"
_CLOSERS = "\"”’')]}»"
_OPENERS = "\"“‘'([{«*_->–—•#~ \t"
_ABBREVIATIONS = frozenset(
    "mr mrs ms mx dr prof rev revd fr sr st messrs capt col lt sgt cpl maj gen hon engr kum smt eng esq "
    "e.g i.e eg ie cf vs viz approx dept est ext inst ult prox ref tel no nos fig vol pp p.s p.p.s a.m p.m ph.d "
    "jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thurs fri sat sun".split()
)
# These stand at the end of a sentence as often as not; a capital decides.
_EITHER_WAY = frozenset("a.m p.m inst etc no st sat sun mar jan dec mon fri ext ref ult prox".split())
_LABELS = ("subject", "re", "ps", "p.s", "p.s.", "pps", "p.p.s", "p.p.s.", "fwd", "sub")
_LONGEST_QUOTE = 400


@attrs.frozen
class Sentence:
    """One sentence: its span in the text, whether a question mark ends it, and what label stood before it."""

    start: int
    end: int
    question: bool
    label: str = ""
    quotes: tuple[tuple[int, int], ...] = ()


def sentences(text: str) -> list[Sentence]:
    """Split a text into its sentences, in order; parts without any letter or digit are left out."""
    quotes = _quotes(text)
    found: list[Sentence] = []
    begin, place, quote = 0, 0, 0
    size = len(text)
    while place < size:
        letter = text[place]
        while quote < len(quotes) and quotes[quote][1] <= place:
            quote += 1
        inside = quote < len(quotes) and quotes[quote][0] <= place
        if letter == "\n":
            if not _wrapped(text, begin, place):
                _add(text, begin, place, quotes, found)
                begin = place + 1
            place += 1
        elif letter in _ENDS:
            after = place
            while after < size and text[after] in _ENDS:
                after += 1
            close = after
            while close < size and text[close] in _CLOSERS:
                close += 1
            if inside and close <= quotes[quote][1] - 1:
                place = after
            elif _ends(text, begin, place, after, close):
                _add(text, begin, close, quotes, found)
                begin = place = close
            else:
                place = after
        else:
            place += 1
    _add(text, begin, size, quotes, found)
    return found


def _ends(text: str, begin: int, place: int, after: int, close: int) -> bool:
    """Tell whether the marks from `place` to `after` end a sentence."""
    if close < len(text) and not text[close].isspace() and (text[close].isalnum() or text[close] in ",;:@/-–'’_"):
        return False
    ahead = close
    while ahead < len(text) and text[ahead] in " \t\"“‘'([":
        ahead += 1
    following = text[ahead] if ahead < len(text) else "\n"
    if close > after and following.islower():
        return False  # ("did you get it?" every time I come in)
    if text[place:after] == ".":
        first = place
        while first > begin and not text[first - 1].isspace() and place - first < 12:
            first -= 1
        word = text[first:place].lstrip("(\"“'‘*").lower()
        if word in _EITHER_WAY:
            return following == "\n" or following.isupper()
        if word in _ABBREVIATIONS or (word.isdigit() and first - begin < 12 and not text[begin:first].strip(_OPENERS + "\r")):
            return following == "\n" and word not in _ABBREVIATIONS
        return not (len(word) == 1 and word.isalpha() and text[place - 1].isupper() and following.isupper() and word != "i")
    if text[place:after].strip(".…") == "":
        return not following.islower()
    return True


def _wrapped(text: str, begin: int, place: int) -> bool:
    """Tell whether a line break only wraps a long line: nothing ended, and the next line goes on in lower case."""
    after = place + 1
    line = text.rfind("\n", max(begin - 1, place - 200, 0), place)
    width = place - line - 1
    return 55 <= width < 100 and after < len(text) and text[after].islower() and text[place - 1] not in _ENDS + ":"


def _quotes(text: str) -> list[tuple[int, int]]:
    """Give the quoted stretches, marks included; a mark that is not closed in its paragraph opens nothing."""
    found: list[tuple[int, int]] = []
    opened = -1
    for place, letter in enumerate(text):
        if letter == "\n":
            opened = -1
        elif letter == "“" or (letter == '"' and opened < 0):
            opened = place
        elif letter in '"”' and opened >= 0:
            before, after = text[opened - 1 : opened], text[place + 1 : place + 2]
            whole = before in ("", "\n") and after in ("", "\n")
            if place - opened <= _LONGEST_QUOTE and not whole:
                found.append((opened, place + 1))
            opened = -1
    return found


def _add(text: str, begin: int, end: int, quotes: list[tuple[int, int]], found: list[Sentence]) -> None:
    """Add the stretch as a sentence, without what only stands before or after it."""
    label = ""
    while begin < end:
        letter = text[begin]
        if letter.isalnum():
            size, name = _prefix(text, begin, end)
            if not size:
                break
            label, begin = name or label, begin + size
        elif letter in '"“' and any(stop < end for _, stop in _within(quotes, begin, begin + 1)):
            break
        else:
            begin += 1
    while end > begin and not (text[end - 1].isalnum() or text[end - 1] in _ENDS or text[end - 1] in _CLOSERS):
        end -= 1
    if begin < end and any(letter.isalnum() for letter in text[begin:end]):
        if text[end - 1] in '"”' and text.find(text[end - 1], begin, end - 1) < 0 and text.find("“", begin, end) < 0:
            end -= 1  # the close of a quotation that began before this sentence
        tail = text[max(begin, end - 4) : end]
        found.append(Sentence(begin, end, "?" in tail, label, tuple(_within(quotes, begin, end))))


def _prefix(text: str, begin: int, end: int) -> tuple[int, str]:
    """Give the length of a list number or label at this place, and the label's name."""
    head = text[begin : min(begin + 9, end)]
    digits = len(head) - len(head.lstrip("0123456789"))
    if 0 < digits <= 2 and head[digits : digits + 1] in (".", ")") and head[digits + 1 : digits + 2] in (" ", "\t"):
        return digits + 1, ""
    low = head.lower()
    for label in sorted(_LABELS, key=len, reverse=True):
        if low.startswith(label):
            after = low[len(label) : len(label) + 1]
            if after in (":", "-", "–") or (after in (" ", "\n", "") and label[0] == "p"):
                return len(label) + 1, label.replace(".", "")
    return 0, ""


def _within(quotes: list[tuple[int, int]], begin: int, end: int) -> list[tuple[int, int]]:
    first = bisect_left(quotes, (begin, begin))
    last = bisect_left(quotes, (end, end))
    return quotes[first:last]
