"""Waiting in a request for a job that usually ends soon."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from app.database import Database
from app.jobs.models import FINAL_STATUSES, ClusteringJob
from app.live.watch import JobWatch

# How long a lost hint may delay the answer.
POLL_SECONDS = 0.05


@contextmanager
def ended_or_late(
    database: Database, watch: JobWatch, job_id: int, patience_seconds: float
) -> Iterator[tuple[Session, ClusteringJob]]:
    """Yield a job, with its session, once it has ended or as it stands after ``patience_seconds``."""
    deadline = time.monotonic() + patience_seconds
    with watch.waiting_for(job_id) as changed:
        while True:
            changed.clear()
            with database.read() as session:
                job = session.get_one(ClusteringJob, job_id)
                remaining = deadline - time.monotonic()
                if job.status in FINAL_STATUSES or remaining <= 0:
                    yield session, job
                    return
            changed.wait(min(POLL_SECONDS, remaining))
