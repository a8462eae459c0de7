"""What the strategies have in common: how objects are made, and how misuse is refused.

Assumes nothing of the package.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

T = TypeVar("T")

# These shrink to "no", so that what is left in a counterexample matters to it.
SELDOM = st.sampled_from((False, False, False, False, False, True, False, False))
SOMETIMES = st.sampled_from((False, True, False))
MORE = st.sampled_from((False, True, True, True))


def built(draw: st.DrawFn, kind: Callable[..., T], *args: Any, **values: Any) -> T:
    """Make an object so that hypothesis prints it as this call: what was drawn, and no default."""
    return draw(st.builds(kind, *map(st.just, args), **{name: st.just(value) for name, value in values.items()}))


def require_count(name: str, value: object, low: int, high: int) -> None:
    """Raise hypothesis's `InvalidArgument` for anything but a whole number in this span."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise InvalidArgument(f"{name} must be a whole number from {low} to {high}, not {value!r}")
