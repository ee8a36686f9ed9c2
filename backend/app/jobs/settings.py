"""Settings of jobs: how many, how long, how large."""

from __future__ import annotations

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings


class JobSettings(BaseSettings):
    """What one user may have under way, and what one job may take; 0: no limit."""

    # Fits and imports of one user, over all workers
    max_running_jobs_per_user: int = Field(default=0, ge=0)
    max_queued_jobs_per_user: int = Field(default=200, ge=0)
    max_sweep_runs: int = Field(default=60, ge=1)
    # Seconds from claim to result, and bytes of memory beyond what an idle child takes
    job_time_limit: float = Field(default=0, ge=0)
    job_memory_limit: int = Field(default=0, ge=0)
    # Of a child's whole address space
    worker_memory_limit_bytes: int | None = Field(default=None, ge=1)

    @field_validator("worker_memory_limit_bytes", mode="before")
    @classmethod
    def _none_when_empty(cls, value: object) -> object:
        return None if value == "" else value

    @property
    def job_memory_bound(self) -> int | None:
        """The most memory a job may be forecast to need; None: whatever is free when it begins."""
        bounds = [bound for bound in (self.job_memory_limit, self.worker_memory_limit_bytes) if bound]
        return min(bounds, default=None)
