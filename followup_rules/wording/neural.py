"""A small neural network that reads sentences word by word: how much each looks like one that asks for the outcome.

It sees what no rule names: that a locker, a bunk or a lanyard can stand for a job. Each word has a vector; filters slide over
three and over five words in a row, and what they found in the sentence, in the one before it and anywhere in the message is put
together by one more layer. Trained offline by `benchmarks/train_neural.py` and shipped as data, in whole numbers throughout, so
that it gives the same on every machine. Read when first needed. Assumes reading and facts.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Collection, Iterable, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from operator import mul

import attrs

from followup_rules.wording.facts import as_self
from followup_rules.wording.reading import Reading, Word

REACH = 2
"""How many words on either side of a word the wider filters see; the narrow ones see one."""

_HALF = 1 << 31  # packed numbers have four bytes each, and are kept above 0 by adding this
MOST = 4095
"""What a filter can find at most: no sum of such, each times a byte, is too large for four bytes."""

_WORDS_KEPT = 2048  # at 5.6 KB; a message has some hundred different ones, most of them in every message


def scores(readings: Sequence[Reading], own: frozenset[str] = frozenset()) -> list[float]:
    """Give the score of each sentence: the log odds that it asks for the outcome. `own`: the names of the writer."""
    if not readings:
        return []
    network = _network()
    found = [_found(seen(reading, own, network.rows)) for reading in readings]
    of_message = unpacked(network.message.times([max(each) for each in zip(*found, strict=True)]), network.hidden)
    before: Sequence[int] = [0] * network.hidden
    made = []
    for each in found:
        part = unpacked(network.sentence.times(each), 2 * network.hidden)
        sums = map(sum, zip(part[: network.hidden], before, of_message, network.biases, strict=True))
        made.append((network.bias + sum(map(mul, network.last, [max(one, 0) for one in sums]))) / network.scale)
        before = part[network.hidden :]
    return made


def seen(reading: Reading, own: frozenset[str], known: Collection[str]) -> tuple[str, ...]:
    """Give what the network sees of a sentence: names of words, between a mark of its beginning and one of its end."""
    words = [_name(word, known, first=not place) for place, word in enumerate(as_self(reading.own, own))]
    return "^", *words, "?" if reading.sentence.question else "."


def _name(word: Word, known: Collection[str], *, first: bool) -> str:
    """Give the name under which a word is seen; of a word without a vector its kinds count, or its shape."""
    if word.norm in known:
        return word.norm
    if word.classes:
        return f"@other @{' @'.join(word.classes)}"
    return "@number" if word.norm[0].isdigit() else "@name" if word.capital and not first else "@other"


# --- sums of products, many at once ---
# A column of a matrix is packed in one whole number, four bytes for each of its numbers: a matrix times a vector is then
# a sum of products of whole numbers, which Python works out some fifteen times as fast as one number after the other.


@attrs.frozen
class Matrix:
    """A matrix of whole numbers, each of its columns packed in one."""

    columns: Sequence[int]

    def times(self, vector: Iterable[int]) -> int:
        """Give the product with a vector, packed."""
        return sum(map(mul, self.columns, vector))


@cache
def _halves(count: int) -> int:
    """Give so many numbers, packed, each of them the half of what has room there: what is added to it is never negative."""
    return int.from_bytes(struct.pack("<I", _HALF) * count, "little")


def packed(numbers: Sequence[int]) -> int:
    """Pack numbers in one."""
    count = len(numbers)
    return int.from_bytes(struct.pack(f"<{count}I", *[_HALF + number for number in numbers]), "little") - _halves(count)


def unpacked(total: int, count: int) -> list[int]:
    """Give so many numbers that are packed in one."""
    return [number - _HALF for number in _with_halves(total, count)]


def _with_halves(total: int, count: int) -> tuple[int, ...]:
    return struct.unpack(f"<{count}I", (total + _halves(count)).to_bytes(4 * count, "little"))


# --- the network ---


@attrs.frozen
class Network:
    """What was learned, all in whole numbers; the score is divided by `scale`, a power of two.

    `rows`: the place of each name's vector; kinds of words have one too, such as `@JOB`. `filters`: for each of the five places
    around a word what it adds to every filter there. What a filter found loses its last `shift` bits. `sentence` gives what a
    sentence adds to its own sums and then what it adds to those of the next, `message` what all add to each.
    """

    rows: dict[str, int]
    vectors: bytes
    size: int
    filters: Matrix
    filter_biases: Sequence[int]
    shift: int
    sentence: Matrix
    message: Matrix
    biases: Sequence[int]
    last: Sequence[int]
    bias: int
    scale: int

    @property
    def hidden(self) -> int:
        """How many sums the last layer is made of."""
        return len(self.biases)

    def vector(self, name: str) -> Sequence[int]:
        """Give the vector of a name: the sum, where it is made of several."""
        begins = [self.rows[part] * self.size for part in name.split()]
        vectors = [struct.unpack(f"{self.size}b", self.vectors[begin : begin + self.size]) for begin in begins]
        return list(map(sum, zip(*vectors, strict=True)))


@cache
def _network() -> Network:
    """Read what was learned.

    `neural.bin` holds a byte for each number: the vectors, then column by column the filters, the layer of
    sentences and the layer of messages. All else is in `neural.json`.
    """
    folder = files("followup_rules.wording")
    told = json.loads((folder / "neural.json").read_text("utf-8"))
    data = (folder / "neural.bin").read_bytes()
    names, size, filters, hidden = told["names"].split(), told["size"], len(told["filter_biases"]), len(told["biases"])
    shapes = [(size, (2 * REACH + 1) * filters), (filters, 2 * hidden), (filters, hidden)]
    begin = len(names) * size
    matrices = []
    for columns, rows in shapes:
        end = begin + columns * rows
        packed_columns = [packed(struct.unpack(f"{rows}b", data[place : place + rows])) for place in range(begin, end, rows)]
        matrices.append(Matrix(packed_columns))
        begin = end
    around, sentence, message = matrices
    return Network(
        rows={name: place for place, name in enumerate(names)},
        vectors=data[: len(names) * size],
        size=size,
        filters=around,
        filter_biases=told["filter_biases"],
        shift=told["shift"],
        sentence=sentence,
        message=message,
        biases=told["biases"],
        last=told["last"],
        bias=told["bias"],
        scale=told["scale"],
    )


@lru_cache(maxsize=_WORDS_KEPT)
def _around(name: str) -> tuple[int, ...]:
    """Give what a word adds to the filters two and one words before it, at it, and one and two after it: each packed."""
    network = _network()
    count = len(network.filter_biases)
    added = unpacked(network.filters.times(network.vector(name)), (2 * REACH + 1) * count)
    return tuple([packed(added[begin : begin + count]) for begin in range(0, len(added), count)])


def _found(names: tuple[str, ...]) -> tuple[int, ...]:
    """Give what each filter found in a sentence, where it found most; nothing is less than 0."""
    network = _network()
    count = len(network.filter_biases)
    around = [_around(name) for name in names]
    sums = [0] * (len(names) + 2 * REACH)
    for place, parts in enumerate(around):
        for step, part in enumerate(parts):
            sums[place + step] += part
    # What lies before the first word and after the last is no place for a filter.
    most = map(max, *[_with_halves(total, count) for total in sums[REACH:-REACH]])
    found = [max(number - _HALF + bias, 0) >> network.shift for number, bias in zip(most, network.filter_biases, strict=True)]
    return tuple([min(number, MOST) for number in found])
