"""Shares: who may look at or edit what is someone else's, and the links that hand this out."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, UtcDateTime

# What somebody may do with a thing; only the first two can be given.
Right = Literal["view", "edit", "own"]


class ShareLink(Base):
    """A link that gives whoever opens it, signed in, a share of a dataset or of a run."""

    __tablename__ = "share_links"
    __table_args__ = (
        sa.CheckConstraint("(dataset_id IS NULL) <> (run_id IS NULL)", name="thing"),
        sa.CheckConstraint("\"right\" IN ('view', 'edit')", name="right"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dataset_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("datasets.id", ondelete="CASCADE"), index=True
    )
    run_id: Mapped[int | None] = mapped_column(sa.ForeignKey("runs.id", ondelete="CASCADE"), index=True)
    right: Mapped[str] = mapped_column(sa.String(8))
    sha256: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Share(Base):
    """One person's right to a dataset with all its runs, or to one run; it ends with the link it came by."""

    __tablename__ = "shares"
    __table_args__ = (
        sa.CheckConstraint("(dataset_id IS NULL) <> (run_id IS NULL)", name="thing"),
        sa.CheckConstraint("\"right\" IN ('view', 'edit')", name="right"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    dataset_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("datasets.id", ondelete="CASCADE"), index=True
    )
    run_id: Mapped[int | None] = mapped_column(sa.ForeignKey("runs.id", ondelete="CASCADE"), index=True)
    right: Mapped[str] = mapped_column(sa.String(8))
    # Null when the owner named the person.
    link_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("share_links.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
