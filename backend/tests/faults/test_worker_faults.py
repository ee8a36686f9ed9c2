"""The failure matrix with real processes: killed, paused, cancelled, drained; on both databases."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from conftest import StartWorker
from queue_rows import Rows

from app.live.hints import Hints

pytestmark = pytest.mark.faults
DEADLINE_SECONDS = 60.0


def wait_for(condition: Callable[[], Any]) -> Any:
    """Return the first true value of ``condition``; fail after a deadline far beyond any lease here."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.02)
    raise AssertionError("the condition did not come true in time")


@pytest.fixture
def job(rows: Rows, hints: Hints, tmp_path: Path) -> Callable[..., int]:
    def add(do: str, lane: str = "normal") -> int:
        job_id = rows.job("fault", lane, parameters={"do": do, "marks": str(tmp_path)})
        hints.publish(job_id)
        return job_id

    return add


def let_go(tmp_path: Path) -> None:
    """Let spinning jobs finish."""
    (tmp_path / "go").touch()


def has_ended(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def running_pid(rows: Rows, job_id: int, attempt: int = 1) -> int:
    """Wait until an attempt reports, and return its process."""

    def found() -> int | None:
        attempts = rows.attempts(job_id)
        is_on = rows.read(job_id).stage is not None and len(attempts) == attempt
        return attempts[-1].pid if is_on else None

    pid: int = wait_for(found)
    return pid


def status_becomes(rows: Rows, job_id: int, status: str) -> None:
    wait_for(lambda: rows.read(job_id).status == status)


def family(worker: subprocess.Popen[bytes]) -> list[psutil.Process]:
    process = psutil.Process(worker.pid)
    return [process, *process.children(recursive=True)]


def test_a_killed_supervisor_takes_its_child_along_and_another_finishes_the_job(
    start_worker: StartWorker, rows: Rows, job: Callable[..., int], tmp_path: Path
):
    first = start_worker()
    job_id = job("spin")
    pid = running_pid(rows, job_id)
    first.kill()
    wait_for(lambda: has_ended(pid))
    start_worker()
    let_go(tmp_path)
    status_becomes(rows, job_id, "succeeded")
    assert [attempt.outcome for attempt in rows.attempts(job_id)] == ["lost", "ok"]


def test_a_killed_child_is_retried(start_worker: StartWorker, rows: Rows, job: Callable[..., int]):
    start_worker()
    job_id = job("die once")
    status_becomes(rows, job_id, "succeeded")
    assert [attempt.outcome for attempt in rows.attempts(job_id)] == ["lost", "ok"]


def test_a_job_that_kills_every_child_fails_with_the_reason(
    start_worker: StartWorker, rows: Rows, job: Callable[..., int]
):
    start_worker()
    job_id = job("die")

    def failed() -> bool:
        rows.make_due(job_id)
        return rows.read(job_id).status == "failed"

    wait_for(failed)
    error = rows.read(job_id).error
    assert error is not None
    assert error["code"] == "worker_lost"
    assert "SIGSEGV" in error["detail"]


def test_a_paused_workers_late_result_is_refused(
    start_worker: StartWorker, rows: Rows, job: Callable[..., int], tmp_path: Path
):
    paused = start_worker()
    job_id = job("spin")
    pid = running_pid(rows, job_id)
    processes = family(paused)
    for process in processes:
        process.suspend()
    start_worker()
    successor = running_pid(rows, job_id, attempt=2)
    for process in processes:
        process.resume()
    wait_for(lambda: has_ended(pid))
    let_go(tmp_path)
    status_becomes(rows, job_id, "succeeded")
    job_read = rows.read(job_id)
    assert job_read.result == {"pid": successor}
    assert [attempt.outcome for attempt in rows.attempts(job_id)] == ["lost", "ok"]


@pytest.mark.parametrize("lane", ["normal", "interactive"])
def test_cancelling_ends_the_process_and_the_worker_goes_on(
    start_worker: StartWorker, rows: Rows, hints: Hints, job: Callable[..., int], lane: str
):
    start_worker()
    job_id = job("spin", lane)
    pid = running_pid(rows, job_id)
    rows.cancel(job_id)
    hints.publish(job_id)
    status_becomes(rows, job_id, "cancelled")
    assert has_ended(pid)
    after = job("answer", lane)
    status_becomes(rows, after, "succeeded")


def test_a_cancellation_without_a_hint_is_seen_by_polling(
    start_worker: StartWorker, rows: Rows, job: Callable[..., int]
):
    start_worker()
    job_id = job("spin")
    pid = running_pid(rows, job_id)
    rows.cancel(job_id)
    status_becomes(rows, job_id, "cancelled")
    assert has_ended(pid)


def test_work_that_ignores_sigterm_is_killed_after_its_grace(
    start_worker: StartWorker, rows: Rows, hints: Hints, job: Callable[..., int]
):
    start_worker()
    job_id = job("ignore")
    pid = running_pid(rows, job_id)
    rows.cancel(job_id)
    hints.publish(job_id)
    status_becomes(rows, job_id, "cancelled")
    assert has_ended(pid)


def test_processes_that_the_work_started_end_with_it(
    start_worker: StartWorker, rows: Rows, hints: Hints, job: Callable[..., int]
):
    start_worker()
    job_id = job("breed")
    running_pid(rows, job_id)
    grandchild = int(rows.read(job_id).message)
    rows.cancel(job_id)
    hints.publish(job_id)
    status_becomes(rows, job_id, "cancelled")
    wait_for(lambda: has_ended(grandchild))


def test_draining_gives_the_job_back_without_counting_the_attempt(
    start_worker: StartWorker, rows: Rows, job: Callable[..., int], tmp_path: Path
):
    worker = start_worker()
    job_id = job("spin")
    pid = running_pid(rows, job_id)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=DEADLINE_SECONDS) == 0
    assert has_ended(pid)
    job_read = rows.read(job_id)
    assert (job_read.status, job_read.attempt) == ("queued", 0)
    start_worker()
    let_go(tmp_path)
    status_becomes(rows, job_id, "succeeded")
    assert rows.read(job_id).attempt == 1


