"""The example for Spark, on Spark itself: the same actions as `plan`, also when a worker is killed.

Skipped where pyspark or Java is missing; `SPARK=required` makes that a failure, so that a run that means
to ask Spark cannot pass without.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import os
import runpy
import shutil
import signal
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

from followup_rules import Contact, Interview, plan, plan_all
from followup_rules.moments import to_moment
from tests.making import AT

pa = pytest.importorskip("pyarrow")
pytest.importorskip("numpy")

import pyarrow.parquet as pq  # noqa: E402 - needs pyarrow

from followup_rules.tables import record_table  # noqa: E402 - needs pyarrow

AS_OF = dt.datetime(2026, 11, 24, 20, tzinfo=dt.UTC)
UNTIL = to_moment(AS_OF + dt.timedelta(days=1))
EXAMPLE = Path(__file__).parent.parent / "examples" / "spark_nightly.py"
RECORDS = [
    Interview(
        company=f"Company {place}",
        starts_at=AT.subtract(days=place % 9, hours=place % 5),
        contacts=[Contact(f"Person {place}", email=f"person{place}@company.example", phone=f"+1 212 555 {place:04}")],
    )
    for place in range(60)
]
# Three records each, of one candidate with one recruiter: their throttles span the records.
CANDIDATES = [f"candidate {place // 3}" for place in range(60)]
SHARED = [attrs.evolve(record, contacts=RECORDS[place // 3].contacts) for place, record in enumerate(RECORDS)]

Found = list[tuple[str, str, int]]


def example() -> Any:
    spec = importlib.util.spec_from_file_location("spark_nightly", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def expected() -> Found:
    return soon(plan(record, as_of=AS_OF) for record in RECORDS)


def expected_in_groups() -> Found:
    return soon(made for place in range(0, 60, 3) for made in plan_all(SHARED[place : place + 3], as_of=AS_OF))


def soon(plans: Iterable[Any]) -> Found:
    return sorted(
        (made.interview.id, action.step, to_moment(action.at))
        for made in plans
        for action in made.actions
        if to_moment(action.at) < UNTIL
    )


def shared() -> Any:
    return record_table(SHARED).append_column("candidate", pa.array(CANDIDATES))


def in_rows(batches: Iterable[Any]) -> Found:
    return sorted((one["id"], one["step"], to_moment(one["at"])) for batch in batches for one in batch.to_pylist())


def test_the_actions_of_tomorrow_are_those_of_the_plans() -> None:
    assert in_rows(example().tomorrow(record_table(RECORDS).to_batches(), AS_OF)) == expected() != []


def test_the_actions_of_a_group_are_those_of_its_plans_together() -> None:
    assert in_rows(example().tomorrow_in_groups(shared().to_batches(max_chunksize=7), AS_OF, "candidate")) == expected_in_groups()
    # A test of the groups only if they make a difference.
    assert expected_in_groups() != soon(plan(record, as_of=AS_OF) for record in SHARED)
    assert list(example().tomorrow_in_groups([], AS_OF, "candidate")) == []


@pytest.mark.parametrize("text", ["2026-11-24T20:00:00", "tonight"])
def test_a_moment_without_its_offset_is_refused(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        run_example("records", "actions", text)
    assert stopped.value.code == 2
    assert f"must be a moment with its offset, such as 2026-11-24T20:00:00+00:00, not {text}" in capsys.readouterr().err


def test_workers_are_one_or_more(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run_example("records", "actions", AS_OF.isoformat(), "--workers", "0")
    assert "--workers: must be at least 1" in capsys.readouterr().err


def test_what_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for missing in ("pyspark", "pyspark.sql", "pyspark.errors", "py4j", "py4j.protocol"):
        monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(SystemExit, match="pip install 'followup-rules\\[spark\\]'"):
        run_example("records", "actions", "2026-11-24T20:00:00Z", "--workers", "1")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(SystemExit, match="pip install 'followup-rules\\[spark\\]'"):
        run_example("records", "actions", "2026-11-24T20:00:00Z", "--workers", "1")


def run_example(*arguments: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["spark_nightly.py", *arguments])
        runpy.run_path(str(EXAMPLE), run_name="__main__")


def absent(what: str) -> None:
    if os.environ.get("SPARK") == "required":
        pytest.fail(f"{what} is missing")
    pytest.skip(f"Spark needs {what}")


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    if importlib.util.find_spec("pyspark") is None:
        absent("pyspark")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        absent("Java")
    # The workers find the package where we do, also where it is not installed.
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join([str(EXAMPLE.parent.parent), os.environ.get("PYTHONPATH", "")]))
        session = example().session(2)
        session.sparkContext.setLogLevel("OFF")
        yield session
        session.stop()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("records")
    for place in range(4):
        pq.write_table(record_table(RECORDS[place * 15 : place * 15 + 15]), folder / f"part-{place}.parquet")
    return folder


def found(frame: Any) -> Found:
    return sorted((row["id"], row["step"], to_moment(row["at"].astimezone(dt.UTC))) for row in frame.collect())


pytestmark = pytest.mark.filterwarnings("ignore:::pyspark", "ignore::ResourceWarning")  # Spark's own


def test_spark_gives_the_same_actions(spark: Any, folder: Path) -> None:
    assert found(example().nightly(spark.read.parquet(str(folder)), AS_OF)) == expected()


@pytest.mark.parametrize("partitions", [None, 1, 7])
def test_spark_plans_groups_together(spark: Any, tmp_path: Path, partitions: int | None) -> None:
    """Also where the records of one candidate are far apart, and with records of no candidate, each on its own."""
    table = shared().take([place * 7 % 60 for place in range(60)])
    pq.write_table(table.slice(0, 30), tmp_path / "a.parquet")
    pq.write_table(table.slice(30), tmp_path / "b.parquet")
    frame = spark.read.parquet(str(tmp_path))
    assert found(example().nightly(frame, AS_OF, "candidate", partitions)) == expected_in_groups()
    nobody = frame.selectExpr("* except (candidate)", "cast(null as string) as candidate")
    assert found(example().nightly(nobody, AS_OF, "candidate", partitions)) == soon(plan(one, as_of=AS_OF) for one in SHARED)


def test_a_killed_worker_is_run_again_with_the_same_result(spark: Any, folder: Path, tmp_path: Path) -> None:
    """SIGKILL after a part of the task's rows has been handed over: what is written has every row, and each once."""
    module = example()
    tries, out = tmp_path / "tries", tmp_path / "actions"
    tries.mkdir()
    tomorrow, as_of, by = module.tomorrow, AS_OF, signal.SIGKILL

    def killed_at_first(batches: Iterable[Any]) -> Iterator[Any]:
        from pyspark import TaskContext

        task = TaskContext.get()
        assert task is not None
        first = task.attemptNumber() == 0
        (tries / f"{task.partitionId()}-{task.attemptNumber()}").touch()
        rows = 0
        for batch in tomorrow(batches, as_of):
            if first and rows:
                os.kill(os.getpid(), by)
            yield batch
            rows += len(batch)

    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", "5")
    try:
        frame = spark.read.parquet(str(folder)).mapInArrow(killed_at_first, module.SPARK_SCHEMA)
        partitions = frame.rdd.getNumPartitions()
        frame.write.parquet(str(out))
    finally:
        spark.conf.set(
            "spark.sql.execution.arrow.maxRecordsPerBatch", module.SETTINGS["spark.sql.execution.arrow.maxRecordsPerBatch"]
        )
    assert found(spark.read.parquet(str(out))) == expected()
    # Every task was killed once, and was done at the second try.
    assert sorted(path.name for path in tries.iterdir()) == sorted(
        f"{part}-{again}" for part in range(partitions) for again in (0, 1)
    )


