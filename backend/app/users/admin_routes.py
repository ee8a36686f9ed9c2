"""Accounts as admins see and change them, and the invitations they give."""

from __future__ import annotations

import sqlalchemy as sa
from fastapi import APIRouter, Response

from app.audit.trail import record
from app.auth.errors import NotAllowedError, NotSignedInError
from app.auth.identity import Admin
from app.auth.invitations import invite
from app.auth.models import Invitation
from app.auth.registration import RESET_LIFETIME, give_reset_token
from app.database import database_now
from app.dependencies import AppHints, AppSettings, AppStorage, ReadSession, WriteSession
from app.errors import NotFoundError, problems
from app.pagination import DEFAULT_LIMIT, Cursor, Identifier, Limit, page
from app.retention.erasure import erase_user
from app.users.administration import set_active, set_quota, set_role
from app.users.errors import LastAdminError
from app.users.models import User
from app.users.schemas import (
    AccountChange,
    AccountPage,
    AccountRead,
    InvitationGiven,
    InvitationPage,
    InvitationRead,
    InvitationRequest,
    ResetGiven,
)
from app.users.service import read_account

router = APIRouter(tags=["administration"])


@router.get("/users", responses=problems(NotSignedInError, NotAllowedError))
def get_users(
    admin: Admin,
    session: ReadSession,
    settings: AppSettings,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> AccountPage:
    """List all accounts, newest first."""
    users, following = page(session, sa.select(User), User.id, limit, cursor)
    return AccountPage(items=[read_account(session, settings, user) for user in users], next_cursor=following)


@router.get("/users/{user_id}", responses=problems(NotSignedInError, NotAllowedError, NotFoundError))
def get_user(user_id: Identifier, admin: Admin, session: ReadSession, settings: AppSettings) -> AccountRead:
    """Return an account."""
    return read_account(session, settings, _user(session, user_id))


@router.patch(
    "/users/{user_id}", responses=problems(NotSignedInError, NotAllowedError, NotFoundError, LastAdminError)
)
def patch_user(
    user_id: Identifier, body: AccountChange, admin: Admin, session: WriteSession, settings: AppSettings
) -> AccountRead:
    """Change what an account may do and keep; keep it out, or let it in again."""
    user = _user(session, user_id)
    if body.role is not None and body.role != user.role:
        set_role(session, user, body.role, admin)
    if body.is_active is not None and body.is_active != user.is_active:
        set_active(session, user, is_active=body.is_active, by=admin)
    if "own_quota_bytes" in body.model_fields_set and body.own_quota_bytes != user.quota_bytes:
        set_quota(session, user, body.own_quota_bytes, admin)
    session.flush()
    return read_account(session, settings, user)


@router.delete(
    "/users/{user_id}",
    status_code=204,
    responses=problems(NotSignedInError, NotAllowedError, NotFoundError, LastAdminError),
)
def delete_user(
    user_id: Identifier, admin: Admin, session: WriteSession, hints: AppHints, storage: AppStorage
) -> None:
    """Erase an account with everything it owns; nothing brings it back."""
    erase_user(session, hints, storage, _user(session, user_id), admin)


@router.post(
    "/users/{user_id}/password-reset",
    status_code=201,
    responses=problems(NotSignedInError, NotAllowedError, NotFoundError),
)
def post_password_reset(
    user_id: Identifier, admin: Admin, session: WriteSession, response: Response
) -> ResetGiven:
    """Give a link by which somebody sets a password without the old one, once and within a day."""
    user = _user(session, user_id)
    response.headers["Cache-Control"] = "no-store"
    return ResetGiven(
        token=give_reset_token(session, user, admin), expires_in=int(RESET_LIFETIME.total_seconds())
    )


@router.get("/invitations", responses=problems(NotSignedInError, NotAllowedError))
def get_invitations(
    admin: Admin, session: ReadSession, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> InvitationPage:
    """List the invitations that can still be used, newest first."""
    query = sa.select(Invitation).where(
        Invitation.used_at.is_(None), Invitation.expires_at > database_now(session)
    )
    invitations, following = page(session, query, Invitation.id, limit, cursor)
    items = [InvitationRead.model_validate(invitation) for invitation in invitations]
    return InvitationPage(items=items, next_cursor=following)


@router.post("/invitations", status_code=201, responses=problems(NotSignedInError, NotAllowedError))
def post_invitation(
    body: InvitationRequest, admin: Admin, session: WriteSession, response: Response
) -> InvitationGiven:
    """Invite somebody to make an account, once and within a week."""
    invitation, token = invite(session, admin, body.role, body.note)
    response.headers["Cache-Control"] = "no-store"
    return InvitationGiven(**InvitationRead.model_validate(invitation).model_dump(), token=token)


@router.delete(
    "/invitations/{invitation_id}",
    status_code=204,
    responses=problems(NotSignedInError, NotAllowedError, NotFoundError),
)
def delete_invitation(invitation_id: Identifier, admin: Admin, session: WriteSession) -> None:
    """Take an invitation back; it opens nothing any more."""
    invitation = session.get(Invitation, invitation_id)
    if invitation is None or invitation.used_at is not None:
        raise NotFoundError("There is no open invitation with this number.")
    record(session, "invitation_taken_back", by=admin, subject=invitation)
    session.delete(invitation)


def _user(session: ReadSession, user_id: int) -> User:
    user = session.get(User, user_id)
    if user is None:
        raise NotFoundError("There is no account with this number.")
    return user
