"""Edits: what users change about a run's clusters, undone and done again along a history."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from fastapi.responses import PlainTextResponse

from app.auth.errors import NotAllowedError, NotSignedInError
from app.auth.identity import CurrentUser, Editor
from app.datasets.models import Dataset
from app.dependencies import AppDatabase, AppHints, AppWatch, ReadSession, RequestId
from app.edits import repository, service
from app.edits.errors import (
    EditConflictError,
    EditFailedError,
    EditRefusedError,
    PositionNotFoundError,
)
from app.edits.schemas import EditRequest, HistoryRead, PositionRequest, RevisedRead
from app.edits.script import script
from app.errors import NotFoundError, problems
from app.jobs.schemas import JobRead
from app.pagination import LARGEST_ID, Identifier
from app.runs.errors import PartitionNotFoundError
from app.runs.repository import accessible_run, partition_of

router = APIRouter(prefix="/runs", tags=["edits"])
NClusters = Annotated[int | None, Query(ge=1, le=LARGEST_ID, description="Default: the partition shown.")]
_JOB: dict[int | str, dict[str, Any]] = {
    202: {"model": JobRead, "description": "The edit takes longer; its job."}
}


@router.get(
    "/{run_id}/edits",
    responses=problems(NotSignedInError, NotAllowedError, NotFoundError, PartitionNotFoundError),
)
def get_edits(
    run_id: Identifier, user: CurrentUser, session: ReadSession, n_clusters: NClusters = None
) -> HistoryRead:
    """Return the edits of a run's cut, those undone too, and the constraints that hold."""
    run = accessible_run(session, user, run_id)
    return repository.read_history(session, partition_of(session, run, n_clusters or run.n_clusters))


@router.post(
    "/{run_id}/edits",
    responses=_JOB
    | problems(
        NotSignedInError,
        NotAllowedError,
        NotFoundError,
        PartitionNotFoundError,
        EditConflictError,
        EditRefusedError,
        EditFailedError,
    ),
    response_model=RevisedRead,
)
def post_edit(
    run_id: Identifier,
    body: EditRequest,
    user: Editor,
    database: AppDatabase,
    hints: AppHints,
    watch: AppWatch,
    request_id: RequestId,
) -> RevisedRead | Response:
    """Edit the clusters of a run: 200 with what came of it, or 202 with a job after 2 s."""
    answer = service.edit(database, hints, watch, user, run_id, body, request_id)
    if isinstance(answer, RevisedRead):
        return answer
    headers = {"Location": f"/api/v1/jobs/{answer.id}"}
    return Response(answer.model_dump_json(), 202, headers, media_type="application/json")


@router.put(
    "/{run_id}/edits/position",
    responses=problems(
        NotSignedInError,
        NotAllowedError,
        NotFoundError,
        PartitionNotFoundError,
        EditConflictError,
        PositionNotFoundError,
    ),
)
def put_edit_position(
    run_id: Identifier, body: PositionRequest, user: Editor, database: AppDatabase
) -> RevisedRead:
    """Undo or redo: show the clusters as they were after the first ``position`` edits."""
    return service.go_to(database, user, run_id, body)


@router.get(
    "/{run_id}/script",
    response_class=PlainTextResponse,
    responses=problems(NotSignedInError, NotAllowedError, NotFoundError, PartitionNotFoundError),
)
def get_script(
    run_id: Identifier, user: CurrentUser, session: ReadSession, n_clusters: NClusters = None
) -> PlainTextResponse:
    """Download a Python script that makes the labels anew from the table, edits included."""
    run = accessible_run(session, user, run_id)
    partition = partition_of(session, run, n_clusters or run.n_clusters)
    steps = repository.engine_steps(session, run.id, partition.n_clusters, partition.position)
    file = f"run-{run.number}-{partition.n_clusters}-clusters.py"
    text = script(run, partition, steps, session.get_one(Dataset, run.dataset_id).name, file)
    headers = {"Content-Disposition": f'attachment; filename="{file}"'}
    return PlainTextResponse(text, media_type="text/x-python", headers=headers)
