"""The layout for several servers: machines lost; nobody notices, or as little as can be."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from machines import APPLICATIONS, WORKERS, Machines, why_not
from people import Person, Traffic, wait_for, wait_until_asked
from queue_rows import Rows

from app.database import BACKEND
from app.live.hints import open_hints
from app.settings import Settings

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(bool(MISSING := why_not()), reason=MISSING),
]
FAULTS = BACKEND / "tests" / "faults"


def test_a_person_is_served_and_does_not_notice_that_a_server_is_lost(
    machines: Machines, person: Person, rows: Rows
):
    wait_until_asked(machines, *APPLICATIONS)
    for name in WORKERS:
        machines.start_worker(name)
    status, dataset = person.upload()
    assert status == 201, dataset
    wait_for(lambda: person.ask("GET", f"/runs?dataset_id={dataset['id']}")[1]["items"])

    def read(_number: int) -> tuple[int, Any]:
        return person.ask("GET", "/datasets")

    order = {"kind": "fit", "dataset_id": dataset["id"], "parameters": {"n_clusters": 2}}
    retries: list[int] = []
    jobs: list[int] = []

    def write(number: int) -> tuple[int, Any]:
        """Order a fit as the page does: without an answer, once more with the same key."""
        status, body = person.send("POST", "/jobs", order, Idempotency_Key=f"fit-{number}")
        while status in (502, 504) and len(retries) < 9:
            retries.append(number)
            status, body = person.send("POST", "/jobs", order, Idempotency_Key=f"fit-{number}")
        if status == 202:
            jobs.append(body["id"])
        return status, body

    with Traffic(read, read, write) as traffic:
        wait_for(lambda: len(traffic.answers) > 50)
        machines.network.unplug("app2")
        before = len(traffic.answers)
        wait_until_asked(machines, "app1", "app3")
        wait_for(lambda: len(traffic.answers) > before + 50)
        machines.network.plug("app2")
        wait_until_asked(machines, *APPLICATIONS)
    assert traffic.failed() == []
    with rows.database.read() as session:
        kept = session.scalar(
            sa.text("SELECT count(*) FROM clustering_jobs WHERE idempotency_key LIKE 'fit-%'")
        )
    assert kept == len(jobs) == len(set(jobs)), "a job each, also for those that were ordered twice"
    for name in WORKERS:
        machines.end(name)


def test_the_job_of_a_lost_machine_is_done_by_another(
    machines: Machines, machines_settings: Settings, rows: Rows, tmp_path: Path
):
    with rows.database.write() as session:
        session.execute(sa.text("UPDATE clustering_jobs SET status = 'cancelled' WHERE status = 'queued'"))
    for name in WORKERS:
        machines.start(
            name, sys.executable, str(FAULTS / "fault_worker.py"), PYTHONPATH=f"{FAULTS}:{machines.code}"
        )
    job_id = rows.job("fit", parameters={"do": "spin", "marks": str(tmp_path)})
    open_hints(machines_settings, rows.database).publish(job_id)
    (first,) = wait_for(lambda: rows.read(job_id).stage and rows.attempts(job_id))
    owners = {name: f"-{machines.processes[name].pid}-" for name in WORKERS}
    (lost,) = [name for name, mark in owners.items() if mark in first.worker]
    (other,) = set(WORKERS) - {lost}
    machines.network.unplug(lost)
    second = wait_for(lambda: rows.attempts(job_id)[1:])[0]
    assert owners[other] in second.worker
    machines.network.plug(lost)
    (tmp_path / "go").touch()
    wait_for(lambda: rows.read(job_id).status == "succeeded")
    assert [attempt.outcome for attempt in rows.attempts(job_id)] == ["lost", "ok"]
    assert rows.statuses(job_id)[-1] == "succeeded"
    for name in WORKERS:
        machines.end(name)
