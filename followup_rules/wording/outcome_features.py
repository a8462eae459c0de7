"""What bears on whether a sentence asks for the outcome, as named features for the learned weights.

Grammar finds propositions (who was chosen) and frames (asked, hoped, supposed, not asked); the features say which
proposition stands in which frame, and what the rest of the message adds. Assumes facts and grammar.
"""

# Tables of words: long lines and split texts keep them readable.
# ruff: noqa: E501, SIM905

from __future__ import annotations

from collections.abc import Sequence

from followup_rules.wording.facts import as_self
from followup_rules.wording.grammar import Grammar, Match
from followup_rules.wording.outcome_grammar import FRAMES, PROPOSITIONS, STRONG
from followup_rules.wording.reading import PLAIN, Reading, Word, rows

_PROPOSITIONS = Grammar(PROPOSITIONS)
_FRAMES = Grammar(FRAMES)
_STRONG = Grammar(STRONG)

CLEAR = 4.0
"""How much a proposition that is clearly asked counts beside any other finding (1.0)."""


def outcome_features(
    readings: Sequence[Reading], index: int, facts: frozenset[str], own: frozenset[str] = frozenset()
) -> dict[str, float]:
    """Give the features of one sentence that bear on whether it asks for the outcome."""
    reading = readings[index]
    words = as_self(reading.own, own)
    asked = "?" if reading.sentence.question else "."
    plain = set(reading.rows if words is reading.own else rows(words))
    found: set[str] = {f"ends{asked}"}
    frames = [frame for frame in _FRAMES.find(words) if frame.name != "suppose" or not _asked_before(words, frame.first)]
    kinds = {frame.name for frame in frames}
    found.update(f"frame:{kind}{asked}" for kind in kinds)
    strong, groups = set(), set()
    for match in _STRONG.find(words):
        how = _context(words, match, frames)
        strong.add((match.name, how))
        if match.name != "yes-no" and any(word.norm == "or" for word in words[match.after : match.after + 4]):
            strong.add((match.name, "either"))
        found.update(
            (f"strong:{match.name}", f"strong:{match.name}:{how}{asked}", f"strong:{how}{asked}", f"strong:{match.name}{asked}")
        )
    for match in _PROPOSITIONS.find(words):
        how = _context(words, match, frames)
        groups.add((match.name, how))
        ends = "end" if match.after >= len(words) - 1 else "mid"
        found.update(
            (f"says:{match.name}", f"says:{match.name}:{how}{asked}", f"in:{how}{asked}", f"says:{match.name}:{ends}{asked}")
        )
    if "assume" in kinds:
        strong |= {(name, "assume") for name, _ in strong if name != "yes-no"}
    asks = _asks({pair for pair in strong if pair[0] != "yes-no" or "status" not in kinds})
    found.add(f"said:{min(len({group for group, _ in groups}), 4)}{asked}")
    found.add(f"strong:{min(len({group for group, _ in strong}), 3)}{asked}")
    for kind in kinds:
        found.update(f"{kind}&{group}" for group, _ in groups)
        found.update(f"{kind}&strong:{group}" for group, _ in strong)
        found.update(f"{kind}&strong" for group, _ in strong)
    found.update(f"fact:{fact}" for fact in facts)
    found.update(f"fact:{fact}&in:{how}" for fact in facts for _, how in groups)
    found.update(f"fact:{fact}&{group}" for fact in facts for group, _ in groups)
    found.update(f"fact:{fact}&strong:{group}" for fact in facts for group, _ in strong)
    place = "first" if index == 0 else "last" if index >= len(readings) - 2 else "middle"
    found.add(f"place:{place}{asked}")
    found.add(f"long:{min(len(words) // 4, 8)}{asked}")
    if reading.sentence.quotes:
        found.add(f"quotes:{asked}")
    if index:
        before = readings[index - 1]
        plain.update(f"<{label}" for word in before.words[-40:] for label in word.classes)
        found.add(f"<ends{'?' if before.sentence.question else '.'}{asked}")
    clear = {f"asks:{way}" for way in asks} | {f"asks:{way}{asked}" for way in asks}
    return {**dict.fromkeys(plain, PLAIN), **dict.fromkeys(found, 1.0), **dict.fromkeys(clear, CLEAR)}


