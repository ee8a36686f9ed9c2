"""Progress thinned out: at most some reports a second, but always the last one of each stage."""

from __future__ import annotations

import time
from collections.abc import Callable

Report = tuple[str, float, str]


class Throttle:
    """Passes on a report when a stage begins and every ``interval_seconds`` within it.

    Parameters
    ----------
    send : callable
        Takes (stage, fraction, message).
    interval_seconds : float
    quiet_seconds : float
        Nothing is passed on so soon after the beginning: work that ends by then needs no progress.
    clock : callable
        Seconds that only grow.
    """

    def __init__(
        self,
        send: Callable[[str, float, str], None],
        interval_seconds: float = 0.25,
        quiet_seconds: float = 0.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._send = send
        self._interval = interval_seconds
        self._clock = clock
        self._quiet_until = clock() + quiet_seconds
        self._stage: str | None = None
        self._sent_at = 0.0
        self._pending: Report | None = None

    def __call__(self, stage: str, fraction: float, message: str) -> None:
        """Take a report: send it now, or keep it until the next is due."""
        if self._clock() < self._quiet_until:
            return
        if stage != self._stage:
            self.flush()
            self._stage = stage
        elif self._clock() - self._sent_at < self._interval:
            self._pending = (stage, fraction, message)
            return
        self._pending = None
        self._sent_at = self._clock()
        self._send(stage, fraction, message)

    def flush(self) -> None:
        """Send what was kept."""
        if self._pending is not None:
            self._send(*self._pending)
            self._pending = None
