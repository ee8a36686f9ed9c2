"""Maintenance, once a period, by whichever worker comes first."""

from __future__ import annotations

import logging
import threading

import sqlalchemy as sa

from app.database import Database, database_now
from app.live.hints import Hints
from app.retention.expiry import delete_expired, purge_deleted
from app.retention.garbage import remove_garbage
from app.retention.models import MaintenanceRound
from app.settings import Settings
from app.storage.errors import StorageUnavailableError
from app.storage.store import Storage

logger = logging.getLogger(__name__)
ROUNDS_KEPT = 100


class Caretaker:
    """Looks for what has expired and for files in no use, in a thread of its own beside a worker.

    Parameters
    ----------
    settings : Settings
    database : Database
    hints : Hints
    storage : Storage
    name : str
        Of the worker.
    """

    def __init__(
        self, settings: Settings, database: Database, hints: Hints, storage: Storage, name: str
    ) -> None:
        self._settings = settings
        self._database = database
        self._hints = hints
        self._storage = storage
        self._name = name
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="caretaker", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more; a round under way ends by itself."""
        self._stop.set()

    def round(self) -> dict[str, int] | None:
        """Do this period's round and return what was removed; None when another worker does it."""
        period = self._take()
        if period is None:
            return None
        with self._database.write() as session:
            counts = delete_expired(session, self._hints, self._storage, self._settings.retention)
        with self._database.write() as session:
            counts["datasets_purged"] = purge_deleted(session, database_now(session))
        counts |= remove_garbage(self._database, self._storage)
        with self._database.write() as session:
            done = session.get_one(MaintenanceRound, period)
            done.ended_at, done.counts = database_now(session), counts
            oldest = period - ROUNDS_KEPT * self._settings.maintenance_interval_seconds
            session.execute(sa.delete(MaintenanceRound).where(MaintenanceRound.period < oldest))
        logger.info("maintenance: %s", ", ".join(f"{name} {count}" for name, count in counts.items()))
        return counts

    def _take(self) -> int | None:
        """Return the period whose round is this worker's to do."""
        try:
            with self._database.write() as session:
                now = database_now(session)
                interval = self._settings.maintenance_interval_seconds
                period = int(now.timestamp()) // interval * interval
                if session.get(MaintenanceRound, period) is not None:
                    return None
                session.add(MaintenanceRound(period=period, worker=self._name, started_at=now))
        except sa.exc.IntegrityError:
            return None
        return period

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.round()
            except (sa.exc.SQLAlchemyError, StorageUnavailableError, OSError) as error:
                logger.warning("maintenance waits for the next period: %s", error)
            self._stop.wait(self._settings.maintenance_interval_seconds / 4)
