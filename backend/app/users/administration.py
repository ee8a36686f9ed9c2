"""What admins change in accounts: roles, who is let in, passwords."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.trail import record
from app.auth.models import PersonalToken
from app.auth.service import end_all_sessions
from app.users.errors import LastAdminError
from app.users.models import User
from app.users.schemas import Role


def set_role(session: Session, user: User, role: Role, by: User | None = None) -> None:
    """Give a user another role; ``by`` is the admin who does, None on the command line.

    Raises
    ------
    LastAdminError
        Nobody else could manage accounts.
    """
    if role != "admin":
        check_another_admin(session, user)
    record(session, "role_changed", by=by, subject=user, before=user.role, after=role)
    user.role = role


def set_active(session: Session, user: User, *, is_active: bool, by: User | None = None) -> None:
    """Let a user in, or keep a user out: then every session ends; ``by`` as in `set_role`.

    Raises
    ------
    LastAdminError
        Nobody else could manage accounts.
    """
    if not is_active:
        check_another_admin(session, user)
        end_all_sessions(session, user)
    record(session, "account_enabled" if is_active else "account_disabled", by=by, subject=user)
    user.is_active = is_active


def replace_password(session: Session, user: User, password_hash: str, by: User | None = None) -> None:
    """Set a password in place of one that is lost or known to others: sessions and personal tokens end."""
    user.password_hash = password_hash
    session.execute(sa.delete(PersonalToken).where(PersonalToken.user_id == user.id))
    end_all_sessions(session, user)
    record(session, "password_reset", by=by, subject=user)


def set_quota(session: Session, user: User, quota_bytes: int | None, by: User | None = None) -> None:
    """Say how many bytes a user may keep: 0 no bound, None as USER_QUOTA_BYTES says."""
    record(session, "quota_changed", by=by, subject=user, before=user.quota_bytes, after=quota_bytes)
    user.quota_bytes = quota_bytes


def check_another_admin(session: Session, user: User) -> None:
    """Raise LastAdminError when ``user`` is the only active admin."""
    # All admins' rows are locked in one order, so that two admins cannot dismiss each other at once.
    admins = session.scalars(
        sa.select(User.id).where(User.role == "admin", User.is_active).order_by(User.id).with_for_update()
    ).all()
    if list(admins) == [user.id]:
        raise LastAdminError(
            f"{user.username} is the only active admin.", remedy="Make somebody else an admin first."
        )
