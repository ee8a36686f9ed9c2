"""Jobs, their attempts and their events: both the queue and its history."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, UtcDateTime
from app.jobs.priorities import Tier

SWEEP = "sweep"
EXPORT = "export"
KINDS = ("import", "fit", "recut", "explain", "revise", "layout", SWEEP, EXPORT)
LANES = ("normal", "interactive")
STATUSES = ("queued", "running", "succeeded", "failed", "cancelled")
FINAL_STATUSES = ("succeeded", "failed", "cancelled")
OUTCOMES = ("ok", "error", "lost", "cancelled")


class ClusteringJob(Base):
    """One piece of work, and its place in the queue.

    A running job is owned by whoever holds ``lease_token`` until ``lease_until``; every write of an attempt
    is guarded by the token. ``parameters`` holds, by kind: import ``{"plan": dict | None}``, fit the engine's
    clustering parameters, recut ``{"n_clusters": int}``, explain ``{"partition_key", "n_clusters",
    "question"}``, revise ``{"n_clusters", "position", "key", "step", "rows"}``, layout
    ``{"layout": str}``, sweep ``{"grid", "parameters", "criterion"}``, export nothing.

    The row of a sweep is not work itself: no worker takes it, and its state follows from that of the fits
    whose ``parent_id`` it is.
    """

    __tablename__ = "clustering_jobs"
    __table_args__ = (
        sa.CheckConstraint(
            "status IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')", name="status"
        ),
        sa.CheckConstraint("lane IN ('normal', 'interactive')", name="lane"),
        sa.UniqueConstraint("user_id", "idempotency_key"),
        sa.Index(
            "idx_clustering_jobs_claim",
            "lane",
            sa.text("priority DESC"),
            "id",
            sqlite_where=sa.text("status = 'queued'"),
            postgresql_where=sa.text("status = 'queued'"),
        ),
        sa.Index(
            "idx_clustering_jobs_lease",
            "lease_until",
            sqlite_where=sa.text("status = 'running'"),
            postgresql_where=sa.text("status = 'running'"),
        ),
        sa.Index("idx_clustering_jobs_turn", "user_id", "lane", "started_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    dataset_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("datasets.id", ondelete="CASCADE"), index=True
    )
    # No foreign key: runs name the job they came from, and a job outlives a deleted run.
    run_id: Mapped[int | None] = mapped_column(index=True)
    # No foreign key: a sweep and its fits belong to one dataset, and go with it.
    parent_id: Mapped[int | None] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(sa.String(16))
    lane: Mapped[str] = mapped_column(sa.String(16), default="normal")
    status: Mapped[str] = mapped_column(sa.String(16), default="queued", index=True)
    # Of app.jobs.priorities.Tier: before all turns and wishes.
    tier: Mapped[int] = mapped_column(default=Tier.ORDINARY, server_default=str(int(Tier.ORDINARY)))
    # Orders the jobs of one user; larger comes first.
    priority: Mapped[int] = mapped_column(default=0)
    parameters: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    stage: Mapped[str | None] = mapped_column(sa.String(64))
    # Share of the whole job that is done, 0 to 1.
    progress: Mapped[float] = mapped_column(default=0.0)
    message: Mapped[str] = mapped_column(sa.Text, default="")
    attempt: Mapped[int] = mapped_column(default=0)
    max_attempts: Mapped[int] = mapped_column(default=3)
    not_before: Mapped[datetime | None] = mapped_column(UtcDateTime)
    worker: Mapped[str | None] = mapped_column(sa.String(128))
    lease_token: Mapped[str | None] = mapped_column(sa.String(64))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    # A problem document (app.errors.Problem).
    error: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    result: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    idempotency_key: Mapped[str | None] = mapped_column(sa.String(255))
    request_id: Mapped[str | None] = mapped_column(sa.String(64))
    # Of the span of that request (W3C Trace Context), where traces are sent.
    traceparent: Mapped[str | None] = mapped_column(sa.String(64))
    # Number of the newest event; raised in the transaction that writes the event.
    event_seq: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class JobAttempt(Base):
    """One attempt of a job by one child process; ``outcome`` is null while it runs."""

    __tablename__ = "job_attempts"
    __table_args__ = (sa.CheckConstraint("outcome IN ('ok', 'error', 'lost', 'cancelled')", name="outcome"),)

    job_id: Mapped[int] = mapped_column(
        sa.ForeignKey("clustering_jobs.id", ondelete="CASCADE"), primary_key=True
    )
    attempt: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    worker: Mapped[str] = mapped_column(sa.String(128))
    pid: Mapped[int | None]
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(sa.String(16))


class JobEvent(Base):
    """Something that happened to a job; ``seq`` counts from 1 within the job, without gaps."""

    __tablename__ = "job_events"
    __table_args__ = (sa.CheckConstraint("event IN ('progress', 'state', 'log')", name="event"),)

    job_id: Mapped[int] = mapped_column(
        sa.ForeignKey("clustering_jobs.id", ondelete="CASCADE"), primary_key=True
    )
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    event: Mapped[str] = mapped_column(sa.String(16))
    data: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
