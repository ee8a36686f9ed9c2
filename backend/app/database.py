"""The database: engine, transactions and the base of all models; SQLite and PostgreSQL behave alike here."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from alembic import command
from app.connections import LOCK_NOT_AVAILABLE, create_engine
from app.settings import Settings, get_settings

logger = logging.getLogger(__name__)
BACKEND = Path(__file__).resolve().parents[1]
# Any constant will do; processes that migrate at the same time must agree on it.
MIGRATION_LOCK = 7_301_944
# How long a migration waits for a table that somebody is using.
LOCK_SECONDS = 10
_AFTER_COMMIT = "after_commit"


class MigrationBlockedError(RuntimeError):
    """A migration gave up waiting for a table."""


class Base(DeclarativeBase):
    """Base of all models; names every constraint, so that migrations can drop it."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "idx_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC: aware in Python, ``timestamptz`` on PostgreSQL, naive text on SQLite."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times; store the rest in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; give an aware datetime.")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return an aware time in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Database:
    """An engine with two kinds of transactions: `read` and `write`.

    On SQLite a `write` begins IMMEDIATE: a transaction that first reads and then writes would otherwise
    fail at once when another process writes in between.

    Parameters
    ----------
    settings : Settings
    is_pooled : bool
        Keep connections for the next use; else each is opened for itself, and a server that does not answer
        is given up after `app.connections.GIVE_UP_SECONDS`.
    """

    def __init__(self, settings: Settings, *, is_pooled: bool = True) -> None:
        self.url = settings.url
        self.engine = create_engine(settings, is_pooled=is_pooled)
        self._writer = self.engine.execution_options(sqlite_begin="IMMEDIATE")
        self._disposed = False
        # Whoever reads rows tells with them when they go.
        self._info = {"retention": settings.retention, "database": self}
        sa.event.listen(self.engine, "checkin", self._close_when_disposed)

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is one file on this machine."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Yield a session whose reads see one state; nothing is committed."""
        with Session(self.engine, expire_on_commit=False, info=dict(self._info)) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Yield a session that is committed at the end, or rolled back when the block raises.

        What was registered with `after_commit` runs once the commit has succeeded.
        """
        with Session(self._writer, expire_on_commit=False, info=dict(self._info)) as session:
            yield session
            session.commit()
            callbacks: list[Callable[[], None]] = session.info.pop(_AFTER_COMMIT, [])
        for callback in callbacks:
            callback()

    def dispose(self) -> None:
        """Close all pooled connections, and those still in use when they are given back."""
        self._disposed = True
        self.engine.dispose()

    def _close_when_disposed(self, _connection: object, record: ConnectionPoolEntry) -> None:
        # A thread may outlive the event loop that started it; nobody closes the pool it gives back to.
        if self._disposed:
            record.invalidate()


def after_commit(session: Session, callback: Callable[[], None], *, first: bool = False) -> None:
    """Run ``callback`` (``first`` of all) when the `Database.write` block of ``session`` is committed."""
    callbacks: list[Callable[[], None]] = session.info.setdefault(_AFTER_COMMIT, [])
    callbacks.insert(0 if first else len(callbacks), callback)


def database_now(session: Session | Connection) -> datetime:
    """Return the time by the one clock that leases go by: the database server's, or this host's on SQLite."""
    dialect = session.get_bind().dialect if isinstance(session, Session) else session.dialect
    if dialect.name == "sqlite":
        return datetime.now(UTC)
    now: datetime = session.execute(sa.text("SELECT clock_timestamp()")).scalar_one()
    return now.astimezone(UTC)


@lru_cache(maxsize=1)
def get_database() -> Database:
    """Return the database of this process, opened at the first call."""
    return Database(get_settings())


def alembic_config(settings: Settings | None = None) -> Config:
    """Return Alembic's configuration for the database of ``settings`` (default: this process's)."""
    config = Config(str(BACKEND / "alembic.ini"))
    config.attributes["settings"] = settings or get_settings()
    return config


@lru_cache(maxsize=1)
def _revisions() -> ScriptDirectory:
    return ScriptDirectory.from_config(alembic_config())


def newest_revision() -> str | None:
    """Return the newest revision of the schema that this version brings."""
    return _revisions().get_current_head()


def is_of_a_newer_version(revision: str | None) -> bool:
    """Return whether a schema was made by a version after this one, which therefore does not know it."""
    return revision is not None and revision not in {each.revision for each in _revisions().walk_revisions()}


def init_db(settings: Settings | None = None) -> None:
    """Bring the schema to its newest version; safe when several processes start at once.

    The schema of a newer version is left as it is: after a rollback this version works on it.

    Raises
    ------
    MigrationBlockedError
        A table is in use by a transaction that does not end; nothing was changed.
    """
    settings = settings or get_settings()
    database = Database(settings, is_pooled=False)
    try:
        with database.engine.connect() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
    finally:
        database.dispose()
    if is_of_a_newer_version(found):
        logger.warning("the schema is at %s, of a newer version than this one; it stays", found)
        return
    try:
        command.upgrade(alembic_config(settings), "head")
    except sa.exc.OperationalError as error:
        if getattr(error.orig, "sqlstate", None) != LOCK_NOT_AVAILABLE:
            raise
        raise MigrationBlockedError(
            f"A migration waited {LOCK_SECONDS} s for a table that another transaction uses; nothing was "
            "changed. Look for old transactions in pg_stat_activity, wait for their end or end them, and "
            "migrate again."
        ) from error
