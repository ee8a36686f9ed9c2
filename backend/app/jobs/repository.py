"""Reading jobs, in the shape the API answers with."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.jobs.models import ClusteringJob, JobEvent
from app.jobs.schemas import JobRead


def read_job(session: Session, job: ClusteringJob) -> JobRead:
    """Return what the API says about a job, with its place in the queue while it waits."""
    return read_jobs(session, [job])[0]


def read_jobs(session: Session, jobs: Sequence[ClusteringJob]) -> list[JobRead]:
    """Return what the API says about several jobs."""
    return [
        JobRead.model_validate(
            {
                **{name: getattr(job, name) for name in JobRead.model_fields if name != "queue_position"},
                "queue_position": _queue_position(session, job) if job.status == "queued" else None,
            }
        )
        for job in jobs
    ]


def active_jobs(session: Session, dataset_id: int) -> Sequence[ClusteringJob]:
    """Return the jobs of a dataset that are queued or running."""
    return session.scalars(
        sa.select(ClusteringJob).where(
            ClusteringJob.dataset_id == dataset_id, ClusteringJob.status.in_(("queued", "running"))
        )
    ).all()


def events_after(session: Session, job_id: int, seq: int, limit: int = 1000) -> Sequence[JobEvent]:
    """Return the events of a job with a number above ``seq``, in order."""
    return session.scalars(
        sa.select(JobEvent)
        .where(JobEvent.job_id == job_id, JobEvent.seq > seq)
        .order_by(JobEvent.seq)
        .limit(limit)
    ).all()


def _queue_position(session: Session, job: ClusteringJob) -> int:
    ahead = sa.or_(
        ClusteringJob.priority > job.priority,
        sa.and_(ClusteringJob.priority == job.priority, ClusteringJob.id < job.id),
    )
    count = session.scalar(
        sa.select(sa.func.count()).where(
            ClusteringJob.status == "queued", ClusteringJob.lane == job.lane, ahead
        )
    )
    return (count or 0) + 1
