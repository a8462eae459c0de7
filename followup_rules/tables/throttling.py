"""Throttles at work on whole columns: which dates are full, given the contacts counted so far; day 0 is the first of 1970.

Assumes a ruleset made ready. It is `throttling` with a number for every row in place of each date.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from followup_rules.compiled import Compiled, CompiledStep
from followup_rules.tables.clocks import Truth, Whole
from followup_rules.tables.rows import NONE


class Counted(NamedTuple):
    """What a throttle has counted once in each row: on which date, `NONE` for not at all, and whom, a bit a person."""

    day: Whole
    who: Whole


class Tally:
    """All that the throttles of a ruleset have counted so far, in so many rows."""

    def __init__(self, rules: Compiled, counted: list[list[Counted]]) -> None:
        self.throttles = rules.throttles
        self.counted = counted

    def binds(self, step: CompiledStep) -> bool:
        """Tell whether a throttle that may move this step has counted anything."""
        return any(self.counted[throttle] for throttle in step.throttles)

    def count(self, step: CompiledStep, person: npt.NDArray[np.int8], day: Whole, there: Truth) -> None:
        """Count an action in the rows where it is there; -1 is nobody."""
        counted = Counted(np.where(there, day, NONE), _bit(person))
        for throttle in step.throttles:
            self.counted[throttle].append(counted)

    def free_from(self, step: CompiledStep, rows: npt.NDArray[Any] | slice, person: npt.NDArray[np.int8], day: Whole) -> Whole:
        """Give for some rows the first dates from these on that no full window of the step's throttles contains."""
        days = {}
        bit = _bit(person)
        for place in step.throttles:
            throttle = self.throttles[place]
            known = [
                one.day[rows] if throttle.per == "company" else np.where(one.who[rows] & bit, one.day[rows], NONE)
                for one in self.counted[place]
            ]
            if len(known) >= throttle.max:
                days[place] = np.sort(np.array(known), axis=0) if len(known) > 1 else known
        while True:
            start = day
            for place, counted in days.items():
                throttle = self.throttles[place]
                reach = throttle.days - 1
                for first, last in zip(counted, counted[throttle.max - 1 :], strict=False):
                    # `max` dates that fit a window fill every window around them.
                    full = (first != NONE) & (first >= day - reach) & (last <= day + reach) & (last - first <= reach)
                    if full.any():
                        day = np.where(full, first + throttle.days, day)
            if day is start:
                return day


def _bit(person: npt.NDArray[np.int8]) -> Whole:
    return np.where(person < 0, 0, 1 << np.maximum(person, 0).astype(np.int64))
