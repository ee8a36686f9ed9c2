"""What a child's result leaves behind, written in the transaction that ends its job."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from app.datasets.outcome import record_import
from app.edits.outcome import record_revision
from app.jobs.models import ClusteringJob
from app.jobs.queue import enqueue
from app.runs.outcome import record_fit, record_layout, record_partition
from fiedler.parameters import ClusteringParameters

Record = Callable[[Session, ClusteringJob, dict[str, Any]], int | None]
"""Writes a result; returns the id of a job that follows from it, if one does."""

NUMERIC_TYPES = ("integer", "float", "boolean")


def record_table(session: Session, job: ClusteringJob, result: dict[str, Any]) -> int | None:
    """Make the dataset ready and, when it has a numeric feature, queue its first clustering."""
    if job.dataset_id is None:
        return None
    dataset = record_import(session, job.dataset_id, result["table_key"], result)
    job.result = {"n_rows": result["n_rows"], "n_columns": result["n_columns"]}
    if dataset is None or not any(
        column["role"] == "feature" and column["type"] in NUMERIC_TYPES for column in result["columns"]
    ):
        return None
    fit = enqueue(
        session,
        user_id=job.user_id,
        kind="fit",
        dataset_id=dataset.id,
        parameters=ClusteringParameters().to_dict(),
        request_id=job.request_id,
    )
    return fit.id


def record_run(session: Session, job: ClusteringJob, result: dict[str, Any]) -> int | None:
    """Create the run of a fit, with its first partition."""
    record_fit(
        session, job, result["table_key"], result["summary"], result["layouts"], result["result_bytes"]
    )
    return None


def record_cut(session: Session, job: ClusteringJob, result: dict[str, Any]) -> int | None:
    """Create the partition of a re-cut."""
    record_partition(session, job, result)
    return None


def record_map(session: Session, job: ClusteringJob, result: dict[str, Any]) -> int | None:
    """Add a layout to its run."""
    record_layout(session, job, result)
    return None


def record_explanation(session: Session, job: ClusteringJob, result: dict[str, Any]) -> int | None:
    """Keep where the answer is."""
    job.result = {"key": result["key"]}
    return None


def record_export(session: Session, job: ClusteringJob, result: dict[str, Any]) -> int | None:
    """Keep where the archive is, and what it holds."""
    job.result = {name: result[name] for name in ("key", "n_bytes", "n_files", "n_missing")}
    return None


def record_edit(session: Session, job: ClusteringJob, result: dict[str, Any]) -> int | None:
    """Add an edit to its partition's history and show what came of it."""
    record_revision(session, job, result)
    return None
