"""A child process seen from its supervisor: started, spoken to, listened to, ended."""

from __future__ import annotations

import os
import signal
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from typing import Any

from app.logging import Form
from app.worker.child import serve
from app.worker.order import Order

Message = tuple[Any, ...]


class Child:
    """One child, forked from the warm forkserver.

    Parameters
    ----------
    context : ForkServerContext
    memory_limit_bytes : int or None
        Of its address space.
    log_level, log_format : str
        As `app.logging.configure_logging` takes them.
    """

    def __init__(
        self, context: ForkServerContext, memory_limit_bytes: int | None, log_level: str, log_format: Form
    ) -> None:
        self.connection: Connection
        self.connection, theirs = context.Pipe()
        self._process = context.Process(
            target=serve, args=(theirs, memory_limit_bytes, log_level, log_format)
        )
        self._process.start()
        theirs.close()
        self.is_ready = False
        self._is_cut = False

    @property
    def pid(self) -> int:
        """The process id, which is also its group's."""
        return self._process.pid or 0

    @property
    def sentinel(self) -> int:
        """Readable once the process has ended."""
        return self._process.sentinel

    @property
    def is_alive(self) -> bool:
        """Whether the process has not ended."""
        return self._process.is_alive()

    @property
    def can_answer(self) -> bool:
        """Whether messages may still come."""
        return not self._is_cut

    def send(self, order: Order) -> None:
        """Give it an order; one that has died meanwhile shows by its sentinel."""
        try:
            self.connection.send(order)
        except OSError:
            self._is_cut = True

    def messages(self) -> list[Message]:
        """Return what it has sent since the last call, without waiting."""
        received: list[Message] = []
        try:
            while not self._is_cut and self.connection.poll():
                message: Message = self.connection.recv()
                if message[0] == "ready":
                    self.is_ready = True
                else:
                    received.append(message)
        except (EOFError, OSError):
            self._is_cut = True
        return received

    def signal(self, number: signal.Signals) -> None:
        """Signal the child and every process it started."""
        try:
            os.killpg(self.pid, number)
        except ProcessLookupError:
            # It may not have a group of its own yet, or be gone.
            if self._process.is_alive():
                os.kill(self.pid, number)

    def how_it_ended(self) -> str:
        """Return in words how the process ended."""
        code = self._process.exitcode
        if code is None or code >= 0:
            return f"ended with exit code {code}"
        hint = ", perhaps because memory ran out" if code == -signal.SIGKILL else ""
        return f"was ended by {signal.Signals(-code).name}{hint}"

    def end(self) -> None:
        """Kill what is left of it and free its resources."""
        if self._process.is_alive():
            self.signal(signal.SIGKILL)
        self._process.join()
        self._process.close()
        self.connection.close()
