"""Creating accounts: from the command line, and the owner's at the first start."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.auth.passwords import hash_password
from app.database import database_now, get_database
from app.users.models import User
from app.users.schemas import MINIMUM_PASSWORD_LENGTH

OWNER = "owner"


class AccountError(ValueError):
    """An account cannot be created as asked."""


def create_user(username: str, email: str, password: str, is_admin: bool = False) -> int:
    """Create an account in the database of this process's settings and return its number.

    Raises
    ------
    AccountError
        The name or the address is taken or empty, or the password is too short.
    """
    username, email = username.strip(), email.strip().lower()
    if not username or "@" in username:
        raise AccountError(f"The user name is {username!r}; it must not be empty nor hold an @.")
    if "@" not in email:
        raise AccountError(f"The e-mail address is {email!r}; it needs an @.")
    if len(password) < MINIMUM_PASSWORD_LENGTH:
        raise AccountError(
            f"The password has {len(password)} characters; use at least {MINIMUM_PASSWORD_LENGTH}."
        )
    password_hash = hash_password(password)
    try:
        with get_database().write() as session:
            user = User(
                username=username,
                email=email,
                password_hash=password_hash,
                role="admin" if is_admin else "user",
                created_at=database_now(session),
            )
            session.add(user)
            session.flush()
            return user.id
    except IntegrityError as error:
        raise AccountError(
            f"There is already an account named {username!r} or with the address {email!r}; choose another."
        ) from error


def ensure_owner(session: Session) -> User | None:
    """Return the admin who still has no password, made now when there is nobody at all; else None."""
    waiting = session.scalar(
        sa.select(User)
        .where(User.role == "admin", User.password_hash.is_(None), User.is_active)
        .order_by(User.id)
        .limit(1)
    )
    if waiting is not None:
        return waiting
    if session.scalar(sa.select(sa.func.count()).select_from(User)):
        return None
    owner = User(username=OWNER, role="admin", created_at=database_now(session))
    session.add(owner)
    session.flush()
    return owner
