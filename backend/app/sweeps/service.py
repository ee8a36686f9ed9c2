"""Asking for a sweep, and comparing its runs."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.database import after_commit
from app.datasets.repository import accessible_dataset
from app.errors import NotFoundError
from app.forecasts.service import check_memory
from app.jobs.errors import IdempotencyKeyReusedError
from app.jobs.models import SWEEP, ClusteringJob
from app.jobs.priorities import Tier
from app.jobs.queue import enqueue
from app.jobs.repository import read_job
from app.jobs.room import check_room
from app.jobs.service import accessible_job, check_dataset
from app.live.hints import Hints
from app.quotas.usage import check_not_used_up
from app.runs.models import Run
from app.settings import Settings
from app.sweeps.grid import points_of
from app.sweeps.schemas import Criterion, SweepMetrics, SweepRead, SweepRequest, SweepRunRead
from app.users.models import User

_MEASURED = ("separation", "stability", "agreement", "conductance")


def ask_for_sweep(
    session: Session,
    hints: Hints,
    settings: Settings,
    user: User,
    request: SweepRequest,
    *,
    idempotency_key: str | None,
    request_id: str | None,
) -> SweepRead:
    """Queue a fit for each point of a grid; the same idempotency key returns the sweep of the first request.

    Raises
    ------
    SweepTooLargeError
        The grid has too many points.
    IdempotencyKeyReusedError, DatasetNotReadyError, TooManyQueuedJobsError and others
        As `app.jobs.service.ask_for_fit`.
    """
    dataset = accessible_dataset(session, user, request.dataset_id, "write")
    asked = request.model_dump(include={"grid", "parameters", "criterion"})
    if idempotency_key is not None:
        session.execute(sa.select(User.id).where(User.id == user.id).with_for_update(key_share=True))
        before = session.scalar(
            sa.select(ClusteringJob).where(
                ClusteringJob.user_id == user.id, ClusteringJob.idempotency_key == idempotency_key
            )
        )
        if before is not None:
            if (before.kind, before.dataset_id, before.parameters) != (SWEEP, dataset.id, asked):
                raise IdempotencyKeyReusedError
            return _read(session, before)
    points = points_of(request, settings.max_sweep_runs)
    for parameters in points:
        check_dataset(dataset, parameters)
        check_memory(dataset, parameters, settings)
    check_room(session, settings, user, len(points))
    check_not_used_up(session, settings, session.get_one(User, dataset.user_id))
    sweep = enqueue(
        session,
        user_id=user.id,
        kind=SWEEP,
        tier=Tier.BACKGROUND,
        dataset_id=dataset.id,
        parameters=asked,
        idempotency_key=idempotency_key,
        request_id=request_id,
    )
    for parameters in points:
        enqueue(
            session,
            user_id=user.id,
            kind="fit",
            tier=Tier.BACKGROUND,
            parent_id=sweep.id,
            dataset_id=dataset.id,
            parameters=parameters,
            request_id=request_id,
        )
    after_commit(session, lambda: hints.publish(sweep.id))
    return _read(session, sweep)


def read_sweep(session: Session, user: User, sweep_id: int) -> SweepRead:
    """Return a sweep with its runs compared; raises as `authorize`."""
    sweep = accessible_job(session, user, sweep_id)
    if sweep.kind != SWEEP:
        raise NotFoundError(f"Job {sweep_id} is no sweep.")
    return _read(session, sweep)


def best_of(runs: list[SweepRunRead], criterion: Criterion) -> SweepRunRead | None:
    """Return the run that is best by a criterion; of equals the first, None when it was never measured."""
    sign = -1.0 if criterion == "conductance" else 1.0
    measured = [
        (sign * value, run)
        for run in runs
        if run.metrics is not None and (value := getattr(run.metrics, criterion)) is not None
    ]
    return max(measured, key=lambda each: each[0])[1] if measured else None


def _read(session: Session, sweep: ClusteringJob) -> SweepRead:
    fits = session.scalars(
        sa.select(ClusteringJob).where(ClusteringJob.parent_id == sweep.id).order_by(ClusteringJob.id)
    ).all()
    runs = {
        run.job_id: run
        for run in session.scalars(sa.select(Run).where(Run.job_id.in_([fit.id for fit in fits])))
    }
    grid, criterion = sweep.parameters["grid"], sweep.parameters["criterion"]
    read = [_read_run(fit, runs.get(fit.id), list(grid)) for fit in fits]
    best = best_of(read, criterion)
    return SweepRead.model_validate(
        {
            "job": read_job(session, sweep),
            "grid": grid,
            "criterion": criterion,
            "best_run_id": best.run_id if best is not None else None,
            "runs": read,
        }
    )


def _read_run(fit: ClusteringJob, run: Run | None, swept: list[str]) -> SweepRunRead:
    return SweepRunRead.model_validate(
        {
            "job_id": fit.id,
            "status": fit.status,
            "point": {name: fit.parameters.get(name) for name in swept},
            "run_id": run.id if run is not None else None,
            "run_number": run.number if run is not None else None,
            "n_clusters": run.summary["partition"]["n_clusters"] if run is not None else None,
            "metrics": _metrics(run.summary) if run is not None else None,
            "seconds": sum(run.summary["stage_seconds"].values()) if run is not None else None,
            "error": fit.error,
        }
    )


def _metrics(summary: dict[str, Any]) -> SweepMetrics:
    """Return the figures of the partition that a fit has shown first, whatever was cut since."""
    n_clusters, eigenvalues = summary["partition"]["n_clusters"], summary["eigenvalues"]
    suggested: dict[str, Any] = next(
        (each for each in summary["suggestions"] if each["n_clusters"] == n_clusters), {}
    )
    has_gap = 0 < n_clusters < len(eigenvalues)
    return SweepMetrics(
        silhouette=summary["partition"]["silhouette"],
        eigengap=eigenvalues[n_clusters] - eigenvalues[n_clusters - 1] if has_gap else None,
        **{name: suggested.get(name) for name in _MEASURED},
    )
