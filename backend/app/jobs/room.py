"""How many jobs one user may have waiting."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.jobs.errors import TooManyQueuedJobsError
from app.jobs.models import SWEEP, ClusteringJob
from app.settings import Settings
from app.users.models import User


def check_room(session: Session, settings: Settings, user: User, n_jobs: int = 1) -> None:
    """Refuse ``n_jobs`` more jobs of a user than may wait at once.

    Raises
    ------
    TooManyQueuedJobsError
        MAX_QUEUED_JOBS_PER_USER would be exceeded.
    """
    most = settings.max_queued_jobs_per_user
    if not most:
        return
    # Locked until the jobs are committed, so that of two requests the second counts the first one's.
    session.execute(sa.select(User.id).where(User.id == user.id).with_for_update(key_share=True))
    waiting = session.scalar(
        sa.select(sa.func.count()).where(
            ClusteringJob.user_id == user.id,
            ClusteringJob.status == "queued",
            ClusteringJob.lane == "normal",
            ClusteringJob.kind != SWEEP,
        )
    )
    if (waiting or 0) + n_jobs > most:
        more = "1 more" if n_jobs == 1 else f"{n_jobs} more"
        raise TooManyQueuedJobsError(
            f"{waiting} of your jobs wait, and {more} would exceed the {most} that may wait for one user.",
            remedy="Wait until some have begun, or cancel what is no longer needed.",
        )
