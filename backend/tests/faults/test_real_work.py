"""Upload to re-cut through a real worker: import, the fit that follows by itself, another k."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from platform_under_test import Platform, wait_for

from app.datasets.models import Dataset
from app.jobs.models import ClusteringJob
from app.runs.models import Partition, Run

pytestmark = pytest.mark.faults


def add_dataset(platform: Platform, name: str, content: str) -> tuple[int, int]:
    """Store an upload and queue its import; return the ids of both."""
    uploads = platform.settings.uploads_dir
    uploads.mkdir(parents=True, exist_ok=True)
    (uploads / name).write_text(content, encoding="utf-8")
    dataset_id = platform.rows.dataset(
        original_name=name, upload_bytes=len(content), upload_sha256=name, upload_key=name
    )
    job_id = platform.rows.job("import", dataset_id=dataset_id, parameters={"plan": None})
    platform.hints.publish(job_id)
    return dataset_id, job_id


def dataset(platform: Platform, dataset_id: int) -> Dataset:
    with platform.rows.database.read() as session:
        return session.get_one(Dataset, dataset_id)


def test_an_upload_becomes_a_run_that_can_be_cut_again(real: Platform):
    generator = np.random.default_rng(0)
    points = np.concatenate([generator.normal(centre, 0.3, (60, 2)) for centre in (0, 4, 8)])
    lines = ["x,y,kind", *(f"{x:.4f},{y:.4f},{'abc'[i // 60]}" for i, (x, y) in enumerate(points))]
    dataset_id, import_id = add_dataset(real, "blobs.csv", "\n".join(lines))
    real.wait_for_status(import_id, "succeeded")
    ready = dataset(real, dataset_id)
    assert (ready.status, ready.n_rows, ready.n_columns) == ("ready", 180, 3)
    assert [column["role"] for column in ready.columns or []] == ["feature", "feature", "label"]

    def fit_job() -> ClusteringJob | None:
        with real.rows.database.read() as session:
            return session.scalar(
                sa.select(ClusteringJob).where(
                    ClusteringJob.kind == "fit", ClusteringJob.dataset_id == dataset_id
                )
            )

    fit: ClusteringJob = wait_for(fit_job)
    real.wait_for_status(fit.id, "succeeded")
    with real.rows.database.read() as session:
        run = session.scalars(sa.select(Run)).one()
    assert run.summary["columns"] == ["x", "y"]
    assert run.n_clusters == 3
    with real.rows.database.write() as session:
        session.get_one(Run, run.id).wanted_clusters = 2
    recut = real.rows.job("recut", "interactive", run_id=run.id, parameters={"n_clusters": 2})
    real.hints.publish(recut)
    real.wait_for_status(recut, "succeeded")
    with real.rows.database.read() as session:
        partitions = list(session.scalars(sa.select(Partition).order_by(Partition.n_clusters)))
        assert session.scalars(sa.select(Run)).one().n_clusters == 2
    assert [partition.n_clusters for partition in partitions] == [2, 3]
    labels = real.settings.artifacts_dir / "partition" / partitions[0].key / "labels.npy"
    assert np.load(labels).shape == (180,)
    assert list((real.settings.artifacts_dir / "tmp").iterdir()) == []


def test_a_table_that_cannot_be_read_fails_its_dataset_with_a_remedy(real: Platform):
    dataset_id, job_id = add_dataset(real, "header.csv", "a,b\n")
    real.wait_for_status(job_id, "failed")
    failed = dataset(real, dataset_id)
    assert failed.status == "failed"
    assert failed.error is not None
    assert failed.error["code"] == "no_rows"
    assert failed.error["remedy"]


def test_a_table_without_numbers_is_imported_and_not_clustered(real: Platform):
    dataset_id, job_id = add_dataset(real, "words.csv", "a,b\nx,y\nx,z\nw,z\n")
    real.wait_for_status(job_id, "succeeded")
    ready = dataset(real, dataset_id)
    assert ready.status == "ready"
    assert "no_numeric_column" in [note["code"] for note in (ready.import_report or {})["notes"]]
    with real.rows.database.read() as session:
        kinds = session.scalars(sa.select(ClusteringJob.kind).where(ClusteringJob.dataset_id == dataset_id))
        assert kinds.all() == ["import"]
    assert Path(real.settings.artifacts_dir / "table" / str(ready.table_key) / "table.parquet").is_file()
