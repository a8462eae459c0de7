"""Public holidays of a country, as dates to put on record (extra `holidays`).

Assumes nothing of the rest. Used when a record is made or loaded, never while planning: a plan must
not change because a holiday database did.
"""

from __future__ import annotations

import datetime as dt

from followup_rules.checks import as_date
from followup_rules.errors import Fault, InvalidRecord, shown


def public_holidays(country: str, starts_on: dt.date) -> tuple[dt.date, ...]:
    """Give the public holidays of one year from a date on.

    `country` is an ISO 3166 code, with a subdivision if there are holidays of its own: `US`, `US-NY`,
    `DE-BY`. Raises `InvalidRecord` for a country that is not known, or when the extra is missing.
    """
    try:
        import holidays
    except ImportError:
        message = "needs the `holidays` extra: pip install 'followup-rules[holidays]'"
        raise InvalidRecord([Fault(("country",), message)]) from None
    first = as_date(starts_on)
    if not isinstance(first, dt.date) or isinstance(first, dt.datetime):
        raise InvalidRecord([Fault(("starts_on",), f"must be a date, not {shown(starts_on)}")])
    code, _, subdivision = country.strip().upper().partition("-")
    try:
        calendar = holidays.country_holidays(code, subdiv=subdivision or None, years=[first.year, first.year + 1])
    except (NotImplementedError, KeyError):
        message = f"must be an ISO 3166 code such as `US` or `US-NY`, not {shown(country)}"
        raise InvalidRecord([Fault(("country",), message)]) from None
    leap_day = (first.month, first.day) == (2, 29)
    last = first.replace(year=first.year + 1, day=28 if leap_day else first.day)
    return tuple(sorted(day for day in calendar if first <= day < last))
