"""A plan in plain text: the table a person acts on, and the explanation of every moment and every gap.

Assumes a plan, also one that was edited; decides nothing. The same plan gives the same text on every
machine: no colours, no terminal, no names of days or months from the locale. Nothing is cut or
wrapped, columns are as wide as what stands in them, and control characters in a record's texts are
made harmless, so that a name cannot move the cursor or turn the line around.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

import attrs
import pendulum

from followup_rules.moments import Zone, as_datetime, find_zone, rounded_up, to_moment
from followup_rules.plans import Action, Plan, show
from followup_rules.record import DETAIL_OF, Contact

_JOINERS = "\u200c\u200d"  # scripts and emojis need them, and they change nothing else
NOTHING = "Nothing is left to do."
_FORMATS = {"in-person": "in person", "video": "by video", "phone": "by phone"}


def harmless(text: str) -> str:
    """Give a text as one line without control characters: breaks and tabs become spaces, the others `�`."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() or one in _JOINERS else " " if one.isspace() else "\ufffd" for one in text)


def width(text: str) -> int:
    """Give how many columns a terminal needs for a text: two for East Asian letters, none for combining marks."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(one) or one in _JOINERS else 2 if unicodedata.east_asian_width(one) in "WF" else 1
        for one in text
    )


@attrs.frozen
class Row:
    """One action as cells of text: when, in a second zone too if one is asked for, what, whom, and until when."""

    when: str
    also: str
    what: str
    whom: str
    limit: str
    late: bool
    now: bool


def table(plan: Plan, *, tz: str | None = None) -> str:
    """Tell a plan as a table: when, what, whom and how to reach them, by when; then what is done or not planned.

    `tz` names a second time zone in which to tell when. Raises `FollowupError` if there is none of it.
    """
    zone = second_zone(plan, tz)
    actions = _columns(rows(plan, zone), zone) if plan.actions else [NOTHING]
    return "\n".join([*header(plan), "", *actions, *_ended(plan)])


def explain(plan: Plan, *, tz: str | None = None) -> str:
    """Tell why each thing is when it is and how to do it, and why others are not there; `tz` as for `table`."""
    zone = second_zone(plan, tz)
    actions = [line for action in plan.actions for line in ("", *_explained(action, zone))]
    return "\n".join([*header(plan), *(actions or ["", NOTHING]), *_ended(plan)])


def second_zone(plan: Plan, tz: str | None) -> Zone | None:
    """Give the second zone to tell moments in; None if none is asked for, or it is the plan's own."""
    if tz is None:
        return None
    name = plan.in_timezone(tz).timezone
    return None if name == plan.timezone else find_zone(name)


def header(plan: Plan) -> Iterator[str]:
    """Give what the plan is of: company and role, the interview's time and zone, the cadence and the `as_of`."""
    interview = plan.interview
    start, end = interview.starts_at, interview.ends_at
    until = show(end)[-5:] if start.date() == end.date() and not end.fold else show(end)
    yield harmless(str(interview))
    yield harmless(f"{show(start)} to {until}, {interview.timezone}, {_FORMATS[interview.format]}")
    if plan.timezone != interview.timezone:
        yield harmless(f"Times from here on are in {plan.timezone}; texts may name the interview's own")
    if plan.as_of is None:
        yield harmless(f"Cadence {plan.ruleset}, from the start: nothing is counted as overdue")
    else:
        now = sum(row.now for row in rows(plan))
        counted = f": {now} to do now, {len(plan.actions) - now} later" if plan.actions else ""
        yield harmless(f"Cadence {plan.ruleset}, as of {show(plan.as_of)}{counted}")


def rows(plan: Plan, zone: Zone | None = None) -> list[Row]:
    """Give each action as cells of text; a year stands in them only where it is not the interview's."""
    return [_row(action, plan, zone) for action in plan.actions]


