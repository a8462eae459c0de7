"""Tomorrow's actions of every candidate, with Spark: a folder of Parquet in, a folder of Parquet out.

    python examples/spark_nightly.py records/ actions/ 2026-11-24T20:00:00+00:00 --workers 2
    spark-submit examples/spark_nightly.py records/ actions/ 2026-11-24T20:00:00+00:00

The Parquet files have the columns of `followup_rules.tables.RECORD_SCHEMA`. Written are the actions that
fall in the 24 hours from the moment given on, and a row for each record that could not be planned. Spark
cuts the input into batches, hands them to `plan_table` and runs again whatever a lost worker left undone:
a plan depends on nothing but its record, so the result is the same.

With `--group candidate`, a column more, the records of one candidate are planned together and share throttles.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from followup_rules import FollowupError

try:
    import pyarrow as pa
    import pyarrow.compute as pc

    from followup_rules.tables import plan_table
except (ImportError, FollowupError):
    sys.exit("spark_nightly needs more than is installed: pip install 'followup-rules[spark]'")

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
SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "32768",
    # No limit in bytes. To hold one, Spark 4 measures the whole batch again at every row, which for nested
    # columns takes about fifteen times as long as all its other work.
    "spark.sql.execution.arrow.maxBytesPerBatch": str(2**31 - 1),
}
PER_PARTITION = 50_000
"""How many records, about, a worker holds at once when they are planned in groups."""


def tomorrow(batches: Iterable[pa.RecordBatch], as_of: dt.datetime) -> Iterator[pa.RecordBatch]:
    """Plan batches of records; keep the actions of the 24 hours from `as_of` on, and the faults."""
    for batch in batches:
        yield kept(plan_table(batch, as_of=as_of), as_of)


def tomorrow_in_groups(batches: Iterable[pa.RecordBatch], as_of: dt.datetime, group: str) -> Iterator[pa.RecordBatch]:
    """Do so with whole groups: all that is given is planned in one call."""
    given = list(batches)
    if given:
        yield from kept(plan_table(pa.Table.from_batches(given), as_of=as_of, group=group), as_of).to_batches()


def kept(planned: pa.RecordBatch | pa.Table, as_of: dt.datetime) -> pa.RecordBatch | pa.Table:
    """Keep of plans what is for the 24 hours from `as_of` on, and the faults."""
    until = pa.scalar(as_of + dt.timedelta(days=1), pa.timestamp("us", tz="UTC"))
    soon = pc.fill_null(pc.less(planned["at"], until), False)
    actions = pc.and_(pc.equal(planned["state"], "action"), soon)
    chosen = planned.filter(pc.or_(actions, pc.is_valid(planned["fault"]))).select(list(WANTED))
    # Spark wants plain columns where ours tell repeated texts by number.
    return chosen.cast(pa.schema(list(WANTED.items())))


def nightly(records: DataFrame, as_of: dt.datetime, group: str | None = None, partitions: int | None = None) -> DataFrame:
    """Give tomorrow's actions for a table of records, those of one group (a column) planned together.

    `partitions`: into how many parts groups are dealt out; each must fit a worker's memory.
    Raises `FollowupError` for columns that are missing, unknown or of another type, before anything is planned.
    """
    plan_table(records.limit(0).toArrow(), group=group)
    if "id" not in records.columns:
        raise FollowupError("id: must be a column of the table, to say whose the actions are", source="table")
    if group is None:
        return records.mapInArrow(lambda batches: tomorrow(batches, as_of), SPARK_SCHEMA)
    if partitions is None:
        partitions = max(records.sparkSession.sparkContext.defaultParallelism, records.count() // PER_PARTITION)
    # All rows of a group go to the same part, and a part is one call.
    dealt_out = records.repartition(partitions, group)
    return dealt_out.mapInArrow(lambda batches: tomorrow_in_groups(batches, as_of, group), SPARK_SCHEMA)


def session(workers: int | None = None) -> SparkSession:
    """Start Spark with so many workers on this machine; with none given take what `spark-submit` was told."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("followup_rules")
    if workers is not None:
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        builder = builder.master(f"local[{workers}, 4]")  # each task up to four times
        builder = builder.config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", "false")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def moment(text: str) -> dt.datetime:
    try:
        value = dt.datetime.fromisoformat(text)
    except ValueError:
        value = None
    if value is None or value.tzinfo is None:
        raise argparse.ArgumentTypeError(f"must be a moment with its offset, such as 2026-11-24T20:00:00+00:00, not {text}")
    return value


def first_line(what: object) -> str:
    """Leave out the traces that Spark's messages bring along."""
    return str(what).partition("\n")[0]


def main() -> None:
    parser = argparse.ArgumentParser(description="Tomorrow's actions of a folder of records.")
    parser.add_argument("records", help="a folder of Parquet files with the records")
    parser.add_argument("actions", help="the folder to write to, which is replaced")
    parser.add_argument("as_of", type=moment, help="from when on, with an offset")
    parser.add_argument("--workers", type=int, help="how many on this machine; left out under spark-submit")
    parser.add_argument("--group", help="a column such as `candidate`: records with the same value share throttles")
    given = parser.parse_args()
    if given.workers is not None and given.workers < 1:
        parser.error("--workers: must be at least 1")
    try:
        run(given)
    except ImportError as error:
        sys.exit(f"spark_nightly needs more than is installed: pip install 'followup-rules[spark]'\n{error}")
    except FollowupError as error:
        sys.exit(f"{given.records}: {error}")


def run(given: argparse.Namespace) -> None:
    from py4j.protocol import Py4JJavaError
    from pyspark.errors import PySparkException, PySparkRuntimeError
    from pyspark.sql import functions as F  # noqa: N812 - as everyone calls it

    try:
        spark = session(given.workers)
    except PySparkRuntimeError:
        sys.exit("Spark does not start; it needs Java 17 or later, as `java` on the path or in JAVA_HOME")
    spark.sparkContext.setLogLevel("OFF")  # what goes wrong is told below
    try:
        nightly(spark.read.parquet(given.records), given.as_of, given.group).write.mode("overwrite").parquet(given.actions)
        ((rows, faults),) = spark.read.parquet(given.actions).agg(F.count("*"), F.count("fault")).collect()
        print(f"{rows - faults:,} actions in {given.actions}")
        if faults:
            print(f"{faults:,} records could not be planned; their rows say why in the column `fault`")
    except PySparkException as error:
        known = {"PATH_NOT_FOUND": "there is no such folder", "UNABLE_TO_INFER_SCHEMA": "there are no Parquet files in it"}
        sys.exit(f"{given.records}: {known.get(error.getCondition() or '', first_line(error))}")
    except Py4JJavaError as error:
        sys.exit(f"{given.records}: {first_line(error.java_exception.getMessage())}")
    finally:
        spark.stop()


if __name__ == "__main__":
    main()
