"""The fit of a big table, its rows compared by a cluster started as docker-compose.yml starts it."""

import os
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from free_port import free_port

from app.database import BACKEND
from app.settings import Settings
from app.worker.handlers import fit

ROWS = 20_000
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """The address of a scheduler with two workers, each a process."""
    folder = tmp_path_factory.mktemp("dask")
    address = f"tcp://127.0.0.1:{free_port()}"
    dask = str(Path(sys.executable).with_name("dask"))
    scheduler = [dask, "scheduler", "--host", address, "--dashboard-address", "127.0.0.1:0", "--no-show"]
    worker = [dask, "worker", address, "--no-nanny", "--nthreads", "1", "--local-directory", str(folder)]
    with ExitStack() as stack:
        log = stack.enter_context((folder / "log").open("w"))
        for command in (scheduler, [*worker, "--no-dashboard"], [*worker, "--no-dashboard"]):
            environment = {**os.environ, "PYTHONPATH": str(BACKEND)}
            process = stack.enter_context(subprocess.Popen(command, env=environment, stdout=log, stderr=log))
            stack.callback(process.terminate)
        yield address


def computed(root: Path, address: str, minimum_rows: int = ROWS) -> tuple[dict, np.ndarray]:
    generator = np.random.default_rng(0)
    points = generator.standard_normal((ROWS, 4)) + 8 * generator.integers(0, 3, ROWS)[:, None]
    table = root / "artifacts" / "table" / "7ab1e"
    table.mkdir(parents=True)
    pq.write_table(pa.table({name: points[:, i] for i, name in enumerate("abcd")}), table / "table.parquet")
    (table / "meta.json").write_text("{}")
    details = {
        "table_key": "7ab1e",
        "parameters": {"method": "landmark", "n_clusters": 3},
        "device": "cpu",
        "memory_limit_bytes": None,
        "dask_scheduler_address": address,
        "dask_minimum_rows": minimum_rows,
        "store": Settings(_env_file=None, data_dir=root).store_location,
        "scratch": str(root / "artifacts" / "tmp" / "1"),
    }
    summary = fit.compute(details, lambda *_: None)["summary"]
    labels = np.load(root / "artifacts" / "partition" / summary["partition"]["key"] / "labels.npy")
    shutil.rmtree(root)
    return summary, labels


def notes(summary: dict) -> dict[str, str]:
    return {note["code"]: note["message"] for note in summary["notes"]}


def test_a_big_table_gets_the_same_labels_from_the_cluster(cluster, tmp_path, monkeypatch):
    alone, expected = computed(tmp_path / "alone", "")
    # Were the rows compared here, the fit would fail.
    monkeypatch.setattr("fiedler.landmarks.fitting.threaded_affinity", lambda _threads: None)
    found, labels = computed(tmp_path / "there", cluster)
    np.testing.assert_array_equal(labels, expected)
    assert found["eigenvalues"] == alone["eigenvalues"]
    assert "no_cluster" not in notes(found)


def test_a_table_below_the_limit_asks_no_cluster(tmp_path):
    summary, _ = computed(tmp_path / "small", "tcp://127.0.0.1:9", ROWS + 1)
    assert "no_cluster" not in notes(summary)


def test_a_cluster_that_is_away_is_told_of(tmp_path, monkeypatch):
    monkeypatch.setattr("fiedler.distributed.ClusterAffinity.connect_seconds", 1.0)
    summary, _ = computed(tmp_path / "away", "tcp://127.0.0.1:9")
    assert "tcp://127.0.0.1:9" in notes(summary)["no_cluster"]
