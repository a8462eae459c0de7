"""Plans a second of `plan_table` on one core, fresh records and records with events, and beside it `plan` one by one.

    python benchmarks/tables.py [records] [repeats]

The answers are checked equal first. Prints medians of interleaved repeats, and the peak of memory.
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pendulum
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).parent))
from records import record, with_events

from followup_rules import plan
from followup_rules.tables import plan_table, record_table

AS_OF = pendulum.datetime(2026, 12, 1, 18, tz="UTC")
DIFFERENT = 2_000


def times(many: int) -> dict[str, tuple[int, Callable[[], object]]]:
    """Give what is timed: how many records it plans, and how."""
    fresh = [record(number, six_actions=number % 2 == 0) for number in range(DIFFERENT)]
    told = [with_events(one, 5, number) for number, one in enumerate(fresh)]
    rows = plan_table(record_table(fresh[:500] + told[:500])).num_rows
    assert rows == sum(len(made.actions) + len(made.done) + len(made.skipped) for made in map(plan, fresh[:500] + told[:500]))
    six = record_table(record(number) for number in range(DIFFERENT))
    large = pa.concat_tables([six] * (many // DIFFERENT)).combine_chunks()
    mixed = pa.concat_tables([record_table(fresh)] * (many // DIFFERENT)).combine_chunks()
    events = record_table(told)
    return {
        "plan_table, fresh, six actions each": (len(large), lambda: plan_table(large)),
        "plan_table, fresh, details missing": (len(mixed), lambda: plan_table(mixed)),
        "plan_table, fresh, as of a moment": (len(large), lambda: plan_table(large, as_of=AS_OF)),
        "plan_table, five events each": (len(events), lambda: plan_table(events)),
        "plan, fresh": (len(fresh), lambda: [plan(one) for one in fresh]),
        "plan, five events each": (len(told), lambda: [plan(one) for one in told]),
    }


def main() -> None:
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    repeats = int(sys.argv[2]) if len(sys.argv) > 2 else 7
    pa.set_cpu_count(1)
    timed = times(many)
    took: dict[str, list[float]] = {name: [] for name in timed}
    for _ in range(repeats):
        for name, (_, work) in timed.items():
            started = time.process_time()
            work()
            took[name].append(time.process_time() - started)
    print("| what | records | microseconds a plan | plans a second |")
    print("| --- | ---: | ---: | ---: |")
    for name, (count, _) in timed.items():
        seconds = statistics.median(took[name]) / count
        print(f"| {name} | {count:,} | {seconds * 1e6:.2f} | {1 / seconds:,.0f} |")
    print(f"\nPeak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
