"""What the API says about jobs, and takes for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.errors import Problem
from app.jobs.priorities import Priority

JobKind = Literal["import", "fit", "recut", "explain", "revise", "layout", "sweep", "export"]
JobLane = Literal["normal", "interactive"]
JobStatus = Literal["queued", "running", "succeeded", "failed", "cancelled"]
EventName = Literal["progress", "state", "log"]


class JobRequest(BaseModel):
    """A clustering to compute; parameters that are left out keep their defaults."""

    kind: Literal["fit"]
    dataset_id: int = Field(ge=1, le=2**31 - 1)
    parameters: dict[str, Any] = Field(default_factory=dict)
    priority: Priority = Field(
        default="normal",
        description="Orders your own jobs; top comes before everybody's, and is for admins.",
    )


class JobRead(BaseModel):
    """A job as it stands; ``progress`` runs from 0 to 1, ``queue_position`` from 1.

    ``starts_in_seconds`` is an estimate while it waits, null when nothing is known.
    """

    model_config = ConfigDict(from_attributes=True)

    id: int
    kind: JobKind
    lane: JobLane
    status: JobStatus
    priority: Priority
    parent_id: int | None
    dataset_id: int | None
    run_id: int | None
    stage: str | None
    progress: float = Field(ge=0, le=1)
    message: str
    attempt: int
    max_attempts: int
    cancel_requested: bool
    error: Problem | None
    queue_position: int | None
    starts_in_seconds: float | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class JobPage(BaseModel):
    """Jobs, newest first; ``next_cursor`` is null on the last page."""

    items: list[JobRead]
    next_cursor: str | None


class JobEventRead(BaseModel):
    """Something that happened to a job."""

    model_config = ConfigDict(from_attributes=True)

    seq: int
    at: datetime
    event: EventName
    data: dict[str, Any]


class JobEventList(BaseModel):
    """Events of a job in their order."""

    items: list[JobEventRead]
