"""Finding datasets, in the shape the API answers with."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.datasets.models import Dataset
from app.datasets.schemas import DatasetRead
from app.retention.settings import retention_of
from app.sharing.rights import Action, authorize, right_to_dataset, rights_to_datasets
from app.users.models import User


def accessible_dataset(session: Session, user: User, dataset_id: int, action: Action = "read") -> Dataset:
    """Return a dataset that is not deleted, if ``user`` may do ``action`` with it; raises as `authorize`."""
    dataset = session.scalar(sa.select(Dataset).where(Dataset.id == dataset_id, Dataset.deleted_at.is_(None)))
    right = right_to_dataset(session, user, dataset) if dataset is not None else None
    return authorize(user, action, dataset, right, "dataset")


def read_dataset(session: Session, user: User, dataset: Dataset) -> DatasetRead:
    """Return what the API says to ``user`` about a dataset."""
    return read_datasets(session, user, [dataset])[0]


def read_datasets(session: Session, user: User, datasets: Iterable[Dataset]) -> list[DatasetRead]:
    """Return what the API says to ``user`` about several datasets."""
    datasets = list(datasets)
    rights = rights_to_datasets(session, user, datasets)
    retention = retention_of(session)
    owners = owners_of(session, [dataset.id for dataset in datasets])
    copied = [
        name
        for name in DatasetRead.model_fields
        if name not in ("right", "owner", "columns", "import_report", "expires_at")
    ]
    return [
        DatasetRead.model_validate(
            {
                **{name: getattr(dataset, name) for name in copied},
                "columns": dataset.columns or [],
                "import_report": dataset.import_report or {},
                "right": rights[dataset.id],
                "owner": owners[dataset.id],
                "expires_at": retention.upload_expires_at(dataset.created_at),
            }
        )
        for dataset in datasets
    ]


def owners_of(session: Session, dataset_ids: Iterable[int]) -> dict[int, str]:
    """Return the user names of the owners of some datasets, by the datasets' numbers."""
    found = session.execute(
        sa.select(Dataset.id, User.username)
        .join(User, User.id == Dataset.user_id)
        .where(Dataset.id.in_(set(dataset_ids)))
    )
    return {row.id: row.username for row in found}
