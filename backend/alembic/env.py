"""Runs migrations on the service's database, one process at a time, all or nothing."""

from typing import Any

import sqlalchemy as sa

import app.models  # noqa: F401 - fills Base.metadata
from alembic import context
from app.database import LOCK_SECONDS, MIGRATION_LOCK, Base, Database, UtcDateTime
from app.settings import get_settings


def render_item(kind: str, item: Any, _context: Any) -> str | bool:
    """Write our moments into migrations as plain SQLAlchemy types, so that they stand alone."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def include_object(_object: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
    """Leave out of comparisons on SQLite the index whose descending part SQLite does not tell of."""
    on_sqlite = context.get_context().dialect.name == "sqlite"
    return not (on_sqlite and kind == "index" and name == "idx_clustering_jobs_claim")


def migrate() -> None:
    """Migrate within one transaction that others wait for."""
    settings = context.config.attributes.get("settings") or get_settings()
    database = Database(settings)
    try:
        engine = database.engine.execution_options(sqlite_begin="IMMEDIATE")
        with engine.connect() as connection, connection.begin():
            if not database.is_sqlite:
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
                # A change of a table that waits makes all others wait behind it: rather none at all.
                connection.execute(sa.text(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'"))
                connection.execute(sa.text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            context.configure(
                connection=connection,
                target_metadata=Base.metadata,
                render_as_batch=True,
                render_item=render_item,
                include_object=include_object,
                transactional_ddl=True,
                compare_type=True,
            )
            with context.begin_transaction():
                context.run_migrations()
    finally:
        database.dispose()


if context.is_offline_mode():
    raise SystemExit("Migrations run on a database, not as an SQL script: drop --sql.")
migrate()
