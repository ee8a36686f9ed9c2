"""Whose turn it is: the order in which waiting jobs are taken.

Higher tiers first. Within a tier the user with the fewest running jobs, of those the one whose last job began
longest ago, so that users also take turns where only one job runs at a time. Then that user's own priority,
and the oldest job; of users who stand alike the one with the oldest.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.jobs.models import SWEEP, ClusteringJob


@dataclass(frozen=True, slots=True)
class Turn:
    """A user who has jobs of a tier waiting."""

    tier: int
    user_id: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A waiting job, and what tells how long it will take."""

    id: int
    kind: str
    dataset_id: int | None


def turns(session: Session, lane: str, now: datetime, most_running: int = 0) -> list[Turn]:
    """Return who may have a job of a lane taken now, whoever is next first.

    Parameters
    ----------
    most_running
        Users with so many running jobs of the lane wait; 0: as many as there is room for.
    """
    waiting = (
        sa.select(ClusteringJob.tier, ClusteringJob.user_id, sa.func.min(ClusteringJob.id).label("oldest"))
        .where(_is_due(lane, now))
        .group_by(ClusteringJob.tier, ClusteringJob.user_id)
        .subquery()
    )
    running = (
        sa.select(ClusteringJob.user_id, sa.func.count().label("n_running"))
        .where(_runs(lane))
        .group_by(ClusteringJob.user_id)
        .subquery()
    )
    n_running = sa.func.coalesce(running.c.n_running, 0)
    query = (
        sa.select(waiting.c.tier, waiting.c.user_id)
        .outerjoin(running, running.c.user_id == waiting.c.user_id)
        .order_by(
            waiting.c.tier.desc(),
            n_running,
            _last_start(lane, waiting.c.user_id).nulls_first(),
            waiting.c.oldest,
        )
    )
    if most_running:
        query = query.where(n_running < most_running)
    return [Turn(row.tier, row.user_id) for row in session.execute(query)]


def next_job(turn: Turn, lane: str, now: datetime) -> sa.Select[int]:
    """Return the query for the job of a user that is to be taken when it is that user's turn."""
    return (
        sa.select(ClusteringJob.id)
        .where(_is_due(lane, now), ClusteringJob.tier == turn.tier, ClusteringJob.user_id == turn.user_id)
        .order_by(ClusteringJob.priority.desc(), ClusteringJob.id)
        .limit(1)
    )


def is_somebody_waiting(session: Session, lane: str, now: datetime, most_running: int = 0) -> bool:
    """Whether a job of a lane may be taken now; parameters as in `turns`."""
    if most_running:
        return bool(turns(session, lane, now, most_running))
    return session.scalar(sa.select(sa.exists().where(_is_due(lane, now)))) is True


def waiting_jobs(session: Session, lane: str) -> list[Waiting]:
    """Return the waiting jobs of a lane in the order they will probably be taken.

    The order is that of the turns if every job that is taken keeps running; jobs that end, and jobs that
    come, change it.
    """
    job = ClusteringJob
    # A user's own jobs in that user's own order.
    rows = session.execute(
        sa.select(job.id, job.kind, job.dataset_id, job.tier, job.user_id)
        .where(_waits(lane))
        .order_by(job.tier.desc(), job.priority.desc(), job.id)
    ).all()
    running = sa.select(job.user_id, sa.func.count()).where(_runs(lane)).group_by(job.user_id)
    n_running = {row[0]: int(row[1]) for row in session.execute(running)}
    users = sa.select(job.user_id).where(_waits(lane)).distinct().subquery()
    starts = session.execute(sa.select(users.c.user_id, _last_start(lane, users.c.user_id)))
    last_start = {row[0]: row[1].timestamp() if row[1] is not None else 0.0 for row in starts}
    oldest: dict[int, int] = {}
    for row in rows:
        oldest[row.user_id] = min(row.id, oldest.get(row.user_id, row.id))
    taken: Counter[int] = Counter()
    places = []
    for row in rows:
        taken[row.user_id] += 1
        rank = taken[row.user_id]
        # Of two who will have as many running then, the one who took fewer of these waits longer.
        place = (-row.tier, n_running.get(row.user_id, 0) + rank, rank)
        places.append((*place, last_start.get(row.user_id, 0.0), oldest[row.user_id], row))
    return [
        Waiting(row.id, row.kind, row.dataset_id) for *_, row in sorted(places, key=lambda each: each[:-1])
    ]


def n_running(session: Session, user_id: int, lane: str) -> int:
    """Return how many jobs of a user run in a lane."""
    query = sa.select(sa.func.count()).where(_runs(lane), ClusteringJob.user_id == user_id)
    return session.scalar(query) or 0


def _waits(lane: str) -> sa.ColumnElement[bool]:
    # The row of a sweep is never taken: its runs are.
    return sa.and_(ClusteringJob.status == "queued", ClusteringJob.lane == lane, ClusteringJob.kind != SWEEP)


def _is_due(lane: str, now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(_waits(lane), sa.or_(ClusteringJob.not_before.is_(None), ClusteringJob.not_before <= now))


def _runs(lane: str) -> sa.ColumnElement[bool]:
    return sa.and_(ClusteringJob.status == "running", ClusteringJob.lane == lane, ClusteringJob.kind != SWEEP)


def _last_start(lane: str, user_id: sa.ColumnElement[int]) -> sa.ScalarSelect[datetime | None]:
    """Return when a user's last job of a lane began: one look at the end of an index.

    That the rows of sweeps count changes nothing: they begin when their first run does.
    """
    started = aliased(ClusteringJob)
    return (
        sa.select(sa.func.max(started.started_at))
        .where(started.user_id == user_id, started.lane == lane)
        .scalar_subquery()
    )
