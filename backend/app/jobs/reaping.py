"""Taking jobs back from workers that gave no sign for a whole lease."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.database import database_now
from app.jobs.endings import retry
from app.jobs.models import ClusteringJob


@dataclass(frozen=True, slots=True)
class Reaped:
    """A job whose worker was silent for a whole lease, and the token that is void now."""

    job_id: int
    token: str
    status: str


def has_overdue(session: Session) -> bool:
    """Whether a lease has run out; a cheap look that takes no lock."""
    return session.scalar(sa.select(_overdue(database_now(session)).exists())) is True


def reap(session: Session, backoff_seconds: float) -> list[Reaped]:
    """End or queue again the jobs whose lease ran out; beat for your own before you call this."""
    overdue = _overdue(database_now(session)).order_by(ClusteringJob.id).with_for_update(skip_locked=True)
    found = []
    for job in session.scalars(overdue).all():
        token = job.lease_token or ""
        retry(session, job, "The worker was lost: it gave no sign for a whole lease.", backoff_seconds)
        found.append(Reaped(job.id, token, job.status))
    return found


def _overdue(now: datetime) -> sa.Select[ClusteringJob]:
    return sa.select(ClusteringJob).where(ClusteringJob.status == "running", ClusteringJob.lease_until < now)
