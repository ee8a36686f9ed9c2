"""What is told of the platform's health."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

PartStatus = Literal["ok", "degraded", "down", "unknown", "unused"]


class PartRead(BaseModel):
    """One part: ``degraded`` works less well, ``down`` stops the service, ``unused`` is not set up."""

    status: PartStatus
    detail: str


class ReadinessRead(BaseModel):
    """Whether the process answers and what it depends on works."""

    status: Literal["ok"] = "ok"
    checks: dict[str, str] = {}


class HealthRead(BaseModel):
    """The state of the platform and of each part; where the service cannot serve, it is a problem instead."""

    status: Literal["ok", "degraded"]
    version: str
    parts: dict[str, PartRead]


class WorkerRead(BaseModel):
    """A worker that has given a sign of life lately."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    version: str
    slots: int
    started_at: datetime
    seen_at: datetime


class WorkerList(BaseModel):
    """All workers that run, the latest sign first."""

    items: list[WorkerRead]
