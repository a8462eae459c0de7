"""An assertion for a test of one's own: that a cadence is sound.

Assumes the checker, which decides it; says how its report becomes a failure that can be replayed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from hypothesis.errors import InvalidArgument

from followup_rules.checking.findings import FINDING_CODES, check
from followup_rules.data import to_data
from followup_rules.rules import Ruleset, Severity
from followup_rules.testing.records import require_ruleset

SEVERITIES: tuple[Severity, ...] = get_args(Severity)


def assert_sound(
    ruleset: Ruleset,
    *,
    fail_on: Severity = "error",
    allow: Iterable[str] = (),
    conclusive: bool = True,
    limit: int | None = None,
) -> None:
    """Raise `AssertionError` if `check` finds fault with a ruleset, with each finding and the interview that shows it.

    `fail_on`: the least severity that fails: `error`, `warning` or `note`. `allow`: what is meant to be
    so and does not fail, as a code (`can-be-late`) or a code with its subject (`can-be-late:thank-you`).
    `conclusive=False` puts up with a check that a limit cut short; by default that fails too, as what
    was not looked at is not known to be sound. `limit`: as for `check`. Raises hypothesis's
    `InvalidArgument` for anything else than these.
    """
    require_ruleset(ruleset)
    if fail_on not in SEVERITIES:
        raise InvalidArgument(f"fail_on must be one of {', '.join(SEVERITIES)}, not {fail_on!r}")
    allowed = frozenset((allow,) if isinstance(allow, str) else allow)
    for entry in sorted(allowed):
        if entry.partition(":")[0] not in FINDING_CODES:
            raise InvalidArgument(f"allow must hold codes of findings ({', '.join(FINDING_CODES)}), not {entry!r}")
    report = check(ruleset, limit=limit)
    faults = []
    for finding in report.findings:
        severe = SEVERITIES.index(finding.severity) <= SEVERITIES.index(fail_on)
        if severe and not {finding.code, f"{finding.code}:{finding.subject}"} & allowed:
            example = "" if finding.example is None else f"\n    plan(from_data({to_data(finding.example)!r}, Interview), ruleset)"
            faults.append(f"{finding}{example}")
    if conclusive and not report.conclusive:
        faults.append(f"inconclusive: {report.universe}")
    if faults:
        raise AssertionError("\n  ".join([f"{ruleset} is not sound", *faults]))
