"""Which artifacts and uploads the database refers to."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.database import database_now
from app.datasets.models import Dataset
from app.edits.models import Revision
from app.export.service import KEPT, STAGE
from app.jobs.models import EXPORT, ClusteringJob
from app.runs.models import Partition, Run
from app.uploads.models import UploadPart

# An artifact by its stage and key.
Artifact = tuple[str, str]


def artifacts_in_use(session: Session) -> set[Artifact]:
    """Return the artifacts of all datasets and runs, the answers about runs that are there, and exports.

    Of each user's exports the newest is in use, until it expires.
    """
    newest = sa.select(sa.func.max(ClusteringJob.id)).where(_is_export()).group_by(ClusteringJob.user_id)
    in_use = sa.and_(ClusteringJob.id.in_(newest), ClusteringJob.finished_at > database_now(session) - KEPT)
    return {*_artifacts(session, sa.true()), *_exports(session, in_use)}


def artifacts_of_user(session: Session, user_id: int) -> set[Artifact]:
    """Return the artifacts of a user's datasets and of all runs on them; others may use some as well."""
    of_user = ClusteringJob.user_id == user_id
    return {*_artifacts(session, Dataset.user_id == user_id), *_exports(session, of_user)}


def uploads_in_use(session: Session) -> set[str]:
    """Return the keys of all uploads that a dataset was made of, and of the parts of unfinished ones."""
    whole = sa.select(Dataset.upload_key).where(Dataset.deleted_at.is_(None))
    return {*session.scalars(whole), *session.scalars(sa.select(UploadPart.key))}


def _exports(session: Session, of: sa.ColumnElement[bool]) -> Iterator[Artifact]:
    keys = sa.select(ClusteringJob.result["key"].as_string()).where(_is_export(), of)
    for key in session.scalars(keys):
        yield STAGE, str(key)


def _is_export() -> sa.ColumnElement[bool]:
    return sa.and_(ClusteringJob.kind == EXPORT, ClusteringJob.status == "succeeded")


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