def _asks(strong: set[tuple[str, str]]) -> set[str]:
    """Give the ways in which these propositions are clearly asked."""
    ways = set()
    for name, how in strong:
        if how in ("asked-if", "asked-that"):
            ways.add(how)
        elif how == "inverted" or (name.endswith("?") and how in ("opens", "led", "let", "want", "demand", "may-ask", "plain")):
            ways.add("open")
        elif how in ("assume", "either"):
            ways.add(how)
    return ways


def _turns(words: Sequence[Word], first: int, after: int) -> bool:
    """Tell whether the writer turns away from what was just said, as in: not asking, *but*."""
    return any(
        word.norm in ("but", "however", "so", "yet", "only", "still", "though", "nevertheless", "now")
        for word in words[first:after]
    )


def _bidden(words: Sequence[Word]) -> bool:
    """Tell whether the reader is bidden to say something: `confirm`, `tell me`, not `I told you`."""
    for place, word in enumerate(words):
        if word.norm in ("tell", "confirm", "say", "assure", "write", "let", "inform"):
            before = words[place - 1].norm if place else ""
            return before not in ("i", "we", "can", "could", "will", "they", "he", "she", "me", "not")
    return False


def _asked_before(words: Sequence[Word], place: int) -> bool:
    """Tell whether the `if` at this place is what someone is asked, not a condition."""
    return words[place].norm in ("if", "whether") and any(
        word.norm in _ASKING or "TELL" in word.classes for word in words[max(place - 6, 0) : place]
    )


_AUXILIARY = frozenset("did do does have has had am is are was were will would can could should shall may might".split())
_ASKING = frozenset(
    "tell know wonder wondering ask asking say see inform confirm hear learn find advise let check line word hint idea sure curious notify intimate answer apprise "
    "update told clue news relief question clear understand asks wondered note text ring call enquire inquire reply writing confirming telling saying "
    "hearing knowing finding".split()
)


def _context(words: Sequence[Word], match: Match, frames: Sequence[Match]) -> str:
    """Tell in what frame a proposition stands: the nearest that governs it from before."""
    near = [frame for frame in frames if frame.first <= match.first and match.first - frame.after <= 6]
    names = {frame.name for frame in near}
    if any(frame.name == "not-ask" and not _turns(words, frame.after, match.first) for frame in near):
        return "not-ask"
    # `by Friday, say if ...` asks for more than the day.
    asked_later = {frame.first for frame in near if frame.name == "ask"}
    if any(
        frame.name == "when" and (words[frame.first].norm != "by" or max(asked_later, default=-1) < frame.first) for frame in near
    ):
        return "when"
    low = max(match.first - 5, 0)
    linked = next((place for place in range(match.first - 1, low - 1, -1) if words[place].norm in ("if", "whether", "that")), -1)
    if linked >= 0:
        asked = any(word.norm in _ASKING or "TELL" in word.classes for word in words[max(linked - 7, 0) : linked])
        if any(
            frame.name == "kin-asks" and frame.after > linked - 2 and not _turns(words, frame.after, match.first) for frame in near
        ):
            return "kin-asks"
        if asked and words[linked].norm != "that":
            return "asked-if"
        if asked and _bidden(words[max(linked - 7, 0) : linked]):
            return "asked-that"
        if words[linked].norm != "that":
            tense = (
                "past"
                if any(word.norm in ("have", "did", "had", "got", "has", "gone") for word in words[linked : match.after])
                else "open"
            )
            return f"bare-if-{tense}"
    if "kin-asks" in names:
        return "kin-asks"
    before = [word.norm for word in words[max(match.first - 2, 0) : match.first]]
    if before and (before[-1] in _AUXILIARY or (len(before) == 2 and before[1] == "not" and before[0] in _AUXILIARY)):
        return "inverted"
    for name in ("suppose", "hope", "assume", "let", "want", "demand", "may-ask", "why", "of-others"):
        if name in names:
            return name
    if match.first == 0:
        return "opens"
    return "led" if words[match.first - 1].norm in ("so", "and", "or", "but", "well", "then") else "plain"


def together(features: Sequence[dict[str, float]]) -> dict[str, float]:
    """Give the features of a message: those of its sentences, each as strong as it is anywhere."""
    found: dict[str, float] = {}
    for part in features:
        for name, size in part.items():
            found[name] = max(size, found.get(name, 0.0))
    return found
