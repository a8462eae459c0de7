"""`followup-rules review FILE`: what a message says that it should not, or leaves out, underlined where it stands."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from followup_rules.cli import output
from followup_rules.cli.answering import FINE, FOUND, answering
from followup_rules.cli.arguments import AsJson, RulesetOption, read_ruleset
from followup_rules.errors import FollowupError
from followup_rules.telling import harmless, width

if TYPE_CHECKING:
    from followup_rules.wording import Remark

STDIN = "-"
PIECE = 72
"""How many letters of a line are shown in one piece."""


@answering
def review(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="A message as plain text; `-` reads it from standard input.", show_default=False)
    ],
    *,
    ruleset: RulesetOption = "classic",
    step: Annotated[
        str | None,
        typer.Option(metavar="ID", help="The step it is for, whose own wording rules then count too.", show_default=False),
    ] = None,
    topic: Annotated[
        list[str] | None,
        typer.Option(metavar="TEXT", help="A subject that was discussed; give it once for each.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Review a message before it is sent; ends with 1 if it breaks a rule that counts as an error."""
    from followup_rules.wording import review as review_text

    rules = read_ruleset(ruleset)
    text = read_message(file)
    remarks = review_text(text, ruleset=rules, step=step, topics=tuple(topic or ()))
    if as_json:
        output.write_json([remark_as_data(remark) for remark in remarks])
    elif remarks:
        output.write_lines(_page(text, remarks))
    else:
        output.write("No remarks.")
    return FOUND if any(remark.severity == "error" for remark in remarks) else FINE


def read_message(file: str) -> str:
    """Read a text from a file or from standard input; raises `FollowupError`."""
    if file != STDIN:
        from followup_rules.files import read_text

        return read_text(file)
    from followup_rules.files import MAX_BYTES

    content = sys.stdin.buffer.read(MAX_BYTES + 1) if sys.stdin else b""
    if len(content) > MAX_BYTES:
        raise FollowupError("must be at most 1 MiB (1,048,576 bytes)", source="standard input")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FollowupError("must be UTF-8 text", source="standard input") from None


def _page(text: str, remarks: tuple[Remark, ...]) -> Iterator[str]:
    for place, remark in enumerate(remarks):
        if place:
            yield ""
        line = text.count("\n", 0, remark.start) + 1
        missing = remark.end == remark.start  # it is not there, so it stands nowhere
        where = "" if missing else f" (line {line})"
        yield harmless(f"{remark.severity} {remark.rule}{where}: {remark.message}")
        yield from underlined(text, remark.start, remark.end)
        if remark.suggestion:
            yield f"  {'for example' if missing else 'instead'}: {harmless(remark.suggestion)}"


def underlined(text: str, start: int, end: int) -> Iterator[str]:
    """Give the lines that a span stands in, long ones in pieces, each with its part of the span underlined below it."""
    at = 0
    for piece in _pieces(text):
        first, last = max(start - at, 0), min(end - at, len(piece.rstrip()))
        if first < last:
            yield f"  | {harmless(piece.rstrip())}"
            yield f"  | {' ' * width(harmless(piece[:first]))}{'^' * width(harmless(piece[first:last]))}"
        at += len(piece)


def _pieces(text: str) -> Iterator[str]:
    """Cut a text into its lines, and lines too wide for most terminals after a space."""
    for line in text.splitlines(keepends=True):
        rest = line
        while len(rest) > PIECE:
            cut = rest.rfind(" ", 1, PIECE) + 1 or PIECE
            yield rest[:cut]
            rest = rest[cut:]
        yield rest


def remark_as_data(remark: Remark) -> dict[str, object]:
    """Give a remark as data."""
    names = ("rule", "severity", "start", "end", "message", "suggestion")
    return {name: getattr(remark, name) for name in names}
