from datetime import timedelta

import pytest
from stand_ins import end_job, is_problem

from app.database import database_now
from app.datasets.models import Dataset
from app.jobs import estimates
from app.jobs.models import ClusteringJob, JobEvent
from app.jobs.queue import append_event, enqueue

JOBS = "/api/v1/jobs"


def ask(client, person, dataset_id, parameters=None, **headers):
    body = {"kind": "fit", "dataset_id": dataset_id, "parameters": parameters or {}}
    return client.post(JOBS, json=body, headers={**person.headers, **headers})


def test_fit_is_queued_with_all_its_parameters(client, owner, dataset_id, database):
    response = ask(client, owner, dataset_id, {"n_neighbors": 7})
    assert response.status_code == 202
    job = response.json()
    assert response.headers["location"] == f"{JOBS}/{job['id']}"
    assert (job["status"], job["lane"], job["progress"], job["queue_position"]) == ("queued", "normal", 0, 1)
    assert client.get(f"{JOBS}/{job['id']}", headers=owner.headers).json() == job
    with database.read() as session:
        kept = session.get_one(ClusteringJob, job["id"])
        assert kept.parameters["n_neighbors"] == 7
        assert kept.parameters["scaling"] == "auto"
        assert kept.request_id == response.headers["x-request-id"]


@pytest.mark.parametrize(
    ("parameters", "pointer"),
    [
        ({"n_neighbors": 1}, "/parameters/n_neighbors"),
        ({"n_clusters": "many"}, "/parameters/n_clusters"),
        ({"colour": 3}, "/parameters"),
        ({"columns": ["y"]}, "/parameters/columns"),
        ({"columns": ["note"]}, "/parameters/columns"),
    ],
)
def test_bad_parameters_are_refused_by_name(client, owner, dataset_id, parameters, pointer):
    response = ask(client, owner, dataset_id, parameters)
    assert is_problem(response, 422, "request_invalid")
    assert response.json()["errors"][0]["pointer"] == pointer


def test_dataset_that_is_not_ready_is_a_conflict(client, owner):
    dataset = client.post("/api/v1/datasets?filename=a.csv", content=b"x\n1\n", headers=owner.headers).json()
    assert is_problem(ask(client, owner, dataset["id"]), 409, "dataset_not_ready")


def test_table_without_numbers_is_refused(client, owner, database, dataset_id):
    with database.write() as session:
        dataset = session.get_one(Dataset, dataset_id)
        dataset.columns = [{**column, "role": "ignored"} for column in dataset.columns]
    response = ask(client, owner, dataset_id)
    assert is_problem(response, 422, "no_numeric_column")
    assert "import plan" in response.json()["remedy"]


def test_table_of_one_and_the_same_numbers_is_refused_for_that(client, owner, database, dataset_id):
    with database.write() as session:
        dataset = session.get_one(Dataset, dataset_id)
        dataset.columns = [
            {**column, "role": "ignored", "minimum": 1.0, "maximum": 1.0} for column in dataset.columns
        ]
    response = ask(client, owner, dataset_id)
    assert is_problem(response, 422, "no_numeric_column")
    assert "2 numeric columns" in response.json()["detail"]
    assert "differ from row to row" in response.json()["remedy"]


def test_fit_that_cannot_fit_into_memory_is_refused_with_number_and_remedy(
    client, owner, database, dataset_id, app
):
    with database.write() as session:
        session.get_one(Dataset, dataset_id).n_rows = 50_000
    app.state.settings = app.state.settings.model_copy(update={"job_memory_limit": 10**6})
    response = ask(client, owner, dataset_id, {"method": "exact"})
    assert is_problem(response, 422, "too_large_for_memory")
    assert "50,000 rows of 1 column need about" in response.json()["detail"]
    assert "landmark" in response.json()["detail"]
    assert "JOB_MEMORY_LIMIT" in response.json()["remedy"]
    app.state.settings = app.state.settings.model_copy(update={"job_memory_limit": 10**11})
    assert ask(client, owner, dataset_id, {"method": "exact"}).status_code == 202


