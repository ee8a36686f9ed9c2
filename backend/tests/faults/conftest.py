"""Workers as real processes on the test's database."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from app.database import Database
from app.live.hints import Hints, open_hints
from app.settings import Settings

FAULTS = Path(__file__).resolve().parent
sys.path.insert(0, str(FAULTS.parent / "app" / "worker"))

from queue_rows import Rows  # noqa: E402

StartWorker = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def rows(database: Database) -> Rows:
    return Rows(database)


@pytest.fixture
def hints(settings: Settings, database: Database) -> Hints:
    return open_hints(settings, database)


@pytest.fixture
def start_worker(settings: Settings, tmp_path: Path) -> Iterator[StartWorker]:
    """Starts workers with short leases; whatever is left of them is killed at the end."""
    workers: list[subprocess.Popen[bytes]] = []
    family: dict[int, psutil.Process] = {}

    def start(**overrides: str) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(FAULTS), str(FAULTS.parents[1])]),
            "DATA_DIR": str(settings.data_dir),
            "DATABASE_URL": settings.database_url,
            "WORKER_SLOTS": "1",
            "WORKER_LEASE_SECONDS": "3",
            "WORKER_BEAT_SECONDS": "0.5",
            "WORKER_POLL_SECONDS": "0.5",
            "WORKER_GRACE_SECONDS": "1",
            **overrides,
        }
        with (tmp_path / f"worker-{len(workers)}.log").open("wb") as log:
            worker = subprocess.Popen(
                [sys.executable, str(FAULTS / "fault_worker.py")],
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        workers.append(worker)
        return worker

    yield start
    for worker in workers:
        with suppress(psutil.NoSuchProcess):
            process = psutil.Process(worker.pid)
            family |= {each.pid: each for each in [process, *process.children(recursive=True)]}
    for each in family.values():
        with suppress(psutil.NoSuchProcess):
            each.kill()
    for worker in workers:
        worker.wait()
