"""The table of users."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, UtcDateTime

ROLES = ("admin", "user", "viewer")


class User(Base):
    """A person who signs in; ``password_hash`` is null until the first password is set."""

    __tablename__ = "users"
    __table_args__ = (
        sa.CheckConstraint("role IN ('admin', 'user', 'viewer')", name="role"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(sa.String(64), unique=True)
    # Lower case; an owner who came by the first link has none yet.
    email: Mapped[str | None] = mapped_column(sa.String(254), unique=True)
    password_hash: Mapped[str | None] = mapped_column(sa.String(255))
    role: Mapped[str] = mapped_column(sa.String(16), default="user")
    is_active: Mapped[bool] = mapped_column(default=True)
    # Part of every access token: raising it signs the user out everywhere.
    token_version: Mapped[int] = mapped_column(default=1)
    # Bytes that may be kept, as an admin has set it; NULL: as USER_QUOTA_BYTES says, 0: no bound.
    quota_bytes: Mapped[int | None] = mapped_column(sa.BigInteger)
    # Raised whenever the list of datasets that this user sees changes: cached lists carry the number.
    datasets_version: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_login_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
