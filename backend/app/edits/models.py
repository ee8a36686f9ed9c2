"""The states of edited partitions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, deferred, mapped_column

from app.database import Base, UtcDateTime


class Revision(Base):
    """A run's partition into ``n_clusters`` as its edit number ``position`` left it; 0 is the cut itself.

    Undoing shows an earlier one and keeps the later ones, until another edit takes their place.
    """

    __tablename__ = "revisions"
    __table_args__ = (
        sa.UniqueConstraint("run_id", "n_clusters", "position"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("runs.id", ondelete="CASCADE"))
    n_clusters: Mapped[int]
    position: Mapped[int]
    # The edit as it was asked for, without its rows; null for the cut.
    step: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    # {"rows": [...]} or {"bitmap": text} where the edit names rows: too large to be read with every history.
    rows: Mapped[dict[str, Any] | None] = deferred(mapped_column(sa.JSON(none_as_null=True)))
    key: Mapped[str] = mapped_column(sa.String(64))
    silhouette: Mapped[float | None]
    silhouette_sample_size: Mapped[int]
    clusters: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    n_excluded: Mapped[int]
    # What the engine says the edit did.
    facts: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
