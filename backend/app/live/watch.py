"""Threads that wait for a job to change: woken by hints, and by polling when a hint is lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class JobWatch:
    """Lets request threads sleep until a hint names their job."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[int, set[threading.Event]] = {}

    def notify(self, job_id: int) -> None:
        """Wake whoever waits for a job; 0 wakes everyone."""
        with self._lock:
            if job_id == 0:
                events = [event for waiting in self._waiting.values() for event in waiting]
            else:
                events = list(self._waiting.get(job_id, ()))
        for event in events:
            event.set()

    @contextmanager
    def waiting_for(self, job_id: int) -> Iterator[threading.Event]:
        """Yield an event that is set at every hint for a job; clear it before reading the row."""
        event = threading.Event()
        with self._lock:
            self._waiting.setdefault(job_id, set()).add(event)
        try:
            yield event
        finally:
            with self._lock:
                waiting = self._waiting[job_id]
                waiting.discard(event)
                if not waiting:
                    del self._waiting[job_id]