def test_an_interactive_job_does_not_wait_for_a_busy_slot(
    start_worker: StartWorker, rows: Rows, job: Callable[..., int], tmp_path: Path
):
    start_worker()
    long = job("spin")
    running_pid(rows, long)
    quick = [job("answer", "interactive"), job("answer", "interactive")]
    for job_id in quick:
        status_becomes(rows, job_id, "succeeded")
    assert rows.read(long).status == "running"
    results = [rows.read(job_id).result for job_id in quick]
    assert results[0] == results[1], "the interactive child stays between jobs"
    let_go(tmp_path)
    status_becomes(rows, long, "succeeded")


def test_a_dead_interactive_child_is_replaced(start_worker: StartWorker, rows: Rows, job: Callable[..., int]):
    start_worker()
    first = job("answer", "interactive")
    status_becomes(rows, first, "succeeded")
    result = rows.read(first).result
    assert result is not None
    os.kill(result["pid"], signal.SIGKILL)
    second = job("answer", "interactive")
    status_becomes(rows, second, "succeeded")
    assert rows.read(second).result != result


@pytest.mark.parametrize(("deed", "code"), [("refuse", "empty_file"), ("stumble", "internal_error")])
def test_an_error_in_the_work_fails_the_job_at_once_with_a_problem(
    start_worker: StartWorker, rows: Rows, job: Callable[..., int], deed: str, code: str
):
    start_worker()
    job_id = job(deed)
    status_becomes(rows, job_id, "failed")
    job_read = rows.read(job_id)
    assert job_read.error is not None
    assert job_read.error["code"] == code
    assert job_read.attempt == 1


def test_the_last_report_of_a_stage_is_always_written(
    start_worker: StartWorker, rows: Rows, job: Callable[..., int]
):
    start_worker()
    job_id = job("answer")
    status_becomes(rows, job_id, "succeeded")
    reports = [event.data["message"] for event in rows.events(job_id) if event.event == "progress"]
    assert reports[0] == "begun"
    assert reports[-1] == "last word"
    assert len(reports) < 20
