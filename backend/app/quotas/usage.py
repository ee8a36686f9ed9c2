"""What a person keeps, counted in SQL, and what may be added to it."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.datasets.models import Dataset
from app.quotas.errors import QuotaExceededError, QuotaUsedUpError
from app.runs.models import Run
from app.settings import Settings
from app.uploads.models import Upload
from app.users.models import User

_LARGEST = 3


@dataclass(frozen=True, slots=True)
class Usage:
    """Bytes that a user's datasets take: uploads as they came, tables read from them, results of their runs.

    Unfinished uploads count with the whole length that was announced: what has begun can come to its end.
    ``quota_bytes`` is what may be kept; None: no bound.
    """

    uploads_bytes: int
    tables_bytes: int
    results_bytes: int
    quota_bytes: int | None

    @property
    def used_bytes(self) -> int:
        """All of it."""
        return self.uploads_bytes + self.tables_bytes + self.results_bytes

    @property
    def left_bytes(self) -> int | None:
        """What may still be added; None: no bound."""
        return None if self.quota_bytes is None else max(0, self.quota_bytes - self.used_bytes)


def usage_of(session: Session, settings: Settings, user: User) -> Usage:
    """Return what ``user`` keeps; whoever made a run, it counts for the owner of its table."""
    own = (Dataset.user_id == user.id, Dataset.deleted_at.is_(None))
    uploads, tables = session.execute(
        sa.select(_sum(Dataset.upload_bytes), _sum(Dataset.table_bytes)).where(*own)
    ).one()
    results = session.scalar(
        sa.select(_sum(Run.result_bytes)).join(Dataset, Dataset.id == Run.dataset_id).where(*own)
    )
    unfinished = session.scalar(
        sa.select(_sum(Upload.length_bytes)).where(
            Upload.user_id == user.id, Upload.offset_bytes < Upload.length_bytes
        )
    )
    uploads_bytes = int(uploads) + int(unfinished or 0)
    return Usage(uploads_bytes, int(tables), int(results or 0), quota_of(settings, user))


def quota_of(settings: Settings, user: User) -> int | None:
    """Return how many bytes ``user`` may keep: as an admin has set it, else by USER_QUOTA_BYTES."""
    quota = settings.user_quota_bytes if user.quota_bytes is None else user.quota_bytes
    return quota or None


def check_quota(session: Session, settings: Settings, user: User, n_bytes: int) -> None:
    """Raise QuotaExceededError when ``n_bytes`` more are too many."""
    usage = usage_of(session, settings, user)
    if usage.left_bytes is not None and n_bytes > usage.left_bytes:
        raise too_much(session, usage, user, n_bytes)


def too_much(session: Session, usage: Usage, user: User, n_bytes: int) -> QuotaExceededError:
    """Return the refusal of ``n_bytes`` more, with the figures and what to delete."""
    return QuotaExceededError(
        f"The file has at least {n_bytes:,} bytes, and you use {usage.used_bytes:,} of the "
        f"{usage.quota_bytes or 0:,} bytes that you may keep.",
        remedy=_what_to_delete(session, user),
    )


def check_not_used_up(session: Session, settings: Settings, owner: User) -> None:
    """Raise QuotaUsedUpError when nothing may be added to what ``owner`` keeps."""
    usage = usage_of(session, settings, owner)
    if usage.left_bytes == 0:
        raise QuotaUsedUpError(
            f"{owner.username} uses {usage.used_bytes:,} of {usage.quota_bytes or 0:,} bytes.",
            remedy=_what_to_delete(session, owner),
        )


def _what_to_delete(session: Session, user: User) -> str:
    largest = session.execute(
        sa.select(Dataset.name, Dataset.upload_bytes)
        .where(Dataset.user_id == user.id, Dataset.deleted_at.is_(None))
        .order_by(Dataset.upload_bytes.desc())
        .limit(_LARGEST)
    ).all()
    if not largest:
        return "Ask an admin for more room."
    named = ", ".join(f"{name} ({n_bytes:,} bytes)" for name, n_bytes in largest)
    return (
        f"Delete datasets or runs you no longer need (the largest: {named}), or ask an admin for more room."
    )


def _sum(
    column: sa.orm.InstrumentedAttribute[int] | sa.orm.InstrumentedAttribute[int | None],
) -> sa.Function[int]:
    return sa.func.coalesce(sa.func.sum(column), 0)
