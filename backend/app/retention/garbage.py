"""Removing files that nothing refers to: of deleted runs, of attempts that were lost, of broken uploads."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from app.database import Database, database_now
from app.jobs.models import ClusteringJob
from app.retention.references import artifacts_in_use, uploads_in_use
from app.storage.store import Storage

# What was written or reused later, or since a running job began, may belong to an end that is not written.
GRACE = timedelta(days=1)


def remove_garbage(database: Database, storage: Storage) -> dict[str, int]:
    """Remove artifacts and uploads that are a day old and in no use; return how many, and their bytes.

    The store is listed before the database is read: what becomes used between the two is new, or was noted
    as used again when a job found it. What is noted as used while the round goes on stays.
    """
    with database.read() as session:
        running = sa.select(sa.func.min(ClusteringJob.started_at)).where(ClusteringJob.status == "running")
        now = database_now(session)
        before = min(now, session.scalar(running) or now) - GRACE
    artifacts = [kept for kept in storage.kept_artifacts() if kept.last_used < before]
    uploads = [kept for kept in storage.kept_uploads() if kept.last_used < before]
    with database.read() as session:
        artifacts_used, uploads_used = artifacts_in_use(session), uploads_in_use(session)
    counts = {"artifacts_removed": 0, "uploads_removed": 0, "bytes_removed": 0}
    for kept in artifacts:
        if (kept.stage, kept.key) in artifacts_used:
            continue
        if storage.remove_unused(kept.stage, kept.key, before):
            counts["artifacts_removed"] += 1
            counts["bytes_removed"] += kept.n_bytes
    for kept in uploads:
        if kept.key not in uploads_used:
            storage.remove_upload(kept.key)
            counts["uploads_removed"] += 1
            counts["bytes_removed"] += kept.n_bytes
    return counts
