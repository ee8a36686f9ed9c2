"""Hints between processes: "job 17 changed", nothing more; whoever hears one reads the row.

SQLite's processes share a machine and hint by unix datagrams in DATA_DIR/hints; PostgreSQL's may be on any
machine and hint by NOTIFY. A hint may be lost: every listener also polls.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol

from app.database import Database
from app.live.datagrams import DatagramHints
from app.live.notifications import NotificationHints
from app.settings import Settings

logger = logging.getLogger(__name__)
OnHint = Callable[[int], None]


class Subscription(Protocol):
    """A listener that runs until it is closed."""

    def close(self) -> None:
        """Stop listening and wait for the thread that did."""


class Hints(Protocol):
    """A way to tell other processes that a job changed."""

    def publish(self, job_id: int) -> None:
        """Send a hint to every listener; never raises, never waits for one."""

    def subscribe(self, on_hint: OnHint) -> Subscription:
        """Call ``on_hint(job_id)`` for every hint, in a thread of the subscription, until it is closed.

        ``on_hint`` must be quick and must not raise. It is called with job 0 when hints may have been lost.
        """


def open_hints(settings: Settings, database: Database) -> Hints:
    """Return the hints that fit the database."""
    if database.is_sqlite:
        return DatagramHints(settings.hints_dir)
    return NotificationHints(database)
