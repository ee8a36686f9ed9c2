"""Asking a question within a request: the answer as the engine wrote it, or the job that finds it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, Query, Response

from app.auth.errors import NotAllowedError, NotSignedInError
from app.auth.identity import CurrentUser
from app.dependencies import AppDatabase, AppHints, AppStorage, AppWatch, RequestId
from app.errors import NotFoundError
from app.explanations import service
from app.explanations.errors import ExplanationFailedError, QuestionRefusedError
from app.explanations.service import Question
from app.jobs.schemas import JobRead
from app.pagination import LARGEST_ID, Identifier
from app.runs.errors import PartitionNotFoundError
from app.runs.models import Partition, Run
from app.runs.repository import accessible_run, partition_of

NClusters = Annotated[int | None, Query(ge=1, le=LARGEST_ID, description="Default: the partition shown.")]
ANSWER_OR_JOB: dict[int | str, dict[str, Any]] = {
    202: {"model": JobRead, "description": "The answer takes longer; ask again when this job has ended."}
}
QUESTION_PROBLEMS = (
    NotSignedInError,
    NotAllowedError,
    NotFoundError,
    PartitionNotFoundError,
    QuestionRefusedError,
    ExplanationFailedError,
)


def _asked_about(
    run_id: Identifier, user: CurrentUser, database: AppDatabase, n_clusters: NClusters = None
) -> tuple[Run, Partition]:
    with database.read() as session:
        run = accessible_run(session, user, run_id)
        return run, partition_of(session, run, n_clusters or run.n_clusters)


# The run that the address names and its partition into ``n_clusters``, as far as the user may see them.
AskedAbout = Annotated[tuple[Run, Partition], Depends(_asked_about)]


def _asker(
    user: CurrentUser,
    database: AppDatabase,
    hints: AppHints,
    watch: AppWatch,
    storage: AppStorage,
    request_id: RequestId,
) -> Callable[[Question], Response]:
    def ask(question: Question) -> Response:
        return _response(service.answer(database, hints, watch, storage, user, question, request_id))

    return ask


Asker = Annotated[Callable[[Question], Response], Depends(_asker)]


def _response(found: Path | JobRead) -> Response:
    if isinstance(found, JobRead):
        headers = {"Location": f"/api/v1/jobs/{found.id}"}
        return Response(found.model_dump_json(), 202, headers, media_type="application/json")
    # As the engine wrote it; that it is what the contract says is tested, not checked at each request.
    return Response((found / service.ANSWER).read_bytes(), media_type="application/json")
