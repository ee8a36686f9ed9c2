"""The lease on a job: claim, beat, report, finish, give back, reap; the queue's whole protocol.

A claim gives a random token, and every later write of that attempt is guarded by it: a worker that was
paused while its lease ran out finds the token gone and drops its result. The only clock is the database's.
Each function works in the caller's transaction (`Database.write`), so a result and the end of its job are
committed together.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.database import database_now
from app.datasets.outcome import record_import_cancellation, record_import_failure
from app.errors import PROBLEM_TYPE, Problem
from app.jobs.models import ClusteringJob, JobAttempt
from app.jobs.queue import append_event

LONGEST_BACKOFF_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Claim:
    """One attempt of a job, as long as its token is the job's."""

    job_id: int
    token: str
    attempt: int
    kind: str
    lane: str


@dataclass(frozen=True, slots=True)
class Reaped:
    """A job whose worker was silent for a whole lease, and the token that is void now."""

    job_id: int
    token: str
    status: str


def has_work(session: Session, lane: str) -> bool:
    """Whether a job of a lane waits and may start now; a cheap look that takes no lock."""
    return session.scalar(sa.select(_next_job(lane, database_now(session)).exists())) is True


def claim(session: Session, lane: str, worker: str, lease_seconds: float) -> Claim | None:
    """Take the next job of a lane for ``lease_seconds``, or return None when none may start now."""
    now = database_now(session)
    chosen = _next_job(lane, now)
    if session.get_bind().dialect.name == "postgresql":
        chosen = chosen.with_for_update(skip_locked=True)
    row = session.execute(
        sa.update(ClusteringJob)
        .where(ClusteringJob.id == chosen.scalar_subquery(), ClusteringJob.status == "queued")
        .values(
            status="running",
            worker=worker,
            lease_token=secrets.token_hex(16),
            lease_until=now + timedelta(seconds=lease_seconds),
            attempt=ClusteringJob.attempt + 1,
            not_before=None,
            stage=None,
            progress=0.0,
            message="",
            started_at=sa.func.coalesce(ClusteringJob.started_at, now),
        )
        .returning(
            ClusteringJob.id,
            ClusteringJob.lease_token,
            ClusteringJob.attempt,
            ClusteringJob.kind,
            ClusteringJob.lane,
        )
        .execution_options(synchronize_session=False)
    ).first()
    if row is None:
        return None
    taken = Claim(row.id, row.lease_token, row.attempt, row.kind, row.lane)
    session.add(JobAttempt(job_id=taken.job_id, attempt=taken.attempt, worker=worker, started_at=now))
    session.flush()
    append_event(session, taken.job_id, "state", {"status": "running", "attempt": taken.attempt})
    return taken


def started(session: Session, taken: Claim, pid: int) -> None:
    """Keep the process that works on an attempt."""
    session.execute(
        sa.update(JobAttempt)
        .where(JobAttempt.job_id == taken.job_id, JobAttempt.attempt == taken.attempt)
        .values(pid=pid)
    )


def beat(session: Session, held: Mapping[int, str], lease_seconds: float) -> dict[int, bool | None]:
    """Extend the leases of held jobs (id to token).

    Returns
    -------
    dict of int to bool or None
        For each job whether it is to be cancelled; None when it is no longer held.
    """
    until = database_now(session) + timedelta(seconds=lease_seconds)
    answer: dict[int, bool | None] = {}
    # In one order everywhere: two workers that update the same rows never wait for each other.
    for job_id in sorted(held):
        answer[job_id] = session.scalar(
            sa.update(ClusteringJob)
            .where(_is_held(job_id, held[job_id]))
            .values(lease_until=until)
            .returning(ClusteringJob.cancel_requested)
            .execution_options(synchronize_session=False)
        )
    return answer


def cancel_requests(session: Session, held: Mapping[int, str]) -> list[int]:
    """Return which of the held jobs are to be cancelled."""
    if not held:
        return []
    wanted = sa.select(ClusteringJob.id).where(
        ClusteringJob.id.in_(list(held)), ClusteringJob.cancel_requested.is_(True)
    )
    return list(session.scalars(wanted))


def report(session: Session, taken: Claim, stage: str, fraction: float, message: str) -> bool:
    """Write an attempt's progress (0 to 1); return False when the job is no longer held."""
    progress = min(1.0, max(0.0, fraction))
    written = session.execute(
        sa.update(ClusteringJob)
        .where(_is_held(taken.job_id, taken.token))
        .values(stage=stage, progress=progress, message=message)
        .returning(ClusteringJob.id)
        .execution_options(synchronize_session=False)
    ).first()
    if written is None:
        return False
    data = {"stage": stage, "progress": progress, "message": message}
    append_event(session, taken.job_id, "progress", data)
    return True


