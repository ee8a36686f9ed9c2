"""The tables of uploads that come piece by piece."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, UtcDateTime


class Upload(Base):
    """A file that was announced: how much of it is kept, and the dataset it became when all had come.

    ``offset_bytes`` only grows, each time by one part in one guarded transaction: of two servers that take
    the same bytes, one keeps them.
    """

    __tablename__ = "uploads"

    # Random: whoever does not know it cannot ask for it.
    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    filename: Mapped[str] = mapped_column(sa.String(255))
    length_bytes: Mapped[int] = mapped_column(sa.BigInteger)
    offset_bytes: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    # The header Upload-Metadata, as it came.
    described: Mapped[str] = mapped_column(sa.Text)
    dataset_id: Mapped[int | None] = mapped_column(sa.ForeignKey("datasets.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class UploadPart(Base):
    """Bytes of an unfinished upload from ``offset_bytes`` on, kept in the store under ``key``."""

    __tablename__ = "upload_parts"

    upload_id: Mapped[str] = mapped_column(sa.ForeignKey("uploads.id", ondelete="CASCADE"), primary_key=True)
    offset_bytes: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    n_bytes: Mapped[int] = mapped_column(sa.BigInteger)
    key: Mapped[str] = mapped_column(sa.String(255))
