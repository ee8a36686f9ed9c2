"""Runs and their partitions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, UtcDateTime


class Run(Base):
    """The result of one fit; ``summary`` is the engine's FitSummary."""

    __tablename__ = "runs"
    __table_args__ = (
        sa.UniqueConstraint("dataset_id", "number"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    dataset_id: Mapped[int] = mapped_column(sa.ForeignKey("datasets.id", ondelete="CASCADE"))
    job_id: Mapped[int] = mapped_column(sa.ForeignKey("clustering_jobs.id", ondelete="CASCADE"), unique=True)
    # 1, 2, … within the dataset; not given again after a deletion.
    number: Mapped[int]
    # The table it was fitted on; the dataset may have been read anew since.
    table_key: Mapped[str] = mapped_column(sa.String(64))
    parameters: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    summary: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    # How the points of each layout are scaled and named; NULL in runs kept before it was recorded.
    layouts: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    # Size of the artifacts of the fit; NULL in runs kept before it was counted.
    result_bytes: Mapped[int | None] = mapped_column(sa.BigInteger)
    # The partition that is shown: partitions(run_id, n_clusters).
    n_clusters: Mapped[int]
    # What the user asked for last: a cut that comes later than a newer wish is kept, not shown.
    wanted_clusters: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Partition(Base):
    """The rows of a run cut into ``n_clusters``; the labels are artifacts/partition/<key>/labels.npy.

    ``n_clusters`` is the number asked for; edits may have made more or fewer, see ``clusters``.
    """

    __tablename__ = "partitions"
    __table_args__ = (
        sa.UniqueConstraint("run_id", "n_clusters"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("runs.id", ondelete="CASCADE"))
    n_clusters: Mapped[int]
    key: Mapped[str] = mapped_column(sa.String(64))
    silhouette: Mapped[float | None]
    silhouette_sample_size: Mapped[int]
    clusters: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    # How many of its edits are applied (app.edits); key, silhouette and clusters are of the state after them.
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    # Rows in no cluster; their label is 65535.
    n_excluded: Mapped[int] = mapped_column(default=0, server_default="0")
    # What the views of the cut were, before any edit; NULL for the cut of one graph.
    consensus: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
