"""A whole partition: its graph, how rows moved since another, how it fits a known label column."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.auth.identity import CurrentUser
from app.dependencies import AppDatabase
from app.errors import problems
from app.explanations.asking import ANSWER_OR_JOB, QUESTION_PROBLEMS, AskedAbout, Asker, NClusters
from app.explanations.errors import RunsNotComparableError
from app.explanations.partition_schemas import ColumnAgreementRead, GraphDiagnosisRead, PartitionChangesRead
from app.explanations.service import Question
from app.pagination import Identifier
from app.runs.repository import accessible_run, partition_of

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
    "/{run_id}/columns/agreement",
    responses=ANSWER_OR_JOB | problems(*QUESTION_PROBLEMS),
    response_model=ColumnAgreementRead,
)
def get_column_agreement(
    column: Annotated[str, Query(min_length=1, max_length=1024)], about: AskedAbout, ask: Asker
) -> Response:
    """Return how clusters and the values of a label column share rows: 200, or 202 with a job."""
    return ask(Question.about(*about, {"kind": "column", "column": column}))
