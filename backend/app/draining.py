"""Leaving the list of a load balancer before the end, so that no request is lost."""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from dataclasses import dataclass

import uvicorn

logger = logging.getLogger(__name__)
_TICK_SECONDS = 0.1


@dataclass(slots=True)
class Drain:
    """Whether this server is about to stop; it is not ready then, and keeps no connection open."""

    is_on: bool = False


class DrainingServer(uvicorn.Server):
    """A server that, told to stop, serves for a while longer and says at ``/readyz`` to ask others.

    Closed at once, it would break the connections that a load balancer has just sent a request into; a write
    cannot be sent to another server then, as it may have been done.

    Parameters
    ----------
    config : uvicorn.Config
    drain : Drain
        The application's, switched on when the end begins.
    seconds : float
        How long load balancers take to notice.
    """

    def __init__(self, config: uvicorn.Config, drain: Drain, seconds: float) -> None:
        super().__init__(config)
        self._drain = drain
        self._seconds = seconds

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Go on for the time of draining (a second Ctrl-C ends it), then stop as ever."""
        self._drain.is_on = True
        if self._seconds:
            logger.info("draining: not ready any more, serving for another %g s", self._seconds)
        deadline = time.monotonic() + self._seconds
        while time.monotonic() < deadline and not self.force_exit:
            await asyncio.sleep(_TICK_SECONDS)
        await super().shutdown(sockets)
