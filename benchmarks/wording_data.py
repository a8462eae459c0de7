"""The labelled messages: where they lie, how the set-aside fifth is drawn, and when a sentence counts as labelled.

Assumes the files under tests/data/ and the drills beside this module.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
DATA = HERE.parent / "tests" / "data"
SEED = 20261123
FOLDS = HERE / "neural_folds.json"
"""What a network said of the sentences of messages that it had not seen: written and read when models are compared."""
Message = dict[str, Any]


def load(name: str) -> list[Message]:
    """Read the messages of a file under tests/data/."""
    return [json.loads(line) for line in (DATA / f"{name}.jsonl").read_text("utf-8").splitlines()]


def development() -> tuple[list[Message], list[Message]]:
    """Give the development messages, and the fifth of them that is set aside: 80 of 400, fixed by the seed."""
    messages = load("messages-dev")
    names = sorted(message["id"] for message in messages)
    aside = set(random.Random(SEED).sample(names, 80))
    return [m for m in messages if m["id"] not in aside], [m for m in messages if m["id"] in aside]


def folds(messages: Sequence[Message], count: int = 3) -> list[frozenset[str]]:
    """Part the messages, by name, for models that each have not seen one of the parts."""
    order = sorted(message["id"] for message in messages)
    random.Random(1).shuffle(order)
    return [frozenset(order[fold::count]) for fold in range(count)]


def drills(name: str) -> list[str]:
    """Read the lines of a file of drills, without its comments."""
    lines = (HERE / f"wording_drills_{name}.txt").read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def asks(start: int, end: int, spans: list[list[int]]) -> bool:
    """Tell whether the sentence at this place is (most of) a labelled asking sentence."""
    return any(min(end, last) - max(start, first) > 0.5 * (last - first) for first, last in spans)
