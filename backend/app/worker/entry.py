"""A worker as a process: its settings, its signals, its end."""

from __future__ import annotations

import signal
from types import FrameType

from app.database import get_database
from app.live.hints import open_hints
from app.logging import configure_logging
from app.settings import get_settings
from app.worker.supervisor import Supervisor


def main() -> None:
    """Run a worker by this process's settings until SIGTERM or SIGINT."""
    settings = get_settings()
    configure_logging(settings.log_level, settings.log_format)
    database = get_database()
    run(Supervisor(settings, database, open_hints(settings, database)))
    database.dispose()


def run(supervisor: Supervisor) -> None:
    """Run a supervisor that SIGTERM and SIGINT drain."""

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        supervisor.drain()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    supervisor.run()
