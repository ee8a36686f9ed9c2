"""Reading jobs, in the shape the API answers with."""

from __future__ import annotations

from collections.abc import Sequence
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.jobs.estimates import Place, Places
from app.jobs.models import SWEEP, ClusteringJob, JobEvent
from app.jobs.priorities import in_words
from app.jobs.schemas import JobRead

# By the database they are about.
_PLACES: WeakKeyDictionary[object, Places] = WeakKeyDictionary()
_REWORDED = ("priority", "queue_position", "starts_in_seconds")


def read_job(session: Session, job: ClusteringJob) -> JobRead:
    """Return what the API says about a job, with its place in the queue while it waits."""
    return read_jobs(session, [job])[0]


def read_jobs(session: Session, jobs: Sequence[ClusteringJob]) -> list[JobRead]:
    """Return what the API says about several jobs."""
    waiting = [job for job in jobs if job.status == "queued" and job.kind != SWEEP]
    found: dict[int, Place] = {}
    for lane in {job.lane for job in waiting}:
        wanted = {job.id for job in waiting if job.lane == lane}
        found |= _places(session).of(session, lane, wanted)
    return [_read_job(job, found.get(job.id) if job.status == "queued" else None) for job in jobs]


def _places(session: Session) -> Places:
    database = session.info.get("database", session.get_bind())
    return _PLACES.setdefault(database, Places())


def _read_job(job: ClusteringJob, place: Place | None) -> JobRead:
    return JobRead.model_validate(
        {
            **{name: getattr(job, name) for name in JobRead.model_fields if name not in _REWORDED},
            "priority": in_words(job.tier, job.priority),
            "queue_position": place.position if place is not None else None,
            "starts_in_seconds": place.starts_in_seconds if place is not None else None,
        }
    )


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