def succeed(session: Session, taken: Claim) -> ClusteringJob | None:
    """End a job well; the caller writes its results in the same transaction.

    Returns
    -------
    ClusteringJob or None
        None when there is nothing to write: the job is no longer held, or a cancellation was granted before
        (the job is then cancelled).
    """
    job = _held(session, taken)
    if job is None:
        return None
    if job.cancel_requested:
        _end(session, job, "cancelled", "cancelled")
        return None
    job.progress = 1.0
    _end(session, job, "succeeded", "ok")
    return job


def fail(session: Session, taken: Claim, problem: dict[str, Any]) -> bool:
    """End a job with what is wrong; return False when the job is no longer held."""
    job = _held(session, taken)
    if job is None:
        return False
    if job.cancel_requested:
        _end(session, job, "cancelled", "cancelled")
    else:
        _end(session, job, "failed", "error", problem)
    return True


def cancelled(session: Session, taken: Claim) -> bool:
    """End a job whose work was stopped as asked; return False when the job is no longer held."""
    job = _held(session, taken)
    if job is None:
        return False
    _end(session, job, "cancelled", "cancelled")
    return True


def lost(session: Session, taken: Claim, reason: str, backoff_seconds: float) -> bool:
    """Queue a job again whose process died, or fail it after its last attempt; False: no longer held."""
    job = _held(session, taken)
    if job is None:
        return False
    _retry(session, job, reason, backoff_seconds)
    return True


def give_back(session: Session, taken: Claim) -> bool:
    """Queue a job again at once as if the attempt had not been; return False when it is no longer held."""
    job = _held(session, taken)
    if job is None:
        return False
    if job.cancel_requested:
        _end(session, job, "cancelled", "cancelled")
        return True
    session.execute(
        sa.delete(JobAttempt).where(JobAttempt.job_id == job.id, JobAttempt.attempt == job.attempt)
    )
    job.attempt -= 1
    _queue_again(session, job, None, "")
    return True


def has_overdue(session: Session) -> bool:
    """Whether a lease has run out; a cheap look that takes no lock."""
    return session.scalar(sa.select(_overdue(database_now(session)).exists())) is True


def reap(session: Session, backoff_seconds: float) -> list[Reaped]:
    """End or queue again the jobs whose lease ran out; beat for your own before you call this."""
    overdue = _overdue(database_now(session)).order_by(ClusteringJob.id).with_for_update(skip_locked=True)
    found = []
    for job in session.scalars(overdue).all():
        token = job.lease_token or ""
        _retry(session, job, "The worker was lost: it gave no sign for a whole lease.", backoff_seconds)
        found.append(Reaped(job.id, token, job.status))
    return found


def _next_job(lane: str, now: datetime) -> sa.Select[int]:
    return (
        sa.select(ClusteringJob.id)
        .where(
            ClusteringJob.status == "queued",
            ClusteringJob.lane == lane,
            sa.or_(ClusteringJob.not_before.is_(None), ClusteringJob.not_before <= now),
        )
        .order_by(ClusteringJob.priority.desc(), ClusteringJob.id)
        .limit(1)
    )


def _overdue(now: datetime) -> sa.Select[ClusteringJob]:
    return sa.select(ClusteringJob).where(ClusteringJob.status == "running", ClusteringJob.lease_until < now)


def _is_held(job_id: int, token: str) -> sa.ColumnElement[bool]:
    return sa.and_(
        ClusteringJob.id == job_id, ClusteringJob.lease_token == token, ClusteringJob.status == "running"
    )


def _held(session: Session, taken: Claim) -> ClusteringJob | None:
    """Return the job, its row locked, when the attempt still owns it."""
    return session.scalar(
        sa.select(ClusteringJob)
        .where(_is_held(taken.job_id, taken.token))
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _retry(session: Session, job: ClusteringJob, reason: str, backoff_seconds: float) -> None:
    if job.cancel_requested:
        _end(session, job, "cancelled", "cancelled")
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
        _end(session, job, "failed", "lost", problem.model_dump())
    else:
        pause = min(backoff_seconds * 2 ** (job.attempt - 1), LONGEST_BACKOFF_SECONDS)
        _end_attempt(session, job, "lost")
        _queue_again(session, job, timedelta(seconds=pause), reason)


def _queue_again(session: Session, job: ClusteringJob, pause: timedelta | None, reason: str) -> None:
    job.status = "queued"
    job.worker = job.lease_token = job.lease_until = job.stage = None
    job.progress = 0.0
    job.message = f"{reason} Trying again." if reason else ""
    job.not_before = database_now(session) + pause if pause else None
    session.flush()
    append_event(
        session, job.id, "state", {"status": "queued", "attempt": job.attempt, "message": job.message}
    )


def _end(
    session: Session, job: ClusteringJob, status: str, outcome: str, problem: dict[str, Any] | None = None
) -> None:
    job.status = status
    job.error = problem
    job.lease_token = job.lease_until = None
    job.finished_at = database_now(session)
    _end_attempt(session, job, outcome)
    session.flush()
    append_event(session, job.id, "state", {"status": status, "attempt": job.attempt})
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
