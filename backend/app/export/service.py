"""Asking for an export of the own account, and handing it out until it expires."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.trail import record
from app.database import after_commit, database_now
from app.export.errors import ExportNotFoundError
from app.export.schemas import ExportRead
from app.jobs.models import EXPORT, FINAL_STATUSES, ClusteringJob
from app.jobs.queue import enqueue
from app.jobs.repository import read_job
from app.live.hints import Hints
from app.storage.store import Storage
from app.users.models import User

# Long enough for a holiday, short enough that copies of everything do not pile up.
KEPT = timedelta(days=7)
STAGE = "export"
ARCHIVE = "archive.zip"


def ask_for_export(
    session: Session, hints: Hints, user: User, request_id: str | None = None
) -> ClusteringJob:
    """Queue an export of all that is kept of ``user``, or return the one that is under way."""
    # Locked until the job is committed, so that of two requests the second sees the first one's job.
    session.execute(sa.select(User.id).where(User.id == user.id).with_for_update(key_share=True))
    newest = newest_export(session, user)
    if newest is not None and newest.status not in FINAL_STATUSES:
        return newest
    job = enqueue(session, user_id=user.id, kind=EXPORT, request_id=request_id)
    record(session, "data_exported", by=user, subject=user, job=job.id)
    after_commit(session, lambda: hints.publish(job.id))
    return job


def newest_export(session: Session, user: User) -> ClusteringJob | None:
    """Return the export that ``user`` asked for last."""
    return session.scalar(
        sa.select(ClusteringJob)
        .where(ClusteringJob.user_id == user.id, ClusteringJob.kind == EXPORT)
        .order_by(ClusteringJob.id.desc())
        .limit(1)
    )


def read_export(session: Session, job: ClusteringJob | None) -> ExportRead:
    """Return what the API says about an export."""
    result = (job.result or {}) if job is not None and is_kept(session, job) else {}
    return ExportRead(
        job=read_job(session, job) if job is not None else None,
        n_bytes=result.get("n_bytes"),
        n_files=result.get("n_files"),
        n_missing=result.get("n_missing"),
        expires_at=job.finished_at + KEPT if result and job is not None and job.finished_at else None,
    )


def is_kept(session: Session, job: ClusteringJob) -> bool:
    """Whether an export can be downloaded still."""
    ended = job.finished_at
    return job.status == "succeeded" and ended is not None and ended + KEPT > database_now(session)


def archive_of(session: Session, storage: Storage, user: User) -> tuple[Path, str]:
    """Return the newest export's zip file, and the name to save it under.

    Raises
    ------
    ExportNotFoundError
        There is none, it is not ready, or it has expired.
    """
    job = newest_export(session, user)
    if job is None or job.finished_at is None or not is_kept(session, job) or job.result is None:
        raise ExportNotFoundError(remedy="Ask for one: POST /api/v1/users/me/export")
    try:
        path = storage.artifact(STAGE, job.result["key"]) / ARCHIVE
    except FileNotFoundError:
        raise ExportNotFoundError(
            "The export is gone from the store.", remedy="Ask for another: POST /api/v1/users/me/export"
        ) from None
    return path, f"fiedler-{user.username}-{job.finished_at:%Y-%m-%d}.zip"
