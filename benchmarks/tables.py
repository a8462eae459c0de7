"""Plans a second of `plan_table` on one core, fresh records and records with events, and beside it `plan` one by one.

    python benchmarks/tables.py [records] [repeats]
    python benchmarks/tables.py memory

The answers are checked equal first, row for row. All records differ: zones, weekdays, times, details, events. Prints
medians and the best of interleaved repeats, in processor time. `memory` plans a million records batch by batch and prints
the peak of memory before and after.
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pendulum
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).parent))
from records import record, with_events, with_usual_events

from followup_rules import Interview, plan
from followup_rules.moments import to_moment
from followup_rules.tables import plan_table, record_table

AS_OF = pendulum.datetime(2026, 12, 1, 18, tz="UTC")
CHECKED = 500
ONE_BY_ONE = 1_000


def rows(records: Sequence[Interview]) -> list[tuple[object, ...]]:
    """Give what the table should have, by the plans alone: its rows in their order, of every row the columns that tell most."""
    found: list[tuple[object, ...]] = []
    for row, made in enumerate(map(plan, records)):
        for action in made.actions:
            name = None if action.contact is None else action.contact.name
            limits = [None if one is None else to_moment(one) for one in (action.deadline, action.expires)]
            found.append((row, "action", action.step, name, to_moment(action.at), *limits, action.late, None))
        found += [(row, "done", done.step, done.contact, to_moment(done.at), None, None, None, None) for done in made.done]
        for skip in made.skipped:
            name = None if skip.contact is None else skip.contact.name
            found.append((row, "skip", skip.step, name, None, None, None, None, skip.code))
    return found


def check(records: Sequence[Interview]) -> None:
    """Hold the table of these records to their plans."""
    made = plan_table(record_table(records))
    for name in ("at", "deadline", "expires"):
        made = made.set_column(made.schema.get_field_index(name), name, made[name].cast(pa.int64()))
    names = ("row", "state", "step", "contact", "at", "deadline", "expires", "late", "code")
    assert list(zip(*(made[name].to_pylist() for name in names), strict=True)) == rows(records)


def times(many: int) -> dict[str, tuple[int, Callable[[], object]]]:
    """Give what is timed: how many records it plans, and how."""
    six = [record(number) for number in range(many)]
    mixed = [record(number, six_actions=number % 2 == 0) for number in range(many)]
    usual = [with_usual_events(one, number) for number, one in enumerate(six)]
    awkward = [with_events(one, 5, number) for number, one in enumerate(mixed)]
    for records in (six, mixed, usual, awkward):
        check(records[:CHECKED])
    tables = [record_table(records).combine_chunks() for records in (six, mixed, usual, awkward)]
    bad = tables[0].set_column(4, "ends_at", tables[0]["starts_at"]).slice(0, ONE_BY_ONE)
    return {
        "`plan_table`, fresh, six actions each": (many, lambda: plan_table(tables[0])),
        "`plan_table`, fresh, some details missing": (many, lambda: plan_table(tables[1])),
        "`plan_table`, fresh, as of a moment": (many, lambda: plan_table(tables[0], as_of=AS_OF)),
        "`plan_table`, five events as they usually come": (many, lambda: plan_table(tables[2])),
        "`plan_table`, five awkward events": (many, lambda: plan_table(tables[3])),
        "`plan_table`, a fault in every row": (ONE_BY_ONE, lambda: plan_table(bad)),
        "`plan_table`, in groups, each record on its own": (
            ONE_BY_ONE,
            lambda: plan_table(tables[0].slice(0, ONE_BY_ONE), group="id"),
        ),
        "`plan`, fresh, one by one": (ONE_BY_ONE, lambda: [plan(one) for one in six[:ONE_BY_ONE]]),
        "`plan`, five usual events, one by one": (ONE_BY_ONE, lambda: [plan(one) for one in usual[:ONE_BY_ONE]]),
        "`plan`, five awkward events, one by one": (ONE_BY_ONE, lambda: [plan(one) for one in awkward[:ONE_BY_ONE]]),
    }


def peak() -> str:
    """Give the most memory this process has had so far."""
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB"


def memory() -> None:
    """Plan a million records in batches, half of them with events, and keep none of the plans."""
    few = record_table(record(number) if number % 2 else with_events(record(number), 5, number) for number in range(8_192))
    batch = pa.concat_tables([few] * 4).combine_chunks().to_batches()[0]
    before = peak()
    plan_table(batch)
    once = peak()
    for _ in range(31):
        plan_table(batch)
    print(
        f"Peak memory: {before} with a batch of {len(batch):,} records, {once} once it was planned, {peak()} after a million plans"
    )


def main() -> None:
    if sys.argv[1:] == ["memory"]:
        memory()
        return
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 32_768
    repeats = int(sys.argv[2]) if len(sys.argv) > 2 else 9
    pa.set_cpu_count(1)
    timed = times(many)
    took: dict[str, list[float]] = {name: [] for name in timed}
    for _ in range(repeats):
        for name, (count, work) in timed.items():
            started = time.process_time()
            work()
            took[name].append((time.process_time() - started) / count)
    print("| what | records | µs a plan | best | plans a second |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for name, (count, _) in timed.items():
        seconds = statistics.median(took[name])
        print(f"| {name} | {count:,} | {seconds * 1e6:.3g} | {min(took[name]) * 1e6:.3g} | {1 / seconds:,.0f} |")


if __name__ == "__main__":
    main()
