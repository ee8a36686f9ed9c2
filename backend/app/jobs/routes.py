"""Jobs: ask for one, look at it, stop it."""

from __future__ import annotations

from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Header, Query, Response

from app.auth.errors import NotAllowedError, NotSignedInError
from app.auth.identity import CurrentUser, Editor
from app.dependencies import AppHints, AppSettings, ReadSession, RequestId, WriteSession
from app.errors import NotFoundError, problems
from app.jobs import repository, service
from app.jobs.errors import (
    DatasetNotReadyError,
    IdempotencyKeyReusedError,
    JobAlreadyFinishedError,
    NoNumericColumnError,
    TooLargeForMemoryError,
    TooManyQueuedJobsError,
)
from app.jobs.models import ClusteringJob
from app.jobs.schemas import JobEventList, JobEventRead, JobKind, JobPage, JobRead, JobRequest, JobStatus
from app.pagination import DEFAULT_LIMIT, LARGEST_ID, Cursor, Identifier, Limit, page
from app.quotas.errors import QuotaUsedUpError

router = APIRouter(prefix="/jobs", tags=["jobs"])
PREFIX = "/api/v1/jobs"


@router.post(
    "",
    status_code=202,
    responses=problems(
        NotSignedInError,
        NotAllowedError,
        NotFoundError,
        DatasetNotReadyError,
        IdempotencyKeyReusedError,
        NoNumericColumnError,
        TooLargeForMemoryError,
        TooManyQueuedJobsError,
        QuotaUsedUpError,
    ),
)
def post_job(
    body: JobRequest,
    user: Editor,
    session: WriteSession,
    hints: AppHints,
    settings: AppSettings,
    request_id: RequestId,
    response: Response,
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=255)] = None,
) -> JobRead:
    """Ask for a clustering of a dataset."""
    job = service.ask_for_fit(
        session, hints, settings, user, body, idempotency_key=idempotency_key, request_id=request_id
    )
    response.headers["Location"] = f"{PREFIX}/{job.id}"
    return repository.read_job(session, job)


@router.get("", responses=problems(NotSignedInError, NotAllowedError))
def get_jobs(
    user: CurrentUser,
    session: ReadSession,
    dataset_id: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
    status: Annotated[JobStatus | None, Query()] = None,
    kind: Annotated[JobKind | None, Query()] = None,
    parent_id: Annotated[
        int | None, Query(ge=1, le=LARGEST_ID, description="The sweep whose fits are listed.")
    ] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> JobPage:
    """List the own jobs, newest first; answers to questions are left out, they are no work to follow."""
    query = sa.select(ClusteringJob).where(
        ClusteringJob.user_id == user.id, ClusteringJob.kind.not_in(("explain", "revise"))
    )
    if parent_id is None:
        query = query.where(ClusteringJob.parent_id.is_(None))
    else:
        query = query.where(ClusteringJob.parent_id == parent_id)
    if dataset_id is not None:
        query = query.where(ClusteringJob.dataset_id == dataset_id)
    if status is not None:
        query = query.where(ClusteringJob.status == status)
    if kind is not None:
        query = query.where(ClusteringJob.kind == kind)
    jobs, following = page(session, query, ClusteringJob.id, limit, cursor)
    return JobPage(items=repository.read_jobs(session, jobs), next_cursor=following)


@router.get("/{job_id}", responses=problems(NotSignedInError, NotAllowedError, NotFoundError))
def get_job(job_id: Identifier, user: CurrentUser, session: ReadSession) -> JobRead:
    """Return a job as it stands."""
    return repository.read_job(session, service.accessible_job(session, user, job_id))


@router.post(
    "/{job_id}/cancel",
    responses=problems(NotSignedInError, NotAllowedError, NotFoundError, JobAlreadyFinishedError),
)
def cancel_job(job_id: Identifier, user: Editor, session: WriteSession, hints: AppHints) -> JobRead:
    """Stop a job; one that has succeeded or failed answers 409."""
    job = service.cancel_job(session, hints, service.accessible_job(session, user, job_id, "write"))
    return repository.read_job(session, job)


@router.get("/{job_id}/events", responses=problems(NotSignedInError, NotAllowedError, NotFoundError))
def get_events(
    job_id: Identifier,
    user: CurrentUser,
    session: ReadSession,
    after_seq: Annotated[int, Query(ge=0, le=LARGEST_ID)] = 0,
) -> JobEventList:
    """List what happened to a job after event number ``after_seq``, at most 1000 events."""
    job = service.accessible_job(session, user, job_id)
    events = repository.events_after(session, job.id, after_seq)
    return JobEventList(items=[JobEventRead.model_validate(event) for event in events])
