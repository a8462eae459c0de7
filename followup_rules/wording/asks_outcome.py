"""`asks-outcome`: whether the message asks if the writer was chosen.

Each sentence is scored by what grammar finds in it, in the light of what the message says of where things stand, and so is the
message; a small network scores the sentences by their words alone. A hit spans the sentence that asks, says in what manner, and
offers a status question in the same register. Assumes features, weights and the neural network.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from followup_rules.wording import neural
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


OF_SENTENCE, OF_MESSAGE, OF_NETWORK = 0.7, 0.5, 0.8
"""How much the likeliest sentence, the whole message and the network's likeliest sentence count in one score."""

SURE = 0.0  # a sentence that scores as much asks, if the message does, even where another is likelier


def find(readings: Sequence[Reading], *, spoken: bool = False) -> Iterator[Hit]:
    """Give every sentence that asks for the outcome, in order; `spoken`: the message is the script of a call."""
    if not readings:
        return
    facts, own = facts_of(readings), own_names(readings)
    features = [outcome_features(readings, index, facts, own) for index in range(len(readings))]
    by_grammar = [model("outcome.sentence").score(part) for part in features]
    by_network = neural.scores(readings, own)
    whole = model("outcome.message").score(together(features))
    if OF_SENTENCE * max(by_grammar) + OF_MESSAGE * whole + OF_NETWORK * max(by_network) < threshold("outcome"):
        return
    scores = [OF_SENTENCE * one + OF_NETWORK * other for one, other in zip(by_grammar, by_network, strict=True)]
    most = max(scores)
    instead = _INSTEAD[register(readings, spoken=spoken)]
    for reading, part, score in zip(readings, features, scores, strict=True):
        if score >= min(most, SURE):
            why = next((words for feature, words in _MANNERS if feature in part), _HINT)
            yield Hit(reading.sentence.start, reading.sentence.end, why, instead)
