"""Groups of words that are used alike, so that a word nobody trained on still counts for something.

Made offline by `benchmarks/cluster_words.py` and shipped as data: wide groups of narrow ones. Read when first needed.
Assumes nothing of the other modules.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files


@cache
def _groups() -> dict[str, tuple[str, str]]:
    wide: list[list[str]] = json.loads((files("followup_rules.wording") / "clusters.json").read_text("utf-8"))
    number = 0
    found = {}
    for place, narrow in enumerate(wide):
        for words in narrow:
            found.update(dict.fromkeys(words.split(), (f"W{place}", f"N{number}")))
            number += 1
    return found


def groups(norm: str) -> tuple[str, str]:
    """Give the wide and the narrow group of a word; a short word is a group of its own, and the rest share one."""
    return _groups().get(norm) or ((norm, norm) if len(norm) < 4 else ("W?", "N?"))
