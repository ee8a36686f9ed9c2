"""How an attempt's job goes on: ended, or queued again; in the transaction that holds the job's row."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.database import database_now
from app.datasets.outcome import record_import_cancellation, record_import_failure
from app.errors import PROBLEM_TYPE, Problem
from app.jobs.models import ClusteringJob, JobAttempt
from app.jobs.queue import append_event, settle_sweep

LONGEST_BACKOFF_SECONDS = 60.0


def retry(session: Session, job: ClusteringJob, reason: str, backoff_seconds: float) -> None:
    """Queue a job again whose process or worker was lost, after a pause; fail it after its last attempt."""
    if job.cancel_requested:
        end(session, job, "cancelled", "cancelled")
    elif job.attempt >= job.max_attempts:
        problem = Problem(
            type=PROBLEM_TYPE + "worker_lost",
            title="Worker lost",
            status=500,
            detail=f"{reason} This was attempt {job.attempt} of {job.max_attempts}.",
            code="worker_lost",
            request_id=job.request_id,
            remedy="Try again with fewer rows or columns if memory may be short; else see the worker's log.",
        )
        end(session, job, "failed", "lost", problem.model_dump())
    else:
        pause = min(backoff_seconds * 2 ** (job.attempt - 1), LONGEST_BACKOFF_SECONDS)
        _end_attempt(session, job, "lost")
        queue_again(session, job, timedelta(seconds=pause), reason)


def queue_again(session: Session, job: ClusteringJob, pause: timedelta | None, reason: str) -> None:
    """Put a job back into the queue, as if it had not begun."""
    job.status = "queued"
    job.worker = job.lease_token = job.lease_until = job.stage = None
    job.progress = 0.0
    job.message = f"{reason} Trying again." if reason else ""
    job.not_before = database_now(session) + pause if pause else None
    session.flush()
    append_event(
        session, job.id, "state", {"status": "queued", "attempt": job.attempt, "message": job.message}
    )


def end(
    session: Session, job: ClusteringJob, status: str, outcome: str, problem: dict[str, Any] | None = None
) -> None:
    """End a job and its attempt, and let its dataset know."""
    job.status = status
    job.error = problem
    job.lease_token = job.lease_until = None
    job.finished_at = database_now(session)
    _end_attempt(session, job, outcome)
    session.flush()
    append_event(session, job.id, "state", {"status": status, "attempt": job.attempt})
    if job.parent_id is not None:
        settle_sweep(session, job.parent_id)
    if job.kind == "import" and job.dataset_id is not None:
        if status == "cancelled":
            record_import_cancellation(session, job.dataset_id)
        elif problem is not None:
            record_import_failure(session, job.dataset_id, problem)


def _end_attempt(session: Session, job: ClusteringJob, outcome: str) -> None:
    session.execute(
        sa.update(JobAttempt)
        .where(JobAttempt.job_id == job.id, JobAttempt.attempt == job.attempt)
        .values(ended_at=database_now(session), outcome=outcome)
    )
