"""Tomorrow's actions of every candidate, with Spark: a folder of Parquet in, a folder of Parquet out.

    python examples/spark_nightly.py records/ actions/ 2026-11-24T20:00:00+00:00

The Parquet files have the columns of `followup_rules.tables.RECORD_SCHEMA`. Written are the actions that
fall in the 24 hours from the moment given on, and a row for each record that could not be planned. Spark
cuts the input into batches, hands them to `plan_table` and runs again whatever a lost worker left undone:
a plan depends on nothing but its record, so the result is the same.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from followup_rules.tables import plan_table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

WANTED = {
    "id": pa.string(),
    "step": pa.string(),
    "channel": pa.string(),
    "contact": pa.string(),
    "at": pa.timestamp("us", tz="UTC"),
    "local_at": pa.timestamp("us"),
    "late": pa.bool_(),
    "fault": pa.string(),
}
SPARK_SCHEMA = (
    "id string, step string, channel string, contact string, at timestamp, local_at timestamp_ntz, late boolean, fault string"
)


def tomorrow(batches: Iterable[pa.RecordBatch], as_of: dt.datetime) -> Iterator[pa.RecordBatch]:
    """Plan batches of records; keep the actions of the 24 hours from `as_of` on, and the faults."""
    until = pa.scalar(as_of + dt.timedelta(days=1), pa.timestamp("us", tz="UTC"))
    for batch in batches:
        planned = plan_table(batch, as_of=as_of)
        soon = pc.fill_null(pc.less(planned["at"], until), False)
        actions = pc.and_(pc.equal(planned["state"], "action"), soon)
        kept = planned.filter(pc.or_(actions, pc.is_valid(planned["fault"]))).select(list(WANTED))
        # Spark wants plain columns where ours tell repeated texts by number.
        yield kept.cast(pa.schema(list(WANTED.items())))


def nightly(records: DataFrame, as_of: dt.datetime) -> DataFrame:
    """Give tomorrow's actions for a table of records."""
    return records.mapInArrow(lambda batches: tomorrow(batches, as_of), SPARK_SCHEMA)


def session(workers: int) -> SparkSession:
    """Start Spark on this machine; on a cluster, `spark-submit` gives the session instead."""
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    return (
        SparkSession.builder.master(f"local[{workers}, 4]")  # each task up to four times
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "32768")
        .getOrCreate()
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Tomorrow's actions of a folder of records.")
    parser.add_argument("records", help="a folder of Parquet files with the records")
    parser.add_argument("actions", help="the folder to write to, which is replaced")
    parser.add_argument("as_of", type=dt.datetime.fromisoformat, help="from when on, with an offset")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    spark = session(given.workers)
    try:
        nightly(spark.read.parquet(given.records), given.as_of).write.mode("overwrite").parquet(given.actions)
    finally:
        spark.stop()


if __name__ == "__main__":
    main()
