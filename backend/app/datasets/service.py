"""What happens to datasets: brought, read again, renamed, deleted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePath
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.audit.trail import record
from app.database import Database, after_commit, database_now
from app.datasets.errors import ImportRunningError, TableNotReadyError
from app.datasets.models import Dataset
from app.datasets.repository import read_dataset
from app.datasets.schemas import DatasetRead
from app.datasets.uploads import StoredUpload, UploadRoom
from app.jobs.models import ClusteringJob
from app.jobs.queue import enqueue, request_cancel
from app.jobs.repository import active_jobs
from app.jobs.room import check_room
from app.live.hints import Hints
from app.quotas.errors import QuotaExceededError
from app.quotas.usage import check_quota, too_much, usage_of
from app.settings import Settings
from app.storage.store import Storage
from app.users.models import User


def upload_room(session: Session, settings: Settings, user: User) -> UploadRoom:
    """Return how large a file of ``user`` may be."""
    usage = usage_of(session, settings, user)
    database: Database = session.info["database"]

    def refusal(n_bytes: int) -> QuotaExceededError:
        # Often long after: the file comes meanwhile, and no transaction waits for it.
        with database.read() as later:
            return too_much(later, usage, user, n_bytes)

    return UploadRoom(settings.max_file_size, usage.left_bytes, refusal)


def add_dataset(
    database: Database,
    hints: Hints,
    storage: Storage,
    settings: Settings,
    user: User,
    name: str,
    upload: StoredUpload,
    request_id: str | None,
) -> DatasetRead:
    """Keep a stored upload as a dataset and queue its import; remove the upload when that fails.

    Raises
    ------
    TooManyQueuedJobsError
        Too many of the user's jobs wait.
    """
    with kept_or_removed(database, storage, upload.key, Dataset.upload_key) as session:
        dataset = keep_dataset(session, hints, settings, user, name, upload, request_id)
        return read_dataset(session, user, dataset)


@contextmanager
def kept_or_removed(
    database: Database, storage: Storage, key: str, column: InstrumentedAttribute[str]
) -> Iterator[Session]:
    """Yield a session to name what was stored under ``key`` in a ``column``; remove it when that fails.

    An error does not say that nothing was committed: the connection may break before the answer, or what
    follows the commit fail. What may be named is left; it is collected later if it is not.
    """
    try:
        with database.write() as session:
            yield session
    except BaseException as error:
        if not _may_be_named(database, key, column, error):
            storage.remove_upload(key)
        raise


def keep_dataset(
    session: Session,
    hints: Hints,
    settings: Settings,
    user: User,
    name: str,
    upload: StoredUpload,
    request_id: str | None,
) -> Dataset:
    """Add a dataset of a stored upload and queue its import.

    Raises
    ------
    QuotaExceededError
        It would be more than the user may keep.
    TooManyQueuedJobsError
        Too many of the user's jobs wait.
    """
    # Locked, so that of two uploads at once the second sees what the first has taken.
    session.execute(sa.select(User.id).where(User.id == user.id).with_for_update(key_share=True))
    check_quota(session, settings, user, upload.upload_bytes)
    dataset = Dataset(
        user_id=user.id,
        name=PurePath(name).name.split(".")[0] or name,
        original_name=name,
        upload_bytes=upload.upload_bytes,
        upload_sha256=upload.sha256,
        upload_key=upload.key,
        status="importing",
        created_at=database_now(session),
    )
    check_room(session, settings, user)
    session.add(dataset)
    session.flush()
    _queue_import(session, hints, user, dataset, None, request_id)
    record(session, "dataset_uploaded", by=user, subject=dataset, upload_bytes=upload.upload_bytes)
    return dataset


def import_again(
    session: Session,
    hints: Hints,
    settings: Settings,
    user: User,
    dataset: Dataset,
    plan: dict[str, Any],
    request_id: str | None,
) -> ClusteringJob:
    """Queue another import of the upload, by an edited plan.

    Raises
    ------
    ImportRunningError
        An import is queued or running.
    TooManyQueuedJobsError
        Too many of the user's jobs wait.
    """
    check_room(session, settings, user)
    if any(job.kind == "import" for job in active_jobs(session, dataset.id)):
        raise ImportRunningError
    dataset.status = "importing"
    dataset.error = None
    return _queue_import(session, hints, user, dataset, plan, request_id)


def delete_dataset(
    session: Session, hints: Hints, storage: Storage, dataset: Dataset, user: User | None
) -> None:
    """Delete a dataset: its jobs are stopped, the upload is removed, its runs are no longer shown.

    ``user`` is who does it; None: its time was over.
    """
    dataset.deleted_at = database_now(session)
    record(session, "dataset_deleted", by=user, subject=dataset)
    for job in active_jobs(session, dataset.id):
        request_cancel(session, job.id)
        after_commit(session, lambda job_id=job.id: hints.publish(job_id))  # type: ignore[misc]
    key = dataset.upload_key
    after_commit(session, lambda: storage.remove_upload(key))


def ready_table_key(dataset: Dataset) -> str:
    """Return the key of a dataset's table.

    Raises
    ------
    TableNotReadyError
        There is no table yet.
    """
    if dataset.table_key is None:
        raise TableNotReadyError(f"Dataset {dataset.id} is {dataset.status}; its table cannot be read.")
    return dataset.table_key


def _may_be_named(
    database: Database, key: str, column: InstrumentedAttribute[str], error: BaseException
) -> bool:
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    try:
        with database.read() as session:
            return session.scalar(sa.select(column).where(column == key)) is not None
    except SQLAlchemyError:
        return True


def _queue_import(
    session: Session,
    hints: Hints,
    user: User,
    dataset: Dataset,
    plan: dict[str, Any] | None,
    request_id: str | None,
) -> ClusteringJob:
    job = enqueue(
        session,
        user_id=user.id,
        kind="import",
        dataset_id=dataset.id,
        parameters={"plan": plan},
        request_id=request_id,
    )
    dataset.import_job_id = job.id
    session.flush()
    after_commit(session, lambda: hints.publish(job.id))
    return job
