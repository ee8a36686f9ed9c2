"""One attempt in the hands of a supervisor."""

from __future__ import annotations

import signal
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from opentelemetry.trace import INVALID_SPAN, Span

from app.errors import ServiceError
from app.jobs.lease import Claim
from app.tracing import Stage
from app.worker.process import Child

Stop = Literal["cancelled", "lost", "draining", "exceeded"]


@dataclass(slots=True)
class Ending:
    """How the computing part of an attempt ended: its result, its problem, or the end of its process."""

    kind: Literal["done", "failed", "died"]
    content: dict[str, Any] = field(default_factory=dict)
    reason: str = ""


@dataclass(slots=True)
class Attempt:
    """A claimed job, the child that works on it, and what is known of its end.

    Parameters
    ----------
    claim : Claim
    child : Child or None
        None: it ended before a child was needed.
    slot : int or None
        Which of the normal lane's slots it has; None: it is interactive.
    scratch : Path or None
        Folder of this attempt alone, removed at its end.
    log_context : dict
        What lines of the log about it tell beside what happened.
    span : Span
        Of it in the traces.
    stages : list of Stage
        What its child has told of its stages at the end.
    """

    claim: Claim
    child: Child | None
    slot: int | None = None
    scratch: Path | None = None
    log_context: dict[str, Any] = field(default_factory=dict)
    span: Span = INVALID_SPAN
    stages: list[Stage] = field(default_factory=list)
    ending: Ending | None = None
    stop: Stop | None = None
    kill_at: float | None = None
    settle_at: float = 0.0
    # What its child held before it began, and the limit it exceeded (`app.worker.limits`).
    idle_bytes: int | None = None
    exceeded: ServiceError | None = None
    claimed_at: float = field(default_factory=time.monotonic)

    def ask_to_stop(self, why: Stop, grace_seconds: float) -> None:
        """Send SIGTERM once; `enforce` follows up."""
        if self.stop is None and self.child is not None and self.ending is None:
            self.child.signal(signal.SIGTERM)
            self.kill_at = time.monotonic() + grace_seconds
        if self.stop != "lost":
            self.stop = why

    def exceed(self, limit: ServiceError, grace_seconds: float) -> None:
        """Stop it for having exceeded a limit."""
        self.exceeded = limit
        self.ask_to_stop("exceeded", grace_seconds)

    @property
    def outcome(self) -> str:
        """What ended it: ``done``, ``failed``, or else why its process stopped."""
        if self.ending is None or self.ending.kind == "died":
            return self.stop or "died"
        return self.ending.kind

    def enforce(self) -> None:
        """Kill the child when its grace is over."""
        if self.kill_at is not None and time.monotonic() >= self.kill_at and self.child is not None:
            self.child.signal(signal.SIGKILL)
            self.kill_at = None

    def listen(self) -> list[tuple[str, float, str]]:
        """Take what the child sent: return its progress, keep its end."""
        if self.child is None or self.ending is not None:
            return []
        # Looked at before the messages: what a child sends before it ends is read below.
        has_ended = not self.child.is_alive
        progress: list[tuple[str, float, str]] = []
        for kind, job_id, *content in self.child.messages():
            if job_id != self.claim.job_id:
                continue  # the answer to work ahead
            if kind == "progress":
                progress.append((content[0], content[1], content[2]))
            elif kind == "stages":
                self.stages = content[0]
            else:
                self.ending = Ending(kind, content[0])
        if self.ending is None and has_ended:
            self.ending = Ending("died", reason=self.child.how_it_ended())
        return progress
