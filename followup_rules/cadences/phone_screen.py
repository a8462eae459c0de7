"""The cadence after a phone screen: thanks the same day, one check after five working days.

What it disagrees over: whether a short first call deserves the whole ceremony. A phone screen is
half an hour with a recruiter who has a dozen of them that week and passes names on within days. A
letter comes after that, and a second check asks for more attention than the call did. Advice
for screens is therefore quick and short: thanks before the day is over, then one check by email after
a working week, and on to the next application.

It suits a first talk by video as well. It counts in working days, as recruiters do.
"""

from __future__ import annotations

import attrs

from followup_rules.cadences.classic import (
    CLASSIC,
    STATUS_BY_EMAIL,
    THANK_YOU_EMAIL,
)
from followup_rules.cadences.minimal import MINIMAL
from followup_rules.rules import WEEKDAYS, After, Hours

# An email at ten at night is no disturbance, and still the same day.
SAME_DAY = Hours("same-day", WEEKDAYS, opens="08:00", closes="23:59", shut_on_holidays=False)

SAME_DAY_THANKS = attrs.evolve(
    THANK_YOU_EMAIL,
    due=After("end", hours=1),
    during=SAME_DAY.name,
    deadline=After("end", days=1, at="00:00"),
    # A thank-you later than that would only meet the check on its way.
    expires=After("end", days=3),
    title="Send a thank-you email before the day is over",
    guidance=(
        "Thank them for the call and say plainly that you would like to go on.",
        "Name one thing from the call; they had several that day and will remember you by it.",
        "Repeat what was agreed: who is in touch next, and by when.",
        "Keep it to a few lines and ask for nothing.",
    ),
    if_unreachable="Answer the message that set up the call; it reaches the same desk.",
    draft=(
        "Dear $first_name,\n\n"
        "Thank you for the call on $day. I enjoyed hearing about $topic, and I am very interested in the $role position "
        "at $company and in taking the next step.\n\n"
        "If anything more from me would be useful for the next conversation, I will gladly send it.\n\n"
        "Kind regards,\n$sender"
    ),
)

# Five working days after whatever was said last, and not before the date they named is over.
CHECK = attrs.evolve(
    STATUS_BY_EMAIL,
    due=After("end", workdays=5, at="10:00"),
    not_before=(After("decision", days=1, at="00:00"), After("reply", workdays=5, at="00:00")),
    unless=(),
    title="Email to ask about the next step",
    guidance=(
        "Write it as a reply to your thank-you email, so that they have the position and the day at hand.",
        "Two sentences: you are still interested, and what is the next step?",
        "This is the only check. Put your energy into other applications, whatever comes back.",
    ),
    if_unreachable="Answer the message that set up the call; it reaches the same desk.",
)

PHONE_SCREEN = attrs.evolve(
    CLASSIC,
    name="phone-screen",
    summary="For a first call with a recruiter: thanks before the day is over, one check after five working days.",
    steps=(SAME_DAY_THANKS, CHECK),
    hours=(SAME_DAY, *(hours for hours in CLASSIC.hours if hours.name == "office")),
    wording=MINIMAL.wording,
)
