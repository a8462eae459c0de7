"""A cadence of one's own in Python: made from the classic one, checked before anyone is contacted, then used.

    python examples/own_cadence.py

It is for a small town where people drop in: thanks are said in person the day after, and the only check is a
call. Rules are plain data, so a cadence can be built from the parts of another one with `attrs.evolve`.
"""

from __future__ import annotations

import attrs
import pendulum

from followup_rules import (
    After,
    Contact,
    Hours,
    Interview,
    Ruleset,
    Step,
    Throttle,
    check,
    plan,
    validate,
)
from followup_rules.cadences.classic import COURTESY, STATUS_CALL

SHOP = Hours("shop", ("tue", "wed", "thu", "fri", "sat"), opens="09:30", closes="12:00")

DROP_IN = Step(
    "drop-in",
    "in-person",
    title="Drop in and say thank you",
    guidance=("Two minutes, before noon, and leave when a customer comes.",),
    due=After("end", workdays=1, at="10:00"),
    during="shop",
    expires=After("end", days=10),
    stop_on=(),
)

CALL = attrs.evolve(
    STATUS_CALL,
    due=After("drop-in", days=7, at="10:00"),
    not_before=(After("decision", days=1, at="00:00"),),
    during="shop",
)

SMALL_TOWN = Ruleset(
    "small-town",
    "1.0",
    hours=(SHOP,),
    steps=(DROP_IN, CALL),
    throttles=(Throttle("once-a-week", ("call", "in-person"), days=7),),
    wording=COURTESY,
)


def main() -> None:
    report = check(SMALL_TOWN)
    print(f"{report.cases} cases decided")
    for finding in report.findings:
        print(f"  {finding.severity}: {finding.subject}: {finding.message}")
    if any(finding.severity == "error" for finding in report.findings):
        raise SystemExit("the cadence is not sound")

    interview = Interview(
        "Pell's Hardware",
        role="Shop assistant",
        starts_at=pendulum.datetime(2026, 11, 20, 16, tz="Europe/London"),
        contacts=[Contact("Ruth Pell", phone="01632 960199")],
    )
    todo = plan(interview, SMALL_TOWN)
    assert not validate(todo)  # always so for the planner's own plans; worth asking of an edited one
    print(todo)


if __name__ == "__main__":
    main()
