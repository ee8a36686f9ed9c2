"""What the API says about sweeps, and takes for them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from app.errors import Problem
from app.jobs.schemas import JobRead, JobStatus

Criterion = Literal["silhouette", "eigengap", "separation", "stability", "agreement", "conductance"]
Values = Annotated[list[Any], Field(min_length=1, max_length=1000)]


class SweepRequest(BaseModel):
    """A grid of parameters to cluster a dataset with: every combination of the values of ``grid``.

    ``parameters`` are those that all runs share. The best run is the one with the largest value of
    ``criterion``, or the smallest conductance.
    """

    dataset_id: int = Field(ge=1, le=2**31 - 1)
    grid: dict[str, Values] = Field(min_length=1, max_length=20)
    parameters: dict[str, Any] = Field(default_factory=dict)
    criterion: Criterion = "silhouette"


class SweepMetrics(BaseModel):
    """How good the partition of a run is; figures that were not measured are null.

    ``eigengap`` is the step of the spectrum after ``n_clusters``; all but ``conductance`` are better when
    larger.
    """

    silhouette: float | None
    eigengap: float | None
    separation: float | None
    stability: float | None
    agreement: float | None
    conductance: float | None


class SweepRunRead(BaseModel):
    """One point of the grid: its job, and its run once that has succeeded and while it is kept."""

    job_id: int
    status: JobStatus
    point: dict[str, Any]
    run_id: int | None
    run_number: int | None
    n_clusters: int | None
    metrics: SweepMetrics | None
    seconds: float | None
    error: Problem | None


class SweepRead(BaseModel):
    """A sweep as it stands; ``best_run_id`` is the best of the runs so far."""

    job: JobRead
    grid: dict[str, list[Any]]
    criterion: Criterion
    best_run_id: int | None
    runs: list[SweepRunRead]
