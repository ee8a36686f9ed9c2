"""The lease as a whole: its promises hold whatever workers do, in any order."""

from __future__ import annotations

import itertools

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from queue_rows import Rows

from app.database import Database
from app.jobs import lease
from app.jobs.lease import Claim
from app.jobs.models import FINAL_STATUSES, ClusteringJob, JobAttempt, JobEvent
from app.jobs.reaping import reap

WORKERS = ("A", "B")
LEASE_SECONDS = 1000.0


class LeaseMachine(RuleBasedStateMachine):
    """Two workers, any number of jobs; a model keeps which claims are live."""

    database: Database
    rows: Rows

    def __init__(self) -> None:
        super().__init__()
        with self.database.write() as session:
            session.execute(sa.delete(ClusteringJob))
        self.void: list[Claim] = []
        self.live: dict[int, Claim] = {}
        self.cancelled: set[int] = set()

    @rule()
    def enqueue(self) -> None:
        self.rows.job()

    @rule(worker=st.sampled_from(WORKERS))
    def claim(self, worker: str) -> None:
        with self.database.write() as session:
            session.execute(sa.update(ClusteringJob).values(not_before=None))
            waiting = lease.has_work(session, "normal")
            taken = lease.claim(session, "normal", worker, LEASE_SECONDS)
        assert (taken is not None) == waiting
        if taken is not None:
            assert taken.job_id not in self.live
            self.live[taken.job_id] = taken

    @precondition(lambda self: self.live)
    @rule(data=st.data())
    def succeed(self, data: st.DataObject) -> None:
        taken = self._pick(data)
        with self.database.write() as session:
            job = lease.succeed(session, taken)
        assert (job is None) == (taken.job_id in self.cancelled)
        self._void(taken)

    @precondition(lambda self: self.live)
    @rule(data=st.data())
    def fail(self, data: st.DataObject) -> None:
        taken = self._pick(data)
        with self.database.write() as session:
            assert lease.fail(session, taken, {"code": "bad"})
        self._void(taken)

    @precondition(lambda self: self.live)
    @rule(data=st.data())
    def die(self, data: st.DataObject) -> None:
        taken = self._pick(data)
        with self.database.write() as session:
            assert lease.lost(session, taken, "It died.", 1.0)
        self._void(taken)

    @precondition(lambda self: self.live)
    @rule(data=st.data())
    def give_back(self, data: st.DataObject) -> None:
        taken = self._pick(data)
        with self.database.write() as session:
            assert lease.give_back(session, taken)
        self._void(taken)

    @precondition(lambda self: self.live)
    @rule(data=st.data())
    def expire_and_reap(self, data: st.DataObject) -> None:
        taken = self._pick(data)
        self.rows.expire(taken.job_id)
        with self.database.write() as session:
            reaped = reap(session, 1.0)
        assert [(each.job_id, each.token) for each in reaped] == [(taken.job_id, taken.token)]
        self._void(taken)

    @precondition(lambda self: self.live)
    @rule(data=st.data(), fraction=st.floats(-1, 2))
    def report(self, data: st.DataObject, fraction: float) -> None:
        taken = self._pick(data)
        with self.database.write() as session:
            assert lease.report(session, taken, "graph", fraction, "")

    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        with self.database.read() as session:
            jobs = list(session.scalars(sa.select(ClusteringJob)))
        if jobs:
            job = data.draw(st.sampled_from(sorted(jobs, key=lambda each: each.id)))
            self.rows.cancel(job.id)
            if job.status not in FINAL_STATUSES:
                self.cancelled.add(job.id)

    @precondition(lambda self: self.void)
    @rule(data=st.data())
    def a_zombie_writes(self, data: st.DataObject) -> None:
        late = data.draw(st.sampled_from(self.void))
        with self.database.write() as session:
            assert lease.succeed(session, late) is None
            assert not lease.fail(session, late, {})
            assert not lease.report(session, late, "graph", 0.5, "")
            assert not lease.give_back(session, late)
            assert not lease.lost(session, late, "", 1.0)
            assert lease.beat(session, {late.job_id: late.token}, 1.0) == {late.job_id: None}

    @invariant()
    def promises_hold(self) -> None:
        with self.database.read() as session:
            jobs = list(session.scalars(sa.select(ClusteringJob)))
            attempts = list(session.scalars(sa.select(JobAttempt)))
            events = list(session.scalars(sa.select(JobEvent).order_by(JobEvent.job_id, JobEvent.seq)))
        open_attempts = {attempt.job_id for attempt in attempts if attempt.outcome is None}
        running = {job.id for job in jobs if job.status == "running"}
        assert running == open_attempts == set(self.live)
        for job in jobs:
            assert (job.lease_token is not None) == (job.status == "running")
            assert (job.finished_at is not None) == (job.status in FINAL_STATUSES)
            assert 0 <= job.progress <= 1
            assert job.attempt <= job.max_attempts
            assert job.attempt == sum(attempt.job_id == job.id for attempt in attempts)
            assert not (job.status == "succeeded" and job.id in self.cancelled)
            assert not (job.status == "queued" and job.id in self.cancelled)
        for job_id, mine in itertools.groupby(events, key=lambda event: event.job_id):
            listed = list(mine)
            job = next(job for job in jobs if job.id == job_id)
            assert [event.seq for event in listed] == list(range(1, job.event_seq + 1))
            states = [event.data["status"] for event in listed if event.event == "state"]
            assert states[-1] == job.status
            assert all(status not in FINAL_STATUSES for status in states[:-1])

    def _pick(self, data: st.DataObject) -> Claim:
        return self.live[data.draw(st.sampled_from(sorted(self.live)))]

    def _void(self, taken: Claim) -> None:
        del self.live[taken.job_id]
        self.void.append(taken)


@pytest.fixture
def machine(database: Database, rows: Rows) -> type[LeaseMachine]:
    LeaseMachine.database, LeaseMachine.rows = database, rows
    return LeaseMachine


def test_leases_keep_their_promises_in_any_order(machine: type[LeaseMachine], database_kind: str):
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=20 if database_kind == "sqlite" else 10,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
