"""Which artifacts and uploads the database refers to."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.datasets.models import Dataset
from app.edits.models import Revision
from app.jobs.models import ClusteringJob
from app.runs.models import Partition, Run

# An artifact by its stage and key.
Artifact = tuple[str, str]


def artifacts_in_use(session: Session) -> set[Artifact]:
    """Return the artifacts of all datasets and runs, and the answers about runs that are there."""
    return set(_artifacts(session, sa.true()))


def artifacts_of_user(session: Session, user_id: int) -> set[Artifact]:
    """Return the artifacts of a user's datasets and of all runs on them; others may use some as well."""
    return set(_artifacts(session, Dataset.user_id == user_id))


def uploads_in_use(session: Session) -> set[str]:
    """Return the keys of all uploads that a dataset was made of."""
    return set(session.scalars(sa.select(Dataset.upload_key).where(Dataset.deleted_at.is_(None))))


def _artifacts(session: Session, of: sa.ColumnElement[bool]) -> Iterator[Artifact]:
    runs = sa.select(Run.id).join(Dataset, Dataset.id == Run.dataset_id).where(of)
    for key in session.scalars(sa.select(Dataset.table_key).where(of, Dataset.table_key.is_not(None))):
        yield "table", str(key)
    for table_key, stages in session.execute(
        sa.select(Run.table_key, Run.summary["artifacts"]).where(Run.id.in_(runs))
    ):
        yield "table", table_key
        yield from stages.items()
    for layouts in session.scalars(sa.select(Run.layouts).where(Run.id.in_(runs), Run.layouts.is_not(None))):
        yield from (("layout", layout["key"]) for layout in layouts.values() if "key" in layout)
    for model in (Partition, Revision):
        for key in session.scalars(sa.select(model.key).where(model.run_id.in_(runs))):
            yield "partition", key
    answers = sa.select(ClusteringJob.result["key"].as_string()).where(
        ClusteringJob.kind == "explain", ClusteringJob.result.is_not(None), ClusteringJob.run_id.in_(runs)
    )
    for key in session.scalars(answers):
        yield "explanation", str(key)
