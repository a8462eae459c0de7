"""How well the wording guard decides: by detector and by purpose, on development, set-aside and unseen messages.

    python benchmarks/wording.py                  the tables
    python benchmarks/wording.py --work           how the time grows on hostile texts of 25,000 to 100,000 characters

Beside the guard stand three baselines: always no, a list of substrings, and TF-IDF with logistic regression
(trained on the same messages and our own; left out where scikit-learn is not installed). A message counts as one case; for
`follow-up-misspelt` each wrong form counts, right only with its exact span. `spans` of `asks-outcome`: the share of
rightly found messages in which exactly the labelled sentences were marked.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec

from wording_data import Message, development, load

from followup_rules.cadences.classic import CLASSIC
from followup_rules.wording import asks_outcome, courtesy, neural, review
from followup_rules.wording.follow_up import misspellings
from followup_rules.wording.reading import read

Decide = Callable[[Sequence[Message]], list[bool]]
KEYS = {"asks-outcome": "asks_outcome", "pushy": "pushy", "thanks": "gives_thanks", "interest": "states_interest"}
PURPOSES = ("thank-you-email", "thank-you-letter", "status-call", "status-email")
GUARD: dict[str, Callable[[str], bool]] = {
    "asks-outcome": lambda text: any(True for _ in asks_outcome.find(read(text))),
    "pushy": lambda text: any(True for _ in courtesy.pushy(read(text))),
    "thanks": lambda text: courtesy.gives_thanks(read(text)),
    "interest": lambda text: courtesy.states_interest(read(text)),
}
SUBSTRINGS = {
    "asks-outcome": (
        "did i get the job",
        "am i hired",
        "was i successful",
        "did you pick me",
        "i got the job",
        "i have been selected",
    ),
    "pushy": ("unacceptable", "i demand", "i expect", "immediately", "by the end of the day", "still waiting"),
    "thanks": ("thank you for", "thanks for", "grateful", "appreciate"),
    "interest": ("interested in", "excited about", "would love to", "i want this job", "enthusiastic"),
}


def figures(said: Sequence[bool], true: Sequence[bool]) -> tuple[float, float, float]:
    """Give precision, recall and F1."""
    return of_counts(sum(s and t for s, t in zip(said, true, strict=True)), sum(said), sum(true))


def of_counts(right: int, said: int, true: int) -> tuple[float, float, float]:
    precision = right / said if said else 1.0
    recall = right / true if true else 1.0
    return precision, recall, 2 * precision * recall / (precision + recall) if right else 0.0


def guard(detector: str) -> Decide:
    return lambda messages: [GUARD[detector](message["text"]) for message in messages]


def substrings(detector: str) -> Decide:
    return lambda messages: [any(part in message["text"].lower() for part in SUBSTRINGS[detector]) for message in messages]


def tfidf(detector: str, training: Sequence[Message]) -> Decide:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
    model = LogisticRegression(C=10, max_iter=1000, class_weight="balanced")
    model.fit(words.fit_transform(m["text"] for m in training), [m[KEYS[detector]] for m in training])
    return lambda messages: [bool(said) for said in model.predict(words.transform(m["text"] for m in messages))]


def spelling(messages: Sequence[Message]) -> tuple[float, float, float]:
    said = [{(found.start, found.end) for found in misspellings(m["text"])} for m in messages]
    true = [{(start, end) for start, end in m["hyphen_spans"]} for m in messages]
    return of_counts(sum(len(a & b) for a, b in zip(said, true, strict=True)), sum(map(len, said)), sum(map(len, true)))


def spans(messages: Sequence[Message]) -> tuple[int, int]:
    """Count the rightly found messages, and those of them with exactly the labelled sentences."""
    found = exact = 0
    for message in messages:
        hits = {(hit.start, hit.end) for hit in asks_outcome.find(read(message["text"]))} if message["asks_outcome"] else set()
        found += bool(hits)
        exact += bool(hits) and hits == {(start, end) for start, end in message["outcome_spans"]}
    return found, exact


def row(name: str, sets: Sequence[Sequence[Message]], decide: Decide, key: str) -> str:
    cells = [figures(decide(messages), [m[key] for m in messages]) for messages in sets]
    return f"| {name} | " + " | ".join("{:.3f} / {:.3f} / {:.3f}".format(*cell) for cell in cells) + " |"


def tables() -> None:
    training, aside = development()
    own = [*load("messages-own-dev"), *load("messages-own-training")]
    sets = (training, aside, *(load(f"messages-own-unseen{which}") for which in ("", "-2", "-3", "-4")))
    names = ("development", "set aside", *(f"{which}own unseen" for which in ("", "second ", "third ", "fourth ")))
    heads = " | ".join(f"{name} ({len(messages)})" for name, messages in zip(names, sets, strict=True))
    print(f"Precision / recall / F1.\n\n| detector | {heads} |\n|---|{'---|' * len(sets)}")
    for detector, key in KEYS.items():
        print(row(f"**{detector}**", sets, guard(detector), key))
        print(row("- always no", sets, lambda messages: [False] * len(messages), key))
        print(row("- substrings", sets, substrings(detector), key))
        if find_spec("sklearn"):
            print(row("- TF-IDF", sets, tfidf(detector, [*training, *own]), key))
    cells = " | ".join("{:.3f} / {:.3f} / {:.3f}".format(*spelling(messages)) for messages in sets)
    print(f"| **follow-up-misspelt** | {cells} |")
    print("\nExact spans of asks-outcome:", ", ".join(f"{n} {b} of {a}" for n, (a, b) in zip(names, map(spans, sets), strict=True)))
    for name, messages in zip(names, sets, strict=True):
        print(f"\n{name}, by purpose:\n\n| detector | {' | '.join(PURPOSES)} |\n|---|{'---|' * len(PURPOSES)}")
        parts = [[m for m in messages if m["purpose"] == purpose] for purpose in PURPOSES]
        for detector, key in KEYS.items():
            print(row(detector, parts, guard(detector), key))
        cells = " | ".join("{:.3f} / {:.3f} / {:.3f}".format(*spelling(part)) for part in parts)
        print(f"| follow-up-misspelt | {cells} |")


def names_with_a_vector() -> list[str]:
    """Give the words that the neural network has vectors for: each has to be looked up."""
    return [name for name in neural._network().rows if name.isalpha()]


HOSTILE = {
    "one letter": "a",
    "i": "i ",
    "sentences of i": "i " * 100 + ". ",
    "did i get": "did i get the ",
    "if whether": "if i whether you tell me ",
    "quotes": '"',
    "quoted": '"a" ',
    "points": ".",
    "numbers": "1.",
    "lines": "\n",
    "follow up": "follow up ",
    "hyphens": "follow-",
    "apostrophes": "i'",
    "questions": "did you pick me? ",
    "pushes": "call me back today or i will report you now ",
    "spaces": ". " + " " * 500,
    "other words": "".join(f"{word}{'. ' if place % 8 == 7 else ' '}" for place, word in enumerate(names_with_a_vector())),
}


def work() -> None:
    print("seconds for 25,000, 50,000 and 100,000 characters, and how much the last is of the one before")
    for name, part in HOSTILE.items():
        taken = []
        for size in (25_000, 50_000, 100_000):
            text = (part * (size // len(part) + 1))[:size]
            start = time.perf_counter()
            review(text, ruleset=CLASSIC, step="thank-you-email", topics=("a b",))
            taken.append(time.perf_counter() - start)
        print(f"{name:16} {taken[0]:7.2f} {taken[1]:7.2f} {taken[2]:7.2f}   x{taken[2] / taken[1]:.2f}")


if __name__ == "__main__":
    work() if "--work" in sys.argv else tables()
