"""Figures that are looked up when Prometheus asks: the queue, the database, who is here, the machine."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta

import psutil
import sqlalchemy as sa
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.auth.models import RefreshToken
from app.database import Database, database_now
from app.jobs.models import LANES, SWEEP, ClusteringJob
from app.limits.limiter import Limiter
from app.settings import Settings

logger = logging.getLogger(__name__)


class ServiceCollector(Collector):
    """Queue length and age, active users and database connections, the same from every API process."""

    def __init__(self, database: Database, settings: Settings, n_watching: Callable[[], int]) -> None:
        self._database = database
        self._settings = settings
        self._n_watching = n_watching

    def describe(self) -> list[Metric]:
        """Return nothing: the registry must not ask the database when this is registered."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Yield the figures; a database that does not answer is itself one of them."""
        yield GaugeMetricFamily(
            "websocket_connections", "Open WebSockets of this process.", self._n_watching()
        )
        pool = self._database.engine.pool
        if isinstance(pool, sa.pool.QueuePool):
            yield GaugeMetricFamily(
                "db_connections_in_use", "Database connections of this process in use.", pool.checkedout()
            )
        try:
            with self._database.read() as session:
                found = [*self._jobs(session), self._active_users(session)]
                if not self._database.is_sqlite:
                    found += [_postgres_connections(session), _archive_failures(session)]
        except SQLAlchemyError as error:
            logger.warning("no figures from the database: %s", error)
            yield GaugeMetricFamily("database_up", "Whether the database answers.", 0)
            return
        yield GaugeMetricFamily("database_up", "Whether the database answers.", 1)
        yield from found

    def _jobs(self, session: Session) -> Iterator[Metric]:
        waiting = GaugeMetricFamily("clustering_jobs_queued", "Jobs that wait.", labels=["lane"])
        running = GaugeMetricFamily("clustering_jobs_running", "Jobs being worked on.", labels=["lane"])
        age = GaugeMetricFamily(
            "clustering_queue_age_seconds",
            "How long the oldest job that may start has waited.",
            labels=["lane"],
        )
        workers = GaugeMetricFamily("clustering_workers_busy", "Workers that hold a job.")
        now = database_now(session)
        counts = {
            (lane, status): (count, oldest)
            for lane, status, count, oldest in session.execute(
                sa.select(
                    ClusteringJob.lane,
                    ClusteringJob.status,
                    sa.func.count(),
                    sa.func.min(ClusteringJob.created_at),
                )
                .where(ClusteringJob.status.in_(("queued", "running")), ClusteringJob.kind != SWEEP)
                .group_by(ClusteringJob.lane, ClusteringJob.status)
            )
        }
        for lane in LANES:
            count, oldest = counts.get((lane, "queued"), (0, None))
            waiting.add_metric([lane], count)
            age.add_metric([lane], (now - oldest).total_seconds() if oldest is not None else 0.0)
            running.add_metric([lane], counts.get((lane, "running"), (0, None))[0])
        busy = session.scalar(
            sa.select(sa.func.count(sa.distinct(ClusteringJob.worker))).where(
                ClusteringJob.status == "running"
            )
        )
        workers.add_metric([], busy or 0)
        yield from (waiting, running, age, workers)

    def _active_users(self, session: Session) -> Metric:
        # A page that is open refreshes its access token before each expires.
        since = database_now(session) - timedelta(minutes=self._settings.access_token_expire_minutes)
        count = session.scalar(
            sa.select(sa.func.count(sa.distinct(RefreshToken.user_id))).where(
                RefreshToken.created_at >= since, RefreshToken.revoked_at.is_(None)
            )
        )
        return GaugeMetricFamily("active_users", "Users who signed in or stayed so lately.", count or 0)


class MachineCollector(Collector):
    """Processor, memory and disk of the machine, or of the container where it tells its own."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        psutil.cpu_percent()  # the first call only starts the measurement

    def collect(self) -> Iterator[Metric]:
        """Yield the figures of this moment."""
        memory = psutil.virtual_memory()
        yield GaugeMetricFamily(
            "system_cpu_percent",
            "Use of all processors since the last scrape, in percent.",
            psutil.cpu_percent(),
        )
        yield GaugeMetricFamily("system_memory_total_bytes", "Memory of the machine.", memory.total)
        yield GaugeMetricFamily(
            "system_memory_available_bytes", "Memory that can be had without swapping.", memory.available
        )
        total = GaugeMetricFamily("disk_total_bytes", "Size of the disk a folder is on.", labels=["folder"])
        free = GaugeMetricFamily("disk_free_bytes", "Room on the disk a folder is on.", labels=["folder"])
        for name, folder in (("data", self._settings.data_dir), ("uploads", self._settings.uploads_dir)):
            # Folders are made when they are first needed; the disk they will be on is there.
            usage = shutil.disk_usage(next(each for each in (folder, *folder.parents) if each.exists()))
            total.add_metric([name], usage.total)
            free.add_metric([name], usage.free)
        yield from (total, free)


class LimitCollector(Collector):
    """Whether rate limits are counted for all servers."""

    def __init__(self, limiter: Limiter) -> None:
        self._limiter = limiter

    def collect(self) -> Iterator[Metric]:
        """Yield how often this process had to count by itself."""
        yield CounterMetricFamily(
            "rate_limit_fallbacks",
            "Times Redis did not answer and limits were counted here.",
            self._limiter.n_fallbacks,
        )


def _postgres_connections(session: Session) -> Metric:
    count = session.scalar(
        sa.text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
    )
    return GaugeMetricFamily("postgres_connections", "Connections to this database, of everyone.", count or 0)


def _archive_failures(session: Session) -> Metric:
    count = session.scalar(sa.text("SELECT failed_count FROM pg_stat_archiver"))
    return CounterMetricFamily(
        "postgres_archive_failures", "Times the database could not archive a file of its WAL.", count or 0
    )
