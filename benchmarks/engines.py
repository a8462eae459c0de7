"""The same night under Spark, Ray, Dask, DuckDB and Polars, each with one worker and with two.

    python benchmarks/engines.py --fresh 200000 --told 8000 --repeats 7 --engines spark,dask

The job is that of `examples/spark_nightly.py`: read a folder of Parquet, plan every record, write the actions
of the next 24 hours as Parquet. Every engine runs in a process of its own that stays, one for each number of
workers; after runs to warm up they take turns. What each wrote is checked to be the same, row for row, also by
engines that lose a worker in the middle of the job. Further turns run the engines with nothing planned: what they
cost to read, hand over and write. Among them a bare `loop` takes its turns: on a machine that other work shares,
two processes gain no more than it does. Printed are medians of wall time, of processor time of the engine with all of its
processes, and of how much faster two workers are than one in the same turn. What is not installed is left out.
"""

from __future__ import annotations

import argparse
import datetime as dt
import functools
import importlib.util
import itertools
import json
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

HERE = Path(__file__).parent
PATHS = [str(HERE), str(HERE.parent / "examples"), str(HERE.parent)]
sys.path[:0] = [path for path in PATHS if path not in sys.path]

import attrs  # noqa: E402 - after the path
import pyarrow as pa  # noqa: E402 - likewise
import pyarrow.parquet as pq  # noqa: E402 - likewise
import spark_nightly  # noqa: E402 - likewise
from records import record, with_usual_events  # noqa: E402 - likewise
from spark_nightly import WANTED, tomorrow  # noqa: E402 - likewise

from followup_rules import Interview  # noqa: E402 - likewise
from followup_rules.tables import record_table  # noqa: E402 - likewise

AS_OF = dt.datetime(2026, 12, 1, 18, tzinfo=dt.UTC)
FILES = 8
BATCH = 32_768
DIFFERENT = 2_000
ENGINES = ("loop", "spark", "ray", "dask", "duckdb", "polars")
LOOPS = 80_000_000
"""Of what is measured beside the engines: as long as a job of theirs, about."""
WORKERS = (1, 2)
NOTHING = pa.schema(list(WANTED.items())).empty_table().to_batches()

Work = Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]


# What the engines do.


