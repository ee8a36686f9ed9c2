"""The link that signs the owner in at the first start, as Jupyter does."""

from __future__ import annotations

import sqlalchemy as sa

from app.auth.accounts import AccountError, ensure_owner
from app.auth.service import give_owner_link
from app.database import Database
from app.settings import Settings
from app.users.models import User

_EVERY_ADDRESS = ("0.0.0.0", "::", "")  # noqa: S104 - recognised, not bound


def site_address(settings: Settings) -> str:
    """Return the address people open: PUBLIC_URL, else the one on this machine."""
    if settings.public_url:
        return settings.public_url
    host = "localhost" if settings.host in (*_EVERY_ADDRESS, "127.0.0.1", "::1") else settings.host
    return f"http://{host}:{settings.port}"


def owner_link(
    database: Database, settings: Settings, *, username: str | None = None, always: bool = False
) -> str:
    """Return a one-time link, or the plain address when everyone has a password.

    Parameters
    ----------
    username
        For whom; default the owner, who is made when there is nobody yet.
    always
        Give a link even to somebody with a password.

    Raises
    ------
    AccountError
        There is no active user of that name.
    """
    with database.write() as session:
        user = ensure_owner(session) if username is None else None
        if user is None and (always or username is not None):
            query = sa.select(User).where(User.is_active).order_by(User.id).limit(1)
            query = query.where(User.username == username) if username else query.where(User.role == "admin")
            user = session.scalar(query)
            if user is None:
                raise AccountError(f"There is no active user {username or 'with the role admin'!r}.")
        if user is None:
            return site_address(settings)
        token = give_owner_link(session, user)
    # Our access log keeps paths without their query.
    return f"{site_address(settings)}/welcome?token={token}"
