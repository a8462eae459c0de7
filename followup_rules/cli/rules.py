"""`followup-rules rules [NAME]`: a cadence as a page to read, or as a TOML file to start one's own from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from followup_rules.cli import output
from followup_rules.cli.answering import FINE, answering
from followup_rules.cli.arguments import AsJson, cadence_names, read_ruleset
from followup_rules.errors import FollowupError
from followup_rules.reasons import limit_of, offset_of
from followup_rules.record import DETAIL_OF
from followup_rules.rules import WEEKDAYS, After, Hours, Ruleset, Step, Wording
from followup_rules.telling import harmless

OptionalCadence = Annotated[
    str | None,
    typer.Argument(
        metavar="[NAME_OR_FILE]",
        help="A cadence by name, or the file of one; without it, the names there are.",
        show_default=False,
        autocompletion=cadence_names,
    ),
]

_WORDING = {
    "asks-outcome": "never asks whether you were chosen",
    "pushy": "is never pushy",
    "follow-up-misspelt": "spells “follow up” and “follow-up” each in its place",
    "thanks": "thanks them",
    "interest": "says that you are interested",
    "topic": "mentions something that was discussed",
    "phrases": "never says ",
}
_HOW = {
    "email": "by email",
    "call": "by phone",
    "letter": "by letter",
    "in-person": "in person",
    "task": "for yourself",
}


@answering
def rules(
    name: OptionalCadence = None,
    *,
    toml: Annotated[bool, typer.Option("--toml", help="Print it as a file to start one's own from.")] = False,
    as_json: AsJson = False,
) -> int:
    """Show a cadence: its steps, limits and wording rules, in words."""
    from followup_rules.data import to_data

    if toml and as_json:
        raise FollowupError("must not stand together: choose one", source="--toml and --json")
    if name is None and toml:
        raise FollowupError("needs the name of a cadence", source="--toml")
    if name is None:
        _list_cadences(as_json=as_json)
    elif toml:
        output.write(as_file(read_ruleset(name)))
    elif as_json:
        output.write_json(to_data(read_ruleset(name)))
    else:
        output.write_lines([harmless(line) for line in page(read_ruleset(name))])
    return FINE


def _list_cadences(*, as_json: bool) -> None:
    from followup_rules.cadences import BY_NAME

    if as_json:
        output.write_json({name: ruleset.summary for name, ruleset in BY_NAME.items()})
    else:
        most = max(map(len, BY_NAME))
        output.write_lines([f"  {name:{most}}  {ruleset.summary}" for name, ruleset in BY_NAME.items()])


# --- a page to read ---


def page(ruleset: Ruleset) -> Iterator[str]:
    """Give the lines of a page that tells a cadence in words."""
    yield str(ruleset)
    if ruleset.summary:
        yield f"  {ruleset.summary}"
    yield f"  outcomes that end it, where a step does not say otherwise: {', '.join(ruleset.stop_on) or 'none'}"
    for step in ruleset.steps:
        yield ""
        yield from _step(step, ruleset)
    if ruleset.throttles:
        yield from ("", "Limits")
    for throttle in ruleset.throttles:
        exempt = f"; {', '.join(throttle.exempt)} neither counted nor moved" if throttle.exempt else ""
        yield f"  {throttle.id}: {limit_of(throttle)}{exempt}"
    if ruleset.wording:
        yield from ("", "Wording")
    for wording in ruleset.wording:
        yield from _wording(wording)


def _step(step: Step, ruleset: Ruleset) -> Iterator[str]:
    def told(after: After) -> str:
        return offset_of(after, ruleset.steps)

    hours = ruleset.hours_of(step)
    yield f"{step.label} [{step.id}]"
    yield f"  {_HOW[step.channel]}{_recipient(step)}"
    yield f"  when: {told(step.due)}" + (f", in the hours of {in_words(hours)}" if hours else "")
    for after in step.not_before:
        yield f"  not before: {told(after)}"
    if step.deadline is not None:
        yield f"  late after: {told(step.deadline)}"
    if step.expires is not None:
        yield f"  not after: {told(step.expires)}"
    if step.only_if:
        yield f"  only if: {', '.join(step.only_if)}"
    if step.unless:
        yield f"  not if: {', '.join(step.unless)}"
    if step.stop_on is not None:
        yield f"  outcomes that end it: {', '.join(step.stop_on) or 'none'}"
    if step.priority:
        yield f"  priority: {step.priority}"
    for line in step.guidance:
        yield f"  - {line}"
    if step.if_unreachable:
        yield f"  if unreachable: {step.if_unreachable}"
    if step.draft:
        yield "  draft:"
        yield from (f"    {line}".rstrip() for line in step.draft.splitlines())


def _recipient(step: Step) -> str:
    if step.channel not in DETAIL_OF:
        return ""
    return ", to each contact" if step.to == "each" else ", to the first contact who can be reached"


def _wording(wording: Wording) -> Iterator[str]:
    phrases = " or ".join(f"“{phrase}”" for phrase in wording.phrases)
    rule = _WORDING[wording.forbid or wording.require or "phrases"] + phrases
    where = f", in {', '.join(wording.steps)}" if wording.steps else ""
    because = f". {wording.because}" if wording.because else ""
    yield f"  {wording.id} ({wording.severity}): {rule}{where}{because}"


def in_words(hours: Hours) -> str:
    """Put hours into words: `office (mon to fri, 09:00 to 17:00, not on holidays)`."""
    first = WEEKDAYS.index(hours.days[0])
    in_a_row = len(hours.days) > 2 and hours.days == WEEKDAYS[first : first + len(hours.days)]
    days = f"{hours.days[0]} to {hours.days[-1]}" if in_a_row else " ".join(hours.days)
    holidays = "not" if hours.shut_on_holidays else "also"
    return f"{hours.name} ({days}, {hours.opens:%H:%M} to {hours.closes:%H:%M}, {holidays} on holidays)"


# --- a file to start from ---

_TOP = """\
# A cadence for followup-rules. Change what you like, its name first, then see what it does:
#   followup-rules check THIS_FILE.toml
#   followup-rules plan RECORD.toml --ruleset THIS_FILE.toml
#
# An offset counts from an anchor, under the key `after`: start, end, decision, reply, outcome or, in
# `due` and `not_before`, another step's id; in `deadline` and `expires`, ideal (when the step would be due
# with nothing in its way). It counts in days, in workdays (days on which the step's hours are open) or
# in hours; `at` is a time of day. All times are in the zone of the interview.
#
# What can be left out: to = "one", during (at all times), not_before, deadline (it is never late), expires,
# stop_on, only_if, unless, priority = 0, and all texts. `followup-rules schema ruleset` lists every key.

"""


def as_file(ruleset: Ruleset) -> str:
    """Give a cadence as a TOML file with comments, which loads back equal to it."""
    from followup_rules.cli.toml import to_toml
    from followup_rules.data import to_data

    def remark(path: tuple[str | int, ...]) -> str:
        """Put the offsets and limits of the file into words, beside them."""
        value: Any = ruleset
        for part in path:
            value = value[part] if isinstance(part, int) else getattr(value, part)
        if isinstance(value, After):
            return harmless(offset_of(value, ruleset.steps))
        return limit_of(value) if path[:1] == ("throttles",) and len(path) == 2 else ""

    return _TOP + to_toml(to_data(ruleset), remark)