def planned(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    return tomorrow(batches, AS_OF)


def nothing(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Take all that is read and plan nothing."""
    for _ in batches:
        pass
    yield from NOTHING


def once_killed(batches: Iterable[pa.RecordBatch], mark: str) -> Iterator[pa.RecordBatch]:
    """Plan, but end the first worker that comes here when it has planned and before it hands over."""
    for made in planned(batches):
        try:
            os.close(os.open(mark, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            yield made
        else:
            os.kill(os.getpid(), signal.SIGKILL)


def to_file(path: str, out: str, work: Work, read: Callable[[str], Iterable[pa.RecordBatch]]) -> None:
    """Do one file: for engines that are told about files. A file done twice is written over."""
    target = Path(out) / Path(path).name
    made = pa.Table.from_batches(work(read(path)), schema=pa.schema(list(WANTED.items())))
    pq.write_table(made, target.with_suffix(".part"))
    target.with_suffix(".part").rename(target)


def files(folder: str) -> list[str]:
    return sorted(map(str, Path(folder).glob("*.parquet")))


def read_with_arrow(path: str) -> Iterator[pa.RecordBatch]:
    yield from pq.ParquetFile(path).iter_batches(BATCH, use_threads=False)


def read_with_duckdb(path: str) -> Iterator[pa.RecordBatch]:
    import duckdb

    with duckdb.connect(config={"threads": 1}) as connection:
        yield from connection.sql(f"from '{path}'").to_arrow_reader(BATCH)


def read_with_polars(path: str) -> Iterator[pa.RecordBatch]:
    import polars as pl

    for part in pl.read_parquet(path).iter_slices(BATCH):
        yield from part.to_arrow().combine_chunks().to_batches()


# The engines: each gives what runs the job.

Run = Callable[[str, str, Work], object]


def spark(workers: int) -> Run:
    session = spark_nightly.session(workers)
    session.sparkContext.setLogLevel("OFF")

    def run(folder: str, out: str, work: Work) -> object:
        return session.read.parquet(folder).mapInArrow(work, spark_nightly.SPARK_SCHEMA).write.mode("overwrite").parquet(out)

    return run


def ray(workers: int) -> Run:
    import ray
    import ray.data

    ray.init(num_cpus=workers, include_dashboard=False, log_to_driver=False, object_store_memory=2**30)
    ray.data.DataContext.get_current().enable_progress_bars = False

    def run(folder: str, out: str, work: Work) -> object:
        def of_table(table: pa.Table) -> pa.Table:
            return pa.Table.from_batches(work(table.combine_chunks().to_batches()), schema=pa.schema(list(WANTED.items())))

        made = ray.data.read_parquet(folder).map_batches(of_table, batch_format="pyarrow", batch_size=BATCH)
        return made.write_parquet(out)

    return run


def dask(workers: int) -> Run:
    from distributed import Client

    client = Client(n_workers=workers, threads_per_worker=1, dashboard_address=None, memory_limit=0)

    def run(folder: str, out: str, work: Work) -> object:
        return client.gather(client.map(to_file, files(folder), out=out, work=work, read=read_with_arrow, pure=False))

    return run


def duckdb(workers: int) -> Run:
    import duckdb  # noqa: F401 - to see whether it is there

    return _processes(workers, read_with_duckdb)


def polars(workers: int) -> Run:
    os.environ["POLARS_MAX_THREADS"] = "1"
    import polars  # noqa: F401, ICN001 - to see whether it is there

    return _processes(workers, read_with_polars)


def _processes(workers: int, read: Callable[[str], Iterable[pa.RecordBatch]]) -> Run:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    pool = ProcessPoolExecutor(workers, get_context("forkserver"))

    def run(folder: str, out: str, work: Work) -> object:
        return list(pool.map(functools.partial(to_file, out=out, work=work, read=read), files(folder)))

    return run


def loop(workers: int) -> Run:
    """Give no engine but bare processes with nothing to share: what they gain, the machine had to give."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    pool = ProcessPoolExecutor(workers, get_context("forkserver"))

    def run(*_: object) -> object:
        return list(pool.map(count_up, [LOOPS // FILES] * FILES))

    return run


def count_up(to: int) -> int:
    number = 0
    while number < to:
        number += 1
    return number


LOSES_WORKERS = ("spark", "ray", "dask")
"""Engines that run again what a lost worker left undone; a pool of processes fails."""


def serve(engine: str, workers: int) -> None:
    """Run an engine: for every line that is read, a job; its seconds are the line that is written."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # engines talk
    pa.set_cpu_count(1)
    run = globals()[engine](workers)
    for line in sys.stdin:
        folder, out, work = json.loads(line)
        kinds: dict[str, Work] = {"plan": planned, "nothing": nothing}
        started = time.perf_counter()
        run(folder, out, kinds.get(work) or functools.partial(once_killed, mark=work))
        print(time.perf_counter() - started, file=answers, flush=True)


# What starts them and watches.


class Engine:
    """A process that runs an engine."""

    def __init__(self, name: str, workers: int, log: Path) -> None:
        self.name = name
        self.workers = workers
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join([*PATHS, os.environ.get("PYTHONPATH", "")]),
            "PYSPARK_PYTHON": sys.executable,
            "RAY_AUTH_MODE": "disabled",
            "RAY_USAGE_STATS_ENABLED": "0",
        } | {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL")}  # fmt: skip
        self.process = subprocess.Popen(
            [sys.executable, "-c", f"import engines; engines.serve({name!r}, {workers})"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log.open("w"),
            text=True,
            env=environment,
        )

    def run(self, folder: str, out: str, work: str = "plan") -> tuple[float, float]:
        """Give the seconds that passed, and those of processors."""
        shutil.rmtree(out, ignore_errors=True)
        Path(out).mkdir()
        before = processor_seconds(self.process.pid)
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([folder, out, work]) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError(f"{self.name} with {self.workers} gave no answer")
        return float(answer), processor_seconds(self.process.pid) - before

    def stop(self) -> None:
        """End the engine, in peace if it can: it has been told by the end of its input."""
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()


def processor_seconds(root: int) -> float:
    """Give the processor time of a process, all that it started, and those of them that have ended."""
    parents: dict[int, list[int]] = {}
    ticks: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        pid = int(stat.parent.name)
        parents.setdefault(int(fields[1]), []).append(pid)
        ticks[pid] = sum(map(int, fields[11:15]))
    total, left = 0, [root]
    while left:
        pid = left.pop()
        total += ticks.get(pid, 0)
        left += parents.get(pid, ())
    return total / os.sysconf("SC_CLK_TCK")


def contents(out: str) -> pa.Table:
    """Give the rows in a folder, in one order whichever order they were written in."""
    plain = pa.schema(list(WANTED.items()))
    rows = pa.concat_tables(pq.ParquetFile(path).read().cast(plain) for path in files(out))
    return rows.sort_by([(name, "ascending") for name in WANTED])


def active(number: int, *, told: bool) -> Interview:
    """Give a record as there are on some night: fresh ones up to five weeks old or to come, told ones with five events."""
    draw = random.Random(number)
    one = record(number, six_actions=number % 2 == 0)
    days = (AS_OF.date() - one.starts_at.date()).days - (draw.randrange(10, 36) if told else draw.randrange(-14, 36))
    one = attrs.evolve(one, id=str(number), starts_at=one.starts_at.add(days=days), ends_at=one.ends_at.add(days=days))
    return with_usual_events(one, number) if told else one


def write(folder: Path, total: int, *, told: bool) -> int:
    """Write so many records, each with an `id` of its own."""
    folder.mkdir()
    some = record_table(active(number, told=told) for number in range(DIFFERENT))
    each = total // FILES
    for place in range(FILES):
        part = pa.concat_tables([some] * -(-each // len(some))).slice(0, each).combine_chunks()
        ids = pa.array([f"{place}-{number}" for number in range(each)])
        part = part.set_column(part.schema.get_field_index("id"), "id", ids)
        pq.write_table(part, folder / f"part-{place}.parquet", row_group_size=BATCH)
    return each * FILES


def main() -> None:
    parser = argparse.ArgumentParser(description="One night under several engines.")
    parser.add_argument("--fresh", type=int, default=200_000, help="records without events")
    parser.add_argument("--told", type=int, default=8_000, help="records with five events")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--warm", type=int, default=3, help="runs before the first that counts")
    parser.add_argument("--engines", default=",".join(ENGINES))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        night(Path(name), given)


def night(folder: Path, given: argparse.Namespace) -> None:
    kinds = {"fresh": given.fresh, "told": given.told}
    totals = {kind: write(folder / kind, many, told=kind == "told") for kind, many in kinds.items()}
    # Reading is so much quicker than planning that it takes more records to see it.
    unplanned = {"fresh": totals["fresh"], "many-told": write(folder / "many-told", given.fresh, told=True)}
    there = {"loop": "sys", "spark": "pyspark", "dask": "distributed"}
    engines = [
        [Engine(name, workers, folder / f"{name}-{workers}.log") for workers in WORKERS]
        for name in given.engines.split(",")
        if importlib.util.find_spec(there.get(name, name)) is not None
    ]
    out = str(folder / "out")
    try:
        check(folder, engines, totals, out, given.warm)
        measure(folder, engines, totals, out, given.repeats, "plan")
        measure(folder, engines, unplanned, out, given.repeats, "nothing")
    finally:
        for engine in itertools.chain(*engines):
            assert engine.process.stdin is not None
            engine.process.stdin.close()
        for engine in itertools.chain(*engines):
            engine.stop()


def check(folder: Path, engines: list[list[Engine]], totals: dict[str, int], out: str, warm: int) -> None:
    """Warm up, and see that all engines write the same."""
    for kind, total in totals.items():
        shutil.rmtree(out, ignore_errors=True)
        Path(out).mkdir()
        for path in files(str(folder / kind)):
            to_file(path, out, planned, read_with_arrow)
        known = contents(out)
        assert 0 < len(known) < total * 6
        print(f"{kind}: {total:,} records in {FILES} files, {len(known):,} actions of the next 24 hours")
        for engine in itertools.chain(*engines):
            if engine.name == "loop":
                continue
            took = []
            for _ in range(warm):
                took.append(engine.run(str(folder / kind), out)[0])
                assert contents(out).equals(known), engine.name
            took.append(engine.run(str(folder / kind), out, "nothing")[0])
            said = ""
            if engine.name in LOSES_WORKERS:
                mark = folder / f"{engine.name}-{engine.workers}-{kind}"
                took.append(engine.run(str(folder / kind), out, str(mark))[0])
                assert contents(out).equals(known), engine.name
                assert mark.exists()
                said = "; the last with a worker killed"
            runs = ", ".join(f"{seconds:.2f}" for seconds in took)
            print(f"  {engine.name} {engine.workers}: the same, in {runs} s{said}", flush=True)


def measure(folder: Path, engines: list[list[Engine]], totals: dict[str, int], out: str, repeats: int, work: str) -> None:
    for kind, total in totals.items():
        load = os.getloadavg()[0]
        took: dict[tuple[str, int], list[tuple[float, float]]] = {}
        for turn in range(repeats + 1):
            for engine in itertools.chain(*engines):
                run = engine.run(str(folder / kind), out, work)
                if turn:  # the first is to warm up
                    took.setdefault((engine.name, engine.workers), []).append(run)
        print(f"\n{kind}, {work}: {total:,} records, {repeats} turns, load {load:.1f} to {os.getloadavg()[0]:.1f}\n")
        print("| engine | workers | seconds | least | records a second | core-µs a record | times one worker |")
        print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
        for (name, workers), runs in took.items():
            seconds, cores = (statistics.median(column) for column in zip(*runs, strict=True))
            least = min(run[0] for run in runs)
            growth = statistics.median(one[0] / two[0] for one, two in zip(took[name, 1], runs, strict=True))
            told = f"{seconds:.2f} | {least:.2f} | {total / seconds:,.0f} | {cores / total * 1e6:.1f} | {growth:.2f}"
            print(f"| {name} | {workers} | {told} |", flush=True)


if __name__ == "__main__":
    main()
