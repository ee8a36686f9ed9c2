"""Changing the number of clusters of a run: from what was cut before, or by a job that answers soon."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.database import Database, after_commit
from app.errors import InvalidPart
from app.jobs.models import FINAL_STATUSES, ClusteringJob
from app.jobs.priorities import Tier
from app.jobs.queue import enqueue, request_cancel
from app.jobs.repository import read_job
from app.jobs.schemas import JobRead
from app.jobs.waiting import ended_or_late
from app.live.hints import Hints
from app.live.watch import JobWatch
from app.runs.errors import RecutFailedError, TooManyClustersError
from app.runs.models import Run
from app.runs.repository import accessible_run, find_partition, max_clusters
from app.runs.schemas import PartitionRead
from app.users.models import User

PATIENCE_SECONDS = 2.0


def cut(
    database: Database,
    hints: Hints,
    watch: JobWatch,
    user: User,
    run_id: int,
    n_clusters: int,
    request_id: str | None,
    *,
    show: bool = True,
) -> PartitionRead | JobRead:
    """Cut a run into ``n_clusters``: its partition, or the job that makes it when that takes longer.

    Parameters
    ----------
    show
        Make it the partition the run is shown with, in place of cuts asked for before. Otherwise it is kept
        for when it is asked for, and nothing waits or is dropped for it.

    Raises
    ------
    TooManyClustersError
        More clusters are asked for than eigenvectors were kept.
    RecutFailedError
        The job failed or was cancelled.
    """
    with database.write() as session:
        run = accessible_run(session, user, run_id, "write")
        _check_n_clusters(run, n_clusters)
        waiting = _cuts_under_way(session, run)
        if show:
            run.wanted_clusters = n_clusters
            _drop_queued(session, hints, [job for job in waiting if _n_clusters(job) != n_clusters])
        partition = find_partition(session, run.id, n_clusters)
        if partition is not None:
            if show:
                run.n_clusters = n_clusters
            return PartitionRead.model_validate(partition)
        same = next((job for job in waiting if _n_clusters(job) == n_clusters), None)
        if same is None:
            job_id = _queue_cut(session, hints, user, run, n_clusters, request_id, show=show)
        else:
            job_id = same.id
            if show:
                same.tier = Tier.ORDINARY
    return _wait(database, watch, job_id, n_clusters)


def _check_n_clusters(run: Run, n_clusters: int) -> None:
    largest = max_clusters(run)
    if n_clusters > largest:
        detail = f"n_clusters is {n_clusters}; this run can be cut into 1 to {largest} clusters."
        raise TooManyClustersError(
            detail,
            remedy="Cluster the dataset again with a larger max_clusters.",
            errors=[InvalidPart(pointer="/n_clusters", detail=detail)],
        )


def _cuts_under_way(session: Session, run: Run) -> list[ClusteringJob]:
    return list(
        session.scalars(
            sa.select(ClusteringJob).where(
                ClusteringJob.run_id == run.id,
                ClusteringJob.kind == "recut",
                ClusteringJob.status.in_(("queued", "running")),
                ClusteringJob.cancel_requested.is_(False),
            )
        )
    )


def _n_clusters(job: ClusteringJob) -> int:
    return int(job.parameters["n_clusters"])


def _drop_queued(session: Session, hints: Hints, jobs: list[ClusteringJob]) -> None:
    """Cancel the cuts nobody waits for any more; one that runs is about to end by itself."""
    for job in jobs:
        if job.status == "queued":
            request_cancel(session, job.id)
            after_commit(session, lambda job_id=job.id: hints.publish(job_id))  # type: ignore[misc]


def _queue_cut(
    session: Session,
    hints: Hints,
    user: User,
    run: Run,
    n_clusters: int,
    request_id: str | None,
    *,
    show: bool,
) -> int:
    job = enqueue(
        session,
        user_id=user.id,
        kind="recut",
        lane="interactive",
        # Nobody waits yet for a cut ahead: what anybody waits for goes first.
        tier=Tier.ORDINARY if show else Tier.BACKGROUND,
        dataset_id=run.dataset_id,
        run_id=run.id,
        parameters={"n_clusters": n_clusters},
        request_id=request_id,
    )
    after_commit(session, lambda: hints.publish(job.id))
    return job.id


def _wait(database: Database, watch: JobWatch, job_id: int, n_clusters: int) -> PartitionRead | JobRead:
    with ended_or_late(database, watch, job_id, PATIENCE_SECONDS) as (session, job):
        if job.status not in FINAL_STATUSES:
            return read_job(session, job)
        return _outcome(session, job, n_clusters)


def _outcome(session: Session, job: ClusteringJob, n_clusters: int) -> PartitionRead | JobRead:
    partition = find_partition(session, job.run_id, n_clusters) if job.run_id is not None else None
    if job.status == "cancelled":
        # Another cut was asked for meanwhile: the newer answer is the one to show.
        return read_job(session, job)
    if partition is None:
        error = job.error or {}
        raise RecutFailedError(error.get("detail"), remedy=error.get("remedy"))
    return PartitionRead.model_validate(partition)
