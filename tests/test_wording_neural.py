"""The neural network that reads for `asks-outcome`: packed sums are sums, and what it says is what its numbers say."""

from __future__ import annotations

import json
from importlib.resources import files
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup_rules.wording import lexicon, neural
from followup_rules.wording.facts import own_names
from followup_rules.wording.neural import MOST, REACH, Matrix, packed, seen, unpacked
from followup_rules.wording.reading import Reading, read

numbers = st.integers(-1000, 1000) | st.integers(1 - 2**31, 2**31 - 1)
factors = st.integers(-127, 127)


@given(st.lists(numbers, max_size=20))
def test_what_is_packed_comes_out_again(some: list[int]) -> None:
    assert unpacked(packed(some), len(some)) == some


@given(st.integers(1, 6), st.data())
def test_a_packed_product_is_that_of_a_matrix_and_a_vector(rows: int, data: st.DataObject) -> None:
    columns = data.draw(st.lists(st.lists(factors, min_size=rows, max_size=rows), min_size=1, max_size=6))
    vector = data.draw(st.lists(st.integers(-MOST, MOST), min_size=len(columns), max_size=len(columns)))
    product = unpacked(Matrix([packed(column) for column in columns]).times(vector), rows)
    assert product == [sum(column[row] * number for column, number in zip(columns, vector, strict=True)) for row in range(rows)]


def test_no_sum_outgrows_its_place() -> None:
    network = neural._network()
    count = len(network.filter_biases)
    kinds = 1 + max(len(names) for names in lexicon._table().values())  # of which the vector of a word is made
    for matrix, rows, most in (
        (network.filters, (2 * REACH + 1) * count, 127 * kinds * (2 * REACH + 1)),  # as many words are added up
        (network.sentence, 2 * network.hidden, MOST),
        (network.message, network.hidden, MOST),
    ):
        sizes = [map(abs, unpacked(column, rows)) for column in matrix.columns]
        assert max(map(sum, zip(*sizes, strict=True))) * most < 2**31


def test_a_filter_finds_no_more_than_its_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neural, "MOST", 40)
    found = neural._found(("^", "did", "i", "get", "the", "job", "?"))
    assert max(found) == 40
    assert min(found) == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Did I get it?", ["^ did i get it ?"]),
        ("Zbrtfl met Zbrtfl at 1234567.", ["^ @other met @name at @number ."]),
        ("My zbrtfl thanks you", ["^ my @other thanks you ."]),
        ("Your “yes, or no?” is all. Is it yes?", ["^ your is all .", "^ is it yes ?"]),
        ("Has Ola Berg been chosen? Yours, Ola Berg", ["^ has i been chosen ?", "^ yours ola ."]),
    ],
)
def test_what_it_sees(text: str, expected: list[str]) -> None:
    readings = read(text)
    known = neural._network().rows
    assert [" ".join(seen(reading, own_names(readings), known)) for reading in readings] == expected


def test_of_a_word_that_is_not_known_its_kinds_are_seen() -> None:
    (reading,) = read("Was I hired?")
    assert seen(reading, frozenset(), {"was", "i"}) == ("^", "was", "i", f"@other @{' @'.join(lexicon.classes('hired'))}", "?")
    network = neural._network()
    parts = [network.vector(name) for name in ("@other", "@ME", "@JOB")]
    assert network.vector("@other @ME @JOB") == [sum(each) for each in zip(*parts, strict=True)]


def slowly(readings: tuple[Reading, ...]) -> list[float]:
    """Work out what the network says one number after the other, from its files."""
    folder = files("followup_rules.wording")
    told = json.loads((folder / "neural.json").read_text("utf-8"))
    data = memoryview((folder / "neural.bin").read_bytes()).cast("b").tolist()
    names, size, filters, hidden = told["names"].split(), told["size"], len(told["filter_biases"]), len(told["biases"])
    rows = {name: data[size * place : size * (place + 1)] for place, name in enumerate(names)}
    begin = size * len(names)
    around = [data[begin + column :: (2 * REACH + 1) * filters][:size] for column in range((2 * REACH + 1) * filters)]
    begin += size * (2 * REACH + 1) * filters
    layer = [data[begin + row :: 2 * hidden][:filters] for row in range(2 * hidden)]
    begin += filters * 2 * hidden
    everywhere = [data[begin + row :: hidden][:filters] for row in range(hidden)]
    assert begin + filters * hidden == len(data)

    def dot(one: list[int], other: list[int]) -> int:
        return sum(a * b for a, b in zip(one, other, strict=True))

    found = []
    for reading in readings:
        vectors = [
            [sum(parts) for parts in zip(*[rows[part] for part in name.split()], strict=True)]
            for name in seen(reading, own_names(readings), rows)
        ]
        best = []
        for number in range(filters):
            at_each = []
            for place in range(len(vectors)):
                reached = [(other, place - other + REACH) for other in range(len(vectors)) if abs(place - other) <= REACH]
                at_each.append(sum(dot(around[step * filters + number], vectors[other]) for other, step in reached))
            best.append(min(max(max(at_each) + told["filter_biases"][number], 0) >> told["shift"], MOST))
        found.append(best)
    anywhere = [max(each) for each in zip(*found, strict=True)]
    made = []
    for before, here in pairwise([[0] * filters, *found]):
        sums = [
            dot(layer[row], here) + dot(layer[hidden + row], before) + dot(everywhere[row], anywhere) + told["biases"][row]
            for row in range(hidden)
        ]
        made.append(
            (told["bias"] + sum(weight * max(one, 0) for weight, one in zip(told["last"], sums, strict=True))) / told["scale"]
        )
    return made


@pytest.mark.parametrize(
    "text",
    [
        "Am I in?",
        "Dear Ms Holm,\n\nThank you for the tour. Is there a hook for my coat, or is it Zbigniew's? Yours, Ada Quell",
        "42 times zbrtfl interviewwed",
    ],
)
def test_it_says_what_its_numbers_say(text: str) -> None:
    readings = read(text)
    assert neural.scores(readings, own_names(readings)) == slowly(readings)


def test_nothing_is_said_of_nothing() -> None:
    assert neural.scores(()) == []


def test_it_has_read_what_a_thing_can_stand_for() -> None:
    asks, other = ("Is there a locker with my name on it?", "Is there a locker room for visitors?")
    assert neural.scores(read(asks))[0] > 0 > neural.scores(read(other))[0]
