"""Train the weights of the wording detectors and write them as followup_rules/wording/weights.json.

    python benchmarks/train_wording.py            train on development messages, own messages and drills; write the file
    python benchmarks/train_wording.py --folds    first cross-validate in five folds, grouped by message

Needs numpy, scipy and scikit-learn, which the package itself does not. Nothing is learned from the set-aside fifth
or from messages-own-unseen. A logistic regression per model; weights near zero are left out, the others
rounded to hundredths. `interest` and `pushy` are labelled by message and not by sentence: the sentence models start
from the drills and then go over the messages a few times, each time taking as positive the sentences of a
positive message that they are sure of, and its likeliest one.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from collections.abc import Iterable, Sequence

import attrs
import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from wording_data import HERE, Message, asks, development, drills, load

from followup_rules.wording import asks_outcome, courtesy
from followup_rules.wording.courtesy_features import message_features, sentence_features
from followup_rules.wording.facts import facts_of, own_names
from followup_rules.wording.outcome_features import outcome_features, together
from followup_rules.wording.reading import read

KEYS = {"thanks": "gives_thanks", "interest": "states_interest", "pushy": "pushy"}
GRAMMARS = {"thanks": courtesy._THANKS, "interest": courtesy._INTEREST, "pushy": courtesy._PUSHY}
STRENGTH = 0.5  # the inverse of the regularisation, for all models
LEAST = 0.05  # weights below are left out
THRESHOLDS = {"outcome": 0.0, "thanks": -0.2, "interest": 0.0, "pushy": 0.0}


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
        kept = {
            name: round(100 * float(self.weights[place])) for name, place in self.index.items() if abs(self.weights[place]) >= LEAST
        }
        return {"bias": round(self.bias, 3), "weights": kept}


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
    return {name: place for place, name in enumerate(sorted(name for name, count in counts.items() if count >= 2))}


def fit(
    rows: Sequence[Row], labels: Sequence[bool], sizes: Sequence[float] | None = None, index: dict[str, int] | None = None
) -> Fitted:
    index = index or index_of(rows)
    found = LogisticRegression(C=STRENGTH, solver="liblinear", max_iter=400).fit(matrix(rows, index), labels, sample_weight=sizes)
    return Fitted(index, float(found.intercept_[0]), found.coef_[0])


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


def outcome_drills() -> list[Row]:
    messages: list[Message] = []
    for name in ("asking", "not_asking"):
        for line in drills(name):
            before, _, sentence = (part.strip() for part in line.rpartition("||"))
            text = f"{before} {sentence}" if before else sentence
            spans = [[reading.sentence.start, reading.sentence.end] for reading in read(text)] if name == "asking" else []
            start = len(before) + 1 if before else 0
            messages.append({"id": f"drill {line}", "text": text, "outcome_spans": [span for span in spans if span[0] >= start]})
    return outcome_rows(messages)


def sentence_rows(messages: Iterable[Message], name: str) -> list[Row]:
    rows = []
    for message in messages:
        readings = read(message["text"])
        rows += [
            Row(message["id"], sentence_features(readings, place, GRAMMARS[name]), message[KEYS[name]])
            for place in range(len(readings))
        ]
    return rows


def sentence_drills(name: str) -> list[Row]:
    return sentence_rows(
        [{"id": f"drill {line}", "text": line[1:].strip(), KEYS[name]: line[0] == "+"} for line in drills(name)], name
    )


def message_rows(messages: Iterable[Message], name: str) -> list[Row]:
    return [Row(m["id"], message_features(read(m["text"]), GRAMMARS[name]), m[KEYS[name]]) for m in messages]


def fit_sentences(rows: Sequence[Row], known: Sequence[Row], rounds: int = 4) -> Fitted:
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


def train(messages: Sequence[Message]) -> dict[str, Fitted]:
    rows = [*outcome_rows(messages), *outcome_drills()]
    found = {"outcome.sentence": fit(rows, [row.positive for row in rows])}
    rows = whole_rows(outcome_rows(messages))
    found["outcome.message"] = fit(rows, [row.positive for row in rows])
    for name in KEYS:
        rows = message_rows(messages, name)
        found[f"{name}.message"] = fit(rows, [row.positive for row in rows])
        if name != "thanks":
            found[f"{name}.sentence"] = fit_sentences(sentence_rows(messages, name), sentence_drills(name))
    return found


def strongest(rows: Sequence[Row], scores: Sequence[float]) -> dict[str, float]:
    best: dict[str, float] = {}
    for row, score in zip(rows, scores, strict=True):
        best[row.message] = max(best.get(row.message, -9.0), min(score, 9.0))
    return best


def decisions(messages: Sequence[Message], models: dict[str, Fitted]) -> dict[str, dict[str, float]]:
    rows = outcome_rows(messages)
    best = strongest(rows, models["outcome.sentence"].scores(rows))
    whole = whole_rows(rows)
    wholes = models["outcome.message"].scores(whole)
    pairs = zip(whole, wholes, strict=True)
    scores = {"outcome": {r.message: asks_outcome.OF_SENTENCE * best[r.message] + asks_outcome.OF_MESSAGE * s for r, s in pairs}}
    for name in KEYS:
        rows = message_rows(messages, name)
        whole = dict(zip([row.message for row in rows], models[f"{name}.message"].scores(rows), strict=True))
        if name != "thanks":
            rows = sentence_rows(messages, name)
            best = strongest(rows, models[f"{name}.sentence"].scores(rows))
            whole = {id: courtesy.OF_SENTENCE * best[id] + courtesy.OF_MESSAGE * score for id, score in whole.items()}
        scores[name] = whole
    return scores


def cross_validate(messages: Sequence[Message], folds: int = 5) -> None:
    order = list(messages)
    random.Random(1).shuffle(order)
    scores: dict[str, dict[str, float]] = {name: {} for name in THRESHOLDS}
    for fold in range(folds):
        held = order[fold::folds]
        names = {message["id"] for message in held}
        for name, part in decisions(held, train([m for m in order if m["id"] not in names])).items():
            scores[name].update(part)
    for name in THRESHOLDS:
        key = KEYS.get(name, "asks_outcome")
        for start in ("dev", "own"):
            print(f"{name:9} {start}", end=" ")
            for limit in (-1.0, -0.5, -0.25, 0.0, 0.25, 0.5, 1.0):
                pairs = [(scores[name][m["id"]] >= limit, m[key]) for m in messages if m["id"].startswith(start)]
                right = sum(said and true for said, true in pairs)
                p, r = right / sum(said for said, _ in pairs), right / sum(true for _, true in pairs)
                print(f"| {limit:5} P {p:.3f} R {r:.3f} F {2 * p * r / (p + r):.3f}", end=" ")
            print()


def main() -> None:
    messages = [*development()[0], *load("messages-own-dev")]
    if "--folds" in sys.argv:
        cross_validate(messages)
    data: dict[str, object] = {name: fitted.data() for name, fitted in train(messages).items()}
    path = HERE.parent / "followup_rules" / "wording" / "weights.json"
    path.write_text(
        json.dumps({"thresholds": THRESHOLDS, **data}, ensure_ascii=True, sort_keys=True, separators=(",", ":")) + "\n", "utf-8"
    )
    print(f"wrote {path.name}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
