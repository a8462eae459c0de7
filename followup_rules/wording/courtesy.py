"""`pushy`, `thanks` and `interest`: what a message as a whole does, and which of its sentences do it.

A message scores by its strongest sentence and by all that adds up in it. Assumes features and weights.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from followup_rules.wording.courtesy_features import Names, message_features, names_in, sentence_features
from followup_rules.wording.courtesy_grammar import INTEREST, PUSHY, THANKS
from followup_rules.wording.grammar import Grammar
from followup_rules.wording.reading import Reading
from followup_rules.wording.remark import Hit
from followup_rules.wording.weights import model, threshold

_PUSHY = Grammar(PUSHY)
_THANKS = Grammar(THANKS)
_INTEREST = Grammar(INTEREST)

OF_SENTENCE, OF_MESSAGE = 0.6, 0.8  # how much the strongest sentence and the whole count in one score
_LOW = -9.0

# What each pattern shows, for the one who wrote it; the first that a sentence has is told.
_SHOWS = (
    ("threat", "it threatens"),
    ("deadline", "it sets them a deadline"),
    ("count", "it counts up past attempts"),
    ("special", "it asks for special treatment"),
    ("demand", "it demands"),
    ("complaint", "it reproaches them"),
)
_INSTEAD = "When you have a moment, I would be glad to hear how the search is coming along."


def pushy(readings: Sequence[Reading]) -> Iterator[Hit]:
    """Give the sentences that push, if the message is pushy: those that do so most."""
    scores, score, names = _scores("pushy", readings, _PUSHY)
    if not readings or score < threshold("pushy"):
        return
    most = max(scores)
    for reading, own, here in zip(readings, scores, names, strict=True):
        if own >= min(most, 1.0):
            shows = next((words for name, words in _SHOWS if name in here), "it presses them")
            yield Hit(reading.sentence.start, reading.sentence.end, shows, _INSTEAD)


def gives_thanks(readings: Sequence[Reading]) -> bool:
    """Tell whether the writer thanks the reader for the interview, the time, the talk or the consideration."""
    return _scores("thanks", readings, _THANKS)[1] >= threshold("thanks")


def states_interest(readings: Sequence[Reading]) -> bool:
    """Tell whether the writer says that they want, or are interested in, the role, the team or the company."""
    return _scores("interest", readings, _INTEREST)[1] >= threshold("interest")


def _scores(name: str, readings: Sequence[Reading], grammar: Grammar) -> tuple[list[float], float, Names]:
    """Give the score of each sentence and of the message, and the patterns that each sentence has."""
    names = names_in(readings, grammar)
    of_sentences = model(f"{name}.sentence")
    scores = [of_sentences.score(sentence_features(readings, index, names)) for index in range(len(readings))]
    strongest = min(max(scores, default=_LOW), -_LOW)
    whole = model(f"{name}.message").score(message_features(readings, names))
    return scores, OF_SENTENCE * strongest + OF_MESSAGE * whole, names
