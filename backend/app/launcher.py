"""Running API and worker as two child processes of one command."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import FrameType

from app.database import BACKEND
from app.worker.death import die_with_parent

logger = logging.getLogger(__name__)
FIRST_BACKOFF_SECONDS = 1.0
LONGEST_BACKOFF_SECONDS = 30.0
# A part that lived this long is taken to be healthy: its next death starts with the shortest pause.
HEALTHY_SECONDS = 60.0
STOP_SECONDS = 15.0


def parts_of_the_platform() -> dict[str, list[str]]:
    """Return the commands of API and worker."""
    return {name: [sys.executable, "-m", "app", name] for name in ("api", "worker")}


@dataclass
class _Part:
    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    backoff: float = FIRST_BACKOFF_SECONDS
    due: float = field(default=0.0)

    def start(self) -> None:
        self.process = subprocess.Popen(  # noqa: S603 - our own commands
            self.command,
            cwd=BACKEND,
            # A group of its own: Ctrl-C reaches the launcher alone, which stops the parts in order.
            start_new_session=True,
            # Killed, the launcher leaves nobody behind that would hold the port. It has one thread only.
            preexec_fn=partial(die_with_parent, os.getpid()),
        )
        self.started = time.monotonic()


class Launcher:
    """Starts the parts, says when one dies and starts it again, and stops them all on a signal."""

    def __init__(self, commands: Mapping[str, Sequence[str]]) -> None:
        self._parts = [_Part(name, command) for name, command in commands.items()]
        self._stop = threading.Event()

    def run(self) -> int:
        """Run until SIGTERM or SIGINT, and return the exit status."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        try:
            while not self._stop.is_set():
                for part in self._parts:
                    self._tend(part)
                self._stop.wait(0.2)
        finally:
            self._stop_all()
        return 0

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._stop.set()

    def _tend(self, part: _Part) -> None:
        now = time.monotonic()
        if part.process is not None and part.process.poll() is not None:
            if now - part.started > HEALTHY_SECONDS:
                part.backoff = FIRST_BACKOFF_SECONDS
            logger.error(
                "the %s ended unexpectedly (exit status %d) after %.0f s; starting it again in %.0f s",
                part.name,
                part.process.returncode,
                now - part.started,
                part.backoff,
            )
            part.process = None
            part.due = now + part.backoff
            part.backoff = min(2 * part.backoff, LONGEST_BACKOFF_SECONDS)
        if part.process is None and now >= part.due:
            part.start()

    def _stop_all(self) -> None:
        running = [part.process for part in self._parts if part.process is not None]
        for process in running:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                logger.error("process %d did not stop within %.0f s; killing it", process.pid, STOP_SECONDS)
                process.kill()
                process.wait()
