"""What can be told of a whole column at once: lengths of lists, numbers without nulls, texts that are there and not blank.

Assumes Arrow alone. Where a text needs a closer look it is taken out and asked as the records ask it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from followup_rules.tables.clocks import Truth, Whole

_BEYOND_ASCII = np.uint64(0x8080_8080_8080_8080)


def counts_of(array: pa.Array) -> Whole:
    """Give the length of each list; null is empty."""
    lengths = pc.list_value_length(array)
    counts: Whole = (pc.fill_null(lengths, 0) if lengths.null_count else lengths).to_numpy().astype(np.int64)
    return counts


def owners(counts: Whole) -> Whole:
    """Give for every item of lists of these lengths the list it is in."""
    whose: Whole = np.repeat(np.arange(len(counts)), counts)
    return whose


def valid(array: pa.Array) -> Truth:
    """Tell which values there are."""
    there: Truth = np.ones(len(array), dtype=bool) if not array.null_count else array.is_valid().to_numpy(zero_copy_only=False)
    return there


def numbers(array: pa.Array, kind: pa.DataType) -> Whole:
    """Give values as whole numbers; null is 0."""
    values = array.cast(kind)
    if array.null_count:
        values = pc.fill_null(values, 0)
    whole: Whole = values.to_numpy().astype(np.int64, copy=False)
    return whole


def places_in(array: pa.Array, values: tuple[str, ...]) -> Whole:
    """Give the place of each text among these; -1 for null and any other."""
    found: Whole = pc.fill_null(pc.index_in(array, value_set=pa.array(values, pa.string())), -1).to_numpy().astype(np.int64)
    return found


def is_whole(array: pa.Array) -> bool:
    """Tell whether every text of a column is UTF-8."""
    ends, letters = _stored(array)
    used = letters[int(ends[0]) : int(ends[-1])]
    words = used[: len(used) // 8 * 8].view(np.uint64)
    if not np.bitwise_or.reduce(words) & _BEYOND_ASCII and not (used[len(words) * 8 :] & 0x80).any():
        return True
    try:
        array.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _stored(array: pa.Array) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint8]]:
    """Give a text column as it is stored: where each text begins and ends, and all letters."""
    _, offsets, data = array.buffers()
    # An empty column may come without its one offset.
    ends = np.frombuffer(offsets, np.int32, len(array) + 1, array.offset * 4) if len(array) else np.zeros(1, dtype=np.int32)
    letters = np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(1, dtype=np.uint8)
    return ends, letters


def filled(array: pa.Array) -> Truth:
    """Tell which texts of a column there are that are not blank."""
    ends, letters = _stored(array)
    starts, ends = ends[:-1], ends[1:]
    some = ends > starts
    if array.null_count:
        some &= valid(array)
    first = letters.take(starts, mode="clip")
    plain: Truth = some & (first > 0x20) & (first < 0x7F)
    if plain.all():
        return plain
    unsure = np.flatnonzero(some & ~plain)
    if len(unsure):
        plain[unsure] = [bool(text.strip()) for text in array.take(pa.array(unsure)).to_pylist()]
    return plain


def all_filled(array: pa.Array) -> Truth:
    """Tell for which lists every text is there and not blank."""
    good: Truth = np.ones(len(array), dtype=bool)
    items = filled(array.flatten())
    if not items.all():
        good[owners(counts_of(array))[~items]] = False
    return good


def plain_ascii(texts: pa.Array) -> pa.Array:
    """Tell which texts have nothing around them to be cut off, and no letters whose case needs more than ASCII."""
    return pc.match_substring_regex(texts, r"^[!-~]([ -~]*[!-~])?$")


def all_differ(texts: pa.Array, places: Whole) -> Truth:
    """Tell in which rows of places the texts there are all different."""
    codes = np.sort(numbers(texts.dictionary_encode("encode").indices, pa.int64())[places], axis=1)
    differ: Truth = (codes[:, 1:] != codes[:, :-1]).all(axis=1)
    return differ
