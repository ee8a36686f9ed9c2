"""The lease on a job: claim, beat, report, finish, give back; `app.jobs.reaping` takes it from the silent.

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
from app.jobs.endings import end, queue_again, retry
from app.jobs.models import ClusteringJob, JobAttempt
from app.jobs.queue import append_event, begin_sweep
from app.jobs.turns import is_somebody_waiting, n_running, next_job, turns

# Space of the advisory locks that keep MAX_RUNNING_JOBS_PER_USER; any constant will do.
_LIMIT_LOCKS = 7_301_945


@dataclass(frozen=True, slots=True)
class Claim:
    """One attempt of a job, as long as its token is the job's."""

    job_id: int
    user_id: int
    token: str
    attempt: int
    kind: str
    lane: str
    parent_id: int | None = None


def has_work(session: Session, lane: str, most_running: int = 0) -> bool:
    """Whether a job of a lane waits and may start now; a cheap look that takes no lock."""
    return is_somebody_waiting(session, lane, database_now(session), most_running)


def claim(
    session: Session, lane: str, worker: str, lease_seconds: float, most_running: int = 0
) -> Claim | None:
    """Take the next job of a lane for ``lease_seconds``, or return None when none may start now.

    Parameters
    ----------
    most_running
        How many jobs of the lane one user may have running, over all workers; 0: any number.
    """
    now = database_now(session)
    taken = None
    for turn in turns(session, lane, now, most_running):
        # What others are just taking is passed over.
        chosen = next_job(turn, lane, now).with_for_update(skip_locked=True)
        with session.begin_nested() as attempt:
            taken = _take(session, chosen, now, worker, lease_seconds)
            if taken is not None and most_running and not _keeps_limit(session, taken, most_running):
                attempt.rollback()
                taken = None
        if taken is not None:
            break
    if taken is None:
        return None
    session.add(JobAttempt(job_id=taken.job_id, attempt=taken.attempt, worker=worker, started_at=now))
    session.flush()
    append_event(session, taken.job_id, "state", {"status": "running", "attempt": taken.attempt})
    if taken.parent_id is not None:
        begin_sweep(session, taken.parent_id)
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
        end(session, job, "cancelled", "cancelled")
        return None
    job.progress = 1.0
    end(session, job, "succeeded", "ok")
    return job


def fail(session: Session, taken: Claim, problem: dict[str, Any]) -> bool:
    """End a job with what is wrong; return False when the job is no longer held."""
    job = _held(session, taken)
    if job is None:
        return False
    if job.cancel_requested:
        end(session, job, "cancelled", "cancelled")
    else:
        end(session, job, "failed", "error", problem)
    return True


def cancelled(session: Session, taken: Claim) -> bool:
    """End a job whose work was stopped as asked; return False when the job is no longer held."""
    job = _held(session, taken)
    if job is None:
        return False
    end(session, job, "cancelled", "cancelled")
    return True


def lost(session: Session, taken: Claim, reason: str, backoff_seconds: float) -> bool:
    """Queue a job again whose process died, or fail it after its last attempt; False: no longer held."""
    job = _held(session, taken)
    if job is None:
        return False
    retry(session, job, reason, backoff_seconds)
    return True


def give_back(session: Session, taken: Claim) -> bool:
    """Queue a job again at once as if the attempt had not been; return False when it is no longer held."""
    job = _held(session, taken)
    if job is None:
        return False
    if job.cancel_requested:
        end(session, job, "cancelled", "cancelled")
        return True
    session.execute(
        sa.delete(JobAttempt).where(JobAttempt.job_id == job.id, JobAttempt.attempt == job.attempt)
    )
    job.attempt -= 1
    queue_again(session, job, None, "")
    return True


def _take(
    session: Session, chosen: sa.Select[int], now: datetime, worker: str, lease_seconds: float
) -> Claim | None:
    token = secrets.token_hex(16)
    row = session.execute(
        sa.update(ClusteringJob)
        .where(ClusteringJob.id == chosen.scalar_subquery(), ClusteringJob.status == "queued")
        .values(
            status="running",
            worker=worker,
            lease_token=token,
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
            ClusteringJob.user_id,
            ClusteringJob.attempt,
            ClusteringJob.kind,
            ClusteringJob.lane,
            ClusteringJob.parent_id,
        )
        .execution_options(synchronize_session=False)
    ).first()
    if row is None:
        return None
    return Claim(row.id, row.user_id, token, row.attempt, row.kind, row.lane, row.parent_id)


def _keeps_limit(session: Session, taken: Claim, most_running: int) -> bool:
    """Whether a user is within the limit, also with what other workers take at this moment.

    Whoever takes a job of a user holds the user's lock until it is committed, and counts after it has the
    lock. Nobody waits for it: a worker that is paused here holds up nobody but this user. On SQLite one
    process writes at a time.
    """
    if session.get_bind().dialect.name != "postgresql":
        return True
    lock = sa.func.pg_try_advisory_xact_lock(_LIMIT_LOCKS, taken.user_id)
    if session.scalar(sa.select(lock)) is not True:
        return False
    return n_running(session, taken.user_id, taken.lane) <= most_running


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
