"""The queue as a whole: turns, tiers, limits, sweeps and drains keep their promises in any order."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

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
from sqlalchemy.orm import Session

from app.database import Database
from app.jobs import lease
from app.jobs.lease import Claim
from app.jobs.models import FINAL_STATUSES, SWEEP, ClusteringJob
from app.jobs.priorities import HIGH, LOW, NORMAL, Tier
from app.jobs.turns import waiting_jobs

LEASE_SECONDS = 1000.0
MOST_RUNNING = 2
LEVELS = (LOW, NORMAL, HIGH)


@dataclass
class Known:
    """What the model remembers of a job."""

    user_id: int
    tier: int
    priority: int
    status: str = "queued"
    is_cancelled: bool = False
    parent_id: int | None = None
    # The number of the claim that took it last.
    taken_at: int = 0


@dataclass
class Model:
    """The queue as it should be: the jobs in the order of their numbers."""

    jobs: dict[int, Known] = field(default_factory=dict)
    n_claims: int = 0

    def running(self) -> Counter[int]:
        return Counter(job.user_id for job in self.jobs.values() if job.status == "running")

    def last_start(self, user_id: int) -> int:
        return max((job.taken_at for job in self.jobs.values() if job.user_id == user_id), default=0)

    def waiting(self) -> dict[int, Known]:
        return {number: job for number, job in self.jobs.items() if job.status == "queued"}

    def next(self) -> int | None:
        """The job that is to be taken: by tier, by turn, by the owner's wish, by age."""
        running = self.running()
        allowed = {
            number: job for number, job in self.waiting().items() if running[job.user_id] < MOST_RUNNING
        }
        if not allowed:
            return None
        tier = max(job.tier for job in allowed.values())
        of_tier = {number: job for number, job in allowed.items() if job.tier == tier}
        oldest: dict[int, int] = {}
        for number, job in of_tier.items():
            oldest.setdefault(job.user_id, number)
        user_id = min(oldest, key=lambda each: (running[each], self.last_start(each), oldest[each]))
        mine = {number: job for number, job in of_tier.items() if job.user_id == user_id}
        return min(mine, key=lambda number: (-mine[number].priority, number))


