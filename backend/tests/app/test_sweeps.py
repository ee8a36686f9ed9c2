"""A grid of parameters as one job: its runs are fits like any other, its state follows from theirs."""

import copy
import csv

import pytest
from stand_ins import fit_summary, is_problem
from typer.testing import CliRunner

from app.cli import cli
from app.jobs import lease
from app.jobs.models import ClusteringJob
from app.runs.outcome import record_fit

SWEEPS = "/api/v1/sweeps"


def ask(client, person, dataset_id, grid=None, **parts):
    body = {"dataset_id": dataset_id, "grid": grid or {"n_neighbors": [5, 10, 15]}}
    headers = {**person.headers, **parts.pop("headers", {})}
    return client.post(SWEEPS, json=body | parts, headers=headers)


@pytest.fixture
def compute(database, settings):
    """Does what a worker would: takes the next job and ends it, with the silhouette asked for."""

    def compute(silhouette=0.5, *, fails=False):
        with database.write() as session:
            taken = lease.claim(session, "normal", "A", 60.0)
            assert taken is not None
            if fails:
                lease.fail(session, taken, {"title": "t", "status": 422, "detail": "d", "code": "bad"})
                return taken
            job = lease.succeed(session, taken)
            if job is not None:
                summary = copy.deepcopy(fit_summary(settings.artifacts_dir))
                summary["partition"]["silhouette"] = silhouette
                record_fit(session, job, "7ab1e", summary)
            return taken

    return compute


def read(client, person, sweep_id):
    return client.get(f"{SWEEPS}/{sweep_id}", headers=person.headers).json()


def test_every_point_of_the_grid_is_a_run_and_the_best_is_named(client, owner, dataset_id, compute):
    asked = ask(client, owner, dataset_id, {"n_neighbors": [5, 10], "scaling": ["none", "standard"]})
    assert asked.status_code == 202, asked.text
    sweep_id = asked.json()["job"]["id"]
    assert asked.headers["location"] == f"{SWEEPS}/{sweep_id}"
    points = [run["point"] for run in asked.json()["runs"]]
    assert points == [
        {"n_neighbors": 5, "scaling": "none"},
        {"n_neighbors": 5, "scaling": "standard"},
        {"n_neighbors": 10, "scaling": "none"},
        {"n_neighbors": 10, "scaling": "standard"},
    ]
    compute(0.2)
    sweep = read(client, owner, sweep_id)
    assert (sweep["job"]["status"], sweep["job"]["progress"]) == ("running", 0.25)
    assert sweep["job"]["message"] == "1 of 4 runs have ended."
    compute(0.7)
    compute(fails=True)
    compute(None)
    sweep = read(client, owner, sweep_id)
    assert (sweep["job"]["status"], sweep["job"]["progress"]) == ("succeeded", 1)
    assert [run["status"] for run in sweep["runs"]] == ["succeeded", "succeeded", "failed", "succeeded"]
    assert sweep["best_run_id"] == sweep["runs"][1]["run_id"]
    assert sweep["runs"][1]["metrics"]["silhouette"] == 0.7
    assert sweep["runs"][1]["metrics"]["eigengap"] == 0.25
    assert sweep["runs"][2]["error"]["code"] == "bad"


def test_cancelling_a_sweep_cancels_its_runs(client, owner, dataset_id, database, compute):
    sweep = ask(client, owner, dataset_id).json()
    sweep_id, fits = sweep["job"]["id"], [run["job_id"] for run in sweep["runs"]]
    compute()
    with database.write() as session:
        running = lease.claim(session, "normal", "A", 60.0)
    cancelled = client.post(f"/api/v1/jobs/{sweep_id}/cancel", headers=owner.headers).json()
    assert (cancelled["status"], cancelled["cancel_requested"]) == ("running", True), "one fit still runs"
    with database.write() as session:
        assert lease.cancelled(session, running)
    after = read(client, owner, sweep_id)
    assert after["job"]["status"] == "cancelled"
    assert [run["status"] for run in after["runs"]] == ["succeeded", "cancelled", "cancelled"]
    assert running.job_id == fits[1]


def test_sweep_none_of_whose_runs_succeeds_fails(client, owner, dataset_id, compute):
    sweep_id = ask(client, owner, dataset_id, {"n_neighbors": [5, 10]}).json()["job"]["id"]
    compute(fails=True)
    compute(fails=True)
    job = read(client, owner, sweep_id)["job"]
    assert (job["status"], job["error"]["code"]) == ("failed", "sweep_failed")
    events = client.get(f"/api/v1/jobs/{sweep_id}/events", headers=owner.headers).json()["items"]
    assert [event["data"].get("status") for event in events] == ["queued", "running", None, "failed"]
    assert [event["seq"] for event in events] == [1, 2, 3, 4]