def endings(plan: Plan) -> Iterator[tuple[str, list[str]]]:
    """Give the lists that follow the actions, each with its title: done, not planned and why, warnings."""
    titles = {step.id: step.label for step in plan.ruleset.steps}
    done = [f"{show(one.at)}  {_named(titles.get(one.step, one.step), one.contact)}" for one in plan.done]
    if done:
        notes = [f": {harmless(one.note)}" if one.note else "" for one in plan.done]
        yield "Done", [line + note for line, note in zip(done, notes, strict=True)]
    if plan.skipped:
        yield "Not planned", [harmless(skip.text) for skip in plan.skipped]
    if plan.warnings:
        yield "Warnings", [harmless(warning.text) for warning in plan.warnings]


def reach(contact: Contact, channel: str) -> str:
    """Tell who it is and how to reach them on a channel: by email, phone number or address, on one line."""
    detail = contact.detail(channel) if channel in DETAIL_OF else None
    if detail is None:
        return harmless(contact.name)
    return harmless(f"{contact.name}, {', '.join(line.strip(' ,') for line in detail.splitlines())}")


def _row(action: Action, plan: Plan, zone: Zone | None) -> Row:
    def told(at: pendulum.DateTime) -> str:
        return show(at).replace(f" {plan.interview.starts_at.year} ", " ", 1)

    def aligned(at: pendulum.DateTime) -> str:
        return f"{told(at)[:4]}{at.day:2}{told(at)[4:].lstrip('0123456789')}"

    now = plan.as_of is not None and to_moment(action.at) <= rounded_up(to_moment(plan.as_of))
    limits = ["now"] if now else []
    if action.deadline is not None:
        limits.append(f"LATE since {told(action.deadline)}" if action.late else f"by {told(action.deadline)}")
    elif action.expires is not None:
        limits.append(f"until {told(action.expires)}")
    return Row(
        when=aligned(action.at),
        also=aligned(as_datetime(action.at, zone)) if zone else "",
        what=harmless(action.title),
        whom=reach(action.contact, action.channel) if action.contact else "",
        limit=", ".join(limits),
        late=action.late,
        now=now,
    )


def _columns(cells: Sequence[Row], zone: Zone | None) -> Iterator[str]:
    """Set rows in columns, with whom and how to reach them on a second line, below what."""
    also = [f"In {zone.name}", *(row.also for row in cells)] if zone else []
    columns = [
        ["When", *(row.when for row in cells)],
        *([also] if also else []),
        ["What", *(row.what for row in cells)],
        ["By when", *(row.limit for row in cells)],
    ]
    for column in columns:
        most = max(map(width, column))
        column.insert(1, "-" * most)
        column[:] = [text + " " * (most - width(text)) for text in column]
    indent = " " * sum(len(column[1]) + 2 for column in columns[:-2])
    for whom, line in zip(["", "", *(row.whom for row in cells)], zip(*columns, strict=True), strict=True):
        yield "  ".join(line).rstrip()
        if whom:
            yield indent + whom


def _explained(action: Action, zone: Zone | None) -> Iterator[str]:
    yield harmless(action.title)
    if action.contact is not None:
        title = f" ({harmless(action.contact.title)})" if action.contact.title else ""
        yield f"  whom: {reach(action.contact, action.channel)}{title}"
    yield f"  when: {show(action.at)}" + (f" ({show(as_datetime(action.at, zone))} in {zone.name})" if zone else "")
    if action.deadline is not None:
        yield f"  by: {show(action.deadline)}" + (" (LATE)" if action.late else "")
    if action.expires is not None:
        yield f"  not after: {show(action.expires)}"
    if action.because:
        yield "  why then:"
    for reason in action.because:
        rule = "" if reason.code == "as-of" else f": {harmless(reason.rule)}"  # it is no rule that says what time it is
        yield f"    {show(reason.at)}  {harmless(reason.text)} [{reason.code}{rule}]"
    if action.guidance:
        yield "  how:"
    for line in action.guidance:
        yield f"    - {harmless(line)}"
    if action.if_unreachable:
        yield f"  if unreachable: {harmless(action.if_unreachable)}"


def _ended(plan: Plan) -> Iterator[str]:
    for title, lines in endings(plan):
        yield from ("", title, *(f"  {line}" for line in lines))


def _named(title: str, contact: str | None) -> str:
    return harmless(title if contact is None else f"{title} ({contact})")
