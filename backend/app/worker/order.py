"""What a child is told to do: all of it, so that children need no database."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Order:
    """One attempt's work.

    Parameters
    ----------
    job_id : int
        0: work ahead that belongs to no job; its answer is not read.
    handler : str
        Module with ``compute(details, progress)``.
    details : dict
        What the handler needs, plain values only. ``scratch``, if there, is a folder that belongs to this
        attempt alone and is removed after it.
    threads : int
        How many threads it may use.
    cores : tuple of int
        The cores it may run on; empty: all.
    quiet_seconds : float
        How long it reports no progress.
    request_id : str or None
        Of the request that asked for it, for what it may end with.
    log_context : dict
        What every line that its work logs is to tell: the job, the attempt, the request, the user.
    """

    job_id: int
    handler: str
    details: dict[str, Any] = field(default_factory=dict)
    threads: int = 1
    cores: tuple[int, ...] = ()
    quiet_seconds: float = 0.0
    request_id: str | None = None
    log_context: dict[str, Any] = field(default_factory=dict)