def test_grid_is_bounded_and_checked_before_anything_is_queued(client, owner, dataset_id, database):
    too_many = ask(client, owner, dataset_id, {"n_neighbors": list(range(2, 80))})
    assert is_problem(too_many, 422, "sweep_too_large")
    assert "78 points; a sweep may have 60 runs" in too_many.json()["detail"]
    wrong = ask(client, owner, dataset_id, {"n_neighbors": [5, 1]})
    assert is_problem(wrong, 422, "request_invalid")
    twice = ask(client, owner, dataset_id, parameters={"n_neighbors": 7})
    assert twice.json()["errors"][0]["pointer"] == "/parameters/n_neighbors"
    with database.read() as session:
        assert session.query(ClusteringJob).filter_by(kind="fit").count() == 0


def test_same_key_is_the_same_sweep_and_runs_are_listed_with_it_only(client, owner, dataset_id):
    key = {"Idempotency-Key": "a"}
    first, again = (ask(client, owner, dataset_id, headers=key).json() for _ in range(2))
    assert first["job"]["id"] == again["job"]["id"]
    other = ask(client, owner, dataset_id, {"n_neighbors": [9]}, headers=key)
    assert is_problem(other, 409, "idempotency_key_reused")
    listed = client.get("/api/v1/jobs", headers=owner.headers).json()["items"]
    assert [job["kind"] for job in listed] == ["sweep", "import"]
    sweeps = client.get("/api/v1/jobs?kind=sweep", headers=owner.headers).json()["items"]
    assert [job["id"] for job in sweeps] == [first["job"]["id"]]
    of_sweep = client.get(f"/api/v1/jobs?parent_id={first['job']['id']}", headers=owner.headers).json()
    assert len(of_sweep["items"]) == 3


@pytest.fixture
def command(database, settings, monkeypatch):
    """Runs ``python -m app sweep …``."""
    monkeypatch.setattr("app.sweeps.commands.existing_database", lambda: database)
    monkeypatch.setattr("app.sweeps.commands.get_settings", lambda: settings)
    return lambda *words: CliRunner().invoke(cli, ["sweep", *map(str, words)])


def test_sweep_is_started_watched_and_laid_out_on_the_command_line(command, dataset_id, compute):
    asked = command("start", dataset_id, "--grid", "n_neighbors=5,10,15", "--set", "preset=fast")
    assert asked.exit_code == 0, asked.output
    number = int(asked.stdout)
    compute(0.2)
    compute(0.7)
    compute(fails=True)
    watched = command("watch", number)
    assert watched.exit_code == 0, watched.output
    assert "3 of 3 runs have ended." in watched.stderr
    head, *lines = watched.stdout.splitlines()
    assert head.split()[:3] == ["n_neighbors", "k", "silhouette"]
    assert [line.split()[0] for line in lines] == ["5", "10", "15"]
    assert [line.endswith("*") for line in lines] == [False, True, False]
    rows = list(csv.DictReader(command("table", number, "--sort", "silhouette", "--csv").stdout.splitlines()))
    assert [row["silhouette"] for row in rows] == ["0.2", "0.7", ""]
    assert [row["status"] for row in rows] == ["succeeded", "succeeded", "failed"]


def test_command_says_what_is_wrong(command, dataset_id):
    for words, told in (
        (["start", 1, "--grid", "n_neighbors"], "write n_neighbors=5,10,20"),
        (["start", 1, "--grid", "n_neighbors=1"], "n_neighbors is 1"),
        (["start", 1, "--grid", "n_neighbors=5", "--criterion", "beauty"], "criterion"),
        (["start", 99, "--grid", "n_neighbors=5"], "There is no dataset 99."),
        (["start", 1, "--grid", "n_neighbors=5", "--user", "nobody"], "There is no account 'nobody'"),
        (["table", 1], "There is no sweep 1."),
    ):
        answer = command(*words)
        assert answer.exit_code == 1, words
        assert told in answer.stderr


def test_a_fit_asked_for_later_goes_before_a_sweep(client, owner, dataset_id, compute):
    sweep = ask(client, owner, dataset_id).json()
    body = {"kind": "fit", "dataset_id": dataset_id, "priority": "low"}
    fit = client.post("/api/v1/jobs", json=body, headers=owner.headers).json()
    assert fit["queue_position"] == 1
    assert compute().job_id == fit["id"]
    assert compute().job_id == sweep["runs"][0]["job_id"]
    no_sweep = client.get(f"{SWEEPS}/{fit['id']}", headers=owner.headers)
    assert is_problem(no_sweep, 404, "not_found")
