"""`asks-outcome`: whether the message asks if the writer was chosen.

Each sentence is scored in the light of what the message says of where things stand, and so is the message. A hit spans the
sentence that asks, says in what manner, and offers a status question in the same register. Assumes features and weights.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from followup_rules.wording.facts import facts_of, own_names
from followup_rules.wording.outcome_features import outcome_features, together
from followup_rules.wording.reading import Reading
from followup_rules.wording.register import register
from followup_rules.wording.remark import Hit
from followup_rules.wording.weights import model, threshold

# The manner of asking, told by the feature that gives it away; the first that is there.
_MANNERS = (
    ("asks:asked-if", "asks, inside another sentence, whether you were chosen"),
    ("asks:asked-that", "asks them to confirm that you were chosen"),
    ("asks:open", "asks openly whether you were chosen"),
    ("asks:either", "puts them before a yes or a no about you"),
    ("asks:assume", "presumes an answer about you and asks them to correct it"),
    ("says:start", "takes it for granted that you were chosen, and asks what comes after"),
    ("says:prepare", "takes it for granted that you were chosen, and asks what to do about it"),
)
_HINT = "hints at whether you were chosen, and begs an answer"

_INSTEAD = {
    "formal": "Could you tell me how the search is coming along, and when you expect to decide?",
    "casual": "Any idea how the search is going, and when you might decide?",
    "voice": "I am calling to ask how the search is coming along, and what the next step would be.",
}


OF_SENTENCE, OF_MESSAGE = 0.7, 0.5  # how much the likeliest sentence and the whole message count in one score
LEAST = -1.0  # where the likeliest sentence scores less, the words of the whole message alone ask nothing


def find(readings: Sequence[Reading], *, spoken: bool = False) -> Iterator[Hit]:
    """Give every sentence that asks for the outcome, in order; `spoken`: the message is the script of a call."""
    if not readings:
        return
    facts, own = facts_of(readings), own_names(readings)
    features = [outcome_features(readings, index, facts, own) for index in range(len(readings))]
    scores = [model("outcome.sentence").score(part) for part in features]
    most = max(scores)
    if most < LEAST:
        return
    if OF_SENTENCE * most + OF_MESSAGE * model("outcome.message").score(together(features)) < threshold("outcome"):
        return
    instead = _INSTEAD[register(readings, spoken=spoken)]
    for reading, part, score in zip(readings, features, scores, strict=True):
        if score >= min(most, 0.0):
            why = next((words for feature, words in _MANNERS if feature in part), _HINT)
            yield Hit(reading.sentence.start, reading.sentence.end, why, instead)
