"""Train the weights of the wording detectors and write them as followup_rules/wording/weights.json.

    python benchmarks/train_wording.py            train on development messages, own messages and drills; write the file
    python benchmarks/train_wording.py --folds    instead, cross-validate in five folds, grouped by message; with what
                                                  `train_neural.py --folds` wrote, if that is there

Needs numpy, scipy and scikit-learn, which the package itself does not. Nothing is learned from the set-aside fifth
or from the files of unseen messages. Two logistic regressions a detector, of sentences and of messages; weights near zero are left
out, the others rounded to hundredths. The development messages are labelled for thanks, interest and pushiness only as a
whole: the models of sentences start from the drills and the messages whose sentences are labelled, then go over the others a few
times, each time taking as positive the sentences of a positive message that they are sure of, and its likeliest one.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence

import attrs
import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from wording_data import FOLDS, HERE, Message, asks, development, drills, folds, load

from followup_rules.wording import asks_outcome, courtesy
from followup_rules.wording.courtesy_features import message_features, names_in, sentence_features
from followup_rules.wording.facts import facts_of, own_names
from followup_rules.wording.outcome_features import outcome_features, together
from followup_rules.wording.reading import read

KEYS = {"thanks": "gives_thanks", "interest": "states_interest", "pushy": "pushy"}
SPANS = {"thanks": "thanks_spans", "interest": "interest_spans", "pushy": "pushy_spans"}
SHARES = {
    name: (part.OF_SENTENCE, part.OF_MESSAGE)
    for name, part in (("outcome", asks_outcome), ("thanks", courtesy), ("interest", courtesy), ("pushy", courtesy))
}
GRAMMARS = {"thanks": courtesy._THANKS, "interest": courtesy._INTEREST, "pushy": courtesy._PUSHY}
STRENGTH = 0.5  # the inverse of the regularisation, for all models
LEAST = 0.15  # weights below are left out
THRESHOLDS = {"outcome": 1.25, "thanks": -0.25, "interest": 0.0, "pushy": -0.25}


@attrs.frozen
class Row:
    """One case to learn from: a sentence or a message."""

    message: str
    features: dict[str, float]
    positive: bool


@attrs.frozen
class Fitted:
    """A model as it was learned, with the columns of its features."""

    index: dict[str, int]
    bias: float
    weights: np.ndarray

    def scores(self, rows: Sequence[Row]) -> np.ndarray:
        """Give the log odds of each row."""
        return matrix(rows, self.index) @ self.weights + self.bias

    def data(self) -> dict[str, object]:
        """Give what is shipped."""
        rounded = {name: round(100 * float(self.weights[place])) for name, place in self.index.items()}
        return {"bias": round(self.bias, 3), "weights": {name: weight for name, weight in rounded.items() if weight}}


def matrix(rows: Sequence[Row], index: dict[str, int]) -> csr_matrix:
    starts, places, sizes = [0], [], []
    for row in rows:
        for name, size in row.features.items():
            if name in index:
                places.append(index[name])
                sizes.append(size)
        starts.append(len(places))
    return csr_matrix((sizes, places, starts), shape=(len(rows), len(index)))


def index_of(rows: Iterable[Row]) -> dict[str, int]:
    counts = Counter(name for row in rows for name in row.features)
    return {name: place for place, name in enumerate(sorted(name for name, count in counts.items() if count >= 3))}


def fit(
    rows: Sequence[Row], labels: Sequence[bool], sizes: Sequence[float] | None = None, index: dict[str, int] | None = None
) -> Fitted:
    index = index or index_of(rows)
    for last in (False, True):
        found = LogisticRegression(C=STRENGTH, solver="liblinear", max_iter=400).fit(
            matrix(rows, index), labels, sample_weight=sizes
        )
        fitted = Fitted(index, float(found.intercept_[0]), found.coef_[0])
        if not last:
            # What is left out is not missed: the others are learned again without it.
            kept = [name for name, place in index.items() if abs(fitted.weights[place]) >= LEAST]
            index = {name: place for place, name in enumerate(kept)}
    return fitted


def outcome_rows(messages: Iterable[Message]) -> list[Row]:
    rows = []
    for message in messages:
        readings = read(message["text"])
        facts, own = facts_of(readings), own_names(readings)
        for place, reading in enumerate(readings):
            positive = asks(reading.sentence.start, reading.sentence.end, message["outcome_spans"])
            rows.append(Row(message["id"], outcome_features(readings, place, facts, own), positive))
    return rows


def whole_rows(rows: Iterable[Row]) -> list[Row]:
    """Put the sentences of each message together."""
    parts: dict[str, list[Row]] = {}
    for row in rows:
        parts.setdefault(row.message, []).append(row)
    return [Row(id, together([row.features for row in group]), any(row.positive for row in group)) for id, group in parts.items()]


def outcome_drill_messages() -> list[Message]:
    """Give the drills as messages, each with what stands before its sentence."""
    messages: list[Message] = []
    for name in ("asking", "not_asking"):
        for line in drills(name):
            before, _, sentence = (part.strip() for part in line.rpartition("||"))
            text = f"{before} {sentence}" if before else sentence
            spans = [[reading.sentence.start, reading.sentence.end] for reading in read(text)] if name == "asking" else []
            start = len(before) + 1 if before else 0
            messages.append({"id": f"drill {line}", "text": text, "outcome_spans": [span for span in spans if span[0] >= start]})
    return messages


def sentence_rows(messages: Iterable[Message], name: str) -> list[Row]:
    """Give the sentences of messages; where only the message is labelled, each sentence has the message's label."""
    rows = []
    for message in messages:
        readings = read(message["text"])
        names = names_in(readings, GRAMMARS[name])
        spans = message.get(SPANS[name])
        for place, reading in enumerate(readings):
            positive = message[KEYS[name]] if spans is None else asks(reading.sentence.start, reading.sentence.end, spans)
            rows.append(Row(message["id"], sentence_features(readings, place, names), positive))
    return rows


