"""One worker and all that jobs may do to it: be cancelled, die, fail, hurry; it goes on."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from platform_under_test import Platform, has_ended, wait_for

pytestmark = pytest.mark.faults


@pytest.mark.parametrize("lane", ["normal", "interactive"])
def test_cancelling_ends_the_process_and_the_worker_goes_on(calm: Platform, tmp_path: Path, lane: str):
    job_id = calm.job("spin", tmp_path, lane)
    pid = calm.running_pid(job_id)
    calm.cancel(job_id)
    calm.wait_for_status(job_id, "cancelled")
    assert has_ended(pid)
    calm.wait_for_status(calm.job("answer", tmp_path, lane), "succeeded")


def test_a_cancellation_without_a_hint_is_seen_by_polling(calm: Platform, tmp_path: Path):
    job_id = calm.job("spin", tmp_path)
    pid = calm.running_pid(job_id)
    calm.cancel(job_id, hint=False)
    calm.wait_for_status(job_id, "cancelled")
    assert has_ended(pid)


def test_a_job_without_a_hint_is_found_by_polling(calm: Platform, tmp_path: Path):
    job_id = calm.rows.job("fit", parameters={"do": "answer", "marks": str(tmp_path)})
    calm.wait_for_status(job_id, "succeeded")


def test_work_that_ignores_sigterm_is_killed_after_its_grace(calm: Platform, tmp_path: Path):
    job_id = calm.job("ignore", tmp_path)
    pid = calm.running_pid(job_id)
    calm.cancel(job_id)
    calm.wait_for_status(job_id, "cancelled")
    assert has_ended(pid)


def test_processes_that_the_work_started_end_with_it(calm: Platform, tmp_path: Path):
    job_id = calm.job("breed", tmp_path)
    calm.running_pid(job_id)
    grandchild = int(calm.rows.read(job_id).message)
    calm.cancel(job_id)
    calm.wait_for_status(job_id, "cancelled")
    wait_for(lambda: has_ended(grandchild))


def test_a_killed_child_is_retried(calm: Platform, tmp_path: Path):
    job_id = calm.job("die once", tmp_path)
    calm.wait_for_status(job_id, "succeeded")
    assert [attempt.outcome for attempt in calm.rows.attempts(job_id)] == ["lost", "ok"]


def test_a_job_that_kills_every_child_fails_with_the_reason(calm: Platform, tmp_path: Path):
    job_id = calm.job("die", tmp_path)

    def failed() -> bool:
        calm.rows.make_due(job_id)
        return calm.rows.read(job_id).status == "failed"

    wait_for(failed)
    error = calm.rows.read(job_id).error
    assert error is not None
    assert error["code"] == "worker_lost"
    assert "SIGSEGV" in error["detail"]


def test_an_interactive_job_does_not_wait_for_a_busy_slot(calm: Platform, tmp_path: Path):
    long = calm.job("spin", tmp_path)
    calm.running_pid(long)
    quick = [calm.job("answer", tmp_path, "interactive") for _ in range(2)]
    for job_id in quick:
        calm.wait_for_status(job_id, "succeeded")
    assert calm.rows.read(long).status == "running"
    results = [calm.rows.read(job_id).result for job_id in quick]
    assert results[0] == results[1], "the interactive child stays between jobs"
    (tmp_path / "go").touch()
    calm.wait_for_status(long, "succeeded")


def test_a_dead_interactive_child_is_replaced(calm: Platform, tmp_path: Path):
    first = calm.job("answer", tmp_path, "interactive")
    calm.wait_for_status(first, "succeeded")
    result = calm.rows.read(first).result
    assert result is not None
    os.kill(result["pid"], signal.SIGKILL)
    second = calm.job("answer", tmp_path, "interactive")
    calm.wait_for_status(second, "succeeded")
    assert calm.rows.read(second).result != result


@pytest.mark.parametrize(
    ("deed", "code"),
    [("refuse", "empty_file"), ("stumble", "internal_error"), ("eat", "out_of_memory")],
)
def test_an_error_in_the_work_fails_the_job_at_once_with_a_problem(
    calm: Platform, tmp_path: Path, deed: str, code: str
):
    job_id = calm.job(deed, tmp_path)
    calm.wait_for_status(job_id, "failed")
    job = calm.rows.read(job_id)
    assert job.error is not None
    assert job.error["code"] == code
    assert job.attempt == 1


def test_the_last_report_of_a_stage_is_always_written(calm: Platform, tmp_path: Path):
    job_id = calm.job("answer", tmp_path)
    calm.wait_for_status(job_id, "succeeded")
    reports = [event.data["message"] for event in calm.rows.events(job_id) if event.event == "progress"]
    assert reports[0] == "begun"
    assert reports[-1] == "last word"
    assert len(reports) < 20


def test_a_job_of_an_unknown_kind_fails_visibly(calm: Platform):
    job_id = calm.rows.job("alchemy")
    calm.wait_for_status(job_id, "failed")
    error = calm.rows.read(job_id).error
    assert error is not None
    assert "alchemy" in error["detail"]
