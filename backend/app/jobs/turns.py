"""Whose turn it is: the order in which waiting jobs are taken.

Higher tiers first. Within a tier the user with the fewest running jobs, of those the one whose last job began
longest ago, so that users also take turns where only one job runs at a time. Then that user's own priority,
and the oldest job.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.jobs.models import SWEEP, ClusteringJob


@dataclass(frozen=True, slots=True)
class Waiting:
    """A waiting job, and what tells how long it will take."""

    id: int
    kind: str
    dataset_id: int | None


def next_job(
    lane: str, now: datetime, most_running: int = 0, passed_over: Collection[int] = ()
) -> sa.Select[int]:
    """Return the query for the job of a lane that is to be taken next.

    Parameters
    ----------
    most_running
        Users with so many running jobs of the lane wait; 0: as many as there is room for.
    passed_over
        Users whose jobs are not taken now.
    """
    standing = _standing(lane)
    query = (
        sa.select(ClusteringJob.id)
        .join(standing, standing.c.user_id == ClusteringJob.user_id)
        .where(
            _waits(ClusteringJob, lane),
            sa.or_(ClusteringJob.not_before.is_(None), ClusteringJob.not_before <= now),
        )
        .order_by(
            ClusteringJob.tier.desc(),
            standing.c.n_running,
            standing.c.last_start.nulls_first(),
            ClusteringJob.priority.desc(),
            ClusteringJob.id,
        )
        .limit(1)
    )
    if most_running:
        query = query.where(standing.c.n_running < most_running)
    if passed_over:
        query = query.where(ClusteringJob.user_id.not_in(passed_over))
    return query


def waiting_jobs(session: Session, lane: str) -> list[Waiting]:
    """Return the waiting jobs of a lane in the order they will probably be taken.

    The order is that of `next_job` if every job that is taken keeps running; jobs that end, and jobs that
    come, change it.
    """
    standing = _standing(lane)
    rank = sa.func.row_number().over(
        partition_by=ClusteringJob.user_id,
        order_by=(ClusteringJob.tier.desc(), ClusteringJob.priority.desc(), ClusteringJob.id),
    )
    rows = session.execute(
        sa.select(ClusteringJob.id, ClusteringJob.kind, ClusteringJob.dataset_id)
        .join(standing, standing.c.user_id == ClusteringJob.user_id)
        .where(_waits(ClusteringJob, lane))
        .order_by(
            ClusteringJob.tier.desc(),
            standing.c.n_running + rank,
            # Of two who will have as many running then, the one who took fewer of these waits longer.
            rank,
            standing.c.last_start.nulls_first(),
            ClusteringJob.priority.desc(),
            ClusteringJob.id,
        )
    )
    return [Waiting(row.id, row.kind, row.dataset_id) for row in rows]


def n_running(session: Session, user_id: int, lane: str) -> int:
    """Return how many jobs of a user run in a lane."""
    running = aliased(ClusteringJob)
    return session.scalar(sa.select(sa.func.count()).where(_runs(running, lane, user_id))) or 0


def _waits(job: type[ClusteringJob], lane: str) -> sa.ColumnElement[bool]:
    # The row of a sweep is never taken: its runs are.
    return sa.and_(job.status == "queued", job.lane == lane, job.kind != SWEEP)


def _runs(
    job: type[ClusteringJob], lane: str, user_id: int | sa.ColumnElement[int]
) -> sa.ColumnElement[bool]:
    return sa.and_(job.status == "running", job.lane == lane, job.kind != SWEEP, job.user_id == user_id)


def _standing(lane: str) -> sa.Subquery:
    """Return a line for each user who waits: how many jobs run, and when the last one began."""
    waiting, running, started = (aliased(ClusteringJob) for _ in range(3))
    users = sa.select(waiting.user_id).where(_waits(waiting, lane)).distinct().subquery()
    return sa.select(
        users.c.user_id,
        sa.select(sa.func.count())
        .select_from(running)
        .where(_runs(running, lane, users.c.user_id))
        .scalar_subquery()
        .label("n_running"),
        sa.select(sa.func.max(started.started_at))
        .where(started.user_id == users.c.user_id, started.lane == lane, started.kind != SWEEP)
        .scalar_subquery()
        .label("last_start"),
    ).subquery()
