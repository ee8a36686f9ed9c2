"""Asking each part of the platform whether it works; none of these functions raises."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import redis
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.database import Database, database_now, is_of_a_newer_version, newest_revision
from app.errors import ServiceError
from app.health.presence import live_workers
from app.health.schemas import PartRead, PartStatus
from app.jobs.models import ClusteringJob
from app.settings import Settings
from app.storage.store import Storage

Parts = dict[str, PartRead]
OF_THE_DATABASE = ("database", "schema", "workers", "queue")
# Below this share of a disk that is free, uploads and results soon find no room.
LITTLE_ROOM = 0.05
_REDIS_SECONDS = 1.0


def ask_database(database: Database, settings: Settings) -> Parts:
    """Return the state of the database, its schema, and what its rows tell of workers and queue."""
    try:
        with database.read() as session:
            session.execute(sa.text("SELECT 1"))
            parts = {"database": _part("ok", f"{_kind(database)} answers")}
            parts["schema"] = _schema(session)
            if parts["schema"].status == "ok":
                parts |= {"workers": _workers(session, settings), "queue": _queue(session)}
    except (SQLAlchemyError, OSError) as error:
        # The driver's words name host and user; the log alone gets them.
        parts = {"database": _part("down", f"{_kind(database)} does not answer ({type(error).__name__})")}
    return {name: parts.get(name, not_known("the database tells nothing of it")) for name in OF_THE_DATABASE}


def ask_redis(settings: Settings) -> Parts:
    """Return the state of Redis; without it limits are counted in each process, and nothing is lost."""
    if settings.rate_limit_url is None:
        return {"redis": _part("unused", "no Redis is set up")}
    try:
        with redis.Redis.from_url(
            settings.rate_limit_url, socket_connect_timeout=_REDIS_SECONDS, socket_timeout=_REDIS_SECONDS
        ) as client:
            client.ping()
    except (redis.RedisError, OSError) as error:
        words = f"Redis does not answer ({type(error).__name__}); each process counts limits for itself"
        return {"redis": _part("degraded", words)}
    return {"redis": _part("ok", "Redis answers")}


def ask_storage(storage: Storage, settings: Settings) -> Parts:
    """Return whether uploads and results can be written, and how much room this machine has."""
    try:
        storage.check()
        disks = [shutil.disk_usage(folder) for folder in _folders(settings)]
    except OSError as error:
        return {"storage": _part("down", f"uploads and results cannot be written: {error.strerror}")}
    except ServiceError as error:
        return {"storage": _part("down", error.detail)}
    free = min((disk.free / disk.total for disk in disks), default=1.0)
    status: PartStatus = "degraded" if free < LITTLE_ROOM else "ok"
    return {"storage": _part(status, f"can be written, and {free:.0%} of the disk is free")}


def not_known(why: str) -> PartRead:
    """Return the state of a part that could not be asked."""
    return _part("unknown", why)


def _part(status: PartStatus, detail: str) -> PartRead:
    return PartRead(status=status, detail=detail)


def _kind(database: Database) -> str:
    return "SQLite" if database.is_sqlite else "PostgreSQL"


def _schema(session: Session) -> PartRead:
    tables = sa.inspect(session.connection()).get_table_names()
    at = session.scalar(sa.text("SELECT version_num FROM alembic_version")) if tables else None
    newest = newest_revision()
    if at == newest:
        return _part("ok", f"at {at}, the newest")
    if is_of_a_newer_version(at):
        # In a rolling upgrade the schema goes first; migrations only add.
        return _part("ok", f"at {at}, of a newer version than this one, which knows {newest}")
    return _part("down", f"at {at or 'nothing'}, and this version needs {newest}: python -m app migrate")


def _workers(session: Session, settings: Settings) -> PartRead:
    found = live_workers(session, settings)
    if not found:
        return _part("degraded", "no worker gives a sign of life: jobs wait")
    last = _seconds_since(database_now(session), found[0].seen_at)
    noun = "worker runs" if len(found) == 1 else "workers run"
    return _part("ok", f"{len(found)} {noun}, the last sign {last} s ago")


def _queue(session: Session) -> PartRead:
    found = session.execute(
        sa.select(ClusteringJob.status, sa.func.count())
        .where(ClusteringJob.status.in_(("queued", "running")))
        .group_by(ClusteringJob.status)
    )
    counts = {status: count for status, count in found}  # noqa: C416 - dict() of rows has no types
    words = f"{counts.get('queued', 0)} wait, {counts.get('running', 0)} in work"
    oldest = session.scalar(
        sa.select(sa.func.min(ClusteringJob.created_at)).where(ClusteringJob.status == "queued")
    )
    if oldest is not None:
        words += f", the oldest for {_seconds_since(database_now(session), oldest)} s"
    return _part("ok", words)


def _seconds_since(now: datetime, then: datetime) -> int:
    return max(0, round((now - then).total_seconds()))


def _folders(settings: Settings) -> list[Path]:
    # Those of the store, or of the cache before a bucket; made when they are first needed.
    folders = (settings.data_dir, settings.uploads_dir, settings.artifacts_dir)
    return [folder for folder in folders if folder.exists()]
