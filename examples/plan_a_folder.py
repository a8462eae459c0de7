"""Plan every record of a folder together, and print what is due today.

    python examples/plan_a_folder.py examples/records 2026-11-23T09:00-05:00

Together, because two interviews at one company share its patience: a check of the one holds back a
check of the other. The second argument is the moment to plan for; without it, it is now.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

from followup_rules import FollowupError, Interview, load_interview, plan_all


def load_all(folder: Path) -> list[Interview]:
    """Load every record; a file that is wrong is named with all its faults, and the others are planned."""
    interviews = []
    for path in sorted(folder.glob("*.toml")):
        try:
            interviews.append(load_interview(path))
        except FollowupError as error:
            print(error, file=sys.stderr)
    return interviews


def main(folder: str, when: str | None = None) -> None:
    now = dt.datetime.fromisoformat(when).astimezone() if when else dt.datetime.now(tz=dt.UTC)
    for plan in plan_all(load_all(Path(folder)), as_of=now):
        assert plan.as_of is not None  # it was given; it comes back in the employer's time zone
        due = plan.due_by(plan.as_of.end_of("day"))
        print(plan.interview)
        for action in due:
            print(f"  {'late' if action.late else 'today':5}  {action}")
        later = plan.actions[len(due) :]
        if later:
            print(f"  then   {later[0]}")
        if not plan.actions:
            print("  nothing left to do")


if __name__ == "__main__":
    main(*sys.argv[1:])
