"""`followup-rules record FILE EVENT …`: what happened goes into the record, and what that changes is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Annotated, Any

import typer

from followup_rules.cli import output
from followup_rules.cli.answering import FINE, answering
from followup_rules.cli.arguments import NOW, START, AsJson, AsOf, RulesetOption, read_as_of, read_ruleset
from followup_rules.errors import FollowupError, allowed, did_you_mean, shown
from followup_rules.moments import Zone, to_moment
from followup_rules.plans import show
from followup_rules.record import CHANNELS, DETAIL_OF, EVENT_KINDS, OUTCOMES, Event
from followup_rules.rules import Ruleset
from followup_rules.telling import harmless

SUBJECTS = {"done": "step", "contacted": "channel", "unreachable": "channel", "decided": "outcome"}
"""What each event is of; `replied` is of nothing."""


def event_kinds() -> list[str]:
    """Give the kinds of events, for completion."""
    return list(EVENT_KINDS)


@answering
def record(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The record, a .toml or .json file.", show_default=False)],
    kind: Annotated[
        str,
        typer.Argument(
            metavar="EVENT",
            help="done, contacted, replied, unreachable or decided.",
            show_default=False,
            autocompletion=event_kinds,
        ),
    ],
    subject: Annotated[
        str | None,
        typer.Argument(metavar="OF", help="The step done, the channel, or the outcome decided.", show_default=False),
    ] = None,
    *,
    at: Annotated[str, typer.Option(metavar="WHEN", help="When it happened: `now`, or a time in the interview's zone.")] = NOW,
    contact: Annotated[str | None, typer.Option(help="With whom, by name.", show_default=False)] = None,
    note: Annotated[str, typer.Option(help="Anything to remember about it.")] = "",
    decision_by: Annotated[
        str | None, typer.Option(metavar="DATE", help="With `replied`: when they will decide.", show_default=False)
    ] = None,
    ruleset: RulesetOption = "classic",
    as_of: AsOf = NOW,
    as_json: AsJson = False,
) -> int:
    """Add to a record what happened, keeping its comments and layout, and tell what changed in the plan."""
    from followup_rules.data import to_data
    from followup_rules.editing import add_event
    from followup_rules.files import load_interview
    from followup_rules.planner import plan

    rules = read_ruleset(ruleset)
    interview = load_interview(file)
    present = read_as_of(as_of, interview.zone)
    when = _when(at, interview.zone)
    given = {"at": when, "contact": contact, "note": note, "decision_by": _date(decision_by)}
    event = _event(kind, subject, given, rules)
    plan(interview.record(event), rules)  # refuses what does not fit before anything is written
    before, after = add_event(file, event)
    older, newer = (plan(one, rules, as_of=present) for one in (before, after))
    diff = newer.diff(older)
    if as_json:
        changes = {name: [to_data(action) for action in getattr(diff, name)] for name in ("added", "removed", "kept")}
        changes["moved"] = [{"from": to_data(one), "to": to_data(other)} for one, other in diff.moved]
        output.write_json({"file": file, "event": {"kind": kind} | to_data(event), "changes": changes})
        return FINE
    told = f"{kind} {subject}" if subject else kind
    lines = [f"{file}: recorded {told}, {show(event.at)}"]
    if present is not None and to_moment(event.at) > to_moment(present):
        lines.append("That is in the future: plans count it from then on.")
    lines += ["", "What changed in the plan", *(f"  {line}" for line in str(diff).split("\n"))]
    coming = newer.next
    lines += ["", "Next", f"  {coming}" if coming else "  Nothing is left to do."]
    output.write_lines(harmless(line) for line in lines)
    return FINE


def _when(text: str, zone: Zone) -> dt.datetime:
    try:
        moment = None if text == START else read_as_of(text, zone)
    except FollowupError as error:
        raise FollowupError(error.faults[0].message.replace(", `start` or", " or"), source="--at") from None
    if moment is None:
        raise FollowupError("must be a moment, not `start`", source="--at")
    return moment


def _date(text: str | None) -> dt.date | None:
    try:
        return None if text is None else dt.date.fromisoformat(text)
    except ValueError:
        raise FollowupError(f"must be a date such as `2026-12-01`, not {shown(text)}", source="--decision-by") from None


def _event(kind: str, subject: str | None, given: dict[str, Any], rules: Ruleset) -> Event:
    """Make the event; raises `FollowupError` that says what it takes."""
    if kind not in EVENT_KINDS:
        raise FollowupError(f"must be {allowed(EVENT_KINDS)}, not {shown(kind)}{did_you_mean(kind, EVENT_KINDS)}", source="EVENT")
    values = _subjects(kind, rules)
    if subject is None and values:
        raise FollowupError(f"must be given after `{kind}`: {allowed(values)}", source=f"the {SUBJECTS[kind]}")
    if subject is not None and subject not in values:
        known = f"{allowed(values)}{did_you_mean(subject, values)}" if values else f"nothing after `{kind}`"
        raise FollowupError(f"must be {known}, not {shown(subject)}", source=f"the {SUBJECTS.get(kind, 'event')}")
    if given["decision_by"] is not None and kind != "replied":
        raise FollowupError("goes with `replied` alone", source="--decision-by")
    if kind == "unreachable" and given["contact"] is None:
        raise FollowupError("must be given with `unreachable`: who could not be reached", source="--contact")
    if kind == "decided" and given["contact"] is not None:
        raise FollowupError("does not go with `decided`", source="--contact")
    made: Callable[..., Event] = EVENT_KINDS[kind]
    fields = {name: value for name, value in given.items() if value is not None}
    return made(**fields) if subject is None else made(subject, **fields)


def _subjects(kind: str, rules: Ruleset) -> tuple[str, ...]:
    return {
        "done": tuple(step.id for step in rules.steps),
        "contacted": CHANNELS,
        "unreachable": tuple(DETAIL_OF),
        "decided": OUTCOMES,
    }.get(kind, ())
