"""What a user is told about the own account, and may change in it."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from app.audit.trail import record
from app.auth.passwords import hash_password, password_matches
from app.auth.service import end_all_sessions
from app.database import Database
from app.quotas.usage import usage_of
from app.settings import Settings
from app.users.errors import CurrentPasswordWrongError
from app.users.models import User
from app.users.schemas import AccountRead, PasswordChange, StorageRead, UserRead


def read_user(user: User) -> UserRead:
    """Return what the API says about a user."""
    return UserRead.model_validate(_told(user))


def read_account(session: Session, settings: Settings, user: User) -> AccountRead:
    """Return what the API says about a user to admins."""
    return AccountRead(
        **_told(user),
        is_active=user.is_active,
        last_login_at=user.last_login_at,
        own_quota_bytes=user.quota_bytes,
        storage=StorageRead.model_validate(usage_of(session, settings, user)),
    )


def _told(user: User) -> dict[str, Any]:
    values = {name: getattr(user, name) for name in UserRead.model_fields if name != "has_password"}
    return {**values, "has_password": user.password_hash is not None}


def change_password(database: Database, user: User, change: PasswordChange) -> None:
    """Set a new password; when it replaces another, every session ends, so that a stolen one does too.

    Raises
    ------
    CurrentPasswordWrongError
        There is a password, and the one given is not it.
    """
    replaces = user.password_hash is not None
    given = change.current_password
    if replaces and (given is None or not password_matches(given, user.password_hash)):
        raise CurrentPasswordWrongError
    password_hash = hash_password(change.new_password)
    with database.write() as session:
        kept = session.get_one(User, user.id)
        kept.password_hash = password_hash
        record(session, "password_changed", by=user)
        if replaces:
            end_all_sessions(session, kept)
