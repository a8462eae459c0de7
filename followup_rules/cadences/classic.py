"""The classic cadence: the advice of the old article, step by step, as §9 of the contract fixes it.

The advice: get the business card before you leave; a thank-you email the same day; a handwritten
letter that mentions what was discussed, tailored to the company; a call a week after the interview
to ask about the status, with a message left if nobody answers; an email a week after that; never
more than one call or email a week; be courteous and never just ask "did I get the job?"; do your
homework first. Beside each rule stands the part of the advice it comes from.

The other cadences share these steps, hours, throttles and wording rules wherever they mean the same
thing. What they disagree over is told in their own modules and in docs/cadences.md.
"""

from __future__ import annotations

from followup_rules.rules import After, Hours, Ruleset, Step, Throttle, Wording

# What every check waits for. They said when they would decide, so not before the day after; they have
# just answered, so not within a week; thanks were given, and at most one contact a week means a week.
HOLDS = (
    After("decision", days=1, at="00:00"),
    After("reply", days=7, at="00:00"),
    After("thank-you-email", days=7, at="00:00"),
)

HOURS = (
    Hours("waking", ("mon", "tue", "wed", "thu", "fri", "sat", "sun"), opens="08:00", closes="21:00", shut_on_holidays=False),
    Hours("post", ("mon", "tue", "wed", "thu", "fri", "sat"), opens="08:00", closes="18:00"),
    Hours("office", ("mon", "tue", "wed", "thu", "fri"), opens="09:00", closes="17:00"),
)

# Advice: do your homework first.
RESEARCH = Step(
    "research",
    "task",
    due=After("start", days=-1, at="18:00"),
    expires=After("start"),
    title="Do your homework on the company",
    guidance=(
        "Read what they make, who uses it and what has changed for them this year.",
        "Note two questions of your own that their website does not answer.",
        "Look up the people you will meet, and how their names are said.",
        "Write down what you would like to ask about the timeline: when they mean to decide, and who will tell you.",
    ),
)

# Advice: get the business card before you leave. Every later step needs what is on it.
BUSINESS_CARD = Step(
    "business-card",
    "in-person",
    due=After("end", hours=0),
    expires=After("end", hours=1),
    only_if=("format:in-person",),
    title="Ask for a business card before you leave",
    guidance=(
        "Ask everyone you spoke with; the front desk can help with anyone you missed.",
        "Check that each card shows an email address and a number that reaches the person, not the switchboard.",
        "No card? Ask how the name is spelt and which address to write to.",
        "Once outside, note on the back two things you talked about with that person.",
    ),
)

# Advice: a thank-you email the same day, to everyone you met, whatever comes of it.
THANK_YOU_EMAIL = Step(
    "thank-you-email",
    "email",
    due=After("end", hours=2),
    during="waking",
    deadline=After("end", hours=24),
    expires=After("end", days=10),
    to="each",
    stop_on=(),
    title="Send a thank-you email",
    guidance=(
        "Thank them for their time and say plainly that you would like to do this job.",
        "Name one thing that only the two of you talked about: they may compare what you sent.",
        "Keep it to a few lines and ask for nothing. The questions come later.",
        "Put the position and the day of the interview in the subject, so that it is found again.",
    ),
    if_unreachable="Ask the front desk for the right address; failing that, let a letter by post carry your thanks.",
    draft=(
        "Dear $first_name,\n\n"
        "Thank you for taking the time to talk with me on $day. I enjoyed hearing about $topic, and I came away "
        "even more interested in the $role position at $company.\n\n"
        "If anything more from me would be useful, I will gladly send it.\n\n"
        "Kind regards,\n$sender"
    ),
)

# Advice: a handwritten letter that mentions what was discussed, tailored to the company.
THANK_YOU_LETTER = Step(
    "thank-you-letter",
    "letter",
    due=After("end", days=1, at="09:00"),
    during="post",
    deadline=After("end", days=3),
    expires=After("end", days=7),
    to="each",
    stop_on=(),
    title="Post a handwritten thank-you letter",
    guidance=(
        "Write it by hand, on one page of plain good paper. Five sentences are enough.",
        "Mention what you discussed, and what you have thought about it since.",
        "Say why it is this company in particular; a letter that would suit any company is not worth the stamp.",
    ),
    if_unreachable="Address it to them by name at the company's main office.",
    draft=(
        "Dear $contact,\n\n"
        "Thank you for our conversation on $day. What you said about $topic has stayed with me, and I have been "
        "thinking about how I would take it up in the $role position.\n\n"
        "It is work that I would be proud to do at $company, and I am grateful for the care you gave to our talk.\n\n"
        "Sincerely,\n$sender"
    ),
)

