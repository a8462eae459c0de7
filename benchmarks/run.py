"""The benchmarks of planning: `python benchmarks/run.py`, in an environment of its own with `requirements.txt`.

    python -m venv .venv-benchmarks
    .venv-benchmarks/bin/pip install . -c benchmarks/requirements.txt
    .venv-benchmarks/bin/pip install -r benchmarks/requirements.txt
    .venv-benchmarks/bin/python benchmarks/run.py

Answers are checked equal before anything is timed. What is compared takes turns within one run, at
least seven times; a figure is the median, in microseconds of processor time, and its ratio to the
floor of the same run. Name sections to run those alone: plan, peers, growth, portfolio, imports,
memory.
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import floor  # noqa: E402  # beside this file
import peers  # noqa: E402
import records  # noqa: E402

from followup_rules import (  # noqa: E402  # likewise
    CLASSIC,
    After,
    Contact,
    Contacted,
    Hours,
    Interview,
    Plan,
    Ruleset,
    Step,
    Throttle,
    plan,
    plan_all,
    planner,
)

REPEATS = 9
Timed = dict[str, tuple[Callable[[Any], object], list[Any]]]


def take_turns(timed: Timed, repeats: int = REPEATS) -> dict[str, float]:
    """Time each function over its inputs, in turns; give the median in microseconds an input."""
    times: dict[str, list[float]] = {name: [] for name in timed}
    for work, inputs in timed.values():
        for given in inputs:
            work(given)  # caches are warm, as they are after the first few plans of a day
    for _ in range(repeats):
        for name, (work, inputs) in timed.items():
            gc.collect()
            begin = time.process_time()
            for given in inputs:
                work(given)
            times[name].append((time.process_time() - begin) / len(inputs) * 1e6)
    return {name: statistics.median(some) for name, some in times.items()}


def table(title: str, rows: Iterable[tuple[object, ...]], *heads: str) -> None:
    print(f"\n{title}\n")
    print("| " + " | ".join(heads) + " |")
    print("| " + " | ".join("---" if place == 0 else "---:" for place in range(len(heads))) + " |")
    for row in rows:
        print("| " + " | ".join(map(shown, row)) + " |", flush=True)


def shown(cell: object) -> str:
    if isinstance(cell, float):
        return f"{cell:.3g}" if cell < 100 else f"{cell:,.0f}"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


def with_ratios(medians: dict[str, float]) -> list[tuple[object, ...]]:
    return [(name, median, median / medians["floor"]) for name, median in medians.items()]


def essence(made: Any) -> tuple[Any, ...]:
    """Give what a plan says, whichever classes say it."""
    return (
        [(one.step, one.title, one.contact, one.at, one.deadline, one.expires, one.late) for one in made.actions],
        [(one.step, one.contact, one.code) for one in made.skipped],
    )


def by_the_general_way(interview: Interview) -> Plan:
    return planner._explained(interview, CLASSIC)


def read(made: Plan) -> tuple[object, object]:
    """Have all made that the floor makes: every action with its moments, every skip. No attribute of these is made later."""
    return made.actions, made.skipped


def planned(interview: Interview) -> object:
    return read(plan(interview))


def planned_the_general_way(interview: Interview) -> object:
    return read(by_the_general_way(interview))


def planned_with_warnings(interview: Interview) -> object:
    made = plan(interview)
    return read(made), made.warnings


def explained(interview: Interview) -> int:
    made = plan(interview)
    return sum(len(action.because) for action in made.actions) + sum(len(skip.text) for skip in made.skipped)


def one_plan() -> None:
    fresh = [records.record(number) for number in range(500)]
    for record in [*fresh, *(records.record(number, six_actions=False) for number in range(500))]:
        for _ in range(3):  # met, learned, placed by its shape
            assert essence(plan(record)) == essence(floor.plan(record)) == essence(by_the_general_way(record)), record
    usual = [records.with_usual_events(record, number) for number, record in enumerate(fresh)]
    awkward = [records.with_events(record, 5, number) for number, record in enumerate(fresh)]
    medians = take_turns(
        {
            "floor": (floor.plan, fresh),
            "fresh record, all read": (planned, fresh),
            "fresh record, nothing read yet": (plan, fresh),
            "fresh record, all read, without shapes": (planned_the_general_way, fresh),
            "five usual events, all read": (planned, usual),
            "five usual events, nothing read yet": (plan, usual),
            "five awkward events, all read": (planned, awkward),
            "five awkward events, nothing read yet": (plan, awkward),
            "five awkward events, all and warnings read": (planned_with_warnings, awkward),
            "fresh record, and every reason and text read": (explained, fresh[:100]),
        }
    )
    table("One plan of the classic cadence: six actions, one contact", with_ratios(medians), "what", "µs", "times the floor")


def other_engines() -> None:
    mixed = [records.record(number, six_actions=False) for number in range(300)]
    timed: Timed = {"floor": (floor.plan, mixed), "plan, all read": (planned, mixed), "plan, nothing read yet": (plan, mixed)}
    for name, make in peers.PEERS.items():
        try:
            decide = make()
        except Exception as error:  # noqa: BLE001  # whatever an engine of somebody else's raises
            print(f"{name}: left out, {type(error).__name__}: {error}")
            continue

        def work(interview: Interview, decide: peers.Decide = decide) -> tuple[object, object]:
            return decide(peers.facts(interview)), floor.plan(interview)

        for record in mixed:
            steps = sorted((action.step for action in plan(record).actions), key=peers.ORDER.index)
            assert sorted(decide(peers.facts(record)), key=peers.ORDER.index) == steps, (name, record)
        timed[name] = work, mixed
    table(
        "Rule engines that decide which steps apply, the dates from the floor",
        with_ratios(take_turns(timed)),
        "what", "µs", "times the floor",
    )  # fmt: skip


def chain(steps: int) -> Ruleset:
    """Give a ruleset of so many steps, every third one anchored on the one before, all of them counted by a throttle."""
    made: list[Step] = []
    for place in range(steps):
        due = After(f"step-{place - 1}", days=1) if place % 3 == 2 else After("end", days=2 * place, at="10:00")
        made.append(Step(f"step-{place}", "email", due=due, during="office"))
    hours = Hours("office", ("mon", "tue", "wed", "thu", "fri"), opens="09:00", closes="17:00")
    throttle = Throttle("daily", ("email",), max=1, days=1)
    return Ruleset("chain", "1", steps=made, hours=[hours], throttles=[throttle])


def people(record: Interview, count: int) -> Interview:
    contacts = [
        Contact(f"Person {place}", email=f"p{place}@company.example", phone=f"+1 212 55 {place:05}") for place in range(count)
    ]
    return Interview(record.company, record.starts_at, ends_at=record.ends_at, contacts=contacts)


def crowd(steps: int) -> Ruleset:
    """Give a ruleset of so many steps, all due at one moment, of which a throttle lets one be done a day."""
    made = [Step(f"step-{place}", "email", due=After("end", days=1, at="10:00"), during="office") for place in range(steps)]
    hours = Hours("office", ("mon", "tue", "wed", "thu", "fri"), opens="09:00", closes="17:00")
    return Ruleset("crowd", "1", steps=made, hours=[hours], throttles=[Throttle("daily", ("email",), max=1, days=1)])


def planned_by(rules: Ruleset) -> Callable[[Interview], object]:
    return lambda record: read(planner._explained(record, rules))


def growth() -> None:
    base = [records.record(number) for number in range(12)]
    timed: Timed = {"floor": (floor.plan, base * 20)}
    counts = {"floor": 1}

    def add(of: str, count: int, work: Callable[[Any], object], inputs: list[Any]) -> None:
        timed[f"{of}, {count:,}"] = work, inputs
        counts[f"{of}, {count:,}"] = count

    for count in (1, 3, 10, 30, 100):
        add("steps", count, planned_by(chain(count)), base)
    for count in (1, 10, 30, 100):
        add("crowded steps", count, planned_by(crowd(count)), base)
    for count in (1, 5, 10, 25, 50):
        add("contacts", count, planned, [people(record, count) for record in base])
    for count in (1, 10, 100, 1000, 10_000):
        add(
            "events",
            count,
            planned,
            [records.with_events(record, count, number) for number, record in enumerate(base[: 12 if count < 1000 else 3])],
        )
    medians = take_turns(timed)
    rows = [(name, median, median / counts[name], median / medians["floor"]) for name, median in medians.items()]
    table("Growth of one plan, all read", rows, "of", "µs", "µs each", "times the floor")


def portfolio(count: int) -> list[Interview]:
    """Give so many records, of which one in four is with one of a hundred recruiters who meet many candidates."""
    made = []
    for number in range(count):
        record = records.record(number)
        if number % 4 == 0:
            recruiter = f"recruiter{number % 100}@agency{number % 20}.example"
            contacts = [Contact("A. Recruiter", email=recruiter, phone=f"+1 646 555 {number % 100:04}")]
            record = Interview(f"Agency {number % 20}", record.starts_at, contacts=contacts)
        if number % 5 == 0:
            record = record.record(Contacted("email", at=record.ends_at.add(days=2)))
        made.append(record)
    return made


def portfolios(largest: int) -> None:
    sizes = [count for count in (1, 10, 100, 1000, 5000, 20_000) if count <= largest]
    timed: Timed = {"floor": (floor.plan, [records.record(number) for number in range(500)])}
    for count in sizes:
        inputs = portfolio(count)
        times = max(1, 1000 // count)
        timed[f"{count}"] = plan_all, [inputs] * times
        timed[f"{count}, read"] = lambda records: [read(made) for made in plan_all(records)], [inputs] * times
    medians = take_turns(timed)
    rows = []
    for count in sizes:
        kept, all_read = medians[f"{count}"] / count, medians[f"{count}, read"] / count
        rows.append((count, kept, kept / medians["floor"], all_read, all_read / medians["floor"]))
    table(
        "Many records planned together, one in four with one of a hundred shared contacts, all plans kept; µs a record",
        rows, "records", "µs", "times the floor", "µs, all read", "times the floor",
    )  # fmt: skip


def imports() -> None:
    # Compiled sources are kept, as they are in any installed package.
    cache = tempfile.mkdtemp(prefix="followup-benchmarks-")
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": cache}

    def run(what: str) -> float:
        code = f"import time; begin = time.process_time(); {what}; print(time.process_time() - begin)"
        out = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=HERE.parent, env=environment
        )
        return float(out.stdout) * 1000

    base = "import attrs, pendulum, cattrs"
    what = {
        "attrs, pendulum and cattrs together": base,
        "and `import followup_rules`": f"{base}, followup_rules",
        "and `from followup_rules import Interview, plan`": f"{base}; from followup_rules import Interview, plan",
    }
    times: dict[str, list[float]] = {name: [] for name in what}
    for _ in range(REPEATS + 2):
        for name, code in what.items():
            times[name].append(run(code))
    medians = {name: statistics.median(some[2:]) for name, some in times.items()}
    first = next(iter(medians.values()))
    table("Import", [(name, median, median - first) for name, median in medians.items()], "what", "ms", "ms more")


def memory_ceiling(count: int) -> None:
    print("\nMemory while planning ever new records in one process, nothing kept\n", flush=True)
    subprocess.run([sys.executable, str(HERE / "memory.py"), str(count)], check=True)


def main() -> None:
    sections: dict[str, Callable[[argparse.Namespace], None]] = {
        "plan": lambda _: one_plan(),
        "peers": lambda _: other_engines(),
        "growth": lambda _: growth(),
        "portfolio": lambda options: portfolios(options.portfolio),
        "imports": lambda _: imports(),
        "memory": lambda options: memory_ceiling(options.memory),
    }
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"{', '.join(sections)}; by default all")
    parser.add_argument("--portfolio", type=int, default=20_000, help="the largest portfolio")
    parser.add_argument("--memory", type=int, default=1_000_000, help="how many records to plan for the memory figure")
    options = parser.parse_args()
    print(f"{len(CLASSIC.steps)} steps, Python {sys.version.split()[0]}, medians of {REPEATS} turns")
    for name in options.sections or sections:
        sections[name](options)


if __name__ == "__main__":
    main()
