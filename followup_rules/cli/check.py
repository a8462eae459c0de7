"""`followup-rules check NAME_OR_FILE`: is a cadence sound, and which interview shows that it is not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from followup_rules.cli import output
from followup_rules.cli.answering import FINE, FOUND, answering
from followup_rules.cli.arguments import AsJson, CadenceArgument, read_ruleset
from followup_rules.record import Interview
from followup_rules.rules import Ruleset
from followup_rules.telling import harmless, table

if TYPE_CHECKING:
    from followup_rules.checking import Finding, Report


@answering
def check(cadence: CadenceArgument, *, as_json: AsJson = False) -> int:
    """Decide whether a cadence can fail, before anyone is contacted; ends with 1 if there is an error."""
    from followup_rules.checking import check as check_ruleset

    ruleset = read_ruleset(cadence)
    report = check_ruleset(ruleset)
    if as_json:
        output.write_json(report_as_data(report))
    else:
        output.write_lines(_page(ruleset, report))
    return FOUND if any(finding.severity == "error" for finding in report.findings) else FINE


def _page(ruleset: Ruleset, report: Report) -> Iterator[str]:
    counts = {
        severity: sum(finding.severity == severity for finding in report.findings) for severity in ("error", "warning", "note")
    }
    told = [f"{count} {severity}{'' if count == 1 else 's'}" for severity, count in counts.items() if count]
    yield harmless(f"{ruleset}: {', '.join(told) or 'no findings'}")
    yield f"  {report.cases} cases decided; {harmless(report.universe)}"
    if not report.conclusive:
        yield "  INCONCLUSIVE: a limit cut it short, so what is not found here may still be"
    for finding in report.findings:
        yield ""
        yield from _finding(finding, ruleset)


def _finding(finding: Finding, ruleset: Ruleset) -> Iterator[str]:
    yield harmless(f"{finding.severity} {finding.code}: {finding.subject}")
    yield f"  {harmless(finding.message)}"
    if finding.example is not None:
        yield from _example(finding.example, ruleset)


def _example(interview: Interview, ruleset: Ruleset) -> Iterator[str]:
    """Give the smallest interview that shows a finding, as it stands in a file, and its plan."""
    from followup_rules.cli.toml import to_toml
    from followup_rules.data import to_data
    from followup_rules.planner import plan

    yield "  the smallest such interview, as a record:"
    yield from indented(to_toml(to_data(interview)))
    yield "  its plan:"
    yield from indented(table(plan(interview, ruleset)))


def indented(text: str) -> Iterator[str]:
    """Give the lines of a text further in, those that are empty as they are."""
    for line in text.splitlines():
        yield f"    {line}".rstrip()


def report_as_data(report: Report) -> dict[str, object]:
    """Give a report as data, with each example in the form of a record."""
    from followup_rules.data import to_data

    return {
        "universe": report.universe,
        "cases": report.cases,
        "conclusive": report.conclusive,
        "findings": [
            {
                "code": finding.code,
                "severity": finding.severity,
                "subject": finding.subject,
                "message": finding.message,
                "example": None if finding.example is None else to_data(finding.example),
            }
            for finding in report.findings
        ],
    }