def test_same_idempotency_key_is_the_same_job(client, owner, dataset_id):
    first = ask(client, owner, dataset_id, **{"Idempotency-Key": "a"})
    again = ask(client, owner, dataset_id, **{"Idempotency-Key": "a"})
    assert first.json()["id"] == again.json()["id"]
    assert ask(client, owner, dataset_id, **{"Idempotency-Key": "b"}).json()["id"] != first.json()["id"]
    other = ask(client, owner, dataset_id, {"n_neighbors": 9}, **{"Idempotency-Key": "a"})
    assert is_problem(other, 409, "idempotency_key_reused")


def test_priority_is_kept_and_top_is_for_admins(client, owner, make_person, dataset_id):
    def body(priority):
        return {"kind": "fit", "dataset_id": dataset_id, "priority": priority}

    asked = client.post(JOBS, json=body("low"), headers=owner.headers).json()
    assert (asked["priority"], asked["queue_position"]) == ("low", 1)
    first = client.post(JOBS, json=body("top"), headers=owner.headers).json()
    assert (first["priority"], first["queue_position"]) == ("top", 1)
    editor = make_person("editor")
    shared = {"dataset_id": dataset_id, "person": "editor", "right": "edit"}
    client.post("/api/v1/shares", json=shared, headers=owner.headers)
    refused = client.post(JOBS, json=body("top"), headers=editor.headers)
    assert is_problem(refused, 403, "not_allowed")
    assert client.post(JOBS, json=body("high"), headers=editor.headers).status_code == 202
    assert is_problem(client.post(JOBS, json=body("now"), headers=owner.headers), 422, "request_invalid")


def test_only_so_many_jobs_of_a_user_may_wait(client, owner, dataset_id, app):
    limited = app.state.settings.model_copy(update={"max_queued_jobs_per_user": 2})
    app.state.settings = limited
    ids = [ask(client, owner, dataset_id).json()["id"] for _ in range(2)]
    refused = ask(client, owner, dataset_id)
    assert is_problem(refused, 429, "too_many_queued_jobs")
    assert "2 of your jobs wait" in refused.json()["detail"]
    uploaded = client.post("/api/v1/datasets?filename=b.csv", content=b"x\n1\n", headers=owner.headers)
    assert is_problem(uploaded, 429, "too_many_queued_jobs")
    assert list(limited.uploads_dir.rglob("*.csv")) != [], "the first upload is kept"
    assert len(list(limited.uploads_dir.rglob("*.csv"))) == 1, "the refused one is not"
    client.post(f"{JOBS}/{ids[0]}/cancel", headers=owner.headers)
    assert ask(client, owner, dataset_id).status_code == 202


def test_estimates_come_from_what_like_jobs_took(client, owner, dataset_id, database):
    first, second, third = (ask(client, owner, dataset_id).json() for _ in range(3))
    assert (first["queue_position"], first["starts_in_seconds"]) == (1, None), "no worker is known"

    def set_job(job_id, **values):
        with database.write() as session:
            now = database_now(session)
            job = session.get_one(ClusteringJob, job_id)
            moments = {name: now - timedelta(seconds=age) for name, age in values.pop("ages", {}).items()}
            for name, value in {**values, **moments}.items():
                setattr(job, name, value)

    set_job(first["id"], status="succeeded", ages={"started_at": 1040, "finished_at": 1000})
    set_job(second["id"], status="running", ages={"started_at": 10})
    waiting = [third["id"], ask(client, owner, dataset_id).json()["id"]]
    read = [client.get(f"{JOBS}/{job_id}", headers=owner.headers).json() for job_id in waiting]
    assert [job["queue_position"] for job in read] == [1, 2]
    assert [job["starts_in_seconds"] for job in read] == [30, 90], "30 of 40 s are left, then 40 s more"
    set_job(second["id"], progress=0.5)
    read = client.get(f"{JOBS}/{third['id']}", headers=owner.headers).json()
    assert read["starts_in_seconds"] in (10, 15), "it is half done after 10 s, and says so"


def test_waiting_jobs_know_their_place(client, owner, dataset_id):
    ids = [ask(client, owner, dataset_id).json()["id"] for _ in range(3)]
    client.post(f"{JOBS}/{ids[0]}/cancel", headers=owner.headers)
    listed = client.get(f"{JOBS}?status=queued", headers=owner.headers).json()["items"]
    assert {job["id"]: job["queue_position"] for job in listed} == {ids[1]: 1, ids[2]: 2}


