"""The memory of planning without end: `python benchmarks/memory.py [RECORDS]`, by default a million of them in one process.

Each record is made, planned and read, and nothing of it is kept: any zone, date, length, format and
details, one in five with events. Every fiftieth has a zone at an odd offset from UTC, another
fiftieth any zone there is in any of 200 years, and every hundredth is planned by a ruleset of its own
that is dropped as well. What is resident is told every 50,000 records.
"""

from __future__ import annotations

import resource
import sys
import time
import zoneinfo
from collections.abc import Callable
from pathlib import Path

import attrs
import pendulum

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import records  # noqa: E402  # beside this file

from followup_rules import CLASSIC, Interview, Plan, Ruleset, plan  # noqa: E402  # likewise

EVERY = 50_000
ZONES = sorted(zoneinfo.available_timezones() - {"localtime"})
ODD_OFFSETS = 14 * 60 * 2
"""As many zones of whole minutes from UTC as there may be: more than are kept."""


def read(made: Plan) -> None:
    """Read all that a plan plans, skips and warns of."""
    for action in made.actions:
        assert action.at is not None
    assert made.skipped is not None
    assert made.warnings is not None


def hostile(number: int) -> tuple[Interview, Ruleset]:
    """Give a record, and what to plan it by."""
    record, rules = records.record(number, six_actions=False), CLASSIC
    if number % 5 == 0:
        record = records.with_events(record, 1 + number % 4, number)
    if number % 50 == 1:
        tz = pendulum.FixedTimezone(60 * (number // 50 % ODD_OFFSETS - ODD_OFFSETS // 2))
        record = attrs.evolve(record, starts_at=record.starts_at.in_timezone(tz))
    if number % 50 == 3:
        starts_at = record.starts_at.add(years=number // 50 % 200 - 100).in_timezone(ZONES[number // 50 % len(ZONES)])
        record = attrs.evolve(record, starts_at=starts_at, ends_at=starts_at.add(minutes=45), events=())
    if number % 100 == 2:
        rules = attrs.evolve(CLASSIC, name=f"own-{number}")
    return record, rules


def resident() -> float:
    """Give what this process holds in memory, in megabytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


def measure(count: int, tell: Callable[[int, float, float], None]) -> None:
    """Plan so many records, and tell now and then: how many so far, what is resident, the processor time a record takes."""
    for number in range(1000):  # what is made once is made before
        read(plan(*hostile(number)))
    begin = time.process_time()
    tell(0, resident(), 0.0)
    for number in range(1, count + 1):
        read(plan(*hostile(1000 + number)))
        if number % EVERY == 0 or number == count:
            tell(number, resident(), (time.process_time() - begin) / number * 1e6)


def main() -> None:
    """Print a table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    print("| records | MB resident | µs each, made, planned and read |\n| ---: | ---: | ---: |")
    measure(count, lambda number, held, each: print(f"| {number:,} | {held:.0f} | {each:.0f} |", flush=True))
    print(f"\nat most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
