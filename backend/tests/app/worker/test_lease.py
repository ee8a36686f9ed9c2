"""What single steps of the lease promise, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from queue_rows import Rows

from app.database import Database
from app.datasets.models import Dataset
from app.jobs import lease
from app.jobs.lease import Claim
from app.jobs.reaping import reap

LEASE_SECONDS = 30.0


def claim(database: Database, worker: str = "A", lane: str = "normal") -> Claim | None:
    with database.write() as session:
        return lease.claim(session, lane, worker, LEASE_SECONDS)


def held(database: Database, worker: str = "A") -> Claim:
    taken = claim(database, worker)
    assert taken is not None
    return taken


def test_a_claim_takes_the_oldest_job_of_its_lane(database: Database, rows: Rows):
    first, _, quick = rows.job(), rows.job(), rows.job(lane="interactive")
    assert held(database).job_id == first
    interactive = claim(database, lane="interactive")
    assert interactive is not None
    assert interactive.job_id == quick
    assert rows.read(first).status == "running"
    assert [attempt.worker for attempt in rows.attempts(first)] == ["A"]


def test_concurrent_claims_never_take_the_same_job(database: Database, rows: Rows):
    jobs = {rows.job() for _ in range(24)}

    def take_all(worker: str) -> list[int]:
        taken = []
        while (found := claim(database, worker)) is not None:
            taken.append(found.job_id)
        return taken

    with ThreadPoolExecutor(4) as pool:
        taken = [job_id for jobs_of_one in pool.map(take_all, "ABCD") for job_id in jobs_of_one]
    # A worker that finds the next row locked by another may give up early; none is taken twice.
    assert len(taken) == len(set(taken))
    assert set(taken) | set(take_all("E")) == jobs


def test_a_result_with_a_void_token_is_refused(database: Database, rows: Rows):
    job_id = rows.job()
    late = held(database, "paused")
    rows.expire(job_id)
    with database.write() as session:
        assert [each.status for each in reap(session, 0.0)] == ["queued"]
    successor = held(database, "B")
    with database.write() as session:
        assert lease.succeed(session, late) is None
        assert not lease.fail(session, late, {})
        assert not lease.report(session, late, "graph", 0.5, "")
        assert not lease.give_back(session, late)
        assert lease.beat(session, {job_id: late.token}, LEASE_SECONDS) == {job_id: None}
    assert rows.read(job_id).lease_token == successor.token
    assert [attempt.outcome for attempt in rows.attempts(job_id)] == ["lost", None]


def test_a_beat_keeps_a_job_from_being_reaped(database: Database, rows: Rows):
    job_id = rows.job()
    taken = held(database)
    rows.expire(job_id)
    with database.write() as session:
        assert lease.beat(session, {job_id: taken.token}, LEASE_SECONDS) == {job_id: False}
        assert reap(session, 0.0) == []


def test_a_poison_job_fails_visibly_after_its_last_attempt(database: Database, rows: Rows):
    job_id = rows.job()
    for _ in range(3):
        rows.make_due(job_id)
        held(database)
        rows.expire(job_id)
        with database.write() as session:
            reap(session, 60.0)
    job = rows.read(job_id)
    assert job.status == "failed"
    assert job.error is not None
    assert job.error["code"] == "worker_lost"
    assert [attempt.outcome for attempt in rows.attempts(job_id)] == ["lost"] * 3


def test_a_lost_job_waits_longer_before_each_attempt(database: Database, rows: Rows):
    job_id = rows.job()
    with database.write() as session:
        taken = lease.claim(session, "normal", "A", LEASE_SECONDS)
        assert taken is not None
        lease.lost(session, taken, "Its process died.", 60.0)
    assert claim(database) is None
    job = rows.read(job_id)
    assert job.not_before is not None
    assert "Its process died." in job.message


def test_a_job_given_back_does_not_count_the_attempt(database: Database, rows: Rows):
    job_id = rows.job()
    taken = held(database)
    with database.write() as session:
        assert lease.give_back(session, taken)
    job = rows.read(job_id)
    assert (job.status, job.attempt, rows.attempts(job_id)) == ("queued", 0, [])
    assert held(database).attempt == 1


def test_a_granted_cancellation_beats_a_result_that_comes_later(database: Database, rows: Rows):
    job_id = rows.job()
    taken = held(database)
    rows.cancel(job_id)
    with database.write() as session:
        assert lease.succeed(session, taken) is None
    assert rows.read(job_id).status == "cancelled"
    assert rows.statuses(job_id) == ["queued", "running", "running", "cancelled"]


@pytest.mark.parametrize("ending", ["failed", "cancelled"])
def test_an_import_that_ends_badly_frees_its_dataset(database: Database, rows: Rows, ending: str):
    dataset_id = rows.dataset(original_name="t.csv", upload_bytes=1, upload_sha256="0", upload_key="k")
    rows.job(kind="import", dataset_id=dataset_id)
    taken = held(database)
    problem = {"title": "t", "status": 422, "detail": "d", "code": "empty_file"}
    with database.write() as session:
        if ending == "failed":
            lease.fail(session, taken, problem)
        else:
            lease.cancelled(session, taken)
    with database.read() as session:
        dataset = session.get_one(Dataset, dataset_id)
        assert dataset.status == "failed"
        assert dataset.error is not None
        assert dataset.error["code"] == ("empty_file" if ending == "failed" else "import_cancelled")
