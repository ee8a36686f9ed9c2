"""Clocks of a worker's and of an API server's machine that jump by a day, forward and back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from jumping_clock import JumpingClock
from platform_under_test import Platform, wait_for
from server_fleet import Fleet
from visitors import Tab, Visitor

pytestmark = pytest.mark.faults


@pytest.fixture
def database_kind() -> str:
    return "postgresql"


@pytest.fixture
def clock(tmp_path: Path) -> JumpingClock:
    return JumpingClock(tmp_path / "clock")


def beats(platform: Platform, job_id: int, n_beats: int = 4) -> None:
    """Wait until a job's lease was extended several times, and longer than it lasts."""
    seen = {platform.rows.read(job_id).lease_until}
    wait_for(lambda: seen.add(platform.rows.read(job_id).lease_until) or len(seen) > 2 * n_beats)


def test_a_job_whose_workers_clock_jumps_is_neither_lost_nor_run_twice(
    platform: Platform, clock: JumpingClock, tmp_path: Path
):
    platform.start_worker(**clock.environment)
    job_id = platform.job("spin", tmp_path)
    platform.running_pid(job_id)
    # A second worker, whose clock is right, waits for jobs whose lease runs out.
    platform.start_worker()
    for offset in ("+1d", "-1d"):
        clock.jump(offset)
        beats(platform, job_id)
    (tmp_path / "go").touch()
    platform.wait_for_status(job_id, "succeeded")
    assert [attempt.outcome for attempt in platform.rows.attempts(job_id)] == ["ok"]
    job = platform.rows.read(job_id)
    assert job.created_at <= job.started_at <= job.finished_at, "one clock, the database's, wrote all of them"


def test_an_api_servers_clock_that_jumps_costs_sessions_some_refusals_and_nothing_else(
    platform: Platform,
    fleet: Fleet,
    visit: Callable[[str], Visitor],
    clock: JumpingClock,
    tmp_path: Path,
):
    limits = {"RATE_LIMIT_ENABLED": "true", "RATE_LIMIT_RPS": "100", "RATE_LIMIT_BURST": "100"}
    visitor = visit(fleet.start_api("api", **clock.environment, **limits))
    fleet.wait_for_answer(visitor.address + "/readyz")
    platform.start_worker()
    tab = Tab(visitor)
    job_id = platform.job("spin", tmp_path)
    platform.running_pid(job_id)
    assert visitor.ask("/jobs").status == 200
    for offset, status in (("+1d", 401), ("-1d", 401), ("+0", 200)):
        clock.jump(offset)
        answer = visitor.ask(f"/jobs/{job_id}")
        assert answer.status == status, (offset, answer)
        # The limits go by a clock that does not jump: nobody waits for a day.
        assert int(answer.headers["ratelimit-reset"]) <= 1
    uploaded = visitor.ask("/datasets?filename=a.csv", "POST", b"x\n1\n")
    assert uploaded.status == 201
    (tmp_path / "go").touch()
    assert tab.wait_for_end(job_id) == "succeeded"
    assert len(platform.rows.attempts(job_id)) == 1
    tab.close()
