"""Asking for work and stopping it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.auth.errors import NotAllowedError
from app.database import after_commit
from app.datasets.models import Dataset
from app.datasets.repository import accessible_dataset
from app.errors import InvalidPart, RequestInvalidError
from app.forecasts.service import check_memory
from app.jobs.errors import (
    DatasetNotReadyError,
    IdempotencyKeyReusedError,
    JobAlreadyFinishedError,
    NoNumericColumnError,
)
from app.jobs.models import FINAL_STATUSES, ClusteringJob
from app.jobs.priorities import Priority, Tier, in_words, level
from app.jobs.queue import enqueue, request_cancel
from app.jobs.room import check_room
from app.jobs.schemas import JobRequest
from app.live.hints import Hints
from app.quotas.usage import check_not_used_up
from app.settings import Settings
from app.sharing.rights import Action, authorize, right_to_job
from app.users.models import User
from fiedler.parameters import ClusteringParameters, ParameterError

NUMERIC_TYPES = ("integer", "float", "boolean")


def accessible_job(session: Session, user: User, job_id: int, action: Action = "read") -> ClusteringJob:
    """Return a job if ``user`` may do ``action`` with it; raises as `authorize`."""
    job = session.get(ClusteringJob, job_id)
    right = right_to_job(session, user, job) if job is not None else None
    return authorize(user, action, job, right, "job")


def ask_for_fit(
    session: Session,
    hints: Hints,
    settings: Settings,
    user: User,
    request: JobRequest,
    *,
    idempotency_key: str | None,
    request_id: str | None,
) -> ClusteringJob:
    """Queue a fit; the same idempotency key returns the job of the first request.

    Raises
    ------
    IdempotencyKeyReusedError
        The key came with another request before.
    DatasetNotReadyError, NoNumericColumnError, TooLargeForMemoryError, RequestInvalidError, QuotaUsedUpError
        The dataset or the parameters do not allow it.
    NotAllowedError
        Only admins put a job before everybody's.
    TooManyQueuedJobsError
        Too many of the user's jobs wait.
    """
    dataset = accessible_dataset(session, user, request.dataset_id, "write")
    parameters = checked_parameters(request.parameters)
    if idempotency_key is not None:
        # The user's row is locked first, so that of two equal requests the second sees the first's job.
        session.execute(sa.select(User.id).where(User.id == user.id).with_for_update())
        before = session.scalar(
            sa.select(ClusteringJob).where(
                ClusteringJob.user_id == user.id, ClusteringJob.idempotency_key == idempotency_key
            )
        )
        if before is not None:
            kept = (before.kind, before.dataset_id, before.parameters, in_words(before.tier, before.priority))
            if kept != ("fit", dataset.id, parameters, request.priority):
                raise IdempotencyKeyReusedError
            return before
    check_dataset(dataset, parameters)
    check_memory(dataset, parameters, settings)
    check_room(session, settings, user)
    check_not_used_up(session, settings, session.get_one(User, dataset.user_id))
    job = enqueue(
        session,
        user_id=user.id,
        kind="fit",
        tier=_checked_tier(user, request.priority),
        priority=level(request.priority),
        dataset_id=dataset.id,
        parameters=parameters,
        idempotency_key=idempotency_key,
        request_id=request_id,
    )
    after_commit(session, lambda: hints.publish(job.id))
    return job


def cancel_job(session: Session, hints: Hints, job: ClusteringJob) -> ClusteringJob:
    """Stop a job: at once when it is queued, else by the worker that runs it; asking twice is no error.

    Raises
    ------
    JobAlreadyFinishedError
        The job has succeeded or failed before.
    """
    if job.status in ("succeeded", "failed"):
        raise JobAlreadyFinishedError(f"Job {job.id} has already {job.status}; there is nothing to stop.")
    if job.status not in FINAL_STATUSES:
        request_cancel(session, job.id)
        session.refresh(job)
        after_commit(session, lambda: hints.publish(job.id))
    return job


def _checked_tier(user: User, priority: Priority) -> Tier:
    if priority != "top":
        return Tier.ORDINARY
    if user.role != "admin":
        raise NotAllowedError(
            "The priority top puts a job before everybody's, which only admins may do.",
            remedy="Ask for low, normal or high: it orders your own jobs.",
        )
    return Tier.TOP


def checked_parameters(given: dict[str, Any]) -> dict[str, Any]:
    """Return all parameters of a fit, the given ones checked; raises RequestInvalidError."""
    try:
        return ClusteringParameters.from_dict(given).to_dict()
    except ParameterError as error:
        detail = str(error)
        named = [name for name in ClusteringParameters.__dataclass_fields__ if detail.startswith(name)]
        pointer = "/parameters/" + max(named, key=len) if named else "/parameters"
        raise RequestInvalidError(detail, errors=[InvalidPart(pointer=pointer, detail=detail)]) from error


def check_dataset(dataset: Dataset, parameters: dict[str, Any]) -> None:
    """Refuse a fit of a dataset that is not ready or lacks the columns; raises as `ask_for_fit`."""
    if dataset.table_key is None or dataset.status != "ready":
        raise DatasetNotReadyError(
            f"Dataset {dataset.id} is {dataset.status}, and must be ready.",
            remedy="Wait until the import has finished, or import the table again with another plan.",
        )
    columns = {column["name"]: column for column in dataset.columns or []}
    chosen = parameters["columns"]
    if chosen is None:
        if not any(column["role"] == "feature" for column in columns.values()):
            numeric = [column for column in columns.values() if column["type"] in NUMERIC_TYPES]
            if numeric and all(column["minimum"] == column["maximum"] is not None for column in numeric):
                raise NoNumericColumnError(
                    f"Each of {len(numeric)} numeric columns of {dataset.name} holds one value throughout, "
                    "so no row can be told from another.",
                    remedy="Add a table in which numbers differ from row to row.",
                )
            raise NoNumericColumnError(
                f"None of the {len(columns)} columns of {dataset.name} is a numeric feature.",
                remedy="Choose numeric columns yourself, or edit the import plan's types and roles.",
            )
        return
    for name in chosen:
        problem = None
        if name not in columns:
            problem = f"There is no column {name!r} in {dataset.name}."
        elif columns[name]["type"] not in NUMERIC_TYPES:
            problem = f"Column {name!r} holds {columns[name]['type']}; clustering needs numbers."
        if problem is not None:
            raise RequestInvalidError(
                problem, errors=[InvalidPart(pointer="/parameters/columns", detail=problem)]
            )
