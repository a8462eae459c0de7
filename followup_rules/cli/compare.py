"""`followup-rules compare OLD NEW`: the smallest interview that two cadences plan differently."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from followup_rules.cli import output
from followup_rules.cli.answering import FINE, FOUND, answering
from followup_rules.cli.arguments import AsJson, CadenceArgument, read_ruleset
from followup_rules.cli.check import indented
from followup_rules.telling import harmless, table

if TYPE_CHECKING:
    from followup_rules.checking import Difference


@answering
def compare(old: CadenceArgument, new: CadenceArgument, *, as_json: AsJson = False) -> int:
    """Tell whether two cadences ever plan differently, and for which interview; ends with 1 if they do."""
    from followup_rules.checking import compare as compare_rulesets

    rulesets = read_ruleset(old), read_ruleset(new)
    difference = compare_rulesets(*rulesets)
    if as_json:
        output.write_json(difference_as_data(difference))
    elif difference is None:
        output.write(harmless(f"{rulesets[0]} and {rulesets[1]} plan every interview of the checked universe alike"))
    else:
        output.write_lines([harmless(f"{rulesets[0]} and {rulesets[1]} differ"), *_page(difference)])
    return FINE if difference is None else FOUND


def _page(difference: Difference) -> Iterator[str]:
    from followup_rules.cli.toml import to_toml
    from followup_rules.data import to_data

    yield "  the smallest interview that they plan differently, as a record:"
    yield from indented(to_toml(to_data(difference.interview)))
    if not difference.smallest:
        yield "  a limit cut the search short: there may be a smaller one"
    changes = difference.new.diff(difference.old)
    # Where no action is new, gone or moved, it is in a deadline, an expiry or the reason for a skip.
    lines = str(changes).splitlines() if changes else str(difference).splitlines()[1:]
    yield "  what the second changes:"
    yield from (f"    {harmless(line)}" for line in lines)
    for which, plan in (("first", difference.old), ("second", difference.new)):
        yield f"  its plan by the {which}:"
        yield from indented(table(plan))


def difference_as_data(difference: Difference | None) -> dict[str, object]:
    """Give a difference as data; without one, `different` alone."""
    from followup_rules.data import to_data

    if difference is None:
        return {"different": False}
    old, new = to_data(difference.old), to_data(difference.new)
    smallest = difference.smallest
    return {"different": True, "smallest": smallest, "interview": to_data(difference.interview), "old": old, "new": new}
