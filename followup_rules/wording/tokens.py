"""Words with their places: what a message is made of, spelled the way the other modules compare it.

Decides where words begin and end and what each one is once capitals, curly quotes, contractions and
common short spellings are set aside: `Haven’t`, `havent` and `HAVEN'T` are all `have not`. Every word
keeps the offsets (Python code points) of what was really written. Assumes nothing of the other modules.
"""

# A list of words is easier to read as one text that is split.
# ruff: noqa: SIM905

from __future__ import annotations

import re

import attrs

# Each alternative begins with characters that no other can begin with, so the scan never looks back.
_SCAN = re.compile(r"[^\W_]+(?:['’ʼ`´][^\W_]+)*|['’‘](?:tis|twas|em|cause)\b|[^\w\s]|_", re.IGNORECASE)
_CURLY = str.maketrans("’‘ʼ`´", "'''''")

_NOT = {"ca": "can", "wo": "will", "sha": "shall", "ai": "be"}
_ENDINGS = {"m": "am", "re": "are", "ve": "have", "ll": "will", "d": "would", "em": "them"}
_IS_AFTER = frozenset(
    "it that this there here what who where when how why he she let which everything everyone somebody someone anybody "
    "nobody something nothing one mine yours".split()
)
_BARE_NOT = "do did does have has had is was were are ca wo could would should ai might must need".split()

# What people write for what they mean; a word may stand for several.
_SPELLINGS = {
    **{f"{word}nt": (_NOT.get(word, word), "not") for word in _BARE_NOT},
    **{f"i{end}": ("i", full) for end, full in (("m", "am"), ("ve", "have"))},
    **{f"{who}{end}": (who, full) for who in ("you", "they", "we") for end, full in (("ve", "have"), ("ll", "will"))},
    "youre": ("you", "are"),
    "theyre": ("they", "are"),
    "youd": ("you", "would"),
    "id": ("i", "would"),
    "its": ("it", "is"),
    "thats": ("that", "is"),
    "whats": ("what", "is"),
    "whos": ("who", "is"),
    "wheres": ("where", "is"),
    "hows": ("how", "is"),
    "theres": ("there", "is"),
    "heres": ("here", "is"),
    "hes": ("he", "is"),
    "shes": ("she", "is"),
    "cannot": ("can", "not"),
    "dunno": ("do", "not", "know"),
    "gonna": ("going", "to"),
    "gunna": ("going", "to"),
    "gona": ("going", "to"),
    "wanna": ("want", "to"),
    "gotta": ("have", "to"),
    "lemme": ("let", "me"),
    "gimme": ("give", "me"),
    "tryna": ("trying", "to"),
    "innit": ("is", "not", "it"),
    "'tis": ("it", "is"),
    "'twas": ("it", "was"),
    "'em": ("them",),
    "'cause": ("because",),
    "tis": ("it", "is"),
    "d'you": ("do", "you"),
    "d'ya": ("do", "you"),
    "d'ye": ("do", "you"),
    "y'all": ("you",),
    "s'pose": ("suppose",),
    "ma'am": ("mam",),
    "didja": ("did", "you"),
    "o'clock": ("oclock",),
    "u": ("you",),
    "ya": ("you",),
    "ye": ("you",),
    "yous": ("you",),
    "youse": ("you",),
    "yiz": ("you",),
    "yall": ("you",),
    "tha": ("you",),
    "ur": ("your",),
    "yer": ("your",),
    "thi": ("your",),
    "r": ("are",),
    "wen": ("when",),
    "wot": ("what",),
    "wat": ("what",),
    "wether": ("whether",),
    "wheather": ("whether",),
    "weather": ("whether",),
    "plz": ("please",),
    "pls": ("please",),
    "plse": ("please",),
    "abeg": ("please",),
    "cos": ("because",),
    "coz": ("because",),
    "cuz": ("because",),
    "thru": ("through",),
    "thx": ("thanks",),
    "thanx": ("thanks",),
    "thnx": ("thanks",),
    "tnx": ("thanks",),
    "ty": ("thanks",),
    "diolch": ("thanks",),
    "tho": ("though",),
    "n": ("and",),
    "yh": ("yes",),
    "yeah": ("yes",),
    "yep": ("yes",),
    "nah": ("no",),
    "nope": ("no",),
    "nay": ("no",),
    "haven": ("have",),
    "hav": ("have",),
    "hv": ("have",),
    "av": ("have",),
    "gt": ("got",),
    "rly": ("really",),
    "realy": ("really",),
    "rlly": ("really",),
    "bcoz": ("because",),
    "myself": ("myself",),
    "mi": ("me",),
    "msg": ("message",),
    "txt": ("text",),
    "2moro": ("tomorrow",),
    "tmrw": ("tomorrow",),
    "tomorow": ("tomorrow",),
    "asap": ("asap",),
}


@attrs.frozen
class Token:
    """One word (or mark) as it is compared, and where what was written stands in the text."""

    norm: str
    start: int
    end: int
    word: bool
    capital: bool = False


def norms(written: str) -> tuple[str, ...]:
    """Give the plain words that one written word stands for: `Haven’t` gives `have`, `not`."""
    low = written.translate(_CURLY).lower()
    known = _SPELLINGS.get(low)
    if known is not None:
        return known
    stem, mark, ending = low.rpartition("'")
    if not mark or not stem:
        return (low.lstrip("'"),)
    if ending == "t" and stem.endswith("n"):
        base = stem[:-1]
        return (_NOT.get(base, base), "not")
    if ending in _ENDINGS:
        return (*norms(stem), _ENDINGS[ending])
    if ending == "s":
        return (*norms(stem), "us") if stem == "let" else (stem, "is") if stem in _IS_AFTER else (stem, "'s")
    if ending == "" or len(stem) == 1:
        return (low.replace("'", ""),)
    return (low,)


def tokenize(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """Split a stretch of the text into words and marks, in order; one pass."""
    found: list[Token] = []
    for match in _SCAN.finditer(text, start, len(text) if end is None else end):
        written = match[0]
        first, last = match.span()
        if written[0].isalnum() or len(written) > 1:
            capital = written[0].isupper()
            found.extend(Token(norm, first, last, word=True, capital=capital) for norm in norms(written))
        else:
            found.append(Token("'" if written in "’‘" else written, first, last, word=False))
    return found


def plain_words(text: str) -> list[tuple[str, int, int]]:
    """Give the words of a text as they are spelled, in lower case and with straight quotes, each with its place."""
    return [
        (match[0].translate(_CURLY).casefold(), match.start(), match.end())
        for match in _SCAN.finditer(text)
        if match[0][0].isalnum() or len(match[0]) > 1
    ]
