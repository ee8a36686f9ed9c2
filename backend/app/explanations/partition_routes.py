"""A whole partition: its graph, how rows moved since another, how it fits a known label column."""

from __future__ import annotations

from typing import Annotated, Literal

import pyarrow as pa
from fastapi import APIRouter, Query, Response
from fastapi import Path as InPath
from fastapi.responses import StreamingResponse

from app.arrow_stream import ARROW_RESPONSE, arrow_response
from app.auth.errors import NotAllowedError, NotSignedInError
from app.auth.identity import CurrentUser
from app.dependencies import AppDatabase, AppStorage, ReadSession
from app.errors import InvalidPart, NotFoundError, RequestInvalidError, problems
from app.explanations.asking import ANSWER_OR_JOB, QUESTION_PROBLEMS, AskedAbout, Asker, NClusters
from app.explanations.errors import AnswerNotFoundError, RunsNotComparableError
from app.explanations.partition_schemas import (
    ColumnAgreementRead,
    GraphDiagnosisRead,
    PartitionChangesRead,
    RowValuesRead,
)
from app.explanations.service import Question, answer_folder
from app.pagination import Identifier
from app.runs.repository import accessible_run, partition_of
from app.runs.streams import column_batches, memory_mapped

router = APIRouter(prefix="/runs", tags=["explanations"])


@router.get(
    "/{run_id}/diagnosis",
    responses=ANSWER_OR_JOB | problems(*QUESTION_PROBLEMS),
    response_model=GraphDiagnosisRead,
)
def get_diagnosis(about: AskedAbout, ask: Asker) -> Response:
    """Return what is conspicuous about a run's graph, and what to change: 200, or 202 with a job."""
    return ask(Question.about(*about, {"kind": "graph"}))


@router.get(
    "/{run_id}/changes/{earlier_id}",
    responses=ANSWER_OR_JOB | problems(*QUESTION_PROBLEMS, RunsNotComparableError),
    response_model=PartitionChangesRead,
)
def get_changes(
    earlier_id: Identifier,
    about: AskedAbout,
    ask: Asker,
    user: CurrentUser,
    database: AppDatabase,
    earlier_n_clusters: NClusters = None,
) -> Response:
    """Return how rows moved from an earlier run's clusters to this run's: 200, or 202 with a job after 2 s.

    The earlier run may be the same one, cut into another number of clusters.
    """
    run, partition = about
    with database.read() as session:
        earlier = accessible_run(session, user, earlier_id)
        if (earlier.dataset_id, earlier.table_key) != (run.dataset_id, run.table_key):
            raise RunsNotComparableError(
                f"Run {earlier_id} was made from another table than run {run.id}, so their rows do not "
                f"correspond.",
                remedy="Compare runs of one dataset that was not read anew in between.",
            )
        before = partition_of(session, earlier, earlier_n_clusters or earlier.n_clusters)
    return ask(Question.about(run, partition, {"kind": "partition", "partition_key": before.key}))


@router.get(
    "/{run_id}/values",
    responses=ANSWER_OR_JOB | problems(*QUESTION_PROBLEMS),
    response_model=RowValuesRead,
)
def get_values(
    about: AskedAbout,
    ask: Asker,
    of: Literal["silhouette", "confidence", "stability", "column"],
    column: Annotated[str | None, Query(min_length=1, max_length=1024)] = None,
) -> Response:
    """Return how to read one value a row, to colour a map by: 200 with the answer, or 202 with a job."""
    run, partition = about
    if of == "column":
        if column is None:
            detail = "A column was asked for and none was named."
            raise RequestInvalidError(
                detail, remedy="Add column=NAME.", errors=[InvalidPart(pointer="/column", detail=detail)]
            )
        return ask(Question.about_table(run, {"kind": "values", "of": of, "column": column}))
    return ask(Question.about(run, partition, {"kind": "values", "of": of}))


@router.get(
    "/{run_id}/explanations/{key}/values",
    response_class=StreamingResponse,
    responses=ARROW_RESPONSE
    | problems(NotSignedInError, NotAllowedError, NotFoundError, AnswerNotFoundError),
)
def get_value_of_rows(
    run_id: Identifier,
    key: Annotated[str, InPath(pattern="^[0-9a-f]{32}$")],
    user: CurrentUser,
    session: ReadSession,
    storage: AppStorage,
) -> Response:
    """Return the value of each row, by table order: numbers (NaN: missing) or codes (65535: missing)."""
    run = accessible_run(session, user, run_id)
    path = answer_folder(session, run, key, storage) / "values.npy"
    if not path.exists():
        raise AnswerNotFoundError(f"The answer {key} has no values.")
    values = memory_mapped(path)
    kind = pa.uint16() if values.dtype == "uint16" else pa.float32()
    schema = pa.schema([pa.field("value", kind, nullable=False)], metadata={"run_id": str(run.id)})
    return arrow_response(schema, column_batches(schema, values))


@router.get(
    "/{run_id}/columns/agreement",
    responses=ANSWER_OR_JOB | problems(*QUESTION_PROBLEMS),
    response_model=ColumnAgreementRead,
)
def get_column_agreement(
    column: Annotated[str, Query(min_length=1, max_length=1024)], about: AskedAbout, ask: Asker
) -> Response:
    """Return how clusters and the values of a label column share rows: 200, or 202 with a job."""
    return ask(Question.about(*about, {"kind": "column", "column": column}))