def sentence_drills(name: str) -> list[Row]:
    return sentence_rows(
        [{"id": f"drill {line}", "text": line[1:].strip(), KEYS[name]: line[0] == "+"} for line in drills(name)], name
    )


def message_rows(messages: Iterable[Message], name: str) -> list[Row]:
    read_ = [read(message["text"]) for message in messages]
    features = [message_features(readings, names_in(readings, GRAMMARS[name])) for readings in read_]
    return [Row(m["id"], part, m[KEYS[name]]) for m, part in zip(messages, features, strict=True)]


def fit_sentences(rows: Sequence[Row], known: Sequence[Row], rounds: int = 4) -> Fitted:
    """Fit sentences: `known` are labelled themselves, `rows` only by their messages."""
    index = index_of([*known, *rows])
    sure = [row.positive for row in known]
    found = fit(known, sure, index=index)
    groups: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        groups.setdefault(row.message, []).append(place)
    for _ in range(rounds):
        chances = 1 / (1 + np.exp(-found.scores(rows)))
        labels, sizes = [False] * len(rows), [1.0] * len(rows)
        for places in groups.values():
            if rows[places[0]].positive:
                likeliest = max(places, key=lambda place: chances[place])
                for place in places:
                    labels[place] = bool(chances[place] >= 0.5) or place == likeliest
                    sizes[place] = 0.3 if not labels[place] and chances[place] > 0.2 else 1.0
        found = fit([*known, *rows], [*sure, *labels], [1.0] * len(known) + sizes, index)
    return found


@attrs.frozen
class Cases:
    """All that a detector learns from: its sentences and its messages; `drilled` are sentences of no message."""

    drilled: list[Row]
    sentences: list[Row]
    messages: list[Row]
    spanned: frozenset[str]
    """The messages whose sentences are labelled themselves."""
    short: list[Row] = attrs.field(factory=list)
    """Drills as messages of their own."""

    def only(self, names: frozenset[str]) -> Cases:
        """Give what is left with these messages alone."""
        sentences = [row for row in self.sentences if row.message in names]
        return attrs.evolve(self, sentences=sentences, messages=[row for row in self.messages if row.message in names])


