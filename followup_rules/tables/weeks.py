"""When hours are open, for whole columns of days: day 0 is the first of 1970.

Assumes a ruleset made ready, and fresh records with the dates they are closed on.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from followup_rules.compiled import Opening
from followup_rules.moments import EPOCH_DAY
from followup_rules.tables.clocks import Truth, Whole
from followup_rules.tables.columns import DAY_BITS, Fresh


class Week:
    """When hours are open, for whole columns of days."""

    def __init__(self, opening: Opening, records: Fresh) -> None:
        self.always = opening.days is None
        self.opens = opening.opens
        self.closes = opening.closes
        days = range(7) if opening.days is None else opening.days
        open_on = [day in days for day in range(7)]
        # By the days since Thursday, which the first of 1970 was.
        self.ahead = np.array([next(ahead for ahead in range(7) if open_on[(day + 3 + ahead) % 7]) for day in range(7)])
        self.back = np.array([-next(back for back in range(7) if open_on[(day + 3 - back) % 7]) for day in range(7)])
        self.closed = records.closed if opening.shut_on_holidays else records.closed[:0]
        self.row_keys = records.rows << DAY_BITS

    def _is_closed(self, rows: npt.NDArray[Any], day: Whole) -> Truth:
        keys = self.row_keys[rows] | (day + EPOCH_DAY)
        places = np.minimum(np.searchsorted(self.closed, keys), len(self.closed) - 1)
        closed: Truth = self.closed[places] == keys
        return closed

    def from_day(self, rows: npt.NDArray[Any], day: Whole, step: int = 1) -> Whole:
        """Give the first open day from this one on, or back from it."""
        if self.always:
            return day
        table = self.ahead if step > 0 else self.back
        day = day + table[day % 7]
        if len(self.closed):
            shut = np.flatnonzero(self._is_closed(rows, day))
            while len(shut):
                moved = day[shut] + step
                day[shut] = moved + table[moved % 7]
                shut = shut[self._is_closed(rows[shut], day[shut])]
        return day

    def within(self, wall: Any) -> Any:
        """Tell whether a time of day is within the hours."""
        return (self.opens <= wall) & (wall < self.closes)
