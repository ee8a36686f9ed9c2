"""Putting jobs into the queue, and the events that tell what happens to them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.database import database_now
from app.datasets.outcome import record_import_cancellation
from app.jobs.models import ClusteringJob, JobEvent
from app.jobs.priorities import NORMAL, Tier
from app.tracing import traceparent


def enqueue(
    session: Session,
    *,
    user_id: int,
    kind: str,
    lane: str = "normal",
    tier: Tier = Tier.ORDINARY,
    priority: int = NORMAL,
    parent_id: int | None = None,
    dataset_id: int | None = None,
    run_id: int | None = None,
    parameters: dict[str, Any] | None = None,
    idempotency_key: str | None = None,
    request_id: str | None = None,
) -> ClusteringJob:
    """Add a queued job with its first event, and flush it; the caller commits and then sends a hint."""
    job = ClusteringJob(
        user_id=user_id,
        kind=kind,
        lane=lane,
        tier=tier,
        priority=priority,
        parent_id=parent_id,
        status="queued",
        dataset_id=dataset_id,
        run_id=run_id,
        parameters=parameters or {},
        idempotency_key=idempotency_key,
        request_id=request_id,
        traceparent=traceparent(),
        created_at=database_now(session),
    )
    session.add(job)
    session.flush()
    append_event(session, job.id, "state", {"status": "queued"})
    session.refresh(job)
    return job


def append_event(session: Session, job_id: int, event: str, data: dict[str, Any]) -> int:
    """Write an event of a job under the next number, in the transaction of ``session``; return the number.

    The update locks the job's row, so two writers never take the same number.
    """
    seq = session.execute(
        sa.update(ClusteringJob)
        .where(ClusteringJob.id == job_id)
        .values(event_seq=ClusteringJob.event_seq + 1)
        .returning(ClusteringJob.event_seq)
        .execution_options(synchronize_session=False)
    ).scalar_one()
    session.execute(
        sa.insert(JobEvent).values(job_id=job_id, seq=seq, at=database_now(session), event=event, data=data)
    )
    return seq


def request_cancel(session: Session, job_id: int) -> None:
    """Cancel a queued job at once; ask the worker of a running one to stop it; leave a finished one alone."""
    now = database_now(session)
    cancelled = session.execute(
        sa.update(ClusteringJob)
        .where(ClusteringJob.id == job_id, ClusteringJob.status == "queued")
        .values(status="cancelled", cancel_requested=True, finished_at=now)
        .returning(ClusteringJob.kind, ClusteringJob.dataset_id)
        .execution_options(synchronize_session=False)
    ).first()
    if cancelled is not None:
        append_event(session, job_id, "state", {"status": "cancelled"})
        if cancelled.kind == "import" and cancelled.dataset_id is not None:
            record_import_cancellation(session, cancelled.dataset_id)
        return
    asked = session.execute(
        sa.update(ClusteringJob)
        .where(
            ClusteringJob.id == job_id,
            ClusteringJob.status == "running",
            ClusteringJob.cancel_requested.is_(False),
        )
        .values(cancel_requested=True)
        .returning(ClusteringJob.id)
        .execution_options(synchronize_session=False)
    ).first()
    if asked is not None:
        append_event(session, job_id, "state", {"status": "running", "cancel_requested": True})
