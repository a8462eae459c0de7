"""The same plans under Spark, Ray, Dask, DuckDB and Polars, with one worker and with two.

    python benchmarks/engines.py [records] [repeats]

Each engine reads a folder of Parquet, plans every record with `plan_table` and counts the actions; the
counts are checked equal. Times are of whole runs with the engine up and its workers warm, medians of
the repeats. What is not installed is left out.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
os.environ["PYTHONPATH"] = os.pathsep.join(sys.path[:2])
os.environ.setdefault("PYSPARK_PYTHON", sys.executable)

# After the workers' path is set: they import what is imported here.
import pyarrow as pa  # noqa: E402
import pyarrow.compute as pc  # noqa: E402
import pyarrow.parquet as pq  # noqa: E402
from records import record  # noqa: E402

from followup_rules.tables import plan_table, record_table  # noqa: E402

FILES = 8


def actions(batch: pa.RecordBatch) -> int:
    """Plan a batch and count its actions."""
    count: int = pc.sum(pc.equal(plan_table(batch)["state"], "action")).as_py()
    return count


def counts(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield pa.RecordBatch.from_pydict({"actions": pa.array([actions(batch)], pa.int64())})


def spark(folder: str, workers: int) -> tuple[Callable[[], int], Callable[[], None]]:
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master(f"local[{workers}]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "32768")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("OFF")
    frame = session.read.parquet(folder)
    return lambda: sum(row[0] for row in frame.mapInArrow(counts, "actions long").collect()), session.stop


def ray(folder: str, workers: int) -> tuple[Callable[[], int], Callable[[], None]]:
    import ray
    import ray.data

    ray.init(num_cpus=workers, include_dashboard=False, logging_level="ERROR", log_to_driver=False)
    ray.data.DataContext.get_current().enable_progress_bars = False

    def counted(table: pa.Table) -> pa.Table:
        return pa.table({"actions": [actions(table)]})

    def run() -> int:
        made = ray.data.read_parquet(folder).map_batches(counted, batch_format="pyarrow", batch_size=32_768)
        return int(made.sum("actions"))

    return run, ray.shutdown


def dask(folder: str, workers: int) -> tuple[Callable[[], int], Callable[[], None]]:
    import dask

    paths = sorted(map(str, Path(folder).glob("*.parquet")))
    parts = [dask.delayed(count_file)(path) for path in paths]
    return lambda: int(dask.compute(dask.delayed(sum)(parts), scheduler="processes", num_workers=workers)[0]), lambda: None


def count_file(path: str) -> int:
    return sum(actions(batch) for batch in pq.ParquetFile(path).iter_batches(32_768))


def duckdb(folder: str, _: int) -> tuple[Callable[[], int], Callable[[], None]]:
    import duckdb

    connection = duckdb.connect()

    def run() -> int:
        reader = connection.sql(f"from '{folder}/*.parquet'").fetch_arrow_reader(32_768)
        return sum(actions(batch) for batch in reader)

    return run, connection.close


def polars(folder: str, _: int) -> tuple[Callable[[], int], Callable[[], None]]:
    import polars as pl

    def run() -> int:
        frame = pl.read_parquet(f"{folder}/*.parquet")
        made = (pl.from_arrow(plan_table(part.to_arrow())) for part in frame.iter_slices(32_768))
        return int(sum((one["state"] == "action").sum() for one in made))

    return run, lambda: None


def main() -> None:
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 800_000
    repeats = int(sys.argv[2]) if len(sys.argv) > 2 else 7
    some = record_table(record(number) for number in range(4_000))
    with tempfile.TemporaryDirectory() as folder:
        for place in range(FILES):
            part = pa.concat_tables([some] * (many // FILES // len(some)))
            pq.write_table(part, Path(folder) / f"part-{place}.parquet", row_group_size=32_768)
        total = many // FILES // len(some) * len(some) * FILES
        print(f"{total:,} fresh records in {FILES} files\n")
        print("| engine | workers | seconds | records a second |\n| --- | ---: | ---: | ---: |")
        engines: list[tuple[Any, int]] = [
            (spark, 1),
            (spark, 2),
            (ray, 1),
            (ray, 2),
            (dask, 1),
            (dask, 2),
            (duckdb, 1),
            (polars, 1),
        ]
        known = None
        for engine, workers in engines:
            try:
                run, stop = engine(folder, workers)
            except ImportError:
                continue
            answer = run()
            assert known in (None, answer), (engine.__name__, known, answer)
            known = answer
            took = []
            for _ in range(repeats):
                started = time.perf_counter()
                run()
                took.append(time.perf_counter() - started)
            stop()
            seconds = statistics.median(took)
            print(f"| {engine.__name__} | {workers} | {seconds:.2f} | {total / seconds:,.0f} |", flush=True)


if __name__ == "__main__":
    main()
