"""Sweeps: ask for one, compare its runs; it is stopped as any job is."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Response

from app.auth.errors import NotAllowedError, NotSignedInError
from app.auth.identity import CurrentUser, Editor
from app.dependencies import AppHints, AppSettings, ReadSession, RequestId, WriteSession
from app.errors import NotFoundError, problems
from app.jobs.errors import (
    DatasetNotReadyError,
    IdempotencyKeyReusedError,
    NoNumericColumnError,
    TooLargeForMemoryError,
    TooManyQueuedJobsError,
)
from app.pagination import Identifier
from app.quotas.errors import QuotaUsedUpError
from app.sweeps import service
from app.sweeps.errors import SweepTooLargeError
from app.sweeps.schemas import SweepRead, SweepRequest

router = APIRouter(prefix="/sweeps", tags=["sweeps"])


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
        SweepTooLargeError,
        TooLargeForMemoryError,
        TooManyQueuedJobsError,
        QuotaUsedUpError,
    ),
)
def post_sweep(
    body: SweepRequest,
    user: Editor,
    session: WriteSession,
    hints: AppHints,
    settings: AppSettings,
    request_id: RequestId,
    response: Response,
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=255)] = None,
) -> SweepRead:
    """Ask for a clustering of a dataset with every combination of some parameters' values."""
    sweep = service.ask_for_sweep(
        session, hints, settings, user, body, idempotency_key=idempotency_key, request_id=request_id
    )
    response.headers["Location"] = f"/api/v1/sweeps/{sweep.job.id}"
    return sweep


@router.get("/{sweep_id}", responses=problems(NotSignedInError, NotAllowedError, NotFoundError))
def get_sweep(sweep_id: Identifier, user: CurrentUser, session: ReadSession) -> SweepRead:
    """Return a sweep, by the number of its job, with its runs compared."""
    return service.read_sweep(session, user, sweep_id)
