"""Reading the audit log."""

from __future__ import annotations

from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Query

from app.audit.models import AuditEntry
from app.audit.schemas import AuditPage, AuditRead
from app.audit.trail import Action
from app.auth.errors import NotAllowedError, NotSignedInError
from app.auth.identity import Admin
from app.dependencies import ReadSession
from app.errors import problems
from app.pagination import DEFAULT_LIMIT, LARGEST_ID, Cursor, Limit, page
from app.users.models import User

router = APIRouter(tags=["administration"])


@router.get("/audit-log", responses=problems(NotSignedInError, NotAllowedError))
def get_audit_log(
    admin: Admin,
    session: ReadSession,
    user_id: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
    action: Annotated[Action | None, Query()] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> AuditPage:
    """List what was done, newest first."""
    query = sa.select(AuditEntry)
    if user_id is not None:
        query = query.where(AuditEntry.user_id == user_id)
    if action is not None:
        query = query.where(AuditEntry.action == action)
    entries, following = page(session, query, AuditEntry.id, limit, cursor)
    named = sa.select(User.id, User.username).where(User.id.in_({entry.user_id for entry in entries}))
    names = {row.id: row.username for row in session.execute(named)}
    items = [
        AuditRead.model_validate(
            {
                **{name: getattr(entry, name) for name in AuditRead.model_fields if name != "username"},
                "username": names.get(entry.user_id),
            }
        )
        for entry in entries
    ]
    return AuditPage(items=items, next_cursor=following)