def test_places_are_looked_up_once_for_all_who_ask(client, owner, dataset_id, database, monkeypatch):
    monkeypatch.setattr("app.jobs.estimates.PLACES_SECONDS", 1000.0)
    looked_up = []
    find = estimates.places
    monkeypatch.setattr(estimates, "places", lambda *asked: looked_up.append(asked) or find(*asked))
    ids = [ask(client, owner, dataset_id).json()["id"] for _ in range(2)]
    assert len(looked_up) == 2, "a new job has a place at once"
    for job_id in ids * 2:
        client.get(f"{JOBS}/{job_id}", headers=owner.headers)
    assert len(looked_up) == 2
    with database.write() as session:
        session.get_one(ClusteringJob, ids[1]).status = "running"
    begun = client.get(f"{JOBS}/{ids[1]}", headers=owner.headers).json()
    assert (begun["status"], begun["queue_position"]) == ("running", None)


def test_queued_job_is_cancelled_at_once_and_asking_twice_is_no_error(client, owner, dataset_id):
    job = ask(client, owner, dataset_id).json()
    for _ in range(2):
        response = client.post(f"{JOBS}/{job['id']}/cancel", headers=owner.headers)
        assert (response.status_code, response.json()["status"]) == (200, "cancelled")
    assert response.json()["finished_at"] is not None


def test_running_job_is_asked_to_stop_once(client, owner, dataset_id, database):
    job = ask(client, owner, dataset_id).json()
    with database.write() as session:
        session.get_one(ClusteringJob, job["id"]).status = "running"
    for _ in range(2):
        body = client.post(f"{JOBS}/{job['id']}/cancel", headers=owner.headers).json()
        assert (body["status"], body["cancel_requested"]) == ("running", True)
    events = client.get(f"{JOBS}/{job['id']}/events", headers=owner.headers).json()["items"]
    assert [event["data"].get("cancel_requested") for event in events] == [None, True]


def test_finished_job_cannot_be_cancelled(client, owner, dataset_id, database):
    job = ask(client, owner, dataset_id).json()
    with database.write() as session:
        end_job(session, session.get_one(ClusteringJob, job["id"]))
    response = client.post(f"{JOBS}/{job['id']}/cancel", headers=owner.headers)
    assert is_problem(response, 409, "job_already_finished")


def test_events_are_numbered_without_gaps_and_can_be_continued(client, owner, dataset_id, database):
    job = ask(client, owner, dataset_id).json()
    for part in (0.25, 0.5):
        with database.write() as session:
            append_event(session, job["id"], "progress", {"progress": part})
    path = f"{JOBS}/{job['id']}/events"
    items = client.get(path, headers=owner.headers).json()["items"]
    assert [(event["seq"], event["event"]) for event in items] == [
        (1, "state"),
        (2, "progress"),
        (3, "progress"),
    ]
    assert client.get(f"{path}?after_seq=2", headers=owner.headers).json()["items"] == items[2:]


def test_two_writers_never_take_one_event_number(database, owner, dataset_id):
    from concurrent.futures import ThreadPoolExecutor

    with database.write() as session:
        job_id = enqueue(session, user_id=owner.id, kind="fit", dataset_id=dataset_id).id

    def write(_number):
        with database.write() as session:
            append_event(session, job_id, "log", {})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(12)))
    with database.read() as session:
        seqs = [
            event.seq for event in session.query(JobEvent).filter_by(job_id=job_id).order_by(JobEvent.seq)
        ]
        assert seqs == list(range(1, 14))
        assert session.get_one(ClusteringJob, job_id).event_seq == 13


def test_moments_are_kept_in_utc(database, owner, dataset_id):
    with database.write() as session:
        before = database_now(session)
        job = enqueue(session, user_id=owner.id, kind="fit", dataset_id=dataset_id)
    assert job.created_at.utcoffset().total_seconds() == 0
    assert (job.created_at - before).total_seconds() >= 0


def test_jobs_are_found_by_dataset(client, owner, dataset_id):
    job = ask(client, owner, dataset_id).json()
    found = client.get(f"{JOBS}?dataset_id={dataset_id}", headers=owner.headers).json()["items"]
    assert [each["kind"] for each in found] == ["fit", "import"]
    assert found[0]["id"] == job["id"]
    assert client.get(f"{JOBS}?dataset_id=99", headers=owner.headers).json()["items"] == []
