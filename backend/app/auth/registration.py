"""Making an account by oneself, and a new password by an admin's link."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit.trail import record
from app.auth.accounts import new_user
from app.auth.errors import (
    AccountExistsError,
    InvitationNeededError,
    LinkUnknownError,
    LinkUsedError,
    RegistrationClosedError,
)
from app.auth.invitations import use_invitation
from app.auth.one_time_tokens import find, give, use
from app.auth.passwords import hash_password
from app.auth.schemas import RegistrationRequest
from app.auth.service import SignedIn, begin_session
from app.database import Database
from app.settings import Settings
from app.users.administration import replace_password
from app.users.models import User
from app.users.schemas import Role

RESET_LIFETIME = timedelta(days=1)


def register(database: Database, settings: Settings, request: RegistrationRequest) -> SignedIn:
    """Make an account and begin its first session; an invitation says which role it has, else user.

    Raises
    ------
    RegistrationClosedError, InvitationNeededError
        REGISTRATION does not allow it.
    LinkUnknownError, LinkUsedError
        The invitation does not hold.
    AccountExistsError
        The name or the address is taken.
    """
    if settings.registration == "closed":
        raise RegistrationClosedError
    if request.invitation is None and settings.registration != "open":
        raise InvitationNeededError
    password_hash = hash_password(request.password)
    try:
        with database.write() as session:
            role: Role = "user"
            invitation = None
            if request.invitation is not None:
                invitation = use_invitation(session, request.invitation)
                role = cast(Role, invitation.role)
            user = new_user(session, request.username, request.email, password_hash, role)
            if invitation is not None:
                invitation.used_by = user.id
            record(session, "registered", by=user, subject=invitation, role=role)
            return begin_session(session, user, settings)
    except IntegrityError as error:
        raise AccountExistsError(remedy="Choose another name, or sign in if the account is yours.") from error


def give_reset_token(session: Session, user: User, by: User | None = None) -> str:
    """Return the token of a new link by which ``user`` sets a password without the old one.

    ``by`` is the admin who gives it; None on the command line.
    """
    record(session, "reset_link_given", by=by, subject=user)
    return give(session, user.id, "password_reset", RESET_LIFETIME)


def reset_password(database: Database, settings: Settings, token: str, new_password: str) -> SignedIn:
    """Set a password by an admin's link, end every other session and begin one.

    Raises
    ------
    LinkUnknownError, LinkUsedError
        The token was never given out; or it was used, or is older than a day.
    """
    password_hash = hash_password(new_password)
    with database.write() as session:
        kept = find(session, token, "password_reset")
        if kept is None:
            raise LinkUnknownError(remedy="Copy the whole link, or ask an admin for another.")
        user = session.get_one(User, kept.user_id)
        if not user.is_active or not use(session, kept):
            raise LinkUsedError(remedy="Ask an admin for another.")
        replace_password(session, user, password_hash, by=user)
        return begin_session(session, user, settings)
