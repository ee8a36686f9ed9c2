"""Jobs that take too long or too much are stopped from outside, and their worker goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
from platform_under_test import Platform, has_ended, wait_for

pytestmark = pytest.mark.faults


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    ("deed", "code", "words"),
    [
        ("ignore", "time_limit_exceeded", "stopped after 2 s"),
        ("hoard", "memory_limit_exceeded", "may take here is 0.10 GB"),
    ],
)
def test_job_that_exceeds_a_limit_fails_clearly_and_its_worker_goes_on(
    platform: Platform, tmp_path: Path, deed: str, code: str, words: str
):
    limits = {"hoard": {"JOB_MEMORY_LIMIT": str(10**8)}, "ignore": {"JOB_TIME_LIMIT": "2"}}[deed]
    platform.start_worker(**limits)
    job_id = platform.job(deed, tmp_path)
    platform.wait_for_status(job_id, "failed")
    (attempt,) = platform.rows.attempts(job_id)
    job = platform.rows.read(job_id)
    assert job.error is not None
    assert (job.error["code"], job.attempt) == (code, 1)
    assert words in job.error["detail"]
    assert "an admin can raise JOB_" in job.error["remedy"]
    assert attempt.outcome == "error"
    assert attempt.pid is not None
    assert has_ended(attempt.pid)
    following = platform.job("answer", tmp_path)
    wait_for(lambda: platform.rows.attempts(following))
