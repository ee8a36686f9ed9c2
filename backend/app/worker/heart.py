"""The thread that extends leases and does nothing else, so that no work can delay it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import sqlalchemy as sa

from app.database import Database
from app.health.presence import Presence
from app.jobs import lease

logger = logging.getLogger(__name__)


class Heart:
    """Beats for the held jobs.

    Parameters
    ----------
    database : Database
    beat_seconds, lease_seconds : float
    on_news : callable
        Called with a job's id, in the heart's thread, when it is to be cancelled or no longer held.
    presence : Presence
        Shown at every beat, also when no job is held.
    """

    def __init__(
        self,
        database: Database,
        beat_seconds: float,
        lease_seconds: float,
        on_news: Callable[[int], None],
        presence: Presence,
    ) -> None:
        self._database = database
        self._beat_seconds = beat_seconds
        self._lease_seconds = lease_seconds
        self._on_news = on_news
        self._presence = presence
        self._lock = threading.Lock()
        self._held: dict[int, str] = {}
        self._lost: set[tuple[int, str]] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heart", daemon=True)

    def start(self) -> None:
        """Begin to beat."""
        self._thread.start()

    def stop(self) -> None:
        """Beat no more."""
        self._stop.set()
        self._thread.join()

    def hold(self, job_id: int, token: str) -> None:
        """Beat for a job from now on."""
        with self._lock:
            self._held[job_id] = token

    def release(self, job_id: int) -> None:
        """Beat no more for a job."""
        with self._lock:
            token = self._held.pop(job_id, "")
            self._lost.discard((job_id, token))

    def held(self) -> dict[int, str]:
        """Return the jobs that are beaten for, with their tokens."""
        with self._lock:
            return dict(self._held)

    def is_lost(self, job_id: int, token: str) -> bool:
        """Whether a beat found that a job is held by another attempt, or by none."""
        with self._lock:
            return (job_id, token) in self._lost

    def beat(self) -> None:
        """Extend every lease once."""
        held = self.held()
        if not held:
            return
        with self._database.write() as session:
            answers = lease.beat(session, held, self._lease_seconds)
        news = [job_id for job_id, is_cancelled in answers.items() if is_cancelled is not False]
        with self._lock:
            self._lost |= {(job_id, held[job_id]) for job_id in news if answers[job_id] is None}
        for job_id in news:
            self._on_news(job_id)

    def _run(self) -> None:
        self._try(self._presence.show)
        while not self._stop.wait(self._beat_seconds):
            self._try(self.beat)
            self._try(self._presence.show)
        self._try(self._presence.leave)

    def _try(self, sign: Callable[[], None]) -> None:
        try:
            sign()
        except sa.exc.SQLAlchemyError as error:
            logger.warning("no sign of life, with %d jobs held: %s", len(self.held()), error)
