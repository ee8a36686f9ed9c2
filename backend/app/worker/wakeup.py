"""Waking a loop that sleeps on several things, from any thread and from signal handlers."""

from __future__ import annotations

import socket
from contextlib import suppress


class Wakeup:
    """A socket pair: one end is waited for together with others, the other end is written to."""

    def __init__(self) -> None:
        self.waited_for, self._waker = socket.socketpair()
        self.waited_for.setblocking(False)
        self._waker.setblocking(False)

    def wake(self) -> None:
        """Have the loop look around now."""
        with suppress(OSError):  # full: it is awake already; closed: it has ended
            self._waker.send(b"!")

    def clear(self) -> None:
        """Forget the wakes so far."""
        with suppress(BlockingIOError):
            while self.waited_for.recv(4096):
                pass

    def close(self) -> None:
        """Free both ends."""
        self._waker.close()
        self.waited_for.close()
