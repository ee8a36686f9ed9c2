"""Creating accounts: from the command line, and the owner's at the first start."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from app.audit.trail import record
from app.auth.passwords import hash_password
from app.database import Database, database_now, get_database
from app.oidc.models import OidcIdentity
from app.users.models import User
from app.users.schemas import (
    MAXIMUM_EMAIL_LENGTH,
    MAXIMUM_NAME_LENGTH,
    MAXIMUM_PASSWORD_LENGTH,
    MINIMUM_PASSWORD_LENGTH,
    Role,
)

OWNER = "owner"


class AccountError(ValueError):
    """An account cannot be created as asked."""


def create_user(username: str, email: str, password: str, is_admin: bool = False) -> int:
    """Create an account in the database of this process's settings and return its number.

    Raises
    ------
    AccountError
        The name or the address is taken or not one, or the password is too short or too long.
    """
    password_hash = checked_password_hash(password)
    role: Role = "admin" if is_admin else "user"
    return add_account(get_database(), username, email, password_hash, role)


def checked_password_hash(password: str) -> str:
    """Return the hash of a new password.

    Raises
    ------
    AccountError
        It is shorter or longer than passwords may be.
    """
    size = len(password)
    if not MINIMUM_PASSWORD_LENGTH <= size <= MAXIMUM_PASSWORD_LENGTH:
        raise AccountError(
            f"The password has {size} characters; use {MINIMUM_PASSWORD_LENGTH} to {MAXIMUM_PASSWORD_LENGTH}."
        )
    return hash_password(password)


def add_account(database: Database, username: str, email: str, password_hash: str, role: Role) -> int:
    """Keep a new account and return its number; raises as `create_user` does."""
    username, email = username.strip(), email.strip().lower()
    if not username or len(username) > MAXIMUM_NAME_LENGTH or "@" in username:
        raise AccountError(
            f"The user name is {username!r}; it needs 1 to {MAXIMUM_NAME_LENGTH} characters and no @."
        )
    if "@" not in email or len(email) > MAXIMUM_EMAIL_LENGTH:
        raise AccountError(
            f"The e-mail address is {email!r}; it needs an @ and at most {MAXIMUM_EMAIL_LENGTH} characters."
        )
    try:
        with database.write() as session:
            user = new_user(session, username, email, password_hash, role)
            record(session, "account_made", by=None, subject=user, role=role)
            return user.id
    except IntegrityError as error:
        raise AccountError(
            f"There is already an account named {username!r} or with the address {email!r}; choose another."
        ) from error
    except (OperationalError, ProgrammingError) as error:
        if sa.inspect(database.engine).has_table(User.__tablename__):
            raise
        raise AccountError(
            "The database has no tables yet; make them first: "
            'python -c "from app.database import init_db; init_db()"'
        ) from error


def new_user(
    session: Session, username: str, email: str | None, password_hash: str | None, role: Role
) -> User:
    """Keep a user in the transaction of ``session``; a taken name or address raises IntegrityError."""
    user = User(
        username=username,
        email=email,
        password_hash=password_hash,
        role=role,
        created_at=database_now(session),
    )
    session.add(user)
    session.flush()
    return user


def ensure_owner(session: Session) -> User | None:
    """Return the admin who has no way in yet, made now when there is nobody at all; else None."""
    waiting = session.scalar(
        sa.select(User)
        .where(
            User.role == "admin",
            User.password_hash.is_(None),
            User.is_active,
            ~sa.exists().where(OidcIdentity.user_id == User.id),
        )
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