def nights(folder: Path, spark: Any, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    """Give what the script says of a folder, without the end of the Spark that all tests share."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(spark), "stop", lambda _: None)
        try:
            run_example(str(folder), str(folder.parent / "actions"), AS_OF.isoformat(), *more)
        except SystemExit as stopped:
            return str(stopped.code).replace(f"{folder}: ", "", 1)
    return capsys.readouterr().out.replace(f"{folder.parent}/", "")


def test_the_script_says_what_it_did(spark: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "records"
    folder.mkdir()
    table = shared()
    table = table.set_column(1, "timezone", pa.array(["Mars", *table["timezone"].to_pylist()[1:]]))
    pq.write_table(table, folder / "a.parquet")
    assert nights(folder, spark, capsys, "--group", "candidate").splitlines() == [
        f"{sum(one[0] != SHARED[0].id for one in without_the_first())} actions in actions",
        "1 records could not be planned; their rows say why in the column `fault`",
    ]
    (bad,) = spark.read.parquet(str(tmp_path / "actions")).where("fault is not null").collect()
    assert bad["id"] == SHARED[0].id
    assert "timezone: must be an IANA name" in bad["fault"]
    pq.write_table(table.slice(0, 0), folder / "a.parquet")
    assert nights(folder, spark, capsys, "--group", "candidate") == "0 actions in actions\n"


def without_the_first() -> Found:
    groups = [SHARED[1:3], *(SHARED[place : place + 3] for place in range(3, 60, 3))]
    return soon(made for group in groups for made in plan_all(group, as_of=AS_OF))


def test_the_script_says_what_is_wrong_with_a_folder(spark: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table, folder = record_table(RECORDS), tmp_path / "records"
    path = folder / "a.parquet"
    assert nights(folder, spark, capsys) == "there is no such folder"
    folder.mkdir()
    assert nights(folder, spark, capsys) == "there are no Parquet files in it"
    pq.write_table(table.rename_columns(["company", "timezon", *table.column_names[2:]]), path)
    assert nights(folder, spark, capsys).splitlines()[:2] == ["table: 2 faults", "  timezone: must be a column of the table"]
    pq.write_table(table.drop_columns(["id"]), path)
    assert nights(folder, spark, capsys) == "table: id: must be a column of the table, to say whose the actions are"
    pq.write_table(table, path)
    assert nights(folder, spark, capsys, "--group", "candidat").startswith("input: group: must name a column of the table")
    (folder / "b.parquet").write_bytes(b"PAR1 and nothing of the kind")
    said = nights(folder, spark, capsys)
    assert "b.parquet" in said
    assert "\n" not in said
    pq.write_table(table.set_column(0, "company", pa.array(range(60))), folder / "b.parquet")
    said = nights(folder, spark, capsys)
    assert "company" in said
    assert "b.parquet" in said
    assert "\n" not in said
