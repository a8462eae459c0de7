"""Drafts: a step's message with the names of the interview filled in.

Decides what stands for a name that is missing, and keeps what is filled in from being taken for the writer's own
words: a role called `Follow up manager` or a subject that reads like a question is put in quotation marks, and
where that is not enough a plain word takes its place, so that a filled draft passes its own review.
Assumes plans and wording.
"""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping

from followup_rules.errors import FollowupError, shown
from followup_rules.plans import Action, Plan
from followup_rules.record import Interview
from followup_rules.wording import MAX_TEXT, review

# Not by strftime, whose names change with the process's locale.
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip

_MISSING = {
    "contact": "Hiring Manager",
    "first_name": "Hiring Manager",
    "company": "your company",
    "role": "open",
    "topic": "the work",
    "sender": "",
}
_LONGEST = 200  # of a value in a letter; a longer one is no name
_QUOTES = str.maketrans("", "", '"“”')


def draft(plan: Plan, action: Action, *, sender: str = "", topic: str | None = None) -> str:
    """Fill the draft of an action's step; empty for a step without one.

    `sender`: how the writer signs. `topic`: what was discussed, by default the first subject of the interview.
    `day` is the day of the interview in words and in its own zone, as in `Wednesday 18 November`. Raises `FollowupError` for
    a sender or topic that is no text, or where the filled draft is over 100,000 characters;
    `InvalidRuleset` for an action whose step the plan's ruleset does not have.
    """
    for name, value in (("sender", sender), ("topic", topic)):
        if value is not None and not isinstance(value, str):
            raise FollowupError(f"must be text, not {shown(value)}", source=name)
    step = plan.ruleset.step(action.step)
    template = string.Template(step.draft)
    given = _given(plan.interview, action, sender, topic)
    topics = (given["topic"],) if given["topic"] else ()
    text = ""
    for values in _fillings(given):
        text = _tidy(template.substitute(values, day=_day(plan.interview)), signed=bool(given["sender"]))
        if len(text) > MAX_TEXT:
            raise FollowupError(f"must be at most {MAX_TEXT:,} characters, not {len(text):,}", source="filled draft")
        if not review(text, ruleset=plan.ruleset, step=step.id, topics=topics):
            return text
    return text


def _given(interview: Interview, action: Action, sender: str, topic: str | None) -> dict[str, str]:
    """Give the values as they are, each on one line; empty where there is none."""
    if topic is None:
        topic = interview.topics[0] if interview.topics else ""
    given = {"company": interview.company, "role": interview.role, "topic": topic, "sender": sender}
    if action.contact is not None:
        given |= {"contact": action.contact.name, "first_name": action.contact.first_name}
    return {name: _line(given.get(name, "")) for name in _MISSING}


def _fillings(given: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Give ways to fill a draft, the plainest first and the safest last."""
    short = {name: value if len(value) <= _LONGEST else "" for name, value in given.items()}
    plain = {name: value or _MISSING[name] for name, value in short.items()}
    quoted = {name: _quoted(value) if short[name] else value for name, value in plain.items()}
    yield plain
    few: tuple[tuple[str, ...], ...] = (("role",), ("topic",), ("company",), ("role", "topic", "company"))
    yield from (plain | {name: quoted[name] for name in names} for names in few)
    named = plain | {name: quoted[name] for name in ("role", "topic", "company")}
    safer: tuple[tuple[str, ...], ...] = (
        ("contact", "first_name", "sender"),
        ("company",),
        ("role", "company"),
        tuple(name for name in _MISSING if name != "topic"),
    )
    yield from (named | {name: _MISSING[name] for name in names} for names in safer)
    yield dict(_MISSING)


def _quoted(value: str) -> str:
    return f"“{value.translate(_QUOTES).strip()}”"


def _line(value: str) -> str:
    return " ".join(value.split())


def _tidy(text: str, *, signed: bool) -> str:
    """Leave out what only makes sense with a signature, where there is none."""
    return text if signed else text.replace(", this is .", ",").rstrip()


def _day(interview: Interview) -> str:
    start = interview.starts_at
    return f"{_DAYS[start.weekday()]} {start.day} {_MONTHS[start.month - 1]}"
