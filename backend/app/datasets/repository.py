"""Finding datasets."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.auth.identity import Action, authorize
from app.datasets.models import Dataset
from app.users.models import User


def owned_dataset(session: Session, user: User, dataset_id: int, action: Action = "read") -> Dataset:
    """Return a dataset of ``user`` that is not deleted, or raise NotFoundError."""
    dataset = session.scalar(sa.select(Dataset).where(Dataset.id == dataset_id, Dataset.deleted_at.is_(None)))
    return authorize(user, action, dataset, "dataset")


def datasets_of(user: User) -> sa.Select[Dataset]:
    """Return the query for all datasets of ``user``."""
    return sa.select(Dataset).where(Dataset.user_id == user.id, Dataset.deleted_at.is_(None))
