"""The example for Spark, on Spark itself: the same actions as `plan`, also when a worker is killed."""

from __future__ import annotations

import datetime as dt
import importlib.util
import os
import shutil
import signal
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from followup_rules import Contact, Interview, plan
from followup_rules.moments import to_moment
from tests.making import AT

pa = pytest.importorskip("pyarrow")
pytest.importorskip("numpy")

import pyarrow.parquet as pq  # noqa: E402 - needs pyarrow

from followup_rules.tables import record_table  # noqa: E402 - needs pyarrow

AS_OF = dt.datetime(2026, 11, 24, 20, tzinfo=dt.UTC)
EXAMPLE = Path(__file__).parent.parent / "examples" / "spark_nightly.py"
RECORDS = [
    Interview(
        company=f"Company {place}",
        starts_at=AT.subtract(days=place % 9, hours=place % 5),
        contacts=[Contact(f"Person {place}", email=f"person{place}@company.example", phone=f"+1 212 555 {place:04}")],
    )
    for place in range(60)
]


def example() -> Any:
    spec = importlib.util.spec_from_file_location("spark_nightly", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def expected() -> list[tuple[str, str, int]]:
    until = to_moment(AS_OF + dt.timedelta(days=1))
    return sorted(
        (record.id, action.step, to_moment(action.at))
        for record in RECORDS
        for action in plan(record, as_of=AS_OF).actions
        if to_moment(action.at) < until
    )


def test_the_actions_of_tomorrow_are_those_of_the_plans() -> None:
    (batch,) = record_table(RECORDS).to_batches()
    rows = [one for made in example().tomorrow([batch], AS_OF) for one in made.to_pylist()]
    assert sorted((one["id"], one["step"], to_moment(one["at"])) for one in rows) == expected() != []


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    pytest.importorskip("pyspark")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java")
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


def found(frame: Any) -> list[tuple[str, str, int]]:
    return sorted((row["id"], row["step"], to_moment(row["at"].astimezone(dt.UTC))) for row in frame.collect())


@pytest.mark.filterwarnings("ignore")  # Spark's own
def test_spark_gives_the_same_actions(spark: Any, folder: Path) -> None:
    assert found(example().nightly(spark.read.parquet(str(folder)), AS_OF)) == expected()


@pytest.mark.filterwarnings("ignore")  # Spark's own
def test_a_killed_worker_is_run_again_with_the_same_result(spark: Any, folder: Path, tmp_path: Path) -> None:
    module = example()
    killed = str(tmp_path / "killed")
    tomorrow, as_of, by = module.tomorrow, AS_OF, signal.SIGKILL

    def once_killed(batches: Iterable[Any]) -> Iterator[Any]:
        for batch in tomorrow(batches, as_of):
            try:
                os.close(os.open(killed, os.O_CREAT | os.O_EXCL))
            except FileExistsError:
                yield batch
            else:
                os.kill(os.getpid(), by)

    frame = spark.read.parquet(str(folder)).mapInArrow(once_killed, module.SPARK_SCHEMA)
    assert found(frame) == expected()
    assert Path(killed).exists()
