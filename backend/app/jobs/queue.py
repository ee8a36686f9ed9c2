"""Putting jobs into the queue, and the events that tell what happens to them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.database import database_now
from app.datasets.outcome import record_import_cancellation
from app.jobs.errors import SweepFailedError
from app.jobs.models import FINAL_STATUSES, SWEEP, ClusteringJob, JobEvent
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
    now = database_now(session)
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
        event_seq=1,
        created_at=now,
    )
    session.add(job)
    session.flush()
    # As `append_event` would, of a row that nobody else can see yet.
    event = {"job_id": job.id, "seq": 1, "at": now, "event": "state", "data": {"status": "queued"}}
    session.execute(sa.insert(JobEvent).values(event))
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
    """Cancel a queued job at once; ask the worker of a running one to stop it; leave a finished one alone.

    Cancelling a sweep cancels its fits.
    """
    parts = sa.select(ClusteringJob.id).where(
        ClusteringJob.parent_id == job_id, ClusteringJob.status.not_in(FINAL_STATUSES)
    )
    # Whoever locks several of these rows takes fits in the order of their numbers, and their sweep last.
    for part_id in session.scalars(parts.order_by(ClusteringJob.id)).all():
        _cancel_one(session, part_id)
    parent_id = _cancel_one(session, job_id)
    if parent_id is not None:
        settle_sweep(session, parent_id)


def begin_sweep(session: Session, sweep_id: int) -> None:
    """Let a sweep run, whose first fit was taken."""
    begun = session.execute(
        sa.update(ClusteringJob)
        .where(ClusteringJob.id == sweep_id, ClusteringJob.status == "queued")
        .values(status="running", started_at=database_now(session))
        .returning(ClusteringJob.id)
        .execution_options(synchronize_session=False)
    ).first()
    if begun is not None:
        append_event(session, sweep_id, "state", {"status": "running"})


def settle_sweep(session: Session, sweep_id: int) -> None:
    """Bring a sweep up to date with its fits, one of which has ended; it ends with the last of them."""
    sweep = session.scalar(
        sa.select(ClusteringJob)
        .where(ClusteringJob.id == sweep_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if sweep is None or sweep.status in FINAL_STATUSES:
        return
    of_sweep = (
        sa.select(ClusteringJob.status, sa.func.count())
        .where(ClusteringJob.parent_id == sweep_id)
        .group_by(ClusteringJob.status)
    )
    counts = {row[0]: int(row[1]) for row in session.execute(of_sweep)}
    total, ended = sum(counts.values()), sum(counts.get(status, 0) for status in FINAL_STATUSES)
    sweep.progress = ended / total if total else 1.0
    sweep.message = f"{ended} of {total} runs have ended."
    if ended < total:
        session.flush()
        append_event(session, sweep_id, "progress", {"progress": sweep.progress, "message": sweep.message})
        return
    succeeded = counts.get("succeeded", 0)
    sweep.status = "cancelled" if sweep.cancel_requested else "succeeded" if succeeded else "failed"
    if sweep.status == "failed":
        sweep.error = SweepFailedError(f"None of the {total} runs succeeded.").problem().model_dump()
    sweep.finished_at = database_now(session)
    session.flush()
    append_event(session, sweep_id, "state", {"status": sweep.status})


def _cancel_one(session: Session, job_id: int) -> int | None:
    """Cancel one job; return the sweep that is to be settled for it, if there is one."""
    kind = session.scalar(sa.select(ClusteringJob.kind).where(ClusteringJob.id == job_id))
    if kind == SWEEP:
        session.execute(
            sa.update(ClusteringJob)
            .where(ClusteringJob.id == job_id, ClusteringJob.status.not_in(FINAL_STATUSES))
            .values(cancel_requested=True)
            .execution_options(synchronize_session=False)
        )
        return job_id
    cancelled = session.execute(
        sa.update(ClusteringJob)
        .where(ClusteringJob.id == job_id, ClusteringJob.status == "queued")
        .values(status="cancelled", cancel_requested=True, finished_at=database_now(session))
        .returning(ClusteringJob.kind, ClusteringJob.dataset_id, ClusteringJob.parent_id)
        .execution_options(synchronize_session=False)
    ).first()
    if cancelled is not None:
        append_event(session, job_id, "state", {"status": "cancelled"})
        if cancelled.kind == "import" and cancelled.dataset_id is not None:
            record_import_cancellation(session, cancelled.dataset_id)
        parent_id: int | None = cancelled.parent_id
        return parent_id
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
    return None
