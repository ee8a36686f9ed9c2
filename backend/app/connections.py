"""Connections: how long each side waits for the other, and what SQLite is told when it is opened."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine, ExceptionContext
from sqlalchemy.pool import NullPool

from app.settings import Settings

BUSY_TIMEOUT_MILLISECONDS = 15_000
GIVE_UP_SECONDS = 2
# A server that stands still in the middle of a transaction loses it after this time, with all its locks.
IDLE_SECONDS = 60
# What a lost database server does not confirm is given up after this time.
UNCONFIRMED_SECONDS = 30
# PostgreSQL's error codes (Appendix A of its manual).
_DISK_FULL = "53100"
_IDLE_IN_TRANSACTION = "25P03"
LOCK_NOT_AVAILABLE = "55P03"
_NO_POOL: dict[str, Any] = {"poolclass": NullPool}
_GIVEN_UP = {"connect_timeout": GIVE_UP_SECONDS, "tcp_user_timeout": 1000 * GIVE_UP_SECONDS}


def is_full(error: sa.exc.DBAPIError) -> bool:
    """Return whether a statement failed since the database's disk is full."""
    found = error.orig
    if isinstance(found, sqlite3.Error):
        return found.sqlite_errorcode == sqlite3.SQLITE_FULL
    return getattr(found, "sqlstate", None) == _DISK_FULL


def _pool_of(settings: Settings) -> dict[str, Any]:
    options: dict[str, Any] = {"pool_size": settings.db_pool_size, "max_overflow": settings.db_max_overflow}
    if settings.url.get_backend_name() != "sqlite":
        options |= {"pool_timeout": settings.db_pool_timeout, "pool_recycle": 3600, "pool_pre_ping": True}
    return options


def create_engine(settings: Settings, *, is_pooled: bool) -> Engine:
    """Return an engine for the database of ``settings``; without a pool it keeps no connections."""
    pool = _pool_of(settings) if is_pooled else _NO_POOL
    url = settings.url
    if url.get_backend_name() == "sqlite":
        if url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(url, hide_parameters=True, **pool)
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = sa.create_engine(
        url,
        # An error that is logged must not tell hashes and addresses.
        hide_parameters=True,
        connect_args=_GIVEN_UP if pool is _NO_POOL else _held_out(),
        **pool,
    )
    event.listen(engine, "handle_error", _tell_lost_transactions, retval=True)
    return engine


def _held_out() -> dict[str, Any]:
    """Return how connections are given up whose server is lost, and by the server those that stand still."""
    return {
        "tcp_user_timeout": 1000 * UNCONFIRMED_SECONDS,
        "options": f"-c idle_in_transaction_session_timeout={round(1000 * IDLE_SECONDS)}",
    }


def _tell_lost_transactions(context: ExceptionContext) -> sa.exc.OperationalError | None:
    """Make of a transaction that the server has ended what any lost connection is."""
    found = context.original_exception
    if getattr(found, "sqlstate", None) != _IDLE_IN_TRANSACTION:
        return None
    context.is_disconnect = True
    return sa.exc.OperationalError(
        context.statement, None, found, hide_parameters=True, connection_invalidated=True
    )


def _configure_sqlite(connection: Any, _record: object) -> None:
    # The driver must not begin transactions by itself: `_begin_sqlite` says how they begin.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MILLISECONDS}",
        "journal_mode=WAL",
        # What is answered is on the disk: NORMAL would lose the last transactions in a power cut.
        "synchronous=FULL",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")
