"""Hints by PostgreSQL's NOTIFY: every process on every machine hears them."""

from __future__ import annotations

import logging
import select
import socket
import threading
from collections.abc import Callable

import psycopg
import sqlalchemy as sa

from app.database import Database

logger = logging.getLogger(__name__)
CHANNEL = "fiedler_hints"
FIRST_RETRY_SECONDS = 0.5
LONGEST_RETRY_SECONDS = 10.0


class NotificationHints:
    """Hints through the database server."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def publish(self, job_id: int) -> None:
        """Notify every listener; when the server is gone, the hint is lost and polling finds the change."""
        try:
            with self._database.engine.connect() as connection:
                connection.execute(
                    sa.text("SELECT pg_notify(:channel, :job)"), {"channel": CHANNEL, "job": str(job_id)}
                )
                connection.commit()
        except sa.exc.SQLAlchemyError as error:
            # The pool's time-out among them: whoever publishes has committed, and must not fail now.
            logger.warning("hint for job %d not sent: %s", job_id, getattr(error, "orig", error))

    def subscribe(self, on_hint: Callable[[int], None]) -> NotificationSubscription:
        """Call ``on_hint`` for every hint until the subscription is closed."""
        address = self._database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        return NotificationSubscription(address, on_hint)


class NotificationSubscription:
    """One connection of its own that listens, and its thread; it connects again after a failure."""

    def __init__(self, address: str, on_hint: Callable[[int], None]) -> None:
        self._address = address
        self._on_hint = on_hint
        self._stop = threading.Event()
        self._waker, self._wakened = socket.socketpair()
        self._listening = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hints", daemon=True)
        self._thread.start()
        # Who subscribes and then acts must hear of what follows.
        self._listening.wait(timeout=5)

    def close(self) -> None:
        """Stop listening."""
        self._stop.set()
        self._waker.send(b"!")
        self._thread.join()
        self._waker.close()
        self._wakened.close()

    def _run(self) -> None:
        pause = FIRST_RETRY_SECONDS
        while not self._stop.is_set():
            try:
                with psycopg.connect(self._address, autocommit=True) as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    if self._listening.is_set():
                        # Connected again: what was said meanwhile is lost.
                        self._on_hint(0)
                    self._listening.set()
                    pause = FIRST_RETRY_SECONDS
                    self._listen(connection)
            except psycopg.Error as error:
                logger.warning("hints are interrupted, next try in %.1f s: %s", pause, error)
                self._stop.wait(pause)
                pause = min(2 * pause, LONGEST_RETRY_SECONDS)

    def _listen(self, connection: psycopg.Connection) -> None:
        # Not `select`: it refuses descriptors above 1023, which a server with many WebSockets has.
        poller = select.poll()
        for descriptor in (connection.fileno(), self._wakened.fileno()):
            poller.register(descriptor, select.POLLIN)
        while True:
            if self._wakened.fileno() in {descriptor for descriptor, _ in poller.poll()}:
                return
            for notification in connection.notifies(timeout=0):
                if notification.payload.isdigit():
                    self._on_hint(int(notification.payload))
