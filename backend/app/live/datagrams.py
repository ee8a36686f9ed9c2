"""Hints by unix datagram sockets in one folder: every listener has one, a sender writes to all."""

from __future__ import annotations

import errno
import logging
import os
import secrets
import select
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

logger = logging.getLogger(__name__)
_STOP = b"stop"
# Longest path that a socket address holds on Linux (macOS: 104).
_MAXIMUM_PATH = 100


class DatagramHints:
    """Hints among the processes of one machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def publish(self, job_id: int) -> None:
        """Send a hint to every listener; a full or dead one misses it."""
        with _reachable(self._folder) as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.setblocking(False)
            for path in self._folder.glob("*.sock"):
                try:
                    sender.sendto(str(job_id).encode(), f"{folder}/{path.name}")
                except OSError as error:
                    if error.errno == errno.ECONNREFUSED:
                        # Its process died without closing it.
                        path.unlink(missing_ok=True)
                    elif error.errno not in (errno.ENOENT, errno.EAGAIN, errno.ENOBUFS):
                        logger.warning("hint for job %d not sent to %s: %s", job_id, path.name, error)

    def subscribe(self, on_hint: Callable[[int], None]) -> DatagramSubscription:
        """Call ``on_hint`` for every hint until the subscription is closed."""
        return DatagramSubscription(self._folder, on_hint)


class DatagramSubscription:
    """One listening socket and the thread that reads it."""

    def __init__(self, folder: Path, on_hint: Callable[[int], None]) -> None:
        self._on_hint = on_hint
        self._path = folder / f"{os.getpid()}-{secrets.token_hex(4)}.sock"
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        with _reachable(folder) as reachable:
            self._socket.bind(f"{reachable}/{self._path.name}")
        # Closing wakes the thread through a pair of its own, even when the folder is gone.
        self._waker, self._wakened = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._thread = threading.Thread(target=self._listen, name="hints", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        if self._thread.is_alive():
            self._waker.send(_STOP)
            self._thread.join()
        for each in (self._socket, self._waker, self._wakened):
            each.close()
        self._path.unlink(missing_ok=True)

    def _listen(self) -> None:
        poller = select.poll()
        poller.register(self._socket, select.POLLIN)
        poller.register(self._wakened, select.POLLIN)
        while True:
            ready = {descriptor for descriptor, _ in poller.poll()}
            if self._wakened.fileno() in ready:
                return
            message = self._socket.recv(64)
            if message.isdigit():
                self._on_hint(int(message))


@contextmanager
def _reachable(folder: Path) -> Iterator[str]:
    """Yield a name of ``folder`` that is short enough for a socket's address."""
    if len(os.fsencode(folder)) <= _MAXIMUM_PATH - 24 or not Path("/proc/self/fd").exists():
        yield str(folder)
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}"
    finally:
        os.close(descriptor)
