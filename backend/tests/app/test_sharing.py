"""Sharing with people and by links: what it opens, what it does not, and how it ends."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from stand_ins import fit_summary, is_problem

from app.database import database_now
from app.jobs.models import ClusteringJob
from app.jobs.queue import enqueue
from app.runs.outcome import record_fit
from app.sharing.models import Share, ShareLink


@pytest.fixture
def ada(make_person):
    return make_person("ada")


@pytest.fixture
def second_run_id(database, settings, owner, dataset_id, run_id):
    with database.write() as session:
        job = enqueue(session, user_id=owner.id, kind="fit", dataset_id=dataset_id, parameters={})
        return record_fit(session, job, "7ab1e", fit_summary(settings.artifacts_dir)).id


@pytest.fixture
def share(client, owner):
    def share(right="view", person="ada", **thing):
        body = {"person": person, "right": right, **thing}
        return client.post("/api/v1/shares", json=body, headers=owner.headers)

    return share


@pytest.fixture
def link(client, owner):
    def link(right="view", **body):
        made = client.post("/api/v1/share-links", json={"right": right, **body}, headers=owner.headers)
        assert (made.status_code, made.headers["cache-control"]) == (201, "no-store")
        return made.json()

    return link


def status(client, person, address):
    return client.get(f"/api/v1/{address}", headers=person.headers).status_code


def items(client, person, what):
    return client.get(f"/api/v1/{what}", headers=person.headers).json()["items"]


def opened(client, person, token):
    return client.post("/api/v1/share-links/open", json={"token": token}, headers=person.headers)


def test_shared_dataset_is_in_the_list_with_its_right(client, share, owner, ada, dataset_id, run_id):
    assert items(client, ada, "datasets") == items(client, ada, "runs") == []
    assert share(dataset_id=dataset_id).status_code == 201
    for what, number in (("datasets", dataset_id), ("runs", run_id)):
        ((hers,), (his,)) = items(client, ada, what), items(client, owner, what)
        assert (hers["id"], hers["right"], his["right"]) == (number, "view", "own")
        assert hers["owner"] == his["owner"] == "owner"
        assert client.get(f"/api/v1/{what}/{number}", headers=ada.headers).json()["right"] == "view"


def test_share_of_a_run_reaches_it_and_its_table_alone(client, share, ada, dataset_id, run_id, second_run_id):
    share("edit", run_id=run_id)
    assert [run["id"] for run in items(client, ada, "runs")] == [run_id]
    assert [(one["id"], one["right"]) for one in items(client, ada, "datasets")] == [(dataset_id, "view")]
    assert status(client, ada, f"runs/{second_run_id}") == 404
    assert status(client, ada, f"datasets/{dataset_id}/preview") == 200
    cut = {"n_clusters": 2}
    address = f"/api/v1/runs/{run_id}/partition"
    assert client.put(address, json=cut, headers=ada.headers).status_code == 200
    renamed = client.patch(f"/api/v1/datasets/{dataset_id}", json={"name": "b"}, headers=ada.headers)
    assert is_problem(renamed, 403, "not_allowed")
    fit = client.post("/api/v1/jobs", json={"kind": "fit", "dataset_id": dataset_id}, headers=ada.headers)
    assert is_problem(fit, 403, "not_allowed")


def test_second_share_replaces_the_first_and_the_better_right_counts(
    client, share, link, owner, ada, dataset_id
):
    share("view", dataset_id=dataset_id)
    share("edit", dataset_id=dataset_id)
    listed = client.get(f"/api/v1/shares?dataset_id={dataset_id}", headers=owner.headers).json()
    assert [(each["username"], each["right"]) for each in listed["people"]] == [("ada", "edit")]
    opened(client, ada, link("view", dataset_id=dataset_id)["token"])
    assert items(client, ada, "datasets")[0]["right"] == "edit"


def test_editor_s_run_belongs_to_the_dataset_s_owner_too(
    client, database, settings, share, owner, ada, dataset_id, run_id
):
    given = share("edit", dataset_id=dataset_id).json()
    asked = client.post("/api/v1/jobs", json={"kind": "fit", "dataset_id": dataset_id}, headers=ada.headers)
    job_id = asked.json()["id"]
    with database.write() as session:
        job = session.get_one(ClusteringJob, job_id)
        made = record_fit(session, job, "7ab1e", fit_summary(settings.artifacts_dir)).id
    assert status(client, owner, f"jobs/{job_id}") == status(client, owner, f"runs/{made}") == 200
    refused = client.delete(f"/api/v1/runs/{run_id}", headers=ada.headers)
    assert is_problem(refused, 403, "not_allowed")
    onward = {"run_id": made, "person": "owner", "right": "view"}
    assert is_problem(client.post("/api/v1/shares", json=onward, headers=ada.headers), 403, "not_allowed")
    # Who loses the dataset loses what was made of it, the own work too.
    client.delete(f"/api/v1/shares/{given['id']}", headers=owner.headers)
    assert status(client, ada, f"runs/{made}") == 404
    share("edit", dataset_id=dataset_id)
    assert client.delete(f"/api/v1/runs/{made}", headers=ada.headers).status_code == 204


def test_link_gives_its_right_to_who_opens_it_until_it_is_taken_back(
    client, link, owner, ada, stranger, run_id, dataset_id, database
):
    made = link("edit", run_id=run_id)
    with database.read() as session:
        assert made["token"] not in session.scalars(sa.select(ShareLink.sha256)).all()
    assert status(client, ada, f"runs/{run_id}") == 404
    for _ in range(2):
        led = opened(client, ada, made["token"])
        assert led.json() == {"dataset_id": dataset_id, "run_id": run_id, "right": "edit"}
    opened(client, owner, made["token"])
    listed = client.get(f"/api/v1/shares?run_id={run_id}", headers=owner.headers)
    assert [(each["username"], each["link_id"]) for each in listed.json()["people"]] == [("ada", made["id"])]
    assert [each["id"] for each in listed.json()["links"]] == [made["id"]]
    assert made["token"] not in listed.text
    assert status(client, ada, f"runs/{run_id}") == 200
    assert status(client, stranger, f"runs/{run_id}") == 404
    address = f"/api/v1/share-links/{made['id']}"
    assert is_problem(client.delete(address, headers=ada.headers), 404, "not_found")
    assert client.delete(address, headers=owner.headers).status_code == 204
    assert status(client, ada, f"runs/{run_id}") == 404
    assert is_problem(opened(client, stranger, made["token"]), 404, "link_unknown")


def test_late_link_opens_nothing_more_and_closes_nothing(client, link, ada, stranger, dataset_id, database):
    token = link(dataset_id=dataset_id)["token"]
    opened(client, ada, token)
    with database.write() as session:
        late = database_now(session) - timedelta(seconds=1)
        session.execute(sa.update(ShareLink).values(expires_at=late))
    assert is_problem(opened(client, stranger, token), 410, "link_used")
    assert status(client, ada, f"datasets/{dataset_id}") == 200


def test_share_is_given_up_by_who_has_it(client, share, ada, stranger, dataset_id):
    given = share(dataset_id=dataset_id).json()
    address = f"/api/v1/shares/{given['id']}"
    assert is_problem(client.delete(address, headers=stranger.headers), 404, "not_found")
    assert client.delete(address, headers=ada.headers).status_code == 204
    assert status(client, ada, f"datasets/{dataset_id}") == 404


def test_all_that_is_shared_of_a_dataset_is_given_up_at_once(
    client, share, link, owner, ada, stranger, dataset_id, run_id
):
    for thing in ({"dataset_id": dataset_id}, {"run_id": run_id}):
        share(**thing)
        opened(client, ada, link(**thing)["token"])
    share(person="stranger", dataset_id=dataset_id)
    address = f"/api/v1/shares/received?dataset_id={dataset_id}"
    assert is_problem(client.delete(address, headers=owner.headers), 404, "not_found")
    assert client.delete(address, headers=ada.headers).status_code == 204
    assert items(client, ada, "datasets") == items(client, ada, "runs") == []
    assert is_problem(client.delete(address, headers=ada.headers), 404, "not_found")
    assert status(client, stranger, f"datasets/{dataset_id}") == 200


def test_deleted_dataset_is_gone_for_all(client, share, link, owner, ada, dataset_id, run_id):
    share(dataset_id=dataset_id)
    token = link(run_id=run_id)["token"]
    client.delete(f"/api/v1/datasets/{dataset_id}", headers=owner.headers)
    assert items(client, ada, "datasets") == items(client, ada, "runs") == []
    assert status(client, ada, f"runs/{run_id}") == 404
    assert is_problem(opened(client, ada, token), 404, "link_unknown")


def test_what_cannot_be_shared_is_refused(client, share, owner, ada, dataset_id, run_id, database):
    assert is_problem(share(person="nobody", dataset_id=dataset_id), 404, "not_found")
    assert is_problem(share(person="owner", dataset_id=dataset_id), 422, "request_invalid")
    assert is_problem(share(), 422, "request_invalid")
    assert is_problem(share(dataset_id=dataset_id, run_id=run_id), 422, "request_invalid")
    assert is_problem(share("own", dataset_id=dataset_id), 422, "request_invalid")
    assert is_problem(client.get("/api/v1/shares", headers=owner.headers), 422, "request_invalid")
    with database.read() as session:
        assert session.scalars(sa.select(Share)).all() == []


def test_watcher_of_a_shared_job_gets_its_snapshot(client, share, ada, dataset_id, run_id, owner):
    job_id = client.get(f"/api/v1/runs/{run_id}", headers=owner.headers).json()["job_id"]
    ticket = client.post("/api/v1/ws-ticket", headers=ada.headers).json()["ticket"]
    with client.websocket_connect("/ws", subprotocols=["fiedler.v1", f"ticket.{ticket}"]) as websocket:
        websocket.send_json({"op": "subscribe", "job": job_id})
        assert websocket.receive_json()["problem"]["code"] == "not_found"
        share(dataset_id=dataset_id)
        websocket.send_json({"op": "subscribe", "job": job_id})
        assert websocket.receive_json()["type"] == "snapshot"
