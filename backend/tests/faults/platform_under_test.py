"""A database, its hints and real worker processes: what one fault test, or a module of calm ones, runs on."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
from queue_rows import Rows

from app.database import Database
from app.live.hints import open_hints
from app.settings import Settings

FAULTS = Path(__file__).resolve().parent
DEADLINE_SECONDS = 120.0


def wait_for(condition: Callable[[], Any]) -> Any:
    """Return the first true value of ``condition``; fail after a deadline far beyond any lease here."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.02)
    raise AssertionError("the condition did not come true in time")


def has_ended(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


class Platform:
    """Everything but the API."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self.settings = settings
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        self.rows = Rows(database)
        self.hints = open_hints(settings, database)
        self._workers: list[subprocess.Popen[bytes]] = []

    def start_worker(
        self, *, real: bool = False, within: Sequence[str] = (), **settings: str
    ) -> subprocess.Popen[bytes]:
        """Start a worker with short leases, for `fault_handlers` or for the real work.

        ``within`` is a command that runs another one, whose arguments follow its own.
        """
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(FAULTS), str(FAULTS.parents[1])]),
            "DATA_DIR": str(self.settings.data_dir),
            "DATABASE_URL": self.settings.database_url,
            "WORKER_SLOTS": "1",
            "WORKER_LEASE_SECONDS": "3",
            "WORKER_BEAT_SECONDS": "0.5",
            "WORKER_POLL_SECONDS": "0.5",
            "WORKER_GRACE_SECONDS": "1",
            "WORKER_MEMORY_LIMIT_BYTES": str(2**35),
            "FAULT_WORKER_IS_REAL": "1" if real else "",
            **settings,
        }
        with (self.settings.data_dir / "worker.log").open("ab") as log:
            worker = subprocess.Popen(
                [*within, sys.executable, str(FAULTS / "fault_worker.py")],
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._workers.append(worker)
        return worker

    def kill(self) -> None:
        """Kill the workers with all that they started."""
        family: list[psutil.Process] = []
        for worker in self._workers:
            with suppress(psutil.NoSuchProcess):
                process = psutil.Process(worker.pid)
                family += [process, *process.children(recursive=True)]
        for process in family:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        for worker in self._workers:
            worker.wait()
        self._workers.clear()

    def job(self, do: str, marks: Path, lane: str = "normal") -> int:
        """Queue a deed of `fault_handlers`."""
        job_id = self.rows.job("fit", lane, parameters={"do": do, "marks": str(marks)})
        self.hints.publish(job_id)
        return job_id

    def cancel(self, job_id: int, *, hint: bool = True) -> None:
        self.rows.cancel(job_id)
        if hint:
            self.hints.publish(job_id)

    def wait_for_status(self, job_id: int, status: str) -> None:
        """Wait until a job is in a state; fail at once when it has ended in another one."""

        def arrived() -> bool:
            job = self.rows.read(job_id)
            assert job.status in (status, "queued", "running"), f"it {job.status}: {job.error}"
            return job.status == status

        wait_for(arrived)

    def running_pid(self, job_id: int, attempt: int = 1) -> int:
        """Wait until an attempt reports, and return its process."""

        def found() -> int | None:
            attempts = self.rows.attempts(job_id)
            is_on = self.rows.read(job_id).stage is not None and len(attempts) == attempt
            return attempts[-1].pid if is_on else None

        pid: int = wait_for(found)
        return pid
