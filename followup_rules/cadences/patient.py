"""The patient cadence, for the public sector: two weeks before the first check, or a week after the date they named.

What it disagrees over: how long a silence is normal. Advice for companies counts in days. Councils,
schools, hospitals, universities and government offices hire by panel: every candidate is asked the
same questions and scored, the scores are agreed and signed off, references and checks come before
any offer, and nobody on the panel may say anything earlier. From interview to offer takes weeks, and
often months. A check after a week finds nothing decided, and it reads as pressure.

There is no letter: the scores are given for what was said in the room, and a note to each member of
the panel adds nothing to them. Both checks are by email, for an office that keeps things on file;
the second, two weeks after the first, is the last. As in the minimal cadence, the first check has
two forms, with a date and without, and only one of them is ever done.
"""

from __future__ import annotations

import attrs

from followup_rules.cadences.classic import (
    BUSINESS_CARD,
    CLASSIC,
    RESEARCH,
    STATUS_BY_EMAIL,
    STATUS_EMAIL,
    THANK_YOU_EMAIL,
)
from followup_rules.cadences.minimal import AFTER_DATE as MINIMAL_AFTER_DATE
from followup_rules.cadences.minimal import DATE_HOLDS, MINIMAL
from followup_rules.rules import After

TWO_WEEKS_AFTER_REPLY = After("reply", days=14, at="00:00")
A_MONTH = After("ideal", days=30)  # they take their time, and so may a check that was forgotten

PANEL_GUIDANCE = (
    "Write to the person named for questions in the advert or the invitation; the panel may not answer on its own.",
    "Give the reference number of the vacancy, if it has one.",
    "Ask what stage the process has reached and what comes next; never ask whether you got the job.",
)

AFTER_DATE = attrs.evolve(
    MINIMAL_AFTER_DATE,
    due=After("decision", days=7, at="10:00"),
    not_before=(TWO_WEEKS_AFTER_REPLY, *DATE_HOLDS[1:]),
    expires=A_MONTH,
    title="Email about the status, a week after their date",
    guidance=(*PANEL_GUIDANCE, "Mention the date only as what they told you; sign-off takes longer than anyone plans."),
)

WITHOUT_DATE = attrs.evolve(
    STATUS_BY_EMAIL,
    due=After("end", days=14, at="10:00"),
    not_before=(TWO_WEEKS_AFTER_REPLY, After("thank-you-email", days=7, at="00:00")),
    expires=A_MONTH,
    unless=("decision-date", f"done:{AFTER_DATE.id}"),
    title="Email to ask about the status",
    guidance=PANEL_GUIDANCE,
)

SECOND_EMAIL = attrs.evolve(
    STATUS_EMAIL,
    due=After("end", days=28, at="10:00"),
    not_before=(
        After("decision", days=7, at="00:00"),
        TWO_WEEKS_AFTER_REPLY,
        After("thank-you-email", days=7, at="00:00"),
        After(WITHOUT_DATE.id, days=14, at="00:00"),
        After(AFTER_DATE.id, days=14, at="00:00"),
    ),
    expires=A_MONTH,
    if_unreachable="Ask the recruitment office for the right address, and let it rest there.",
)

PATIENT = attrs.evolve(
    CLASSIC,
    name="patient",
    summary="For the public sector: thanks the same day, a check after two weeks or a week after the date they named, one more.",
    steps=(RESEARCH, BUSINESS_CARD, THANK_YOU_EMAIL, WITHOUT_DATE, AFTER_DATE, SECOND_EMAIL),
    hours=MINIMAL.hours,
    wording=MINIMAL.wording,
)
