"""How long a job may take and how much memory: watched from outside, whatever the work does."""

from __future__ import annotations

import os
import time
from pathlib import Path

from app.errors import ServiceError
from app.settings import Settings
from app.worker.attempt import Attempt

# How often memory is looked at, where it is limited: soon enough that a leak cannot take the machine.
WATCH_SECONDS = 0.2
_PAGE = os.sysconf("SC_PAGE_SIZE")


class TimeLimitExceededError(ServiceError):
    """The job took longer than a job may."""

    status_code = 422
    code = "time_limit_exceeded"


class MemoryLimitExceededError(ServiceError):
    """The job took more memory than a job may."""

    status_code = 507
    code = "memory_limit_exceeded"


class Limits:
    """Stops attempts that exceed JOB_TIME_LIMIT or JOB_MEMORY_LIMIT; their jobs fail for good."""

    def __init__(self, settings: Settings) -> None:
        self._seconds = settings.job_time_limit
        self._bytes = settings.job_memory_limit
        self._grace_seconds = settings.worker_grace_seconds

    def wake_at(self, attempts: list[Attempt]) -> list[float]:
        """Return the moments (monotonic) at which `enforce` may have something to do."""
        running = [attempt for attempt in attempts if attempt.ending is None and attempt.stop is None]
        moments = [attempt.claimed_at + self._seconds for attempt in running if self._seconds]
        return [*moments, time.monotonic() + WATCH_SECONDS] if running and self._bytes else moments

    def enforce(self, attempts: list[Attempt]) -> None:
        """Stop what has taken too long or too much."""
        for attempt in attempts:
            if attempt.child is None or attempt.ending is not None or attempt.stop is not None:
                continue
            if self._seconds and time.monotonic() >= attempt.claimed_at + self._seconds:
                attempt.exceed(_too_long(self._seconds), self._grace_seconds)
            elif self._bytes:
                taken = memory_bytes(attempt.child.pid)
                if attempt.idle_bytes is None:
                    attempt.idle_bytes = taken
                elif taken - attempt.idle_bytes > self._bytes:
                    # No grace: what it takes meanwhile may be what keeps others alive.
                    attempt.exceed(_too_much(taken - attempt.idle_bytes, self._bytes), 0.0)


def memory_bytes(pid: int) -> int:
    """Return the memory that a process and those it started hold for themselves, files not counted; 0: gone.

    Read from Linux's ``/proc``; elsewhere it is 0 and nothing is limited.
    """
    try:
        resident, shared = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1:3]
        lists = [path.read_text(encoding="ascii") for path in Path(f"/proc/{pid}/task").glob("*/children")]
    except OSError:
        return 0
    own = (int(resident) - int(shared)) * _PAGE
    return own + sum(memory_bytes(int(child)) for children in lists for child in children.split())


def _too_long(limit: float) -> ServiceError:
    return TimeLimitExceededError(
        f"The job was stopped after {limit:g} s, the longest a job may take here.",
        remedy="Use fewer rows or columns, or a quicker preset; an admin can raise JOB_TIME_LIMIT.",
    )


def _too_much(taken: int, limit: int) -> ServiceError:
    return MemoryLimitExceededError(
        f"The job took {taken / 1e9:.2f} GB of memory; the most a job may take here is {limit / 1e9:.2f} GB.",
        remedy="Use fewer rows or columns, or the method landmark; an admin can raise JOB_MEMORY_LIMIT.",
    )