def cases(name: str, messages: Sequence[Message]) -> Cases:
    if name == "outcome":
        rows, drilled = outcome_rows(messages), outcome_rows(outcome_drill_messages())
        return Cases(drilled, rows, whole_rows(rows), frozenset(m["id"] for m in messages), whole_rows(drilled))
    spanned = frozenset(m["id"] for m in messages if SPANS[name] in m)
    return Cases(sentence_drills(name), sentence_rows(messages, name), message_rows(messages, name), spanned)


def train(found: Cases) -> tuple[Fitted, Fitted]:
    """Fit what a detector knows of sentences, and of messages."""
    known = [*found.drilled, *(row for row in found.sentences if row.message in found.spanned)]
    return (
        fit_sentences([row for row in found.sentences if row.message not in found.spanned], known),
        fit([*found.messages, *found.short], [row.positive for row in (*found.messages, *found.short)]),
    )


def scores(name: str, found: Cases, models: tuple[Fitted, Fitted]) -> dict[str, float]:
    """Give the score of every message."""
    of_sentence, of_message = SHARES[name]
    best: dict[str, float] = {}
    for row, score in zip(found.sentences, models[0].scores(found.sentences), strict=True):
        best[row.message] = max(best.get(row.message, -9.0), min(score, 9.0))
    wholes = zip(found.messages, models[1].scores(found.messages), strict=True)
    return {row.message: of_sentence * best[row.message] + of_message * score for row, score in wholes}


def cross_validate(messages: Sequence[Message], count: int = 5) -> None:
    """Print precision, recall and F1 by threshold, each message judged by models that have not seen it."""
    everything = frozenset(message["id"] for message in messages)
    for name in THRESHOLDS:
        found = cases(name, messages)
        judged: dict[str, float] = {}
        for held in folds(messages, count):
            judged |= scores(name, found.only(held), train(found.only(everything - held)))
        if name == "outcome" and FOLDS.exists():
            said = json.loads(FOLDS.read_text("utf-8"))
            judged = {id: score + asks_outcome.OF_NETWORK * max(said[id]) for id, score in judged.items() if id in said}
        key = KEYS.get(name, "asks_outcome")
        for start in ("dev", "own"):
            print(f"{name:9} {start}", end=" ")
            for limit in (-1.0, -0.5, -0.25, 0.0, 0.25, 0.5, 1.0, 1.25, 1.5, 2.0):
                pairs = [(judged[m["id"]] >= limit, m[key]) for m in messages if m["id"].startswith(start) and m["id"] in judged]
                right = sum(said and true for said, true in pairs)
                p, r = right / sum(said for said, _ in pairs), right / sum(true for _, true in pairs)
                print(f"| {limit:5} P {p:.3f} R {r:.3f} F {2 * p * r / (p + r):.3f}", end=" ")
            print(flush=True)


def messages_to_learn_from() -> list[Message]:
    return [*development()[0], *load("messages-own-dev"), *load("messages-own-training")]


def main() -> None:
    messages = messages_to_learn_from()
    if "--folds" in sys.argv:
        cross_validate(messages)
        return
    data: dict[str, object] = {}
    for name in THRESHOLDS:
        of_sentences, of_messages = train(cases(name, messages))
        data |= {f"{name}.sentence": of_sentences.data(), f"{name}.message": of_messages.data()}
    path = HERE.parent / "followup_rules" / "wording" / "weights.json"
    path.write_text(
        json.dumps({"thresholds": THRESHOLDS, **data}, ensure_ascii=True, sort_keys=True, separators=(",", ":")) + "\n", "utf-8"
    )
    print(f"wrote {path.name}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
