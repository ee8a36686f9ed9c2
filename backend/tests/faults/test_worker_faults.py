"""Workers killed, paused and drained in the middle of a job; on both databases."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import psutil
import pytest
from platform_under_test import DEADLINE_SECONDS, Platform, has_ended, wait_for

pytestmark = pytest.mark.faults


def let_go(tmp_path: Path) -> None:
    """Let spinning jobs finish."""
    (tmp_path / "go").touch()


def family(worker: subprocess.Popen[bytes]) -> list[psutil.Process]:
    process = psutil.Process(worker.pid)
    return [process, *process.children(recursive=True)]


def test_a_killed_supervisor_takes_its_child_along_and_another_finishes_the_job(
    platform: Platform, tmp_path: Path
):
    first = platform.start_worker()
    job_id = platform.job("spin", tmp_path)
    pid = platform.running_pid(job_id)
    first.kill()
    wait_for(lambda: has_ended(pid))
    platform.start_worker()
    let_go(tmp_path)
    platform.wait_for_status(job_id, "succeeded")
    assert [attempt.outcome for attempt in platform.rows.attempts(job_id)] == ["lost", "ok"]


def test_a_paused_workers_late_result_is_refused(platform: Platform, tmp_path: Path):
    paused = platform.start_worker()
    job_id = platform.job("spin", tmp_path)
    pid = platform.running_pid(job_id)
    processes = family(paused)
    for process in processes:
        process.suspend()
    platform.start_worker()
    successor = platform.running_pid(job_id, attempt=2)
    for process in processes:
        process.resume()
    wait_for(lambda: has_ended(pid))
    let_go(tmp_path)
    platform.wait_for_status(job_id, "succeeded")
    assert platform.rows.read(job_id).result == {"pid": successor}
    assert [attempt.outcome for attempt in platform.rows.attempts(job_id)] == ["lost", "ok"]


def test_draining_gives_the_job_back_without_counting_the_attempt(platform: Platform, tmp_path: Path):
    worker = platform.start_worker()
    job_id = platform.job("spin", tmp_path)
    pid = platform.running_pid(job_id)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=DEADLINE_SECONDS) == 0
    assert has_ended(pid)
    job = platform.rows.read(job_id)
    assert (job.status, job.attempt) == ("queued", 0)
    platform.start_worker()
    let_go(tmp_path)
    platform.wait_for_status(job_id, "succeeded")
    assert platform.rows.read(job_id).attempt == 1
