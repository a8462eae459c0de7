"""The learned weights: how much each named feature speaks for or against, trained offline and shipped as data.

The file is read when it is first needed, not when the package is imported. It holds, for each model, a bias and the
weights in hundredths by the name of the feature. `benchmarks/train_wording.py` makes it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import attrs


@attrs.frozen
class Model:
    """A bias and the weights of features; a score above zero speaks for it."""

    bias: float
    weights: Mapping[str, int] = attrs.field(eq=False, repr=False)

    def score(self, features: Mapping[str, float]) -> float:
        """Give the score of these features: the log odds."""
        weights = self.weights
        return self.bias + sum(weights[name] * size for name, size in features.items() if name in weights) / 100


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = json.loads((files("followup_rules.wording") / "weights.json").read_text("utf-8"))
    return data


@cache
def model(name: str) -> Model:
    """Give a model by its name."""
    data = _data()[name]
    return Model(data["bias"], data["weights"])


def threshold(name: str) -> float:
    """Give the score from which a detector decides."""
    value: float = _data()["thresholds"][name]
    return value
