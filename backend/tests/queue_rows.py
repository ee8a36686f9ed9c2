"""Putting jobs into a queue and looking at what became of them, without the API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.database import Database
from app.datasets.models import Dataset
from app.jobs.models import ClusteringJob, JobAttempt, JobEvent
from app.jobs.queue import enqueue, request_cancel
from app.users.models import User


class Rows:
    """The rows of one test's database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.write() as session:
            user = User(username="ada", email="ada@example.org", role="user", created_at=datetime.now(UTC))
            session.add(user)
            session.flush()
            self.user_id = user.id

    def person(self, name: str) -> int:
        """Add a user and return the id."""
        with self.database.write() as session:
            user = User(username=name, role="user", created_at=datetime.now(UTC))
            session.add(user)
            session.flush()
            return user.id

    def job(self, kind: str = "spin", lane: str = "normal", user_id: int | None = None, **values: Any) -> int:
        """Queue a job, of the first user unless said otherwise, and return its id."""
        with self.database.write() as session:
            added = enqueue(session, user_id=user_id or self.user_id, kind=kind, lane=lane, **values)
            return added.id

    def dataset(self, **values: Any) -> int:
        with self.database.write() as session:
            dataset = Dataset(
                user_id=self.user_id, name="table", status="importing", created_at=datetime.now(UTC), **values
            )
            session.add(dataset)
            session.flush()
            return dataset.id

    def cancel(self, job_id: int) -> None:
        with self.database.write() as session:
            request_cancel(session, job_id)

    def read(self, job_id: int) -> ClusteringJob:
        with self.database.read() as session:
            return session.get_one(ClusteringJob, job_id)

    def attempts(self, job_id: int) -> list[JobAttempt]:
        with self.database.read() as session:
            query = sa.select(JobAttempt).where(JobAttempt.job_id == job_id).order_by(JobAttempt.attempt)
            return list(session.scalars(query))

    def events(self, job_id: int) -> list[JobEvent]:
        with self.database.read() as session:
            query = sa.select(JobEvent).where(JobEvent.job_id == job_id).order_by(JobEvent.seq)
            return list(session.scalars(query))

    def statuses(self, job_id: int) -> list[str]:
        """The states a job went through, in order."""
        return [event.data["status"] for event in self.events(job_id) if event.event == "state"]

    def expire(self, job_id: int) -> None:
        """Let a lease run out, as time would."""
        self._set(job_id, lease_until=datetime.now(UTC) - timedelta(seconds=1))

    def make_due(self, job_id: int) -> None:
        """End a job's pause before its next attempt."""
        self._set(job_id, not_before=None)

    def _set(self, job_id: int, **values: Any) -> None:
        with self.database.write() as session:
            session.execute(sa.update(ClusteringJob).where(ClusteringJob.id == job_id).values(**values))
