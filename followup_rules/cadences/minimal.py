"""The shortest cadence: a thank-you, one check, then stop.

What it disagrees over: how much is enough, and whether the date they named is to be trusted. Some
advice checks again every week until there is an answer; some says that a company that wants you will
not forget you, and that one check is all that can help. Where they named a date, some ask the day
after; many leave a day or two more, since decisions slip for reasons that have nothing to do with you.
There is no letter: many readers of post-interview mail now find one quaint, and it often arrives
after the decision.

So there is one check, in one of two forms: two working days after the date they named, where there
is one, and a week after the interview where there is none. A date that they name later, in a reply,
moves the check there; a reply without a date puts it off by a week. Once either form is done, the
other one is not done any more, whatever they answer.
"""

from __future__ import annotations

import attrs

from followup_rules.cadences.classic import (
    CLASSIC,
    COURTESY,
    SAY_THANKS,
    SHOW_INTEREST,
    STATUS_BY_EMAIL,
    THANK_YOU_EMAIL,
)
from followup_rules.rules import After

# Whatever they answered last, they have a week. Thanks come on the day, so a check two days later waits
# for them only when they were late themselves: a date that they named is not put off for their sake.
DATE_HOLDS = (
    After("reply", days=7, at="00:00"),
    After("thank-you-email", days=2, at="00:00"),
)

AFTER_DATE = attrs.evolve(
    STATUS_BY_EMAIL,
    id="status-after-date",
    due=After("decision", workdays=2, at="10:00"),
    not_before=DATE_HOLDS,
    unless=("done:status-by-email",),
    title="Email about the status, their date having passed",
    guidance=(
        "Write it as a reply to your thank-you email, so that they have the position and the day at hand.",
        "Mention the date only as what they told you, not as a promise broken; decisions often slip.",
        "Ask what the timeline is now; never ask whether you got the job.",
        "This is the only check. Put your energy into other applications, whatever comes back.",
    ),
    draft=(
        "Dear $first_name,\n\n"
        "I hope your week is going well. When we spoke on $day about the $role position at $company, you expected a "
        "decision about now. I know that these things can take longer, and I remain very interested. Could you tell me "
        "what the timeline looks like, and what the next step would be?\n\n"
        "If there is anything more you would like from me, I will gladly send it. Thank you for your time and "
        "consideration.\n\n"
        "Kind regards,\n$sender"
    ),
)

WITHOUT_DATE = attrs.evolve(
    STATUS_BY_EMAIL,
    # No hold for the decision date: with one, the other form of the check takes this one's place.
    not_before=(After("reply", days=7, at="00:00"), After("thank-you-email", days=7, at="00:00")),
    unless=("decision-date", f"done:{AFTER_DATE.id}"),
    title="Email to ask about the status",
    guidance=(
        *STATUS_BY_EMAIL.guidance,
        "This is the only check. Put your energy into other applications, whatever comes back.",
    ),
)

MINIMAL = attrs.evolve(
    CLASSIC,
    name="minimal",
    summary="Thanks the same day, one check two working days after the date they named or else after a week, then stop.",
    steps=(THANK_YOU_EMAIL, WITHOUT_DATE, AFTER_DATE),
    hours=tuple(hours for hours in CLASSIC.hours if hours.name != "post"),
    wording=(*COURTESY, attrs.evolve(SAY_THANKS, steps=(THANK_YOU_EMAIL.id,)), SHOW_INTEREST),
)