class QueueMachine(RuleBasedStateMachine):
    """Three users, jobs of every tier, sweeps, and workers that come, die and drain."""

    database: Database
    rows: Rows
    users: tuple[int, ...]

    def __init__(self) -> None:
        super().__init__()
        with self.database.write() as session:
            session.execute(sa.delete(ClusteringJob))
        self.model = Model()
        self.live: dict[int, Claim] = {}
        self.sweeps: dict[int, list[int]] = {}

    @rule(
        user=st.integers(0, 2),
        tier=st.sampled_from([Tier.ORDINARY, Tier.ORDINARY, Tier.TOP]),
        priority=st.sampled_from(LEVELS),
    )
    def ask(self, user: int, tier: Tier, priority: int) -> None:
        self._ask(self.users[user], tier, priority)

    @rule(user=st.integers(0, 2), n_runs=st.integers(1, 3))
    def sweep(self, user: int, n_runs: int) -> None:
        user_id = self.users[user]
        sweep_id = self.rows.job(SWEEP, user_id=user_id, tier=Tier.BACKGROUND)
        self.sweeps[sweep_id] = [
            self._ask(user_id, Tier.BACKGROUND, NORMAL, parent_id=sweep_id) for _ in range(n_runs)
        ]

    @rule()
    def claim(self) -> None:
        expected = self.model.next()
        with self.database.write() as session:
            self._end_pauses(session)
            places = [job.id for job in waiting_jobs(session, "normal")]
            has_work = lease.has_work(session, "normal", MOST_RUNNING)
            taken = lease.claim(session, "normal", "A", LEASE_SECONDS, MOST_RUNNING)
        assert sorted(places) == sorted(self.model.waiting())
        if not self.live and places:
            assert places[0] == expected
        assert has_work == (taken is not None)
        assert (taken.job_id if taken is not None else None) == expected
        if taken is not None:
            job = self.model.jobs[taken.job_id]
            assert taken.user_id == job.user_id
            self.model.n_claims += 1
            job.status = "running"
            # A job that is taken again keeps the time of its first start.
            job.taken_at = job.taken_at or self.model.n_claims
            self.live[taken.job_id] = taken

    @precondition(lambda self: self.live)
    @rule(data=st.data(), ending=st.sampled_from(["succeed", "fail", "die", "drain"]))
    def end(self, data: st.DataObject, ending: str) -> None:
        number = data.draw(st.sampled_from(sorted(self.live)))
        taken, job = self.live.pop(number), self.model.jobs[number]
        with self.database.write() as session:
            if ending == "succeed":
                assert (lease.succeed(session, taken) is None) == job.is_cancelled
            elif ending == "fail":
                assert lease.fail(session, taken, {"code": "bad"})
            elif ending == "drain":
                assert lease.give_back(session, taken)
            else:
                assert lease.lost(session, taken, "It died.", 0.0)
        if job.is_cancelled:
            job.status = "cancelled"
        elif ending in ("drain", "die"):
            is_over = ending == "die" and taken.attempt == 3
            job.status = "failed" if is_over else "queued"
        else:
            job.status = "succeeded" if ending == "succeed" else "failed"

    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        numbers = sorted([*self.model.jobs, *self.sweeps])
        if not numbers:
            return
        number = data.draw(st.sampled_from(numbers))
        self.rows.cancel(number)
        for each in self.sweeps.get(number, [number]):
            job = self.model.jobs[each]
            if job.status == "queued":
                job.status, job.is_cancelled = "cancelled", True
            elif job.status == "running":
                job.is_cancelled = True

    @invariant()
    def rows_are_as_the_model_says(self) -> None:
        with self.database.read() as session:
            found = session.scalars(sa.select(ClusteringJob)).all()
        rows = {job.id: job for job in found}
        assert {number: rows[number].status for number in self.model.jobs} == {
            number: job.status for number, job in self.model.jobs.items()
        }
        assert max(self.model.running().values(), default=0) <= MOST_RUNNING
        for number, runs in self.sweeps.items():
            self._check_sweep(rows[number], [self.model.jobs[run] for run in runs])

    def teardown(self) -> None:
        """What was told of each sweep is what it went through, once."""
        for number in self.sweeps:
            told = self.rows.statuses(number)
            assert told == sorted(set(told), key=["queued", "running", *FINAL_STATUSES].index)
            assert told[-1] == self.rows.read(number).status

    def _check_sweep(self, sweep: ClusteringJob, runs: list[Known]) -> None:
        statuses = Counter(run.status for run in runs)
        ended = sum(statuses[status] for status in FINAL_STATUSES)
        assert sweep.lease_token is None
        assert sweep.progress == pytest.approx(ended / len(runs))
        assert (sweep.status in FINAL_STATUSES) == (ended == len(runs)) == (sweep.finished_at is not None)
        if ended == len(runs):
            succeeded = "succeeded" if statuses["succeeded"] else "failed"
            assert sweep.status == ("cancelled" if sweep.cancel_requested else succeeded)
        else:
            assert sweep.status == ("running" if any(run.taken_at for run in runs) else "queued")

    def _ask(self, user_id: int, tier: Tier, priority: int, parent_id: int | None = None) -> int:
        number = self.rows.job(user_id=user_id, tier=tier, priority=priority, parent_id=parent_id)
        self.model.jobs[number] = Known(user_id, tier, priority, parent_id=parent_id)
        return number

    def _end_pauses(self, session: Session) -> None:
        session.execute(sa.update(ClusteringJob).values(not_before=None))


def test_the_queue_keeps_its_promises_in_any_order(database: Database, rows: Rows, database_kind: str):
    QueueMachine.database, QueueMachine.rows = database, rows
    QueueMachine.users = (rows.user_id, rows.person("bob"), rows.person("cleo"))
    run_state_machine_as_test(
        QueueMachine,
        settings=settings(
            max_examples=8 if database_kind == "sqlite" else 4,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
