"""Explanations: what makes a cluster one, why a row is where it is, how two sets of rows differ."""

from __future__ import annotations

from typing import Annotated, Literal

import pyarrow as pa
from fastapi import APIRouter, Response
from fastapi import Path as InPath
from fastapi.responses import StreamingResponse

from app.arrow_stream import ARROW_RESPONSE, arrow_response
from app.auth.errors import NotAllowedError, NotSignedInError
from app.auth.identity import CurrentUser
from app.dependencies import AppStorage, ReadSession
from app.errors import InvalidPart, NotFoundError, RequestInvalidError, problems
from app.explanations import service
from app.explanations.asking import ANSWER_OR_JOB, QUESTION_PROBLEMS, AskedAbout, Asker
from app.explanations.errors import (
    AnswerNotFoundError,
    ClusterNotFoundError,
    RowNotFoundError,
)
from app.explanations.schemas import (
    ClusterExplanationRead,
    ComparisonRead,
    ComparisonRequest,
    OutlineRead,
    OutlineRequest,
    RowExplanationRead,
)
from app.explanations.service import Question
from app.pagination import LARGEST_ID, Identifier
from app.runs.errors import LayoutNotFoundError
from app.runs.layouts import layout_file
from app.runs.models import Partition, Run
from app.runs.repository import accessible_run, layouts_of
from app.runs.streams import column_batches, memory_mapped

router = APIRouter(prefix="/runs", tags=["explanations"])
Label = Annotated[int, InPath(ge=0, le=65_534, description="The cluster, from 0.")]
_ROWS = {
    "rule": "rule_rows.npy",
    "border": "border_rows.npy",
    "moved": "moved_rows.npy",
    "outline": "outline_rows.npy",
}


@router.get(
    "/{run_id}/clusters/{label}/explanation",
    responses=ANSWER_OR_JOB | problems(*QUESTION_PROBLEMS, ClusterNotFoundError),
    response_model=ClusterExplanationRead,
)
def get_cluster_explanation(label: Label, about: AskedAbout, ask: Asker) -> Response:
    """Return what makes a cluster a cluster: 200 with the answer, or 202 with a job after 2 s."""
    run, partition = about
    _check_cluster(partition, label)
    return ask(Question.about(run, partition, {"kind": "cluster", "cluster": label}))


@router.get(
    "/{run_id}/rows/{row}/explanation",
    responses=ANSWER_OR_JOB | problems(*QUESTION_PROBLEMS, RowNotFoundError),
    response_model=RowExplanationRead,
)
def get_row_explanation(
    row: Annotated[int, InPath(ge=0, le=LARGEST_ID, description="The row, from 0.")],
    about: AskedAbout,
    ask: Asker,
) -> Response:
    """Return why a row is in its cluster and not in another: 200, or 202 with a job after 2 s."""
    run, partition = about
    _check_row(run, row)
    return ask(Question.about(run, partition, {"kind": "row", "row": row}))


@router.post(
    "/{run_id}/comparisons",
    responses=ANSWER_OR_JOB | problems(*QUESTION_PROBLEMS, ClusterNotFoundError),
    response_model=ComparisonRead,
)
def post_comparison(body: ComparisonRequest, about: AskedAbout, ask: Asker) -> Response:
    """Compare two sets of rows: 200 with the answer, or 202 with a job after 2 s; then ask again."""
    run, partition = about
    for name, rows in (("first", body.first), ("second", body.second)):
        if rows is None:
            continue
        if rows.cluster is not None:
            _check_cluster(partition, rows.cluster)
        _check_rows(run, rows.rows or [], f"/{name}/rows")
    asked = {
        "kind": "comparison",
        "first": body.first.named(),
        "second": body.second.named() if body.second is not None else None,
    }
    return ask(Question.about(run, partition, asked))


@router.post(
    "/{run_id}/outlines",
    responses=ANSWER_OR_JOB | problems(*QUESTION_PROBLEMS, ClusterNotFoundError, LayoutNotFoundError),
    response_model=OutlineRead,
)
def post_outline(body: OutlineRequest, about: AskedAbout, ask: Asker, storage: AppStorage) -> Response:
    """Find the rows under what was drawn on a map, among all rows: 200, or 202 with a job after 2 s."""
    run, partition = about
    if body.cluster is not None:
        _check_cluster(partition, body.cluster)
    known = layouts_of(run, storage).get(body.layout)
    if known is None or (body.dimensions == 3 and not known.has_3d):
        raise LayoutNotFoundError(
            f"Run {run.id} has no layout {body.layout!r} in {body.dimensions} dimensions."
        )
    artifact, file = layout_file(run, body.layout, body.dimensions)
    drawn = body.model_dump(include={"x", "y", "way", "radius", "cluster"})
    return ask(
        Question.about(run, partition, {"kind": "outline", "artifact": artifact, "file": file, **drawn})
    )


@router.get(
    "/{run_id}/explanations/{key}/rows",
    response_class=StreamingResponse,
    responses=ARROW_RESPONSE
    | problems(NotSignedInError, NotAllowedError, NotFoundError, AnswerNotFoundError),
)
def get_explained_rows(
    run_id: Identifier,
    key: Annotated[str, InPath(pattern="^[0-9a-f]{32}$")],
    of: Literal["rule", "border", "moved", "outline"],
    user: CurrentUser,
    session: ReadSession,
    storage: AppStorage,
) -> Response:
    """Return rows that an answer names, ascending: its rule's, borderline, moved, or under an outline."""
    run = accessible_run(session, user, run_id)
    path = service.answer_folder(session, run, key, storage) / _ROWS[of]
    if not path.exists():
        raise AnswerNotFoundError(f"The answer {key} has no {of}.")
    schema = pa.schema(
        [pa.field("row", pa.uint32(), nullable=False)], metadata={"run_id": str(run.id), "of": of}
    )
    return arrow_response(schema, column_batches(schema, memory_mapped(path)))


def _check_cluster(partition: Partition, label: int) -> None:
    count = len(partition.clusters)
    if label >= count:
        raise ClusterNotFoundError(
            f"There is no cluster {label}; this partition has the clusters 0 to {count - 1}."
        )


def _check_row(run: Run, row: int) -> None:
    n_rows = int(run.summary["n_samples"])
    if row >= n_rows:
        raise RowNotFoundError(f"There is no row {row}; the table has the rows 0 to {n_rows - 1}.")


def _check_rows(run: Run, rows: list[int], pointer: str) -> None:
    n_rows = int(run.summary["n_samples"])
    wrong = next((position for position, row in enumerate(rows) if row >= n_rows), None)
    if wrong is not None:
        detail = f"Row {rows[wrong]} does not exist; the table has {n_rows} rows."
        raise RequestInvalidError(detail, errors=[InvalidPart(pointer=f"{pointer}/{wrong}", detail=detail)])
