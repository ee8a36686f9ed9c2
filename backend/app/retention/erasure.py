"""Erasing a person: the account and everything it owns; the audit log keeps a number and no name."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.audit.trail import record
from app.database import after_commit
from app.datasets.models import Dataset
from app.datasets.versions import list_changed
from app.jobs.models import ClusteringJob
from app.live.hints import Hints
from app.retention.references import artifacts_in_use, artifacts_of_user
from app.runs.models import Run
from app.sharing.models import Share
from app.storage.store import Storage
from app.uploads.models import Upload, UploadPart
from app.users.administration import check_another_admin
from app.users.models import User

ERASED = "erased"


def erase_user(
    session: Session, hints: Hints, storage: Storage, user: User, by: User | None = None
) -> dict[str, int]:
    """Delete an account, its tables, runs, jobs, tokens and shares, and their files; return how many.

    Entries of the audit log about the account keep its number; addresses and details are taken from them.
    Files that somebody else's equal table shares stay.

    Parameters
    ----------
    by
        The admin who does it; None on the command line.

    Raises
    ------
    LastAdminError
        Nobody else could manage accounts.
    """
    check_another_admin(session, user)
    jobs = session.scalars(
        sa.select(ClusteringJob.id)
        .join(Dataset, Dataset.id == ClusteringJob.dataset_id, isouter=True)
        .where(sa.or_(ClusteringJob.user_id == user.id, Dataset.user_id == user.id))
    ).all()
    uploads = session.scalars(sa.select(Dataset.upload_key).where(Dataset.user_id == user.id)).all()
    parts = session.scalars(
        sa.select(UploadPart.key)
        .join(Upload, Upload.id == UploadPart.upload_id)
        .where(Upload.user_id == user.id)
    ).all()
    artifacts = artifacts_of_user(session, user.id)
    subject = f"user:{user.id}"
    session.execute(
        sa.update(AuditEntry)
        .where(sa.or_(AuditEntry.user_id == user.id, AuditEntry.subject == subject))
        .values(address=ERASED, details={"by": subject})
        .execution_options(synchronize_session=False)
    )
    seen_by = sa.or_(
        Share.dataset_id.in_(sa.select(Dataset.id).where(Dataset.user_id == user.id)),
        Share.run_id.in_(
            sa.select(Run.id)
            .join(Dataset, Dataset.id == Run.dataset_id)
            .where(sa.or_(Run.user_id == user.id, Dataset.user_id == user.id))
        ),
    )
    list_changed(session, session.scalars(sa.select(Share.user_id).where(seen_by)).all())
    counts = {"datasets": len(uploads), "jobs": len(jobs)}
    record(
        session, "account_erased", by=by if by is None or by.id != user.id else None, subject=user, **counts
    )
    session.flush()
    session.expunge(user)
    # The database takes along what belongs to the account, as every foreign key to it says.
    session.execute(sa.delete(User).where(User.id == user.id).execution_options(synchronize_session=False))
    unused = artifacts - artifacts_in_use(session)

    def remove() -> None:
        for key in (*uploads, *parts):
            storage.remove_upload(key)
        for stage, key in unused:
            storage.remove_artifact(stage, key)
        for job_id in jobs:
            hints.publish(job_id)

    after_commit(session, remove)
    return {**counts, "artifacts": len(unused)}
