"""Whether those who listen still may: sessions end, and shares are taken back, while WebSockets are open."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.auth.sessions import sessions_that_go_on
from app.jobs.models import ClusteringJob
from app.live.connection import Connection
from app.sharing.rights import right_to_job
from app.users.models import User

# The session has ended: signed out, here or everywhere, disabled, or another password was set.
TICKET_NEEDED = 4401
# The page is of another site, or something that was followed is not shared any more.
NOT_ALLOWED = 4403


def to_be_closed(session: Session, connections: Collection[Connection]) -> dict[Connection, int]:
    """Return the connections that may not go on as they are, with the code to close each with.

    Who loses one share is disconnected whole: with the next ticket the rest is subscribed to anew, judged by
    what holds then.
    """
    users = sa.select(User.id, User.token_version).where(
        User.id.in_({connection.user_id for connection in connections}), User.is_active
    )
    versions = {row.id: row.token_version for row in session.execute(users)}
    named = {connection.session_id for connection in connections if connection.session_id is not None}
    going_on = sessions_that_go_on(session, named) if named else set()
    found: dict[Connection, int] = {}
    for connection in connections:
        is_current = versions.get(connection.user_id) == connection.token_version
        if not is_current or not (connection.session_id is None or connection.session_id in going_on):
            found[connection] = TICKET_NEEDED
        elif not all(_may_follow(session, connection.user_id, job_id) for job_id in list(connection.foreign)):
            found[connection] = NOT_ALLOWED
    return found


def _may_follow(session: Session, user_id: int, job_id: int) -> bool:
    user, job = session.get(User, user_id), session.get(ClusteringJob, job_id)
    return user is not None and job is not None and right_to_job(session, user, job) is not None
