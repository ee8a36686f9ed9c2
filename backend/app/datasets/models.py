"""The table of datasets."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, UtcDateTime


class Dataset(Base):
    """An uploaded table: the bytes as they came, and how they were read."""

    __tablename__ = "datasets"
    __table_args__ = (
        sa.CheckConstraint("status IN ('importing', 'ready', 'failed')", name="status"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(sa.String(255))
    original_name: Mapped[str] = mapped_column(sa.String(255))
    upload_bytes: Mapped[int] = mapped_column(sa.BigInteger)
    upload_sha256: Mapped[str] = mapped_column(sa.String(64))
    # Path of the upload, relative to the folder of uploads.
    upload_key: Mapped[str] = mapped_column(sa.String(255))
    status: Mapped[str] = mapped_column(sa.String(16), default="importing")
    n_rows: Mapped[int | None] = mapped_column(sa.BigInteger)
    n_columns: Mapped[int | None]
    columns: Mapped[list[dict[str, Any]] | None] = mapped_column(sa.JSON(none_as_null=True))
    import_plan: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    import_report: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    # The table is artifacts/table/<table_key>/table.parquet.
    table_key: Mapped[str | None] = mapped_column(sa.String(64))
    # Size of that artifact; NULL in datasets read before it was counted.
    table_bytes: Mapped[int | None] = mapped_column(sa.BigInteger)
    error: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    # No foreign key: job and dataset name each other, and jobs are the ones that are kept.
    import_job_id: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
