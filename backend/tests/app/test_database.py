"""Connections: whom they outlive, what they lock; the pool and the indexes of the operations guide."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from app.database import Database, database_now
from app.settings import Settings
from app.users.models import User


def test_connection_given_back_after_disposal_is_closed(settings):
    database = Database(settings)
    with database.read() as session:
        session.execute(sa.text("SELECT 1"))
        underlying = session.connection().connection.dbapi_connection
        database.dispose()
        session.execute(sa.text("SELECT 1"))
    assert is_closed(underlying)


def is_closed(connection):
    try:
        connection.execute("SELECT 1")
    except Exception as error:
        return "closed" in str(error).lower()
    return False


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_the_pool_is_that_of_the_guide(settings):
    names = ("db_pool_size", "db_max_overflow", "db_pool_timeout")
    defaults = {name: Settings.model_fields[name].default for name in names}
    database = Database(settings.model_copy(update=defaults))
    pool = database.engine.pool
    assert (pool.size(), pool._max_overflow, pool._timeout) == (20, 30, 30.0)
    assert (pool._recycle, pool._pre_ping) == (3600, True)
    database.dispose()


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_jobs_of_a_user_are_found_by_an_index(database):
    """The guide's ``EXPLAIN ANALYZE SELECT * FROM clustering_jobs WHERE user_id = 1``, among 20,000 jobs."""
    with database.write() as session:
        now = database_now(session)
        session.add_all([User(username=f"u{n}", role="user", created_at=now) for n in range(40)])
        session.flush()
        session.execute(
            sa.text(
                "INSERT INTO clustering_jobs (user_id, kind, lane, status, parameters, progress, message,"
                " attempt, max_attempts, priority, cancel_requested, event_seq, created_at)"
                " SELECT users.id, 'fit', 'normal', 'succeeded', '{}', 1, '', 1, 3, 0, false, 0, now()"
                " FROM users, generate_series(1, 500)"
            )
        )
        session.execute(sa.text("ANALYZE clustering_jobs"))
    with database.read() as session:
        user_id = session.scalar(sa.select(sa.func.min(User.id)))
        plan = session.scalars(
            sa.text(f"EXPLAIN ANALYZE SELECT * FROM clustering_jobs WHERE user_id = {user_id}")
        )
        text = "\n".join(plan)
        assert "Index Cond: (user_id" in text
        assert "Seq Scan" not in text


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_transaction_that_stands_still_loses_its_locks(settings, database, monkeypatch):
    with database.write() as session:
        session.add(User(username="ada", role="user", created_at=database_now(session)))
    monkeypatch.setattr("app.connections.IDLE_SECONDS", 0.3)
    frozen = Database(settings)
    with frozen.write() as session:
        session.execute(sa.select(User).with_for_update())
        with database.write() as other:
            # Waits until the lock is lost.
            other.execute(sa.update(User).values(role="viewer"))
        with pytest.raises(OperationalError, match="idle-in-transaction"):
            session.execute(sa.update(User).values(role="admin"))
        session.rollback()
    frozen.dispose()
    with database.read() as session:
        assert session.scalars(sa.select(User.role)).all() == ["viewer"]
