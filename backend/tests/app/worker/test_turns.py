"""Who goes first: tiers, then users in turns, then one's own wishes; and how many at once."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from queue_rows import Rows

from app.database import Database
from app.jobs import lease
from app.jobs.lease import Claim
from app.jobs.models import SWEEP
from app.jobs.priorities import HIGH, LOW, Tier
from app.jobs.turns import waiting_jobs

LEASE_SECONDS = 1000.0


@pytest.fixture
def bob(rows: Rows) -> int:
    return rows.person("bob")


def take(database: Database, most_running: int = 0, lane: str = "normal") -> Claim | None:
    with database.write() as session:
        has_work = lease.has_work(session, lane, most_running)
        taken = lease.claim(session, lane, "A", LEASE_SECONDS, most_running)
    assert has_work == (taken is not None)
    return taken


def take_all(database: Database, most_running: int = 0) -> list[int]:
    taken = []
    while (found := take(database, most_running)) is not None:
        taken.append(found.job_id)
    return taken


def finish(database: Database, taken: Claim) -> None:
    with database.write() as session:
        assert lease.succeed(session, taken) is not None


def test_the_user_with_fewer_running_jobs_goes_first(database: Database, rows: Rows, bob: int):
    many = [rows.job() for _ in range(4)]
    few = [rows.job(user_id=bob) for _ in range(2)]
    with database.read() as session:
        forecast = [job.id for job in waiting_jobs(session, "normal")]
    taken = take_all(database)
    assert taken == [many[0], few[0], many[1], few[1], many[2], many[3]]
    assert forecast == taken


def test_users_take_turns_where_one_job_runs_at_a_time(database: Database, rows: Rows, bob: int):
    many = [rows.job() for _ in range(3)]
    late = rows.job(user_id=bob)
    order = []
    for _ in range(4):
        taken = take(database)
        assert taken is not None
        order.append(taken.job_id)
        finish(database, taken)
    assert order == [many[0], late, many[1], many[2]]


def test_a_priority_orders_the_own_jobs_and_takes_nothing_from_others(
    database: Database, rows: Rows, bob: int
):
    rows.job(user_id=bob)
    low, normal, high = rows.job(priority=LOW), rows.job(), rows.job(priority=HIGH)
    mine = [job_id for job_id in take_all(database) if job_id in (low, normal, high)]
    assert mine == [high, normal, low]
    urgent = [rows.job(priority=HIGH) for _ in range(2)]
    patient = rows.job(user_id=bob)
    assert take_all(database) == [patient, *urgent], "bob has fewer running jobs"


def test_tiers_come_before_turns(database: Database, rows: Rows, bob: int):
    background = rows.job(user_id=bob, tier=Tier.BACKGROUND)
    ordinary = [rows.job() for _ in range(3)]
    top = rows.job(tier=Tier.TOP, priority=LOW)
    assert take_all(database) == [top, *ordinary, background]


def test_a_user_at_the_limit_waits_and_others_do_not(database: Database, rows: Rows, bob: int):
    mine = [rows.job() for _ in range(3)]
    other = rows.job(user_id=bob)
    first = take(database, most_running=1)
    assert first is not None
    assert take_all(database, most_running=1) == [other]
    finish(database, first)
    assert take_all(database, most_running=1) == [mine[1]]
    assert take_all(database, most_running=2) == [mine[2]]


def test_the_limit_holds_when_many_workers_take_at_once(database: Database, rows: Rows, bob: int):
    for _ in range(6):
        rows.job()
        rows.job(user_id=bob)

    def work(_worker: int) -> list[int]:
        taken = []
        for _ in range(4):
            with database.write() as session:
                found = lease.claim(session, "normal", "A", LEASE_SECONDS, most_running=2)
            if found is not None:
                taken.append(found.user_id)
        return taken

    with ThreadPoolExecutor(4) as pool:
        owners = Counter(user_id for taken in pool.map(work, range(4)) for user_id in taken)
    assert max(owners.values()) <= 2
    # A worker that meets another one may give up early.
    rest = len(take_all(database, most_running=2))
    assert owners.total() + rest == 4


def test_the_row_of_a_sweep_is_never_taken_and_counts_for_nothing(database: Database, rows: Rows, bob: int):
    rows.job(SWEEP)
    mine, other = rows.job(), rows.job(user_id=bob)
    assert take_all(database, most_running=1) == [mine, other]
