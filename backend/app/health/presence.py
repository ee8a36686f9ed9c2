"""The sign of life of a worker, with jobs or without, and who has given one lately."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.database import Database, database_now
from app.health.models import WorkerSeen
from app.settings import Settings
from app.version import VERSION

FORGOTTEN_AFTER = timedelta(days=1)
# A worker that misses this many signs is not counted as running.
MISSED_SIGNS = 3


class Presence:
    """Tells the database that one worker lives.

    Parameters
    ----------
    database : Database
    name : str
        The worker's, unique among all.
    slots : int
        Fits and imports it takes at once.
    """

    def __init__(self, database: Database, name: str, slots: int) -> None:
        self._database = database
        self._name = name
        self._slots = slots

    def show(self) -> None:
        """Give a sign of life; the first makes the row."""
        with self._database.write() as session:
            now = database_now(session)
            seen = session.get(WorkerSeen, self._name)
            if seen is not None:
                seen.seen_at = now
                return
            session.execute(sa.delete(WorkerSeen).where(WorkerSeen.seen_at < now - FORGOTTEN_AFTER))
            session.add(
                WorkerSeen(name=self._name, version=VERSION, slots=self._slots, started_at=now, seen_at=now)
            )

    def leave(self) -> None:
        """Say that the worker ends as it should."""
        with self._database.write() as session:
            session.execute(sa.delete(WorkerSeen).where(WorkerSeen.name == self._name))


def live_workers(session: Session, settings: Settings) -> list[WorkerSeen]:
    """Return the workers that have given a sign lately, the latest first."""
    since = database_now(session) - timedelta(seconds=MISSED_SIGNS * settings.worker_beat_seconds)
    found = sa.select(WorkerSeen).where(WorkerSeen.seen_at >= since).order_by(WorkerSeen.seen_at.desc())
    return list(session.scalars(found))
