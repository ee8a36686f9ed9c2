"""Filling orders from the database: each kind of job says what its handler needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from app.datasets.models import Dataset
from app.edits.repository import engine_step, engine_steps
from app.errors import ServiceError
from app.export.contents import contents_of
from app.export.service import ARCHIVE, STAGE
from app.jobs.models import ClusteringJob
from app.runs.models import Run
from app.settings import Settings
from app.users.models import User

Prepare = Callable[[Session, ClusteringJob, Settings], dict[str, Any]]


class SourceGoneError(ServiceError):
    """What the job was to work on does not exist any more."""

    status_code = 410
    code = "source_gone"


def order_import(session: Session, job: ClusteringJob, settings: Settings) -> dict[str, Any]:
    """Return what `handlers.import_table` needs."""
    dataset = _dataset(session, job)
    return {
        "upload": dataset.upload_key,
        "original_name": dataset.original_name,
        "sha256": dataset.upload_sha256,
        "plan": job.parameters.get("plan"),
        **_folders(settings, job),
    }


def order_fit(session: Session, job: ClusteringJob, settings: Settings) -> dict[str, Any]:
    """Return what `handlers.fit` needs."""
    dataset = _dataset(session, job)
    if dataset.table_key is None:
        raise SourceGoneError(f"Dataset {dataset.id} has no table yet.", remedy="Import it again.")
    return {
        "table_key": dataset.table_key,
        "parameters": job.parameters,
        "device": "cuda" if settings.gpu_enabled else "cpu",
        "memory_limit_bytes": settings.job_memory_bound,
        "dask_scheduler_address": settings.dask_scheduler_address,
        "dask_minimum_rows": settings.dask_minimum_rows,
        **_folders(settings, job),
    }


def order_recut(session: Session, job: ClusteringJob, settings: Settings) -> dict[str, Any]:
    """Return what `handlers.recut` needs."""
    run = _run(session, job)
    return {"summary": run.summary, "n_clusters": job.parameters["n_clusters"], **_folders(settings, job)}


def order_layout(session: Session, job: ClusteringJob, settings: Settings) -> dict[str, Any]:
    """Return what `handlers.lay_out` needs."""
    run = _run(session, job)
    return {"summary": run.summary, "layout": job.parameters["layout"], **_folders(settings, job)}


def order_explanation(session: Session, job: ClusteringJob, settings: Settings) -> dict[str, Any]:
    """Return what `handlers.explain` needs."""
    run = _run(session, job)
    return {
        "summary": run.summary,
        "table_key": run.table_key,
        "parameters": run.parameters,
        **{name: job.parameters[name] for name in ("partition_key", "n_clusters", "question")},
        **_folders(settings, job),
    }


def order_revision(session: Session, job: ClusteringJob, settings: Settings) -> dict[str, Any]:
    """Return what `handlers.revise` needs: all steps up to the one asked for."""
    run = _run(session, job)
    asked = job.parameters
    before = engine_steps(session, run.id, asked["n_clusters"], asked["position"])
    return {
        "summary": run.summary,
        "n_clusters": asked["n_clusters"],
        "steps": [*before, engine_step(asked["step"], asked["rows"])],
        **_folders(settings, job),
    }


def order_export(session: Session, job: ClusteringJob, settings: Settings) -> dict[str, Any]:
    """Return what `handlers.export` needs: all rows, and where the files are."""
    return {
        "contents": contents_of(session, session.get_one(User, job.user_id)),
        "stage": STAGE,
        # Of this attempt alone: what was asked for later is another archive.
        "key": job.lease_token,
        "archive": ARCHIVE,
        **_folders(settings, job),
    }


def _run(session: Session, job: ClusteringJob) -> Run:
    run = session.get(Run, job.run_id)
    if run is None:
        raise SourceGoneError(f"Run {job.run_id} was deleted.", remedy="Cluster the dataset again.")
    return run


def _dataset(session: Session, job: ClusteringJob) -> Dataset:
    dataset = session.get(Dataset, job.dataset_id)
    if dataset is None or dataset.deleted_at is not None:
        raise SourceGoneError(f"Dataset {job.dataset_id} was deleted.", remedy="Upload the table again.")
    return dataset


def _folders(settings: Settings, job: ClusteringJob) -> dict[str, Any]:
    scratch = settings.artifacts_dir / "tmp" / (job.lease_token or "")
    return {"store": settings.store_location, "scratch": str(scratch)}
