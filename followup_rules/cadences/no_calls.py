"""The cadence without calls: the classic one with both checks by email.

What it disagrees over: whether to telephone at all. Surveys of personnel managers find a call quite
acceptable, the older ones almost as much as an email. Many of those who hire say the opposite: an
unannounced call takes them from their work, cannot be answered without looking things up, and puts
them on the spot when the answer is no. An email they answer when they can. This cadence sides with
them; a call that happened all the same still counts as a contact.
"""

from __future__ import annotations

import attrs

from followup_rules.cadences.classic import (
    BUSINESS_CARD,
    CLASSIC,
    HOLDS,
    RESEARCH,
    STATUS_BY_EMAIL,
    STATUS_EMAIL,
    THANK_YOU_EMAIL,
    THANK_YOU_LETTER,
)
from followup_rules.rules import After

# The classic check for want of a number becomes the rule: by email, whoever can be called.
FIRST_EMAIL = attrs.evolve(STATUS_BY_EMAIL, unless=(), title="Email to ask about the status")

SECOND_EMAIL = attrs.evolve(
    STATUS_EMAIL,
    not_before=(*HOLDS, After(FIRST_EMAIL.id, days=7, at="00:00")),
    if_unreachable="Ask the front desk for the right address, and let it rest there.",
)

NO_CALLS = attrs.evolve(
    CLASSIC,
    name="no-calls",
    summary="Thanks the same day, a letter, a check by email after a week and another a week later; nobody is telephoned.",
    steps=(RESEARCH, BUSINESS_CARD, THANK_YOU_EMAIL, THANK_YOU_LETTER, FIRST_EMAIL, SECOND_EMAIL),
)
