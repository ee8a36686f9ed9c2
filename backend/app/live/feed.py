"""From the jobs' rows to the open WebSockets: woken by hints, and by a poll when hints are lost."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from app.database import Database, database_now
from app.jobs.models import FINAL_STATUSES, ClusteringJob
from app.jobs.repository import events_after, read_job, read_jobs
from app.jobs.schemas import EventName
from app.live.access import to_be_closed
from app.live.connection import Change, Connection
from app.live.messages import Snapshot

logger = logging.getLogger(__name__)
POLL_SECONDS = 1.0
# How many polls pass between looks whether the users may still listen.
POLLS_A_CHECK = 2
# How long after the moment it names the end of a job may come into sight.
COMMIT_MARGIN = timedelta(minutes=1)
_EVENT_NAMES: dict[str, EventName] = {"progress": "progress", "state": "state", "log": "log"}


class Feed:
    """Reads what changed once for all connections of this process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connections: set[Connection] = set()
        self._changed: set[int] = set()
        self._wake = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        # By the database's clock; jobs that ended long before are not looked at again.
        self._polled_at: datetime | None = None

    def hint(self, job_id: int) -> None:
        """Take note that a job changed (0: any may have); called from the thread that hears hints."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self.changed, job_id)

    def changed(self, job_id: int) -> None:
        """Take note that a job changed, within the event loop."""
        if self._connections:
            self._changed.add(job_id)
            self._wake.set()

    def add(self, connection: Connection) -> None:
        """Serve a connection from now on."""
        self._connections.add(connection)

    def remove(self, connection: Connection) -> None:
        """Serve a connection no longer."""
        self._connections.discard(connection)

    @property
    def n_connections(self) -> int:
        """How many connections are served."""
        return len(self._connections)

    async def run(self) -> None:
        """Serve connections until cancelled."""
        self._loop = asyncio.get_running_loop()
        next_poll = self._loop.time() + POLL_SECONDS
        polls = 0
        while True:
            # Not `wait_for`: in Python 3.11 it swallows a cancellation that meets a hint.
            with suppress(TimeoutError):
                async with asyncio.timeout_at(next_poll):
                    await self._wake.wait()
            # Hints that never cease must not keep the poll from its turn.
            if self._loop.time() >= next_poll:
                self._changed.add(0)
                next_poll = self._loop.time() + POLL_SECONDS
                polls += 1
            self._wake.clear()
            hinted, self._changed = self._changed, set()
            if not self._connections:
                continue
            try:
                await self._deliver(hinted)
                if 0 in hinted:
                    await self._tell_moves()
                if 0 in hinted and polls % POLLS_A_CHECK == 0:
                    await self._dismiss()
            except Exception:
                # The border of this task: the next poll finds what this one could not read.
                logger.exception("live progress is interrupted")

    async def _deliver(self, hinted: Collection[int]) -> None:
        connections = list(self._connections)
        for change in await run_in_threadpool(self._changes, connections, hinted):
            for connection in connections:
                connection.tell(change)

    async def _tell_moves(self) -> None:
        """Tell where jobs wait now: others before them begin and end, which is no event of theirs."""
        followed = {job_id for connection in self._connections for job_id in connection.subscribed}
        if not followed:
            return
        for snapshot in await run_in_threadpool(self._waiting, followed):
            for connection in list(self._connections):
                connection.tell_place(snapshot)

    def _waiting(self, job_ids: Collection[int]) -> list[Snapshot]:
        query = sa.select(ClusteringJob).where(
            ClusteringJob.id.in_(job_ids), ClusteringJob.status == "queued"
        )
        with self._database.read() as session:
            waiting = list(session.scalars(query))
            reads = read_jobs(session, waiting)
            return [Snapshot(job=read, seq=job.event_seq) for job, read in zip(waiting, reads, strict=True)]

    def _changes(self, connections: list[Connection], hinted: Collection[int]) -> list[Change]:
        followers = _Followers(connections)
        with self._database.read() as session:
            # Who hears of it unasked: its user; nobody of the fits of a sweep.
            watcher = sa.case((ClusteringJob.parent_id.is_(None), ClusteringJob.user_id), else_=0)
            query = sa.select(ClusteringJob.id, watcher, ClusteringJob.event_seq)
            polled_at = self._polled_at
            if 0 in hinted:
                polled_at = database_now(session)
                query = query.where(followers.may_hear_of(), self._may_have_changed(polled_at))
            else:
                query = query.where(ClusteringJob.id.in_(hinted))
            behind = {row.id: followers.oldest_seen(*row) for row in session.execute(query)}
            wanted = [job_id for job_id, seen in behind.items() if seen is not None]
            jobs = session.scalars(
                sa.select(ClusteringJob).where(ClusteringJob.id.in_(wanted)).order_by(ClusteringJob.id)
            )
            changes = [_change(session, job, behind[job.id] or 0) for job in (jobs if wanted else ())]
        self._polled_at = polled_at
        return changes

    def _may_have_changed(self, now: datetime) -> sa.ColumnElement[bool]:
        """Return the condition for jobs that are not over, or were not long before the last poll."""
        before = (self._polled_at or now) - COMMIT_MARGIN
        return sa.or_(ClusteringJob.status.not_in(FINAL_STATUSES), ClusteringJob.finished_at >= before)

    async def _dismiss(self) -> None:
        """Close the connections of ended sessions, and of those who lost what they followed."""
        connections = list(self._connections)

        def judged() -> dict[Connection, int]:
            with self._database.read() as session:
                return to_be_closed(session, connections)

        for connection, code in (await run_in_threadpool(judged)).items():
            connection.close(code)


class _Followers:
    """Who follows what among some connections."""

    def __init__(self, connections: Iterable[Connection]) -> None:
        self._by_job: defaultdict[int, list[Connection]] = defaultdict(list)
        self._by_user: defaultdict[int, list[Connection]] = defaultdict(list)
        for connection in connections:
            for job_id in list(connection.subscribed):
                self._by_job[job_id].append(connection)
            if connection.watched_from is not None:
                self._by_user[connection.user_id].append(connection)

    def may_hear_of(self) -> sa.ColumnElement[bool]:
        """Return the condition for every job that some connection may want to hear of."""
        return sa.or_(
            ClusteringJob.user_id.in_(list(self._by_user)), ClusteringJob.id.in_(list(self._by_job))
        )

    def oldest_seen(self, job_id: int, user_id: int, newest: int) -> int | None:
        """Return the last event that all followers of a job know of; None when they know the newest."""
        seen = [
            each
            for connection in (*self._by_job.get(job_id, ()), *self._by_user.get(user_id, ()))
            if (each := connection.seen(user_id, job_id)) is not None and each < newest
        ]
        return min(seen, default=None)


def start_of_watch(session: Session, user_id: int) -> tuple[int, dict[int, int]]:
    """Return from which job on a user's jobs are watched, and the newest event of each of those now."""
    of_user = ClusteringJob.user_id == user_id
    newest = session.scalar(sa.select(sa.func.max(ClusteringJob.id)).where(of_user)) or 0
    first = session.scalar(
        sa.select(sa.func.min(ClusteringJob.id)).where(of_user, ClusteringJob.status.not_in(FINAL_STATUSES))
    )
    watched_from = first if first is not None else newest + 1
    query = sa.select(ClusteringJob.id, ClusteringJob.event_seq).where(
        of_user, ClusteringJob.id >= watched_from
    )
    return watched_from, {row.id: row.event_seq for row in session.execute(query)}


def _watcher(job: ClusteringJob) -> int:
    """Return who hears of a job without asking for it: its user; nobody (0) of the fits of a sweep."""
    return job.user_id if job.parent_id is None else 0


def _change(session: Session, job: ClusteringJob, seen: int) -> Change:
    # PostgreSQL shows what was committed since the job was read; an event is told with the job as it left it,
    # so newer ones wait for the next round.
    events = [
        (event.seq, _EVENT_NAMES[event.event])
        for event in events_after(session, job.id, seen)
        if event.seq <= job.event_seq
    ]
    last = events[-1][0] if events else job.event_seq
    return Change(user_id=_watcher(job), job=read_job(session, job), seq=last, events=events)