# Advice: call a week after the interview to ask about the status, and leave a message if nobody answers.
STATUS_CALL = Step(
    "status-call",
    "call",
    due=After("end", days=7, at="10:00"),
    not_before=HOLDS,
    during="office",
    expires=After("ideal", days=14),
    title="Call to ask about the status",
    guidance=(
        "Have the position, the day you met and your own number in front of you. Mid-morning is a good time.",
        "Say who you are first; then ask how the search is coming along, what the next step is and when it comes.",
        "Be courteous and brief, and never ask whether you got the job.",
        "If nobody answers, leave one message with your number. That counts as the call; do not try again today.",
    ),
    if_unreachable="Leave a short message with your name, the position and your number, and count the call as made.",
    draft=(
        "Hello $first_name, this is $sender. We spoke on $day about the $role position at $company. Thank you again "
        "for your time; I am still very interested. I am calling to ask how the search is coming along, and what the "
        "next step would be. If there is anything more you would like from me, I will gladly send it. Thank you, and "
        "have a good day."
    ),
)

# The same check where there is no number to call: by email, a week after the interview, and not both.
STATUS_BY_EMAIL = Step(
    "status-by-email",
    "email",
    due=After("end", days=7, at="10:00"),
    not_before=HOLDS,
    during="office",
    expires=After("ideal", days=14),
    unless=("can:call", "done:status-call"),
    title="Email to ask about the status, for want of a number",
    guidance=(
        "Write it as a reply to your thank-you email, so that they have the position and the day at hand.",
        "Ask how the search is coming along and what the next step is; never ask whether you got the job.",
        "Offer something useful if you have it: a reference, a sample of your work, an answer you owed them.",
    ),
    if_unreachable="Ask the front desk for the right address; one message through them counts as the check.",
    draft=(
        "Dear $first_name,\n\n"
        "I hope your week is going well. We spoke on $day about the $role position at $company, and I remain very "
        "interested in it. Could you tell me how the search is coming along, and what the next step would be?\n\n"
        "If there is anything more you would like from me, I will gladly send it. Thank you for your time and "
        "consideration.\n\n"
        "Kind regards,\n$sender"
    ),
)

# Advice: an email a week after the call. It is the last step: silence after it is an answer too.
STATUS_EMAIL = Step(
    "status-email",
    "email",
    due=After("end", days=14, at="10:00"),
    not_before=(
        *HOLDS,
        After("status-call", days=7, at="00:00"),
        After("status-by-email", days=7, at="00:00"),
    ),
    during="office",
    expires=After("ideal", days=30),
    title="Email once more about the status",
    guidance=(
        "Write it as a reply to your own earlier email, so that they have the thread at hand.",
        "Three sentences are enough: you are still interested, you are happy to wait, what is the present timeline?",
        "This is the last check. Put your energy into other applications, whatever comes back.",
    ),
    if_unreachable="Ask the front desk for the right address, and let it rest there: a second call would be one too many.",
    draft=(
        "Dear $first_name,\n\n"
        "I am writing to follow up on our conversation of $day about the $role position at $company. I am still very "
        "interested in it, and happy to wait. When you have a moment, could you tell me what the timeline looks like "
        "now?\n\n"
        "Thank you again for your time.\n\n"
        "Kind regards,\n$sender"
    ),
)

# Advice: never more than one call or email a week, to one person and to the company as a whole, which
# reads its mail together. Thanks are always given in time; whatever comes after them waits its week.
THROTTLES = (
    Throttle("one-a-week", ("email", "call"), max=1, days=7, per="contact", exempt=("thank-you-email",)),
    Throttle("one-check-a-week", ("email", "call"), max=1, days=7, per="company", exempt=("thank-you-email",)),
)

# Advice: be courteous, and never just ask "did I get the job?".
COURTESY = (
    Wording(
        "never-ask-outcome",
        forbid="asks-outcome",
        because="Asking whether you were chosen puts the reader on the spot; ask for the status and the next step instead.",
    ),
    Wording(
        "courteous",
        forbid="pushy",
        severity="warning",
        because="Demands and reproaches are remembered longer than the interview.",
    ),
    Wording(
        "follow-up-spelling",
        forbid="follow-up-misspelt",
        severity="warning",
        because="One follows up, without a hyphen, and sends a follow-up, with one.",
    ),
)

# Advice: a thank-you has to thank, and to say that you want the job.
SAY_THANKS = Wording(
    "say-thanks",
    require="thanks",
    steps=("thank-you-email", "thank-you-letter"),
    because="A thank-you that does not thank them for anything is only an email.",
)
SHOW_INTEREST = Wording(
    "show-interest",
    require="interest",
    severity="warning",
    steps=("thank-you-email",),
    because="They cannot know that you want the job unless you say so.",
)

# Advice: tailor the letter to what was discussed.
TAILOR = Wording(
    "tailor",
    require="topic",
    severity="warning",
    steps=("thank-you-letter",),
    because="A letter that mentions nothing you discussed could be from anyone.",
)

CLASSIC = Ruleset(
    "classic",
    "1.0",
    summary="Thanks the same day, a letter, a call after a week, an email a week later, and never more than one a week.",
    hours=HOURS,
    steps=(
        RESEARCH,
        BUSINESS_CARD,
        THANK_YOU_EMAIL,
        THANK_YOU_LETTER,
        STATUS_CALL,
        STATUS_BY_EMAIL,
        STATUS_EMAIL,
    ),
    throttles=THROTTLES,
    wording=(*COURTESY, SAY_THANKS, SHOW_INTEREST, TAILOR),
)
