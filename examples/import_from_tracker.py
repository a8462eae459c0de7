"""Turn the rows of a job tracker into records, and their plans into JSON for another program.

    python examples/import_from_tracker.py examples/tracker.csv 2026-11-23T09:00-07:00

`from_data` takes the plain data of one record and names every fault of it at once, so that a row that
cannot be read is reported whole, in the tracker's own terms, and the others are planned all the same.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any

from followup_rules import FollowupError, Interview, from_data, plan_all, to_data

FORMATS = {"on site": "in-person", "video call": "video", "phone": "phone"}


def record_of(row: dict[str, str]) -> dict[str, Any]:
    """Give a row as the data of a record. Cells left empty are left out; nothing is judged here."""
    contact = {"name": row["who"], "email": row["email"], "phone": row["phone"]}
    data: dict[str, Any] = {
        "company": row["company"],
        "role": row["role"],
        "timezone": row["zone"],
        "starts_at": row["start"],
        "ends_at": row["end"],
        "format": FORMATS.get(row["how"], row["how"]),
        "contacts": [{key: value for key, value in contact.items() if value}],
    }
    if row["promised"]:
        data["decision_by"] = row["promised"]
    if row["thanked"]:
        data["events"] = [{"kind": "done", "step": "thank-you-email", "at": row["thanked"]}]
    return data


def main(tracker: str, when: str | None = None) -> None:
    now = dt.datetime.fromisoformat(when).astimezone() if when else dt.datetime.now(tz=dt.UTC)
    interviews = []
    with Path(tracker).open(newline="", encoding="utf-8") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            try:
                interviews.append(from_data(record_of(row), Interview))
            except FollowupError as error:
                print(f"row {number}: {error}", file=sys.stderr)
    plans = plan_all(interviews, as_of=now)
    # A plan's data holds its record and ruleset whole, to be read back; here what there is to do is enough.
    todo = [{"interview": plan.interview.id, "actions": to_data(plan)["actions"]} for plan in plans]
    json.dump(todo, sys.stdout, indent=2, ensure_ascii=False)
    print()


if __name__ == "__main__":
    main(*sys.argv[1:])
