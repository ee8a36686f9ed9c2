"""Selections as rows of the database."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, UtcDateTime

NAME_LENGTH = 120


class RowSelection(Base):
    """A set of rows with a name; it holds for every run that was made from the same reading of the table."""

    __tablename__ = "row_selections"
    __table_args__ = (
        sa.Index("idx_row_selections_dataset_id_table_key", "dataset_id", "table_key"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dataset_id: Mapped[int] = mapped_column(sa.ForeignKey("datasets.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    # The table whose rows are numbered; read anew with other settings it has other rows.
    table_key: Mapped[str] = mapped_column(sa.String(64))
    name: Mapped[str] = mapped_column(sa.String(NAME_LENGTH))
    n_rows: Mapped[int]
    # Base64 of one bit a row, lowest bit first: too large to be read with every list.
    bitmap: Mapped[str] = mapped_column(sa.Text, deferred=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
