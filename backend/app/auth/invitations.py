"""Invitations: given by admins, used up by those who make an account with them."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.trail import record
from app.auth.errors import LinkUnknownError, LinkUsedError
from app.auth.models import Invitation
from app.auth.tokens import fingerprint, random_token
from app.database import database_now
from app.users.models import User
from app.users.schemas import Role

LIFETIME = timedelta(days=7)


def invite(session: Session, admin: User, role: Role, note: str) -> tuple[Invitation, str]:
    """Return a new invitation, and its token, which is kept nowhere."""
    token = random_token()
    now = database_now(session)
    invitation = Invitation(
        invited_by=admin.id,
        note=note.strip(),
        role=role,
        sha256=fingerprint(token),
        created_at=now,
        expires_at=now + LIFETIME,
    )
    session.add(invitation)
    session.flush()
    record(session, "invitation_given", by=admin, subject=invitation, role=role)
    return invitation, token


def use_invitation(session: Session, token: str) -> Invitation:
    """Use up an invitation, within the transaction that makes the account.

    Raises
    ------
    LinkUnknownError
        The token was never given out, or the invitation was taken back.
    LinkUsedError
        It was used, has expired, or came from somebody who is no longer an admin.
    """
    now = database_now(session)
    kept = session.scalar(sa.select(Invitation).where(Invitation.sha256 == fingerprint(token)))
    if kept is None:
        raise LinkUnknownError(remedy="Copy the whole link, or ask an admin for another.")
    by_an_admin = sa.exists().where(User.id == Invitation.invited_by, User.role == "admin", User.is_active)
    used = session.scalar(
        sa.update(Invitation)
        .where(
            Invitation.id == kept.id, Invitation.used_at.is_(None), Invitation.expires_at > now, by_an_admin
        )
        .values(used_at=now)
        .returning(Invitation.id)
    )
    if used is None:
        raise LinkUsedError(remedy="Ask an admin for another.")
    return kept
