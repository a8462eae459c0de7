"""The cadence that writes before it calls: the classic one with its two checks the other way round.

What it disagrees over: the order. The classic advice opens with the call, as the warmer and quicker
way. Others write first: an email lets the reader look things up and answer in their own time, and a
call is then no surprise but a reminder of something they have read. Where nobody's number is known,
the second check is an email too, as the classic first one is.
"""

from __future__ import annotations

import attrs

from followup_rules.cadences.classic import (
    BUSINESS_CARD,
    CLASSIC,
    HOLDS,
    RESEARCH,
    STATUS_CALL,
    STATUS_EMAIL,
    THANK_YOU_EMAIL,
    THANK_YOU_LETTER,
)
from followup_rules.cadences.no_calls import FIRST_EMAIL
from followup_rules.rules import After

A_WEEK_AFTER_THE_EMAIL = After(FIRST_EMAIL.id, days=7, at="00:00")

CALL = attrs.evolve(
    STATUS_CALL,
    due=After("end", days=14, at="10:00"),
    not_before=(*HOLDS, A_WEEK_AFTER_THE_EMAIL),
    expires=After("ideal", days=30),  # as long as the last check of the classic cadence may wait
    title="Call to ask again about the status",
    guidance=(
        "Have the position, the day you met and your own number in front of you. Mid-morning is a good time.",
        "Say who you are and that you wrote a little while ago; do not ask why nobody answered.",
        "Ask how the search is coming along and what the next step is; never ask whether you got the job.",
        "If nobody answers, leave one message with your number. That is the last check.",
    ),
)

# Nobody's number is known: one second check all the same, and not both.
SECOND_EMAIL = attrs.evolve(
    STATUS_EMAIL,
    not_before=(*HOLDS, A_WEEK_AFTER_THE_EMAIL),
    unless=("can:call", f"done:{CALL.id}"),
    title="Email once more about the status, for want of a number",
    if_unreachable="Ask the front desk for the right address, and let it rest there.",
)

EMAIL_FIRST = attrs.evolve(
    CLASSIC,
    name="email-first",
    summary="Thanks the same day, a letter, a check by email after a week and a call a week later.",
    steps=(RESEARCH, BUSINESS_CARD, THANK_YOU_EMAIL, THANK_YOU_LETTER, FIRST_EMAIL, CALL, SECOND_EMAIL),
)
