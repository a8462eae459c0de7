"""The cadences that come with the package: the classic one and five that real advice sets against it.

Each module says what its cadence disagrees over. All are plain data, made of the same rules that
anyone can write; nothing else in the package knows more about them than about a cadence of your own.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from followup_rules.cadences.classic import CLASSIC
from followup_rules.cadences.email_first import EMAIL_FIRST
from followup_rules.cadences.minimal import MINIMAL
from followup_rules.cadences.no_calls import NO_CALLS
from followup_rules.cadences.patient import PATIENT
from followup_rules.cadences.phone_screen import PHONE_SCREEN
from followup_rules.rules import Ruleset

BY_NAME: Mapping[str, Ruleset] = MappingProxyType(
    {ruleset.name: ruleset for ruleset in (CLASSIC, MINIMAL, NO_CALLS, EMAIL_FIRST, PATIENT, PHONE_SCREEN)}
)
"""Every cadence by its name, `classic` first; the names are those that the command line takes."""

__all__ = ["BY_NAME", "CLASSIC", "EMAIL_FIRST", "MINIMAL", "NO_CALLS", "PATIENT", "PHONE_SCREEN"]
