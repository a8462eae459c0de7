"""How `follow up` is spelled: the verb without a hyphen, the noun and the adjective with one, never closed up.

Decides from the words around it which of the two it is. A form that reads well both ways is not wrong, and what stands
in quotation marks, file names, addresses and links is not judged. The span is the wrong form alone.
Assumes sentences and tokens.
"""

# Tables of words: long lines and split texts keep them readable.
# ruff: noqa: E501, SIM905

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import attrs

from followup_rules.wording.sentences import Sentence, sentences
from followup_rules.wording.tokens import norms

# A fixed row of short choices: the scan never looks back more than one word.
_FORM = re.compile(r"follow(?P<tense>ed|ing|s)?(?P<gap>[ \t\u00a0]{1,3}|[-‐‑–]|)up(?P<plural>'?s)?", re.IGNORECASE)
_NUMBERED = re.compile(r" {0,2}(?:#|(?:no\.?|nr\.?|number) ?\d)", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")

_VERB_BEFORE = frozenset(
    "to i we you they who will would shall should can could may might must do did does not please kindly let me us him let's always never help and or then "
    "he she ll d cannot didn't don't won't gonna wanna gotta i'll we'll you'll they'll he'll she'll i'd we'd you'd they'd i've we've you've they've 'll "
    "couldn't wouldn't shouldn't can't better lets both people referees ive id ill u".split()
)
_NOUN_BEFORE = frozenset(
    "a an the this that my your our his her their its any another no one two three four five six several some many these those few each every "
    "first second third fourth fifth sixth final last next previous earlier recent latest quick small short brief little wee gentle courtesy friendly kind official "
    "polite proper of for in as with about regarding re by per on after before without via through single initial late early overdue further more much what which whose "
    "simple promised usual obligatory humble formal informal belated long detailed weekly regular mandatory important necessary separate 2nd 3rd 4th 5th 1st another "
    "doing making made sending requesting requiring wrote sent send attached additional possible prompt timely old new good bad nice such same tiny minor cheeky "
    "post-interview interview email phone telephone handwritten".split()
)
_LETS = frozenset("let lets help helps make makes made have had bid bade allow see watch hear want".split())
_SKIPPED = frozenset("just also only simply then again so soon maybe perhaps now still yet already".split())
_EITHER = frozenset(
    "kindly early friendly weekly timely orderly".split()
)  # these end in -ly and are no adverbs here, or decide by themselves
_THINGS = frozenset(
    "email emails mail mails call calls letter letters message messages note notes question questions interview interviews visit visits document documents "
    "documentation meeting meetings conversation chat text texts appointment test tests audition list task tasks activity activities statement form forms reference references "
    "card paperwork msg session round phone voicemail answer answers review report craft presentation demo piece assignment material materials "
    "information info point points item items action actions step steps trial shift query queries survey work copy talk exam scan check-up treatment "
    "contact correspondence reply response request exercise exercises paper papers advice worksheet worksheets training course courses homework "
    "session sessions inspection assessment procedure appointments".split()
)
_JOINED = "_/@\\"


@attrs.frozen
class Misspelling:
    """A wrong form: its span, and the form that would be right there."""

    start: int
    end: int
    right: str


def misspellings(text: str) -> Iterator[Misspelling]:
    """Give every wrong form of `follow up`, in order."""
    for sentence in sentences(text):
        words: list[re.Match[str]] | None = None
        for form in _FORM.finditer(text, sentence.start, sentence.end):
            if _alone(text, form) and not _quoted(sentence, form.start()):
                if words is None:
                    words = list(_WORD.finditer(text, sentence.start, sentence.end))
                right = _right(text, form, words)
                if right and right != _plain(form[0]):
                    yield Misspelling(form.start(), form.end(), _like(form[0], right))


def _alone(text: str, form: re.Match[str]) -> bool:
    """Tell whether the form is a word of its own, not part of a name of a file, an address or a link."""
    before, after = text[form.start() - 1 : form.start()], text[form.end() : form.end() + 1]
    beyond = text[form.end() + 1 : form.end() + 2]
    if before.isalnum() or before in tuple(_JOINED + "-.") or after.isalnum() or after in tuple(_JOINED):
        return False
    return not (after in ("-", ".", "'", "’") and beyond.isalnum())


def _quoted(sentence: Sentence, place: int) -> bool:
    return any(start <= place < end for start, end in sentence.quotes)


def _right(text: str, form: re.Match[str], words: Sequence[re.Match[str]]) -> str:
    """Give the form that is right here, in lower case; empty if both read well."""
    tense, plural = (form["tense"] or "").lower(), bool(form["plural"])
    if plural:
        return "follow-up" + form["plural"].lower()
    if tense:
        return f"follow{tense} up"
    before = [norm for word in _ending_at(words, form.start(), 6) for norm in _spelled(word[0])]
    follower = next((word for word in _starting_at(words, form.end()) if not text[form.end() : word.start()].strip()), None)
    after = follower[0].lower() if follower else ""
    if before and before[-1] in ("mr", "mrs", "ms", "dr", "miss"):
        return ""
    if not before and _NUMBERED.match(text, form.end()):
        return "follow-up"
    if text[max(form.start() - 2, 0) : form.start()].strip() in ("'", "’"):
        return "follow-up"  # `ten minutes' follow-up`
    kind = _kind(before, after, closed=not form["gap"])
    return {"verb": "follow up", "noun": "follow-up"}.get(kind, "")


def _kind(before: list[str], after: str, *, closed: bool) -> str:
    """Tell verb from noun by the words around; empty where it may be either."""
    if before[-3:] == ["one", "and", "only"]:
        return "noun"
    while before and (before[-1] in _SKIPPED or (before[-1].endswith("ly") and before[-1] not in _EITHER)):
        before = before[:-1]
    last = before[-1] if before else ""
    if last in ("and", "or") and len(before) > 1 and any(word in _NOUN_BEFORE for word in before[-3:-1]) and after in _THINGS:
        return "noun"
    if (
        last == "to"
        and after in _THINGS
        and len(before) > 1
        and before[-2] in ("regard", "reference", "addition", "relation", "respect")
    ):
        return "noun"
    if before[-2:] in (["there", "are"], ["there", "is"], ["there", "was"], ["there", "were"]):
        return "noun"
    if last == "better" and before[-3:-1] in (["have", "had"], ["has", "had"]):
        return "noun"  # not `you had better follow up`
    if last == "me" and not _LETS.intersection(before[-3:-1]):
        return "noun"  # `doing me follow-up`, as some say for `my`
    if last in _VERB_BEFORE:
        return "verb"
    if last in _NOUN_BEFORE or last.endswith("'s") or last.isdigit():
        return "noun"
    if after in _THINGS:
        return "noun"
    for word in reversed(before[-4:-1]):
        if word in _VERB_BEFORE:
            break
        if word in ("a", "an", "the", "this", "my", "your", "our", "his", "her", "their", "any", "another", "no"):
            return "noun"
    return "noun" if closed else ""


def _ending_at(words: Sequence[re.Match[str]], place: int, most: int) -> Sequence[re.Match[str]]:
    """Give the last few words that end before this place."""
    count = _count_before(words, place)
    return words[max(count - most, 0) : count]


def _starting_at(words: Sequence[re.Match[str]], place: int) -> Sequence[re.Match[str]]:
    count = _count_before(words, place)
    return words[count : count + 1]


def _count_before(words: Sequence[re.Match[str]], place: int) -> int:
    """Count the words that end at or before this place, by halving."""
    low, high = 0, len(words)
    while low < high:
        middle = (low + high) // 2
        if words[middle].end() <= place:
            low = middle + 1
        else:
            high = middle
    return low


def _spelled(word: str) -> tuple[str, ...]:
    found = norms(word)
    return (f"{found[0]}'s",) if found[-1] == "'s" else found


def _plain(form: str) -> str:
    low = form.lower()
    for mark in "‐‑–":
        low = low.replace(mark, "-")
    return " ".join(low.split())


def _like(form: str, right: str) -> str:
    """Write the right form with the capitals of the wrong one."""
    if form.isupper():
        return right.upper()
    return right[0].upper() + right[1:] if form[0].isupper() else right
