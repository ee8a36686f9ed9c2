"""Deleting what has been kept as long as the settings say."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.trail import record
from app.database import database_now
from app.datasets.models import Dataset
from app.datasets.service import delete_dataset
from app.jobs.models import ClusteringJob
from app.live.hints import Hints
from app.retention.settings import Retention
from app.runs.models import Run
from app.storage.store import Storage
from app.uploads.models import Upload
from app.uploads.service import give_up

# How long a deleted dataset's rows stay, for jobs that are about to find out.
DELETED_DAYS = 1


def delete_expired(session: Session, hints: Hints, storage: Storage, retention: Retention) -> dict[str, int]:
    """Delete the datasets and runs whose time is over, and uploads that did not go on; return how many."""
    now = database_now(session)
    counts = {"datasets_expired": 0, "runs_expired": 0}
    counts["uploads_expired"] = give_up(session, storage, Upload.expires_at < now)
    if retention.upload_days:
        before = now - timedelta(days=retention.upload_days)
        expired = sa.select(Dataset).where(Dataset.created_at < before, Dataset.deleted_at.is_(None))
        for dataset in session.scalars(expired):
            delete_dataset(session, hints, storage, dataset, None)
            counts["datasets_expired"] += 1
    if retention.result_days:
        before = now - timedelta(days=retention.result_days)
        for run in session.scalars(sa.select(Run).where(Run.created_at < before)):
            record(session, "run_deleted", by=None, subject=run, dataset_id=run.dataset_id, why="expired")
            session.delete(run)
            counts["runs_expired"] += 1
    return counts


def purge_deleted(session: Session, now: datetime) -> int:
    """Remove the rows of datasets that were deleted a day ago, with their jobs and runs; return how many."""
    active = sa.select(ClusteringJob.dataset_id).where(
        ClusteringJob.status.in_(("queued", "running")), ClusteringJob.dataset_id.is_not(None)
    )
    purged = session.execute(
        sa.delete(Dataset)
        .where(Dataset.deleted_at < now - timedelta(days=DELETED_DAYS), Dataset.id.not_in(active))
        .returning(Dataset.id)
    )
    return len(purged.all())
