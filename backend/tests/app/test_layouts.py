"""Layouts that are asked for: one job however many ask, kept with the run; and values to colour a map by."""

import importlib

import numpy as np
import pyarrow as pa
import pytest
from engine_stand_in import Engine, fit_three_clusters

from app.jobs.lease import claim, succeed
from app.jobs.models import ClusteringJob
from app.retention.references import artifacts_in_use
from app.runs.models import Run
from app.worker.work import WORK

RUNS = "/api/v1/runs"
N_ROWS = 90


@pytest.fixture
def run_id(database, settings, owner, dataset_id):
    return fit_three_clusters(database, settings, owner.id, dataset_id, N_ROWS)


@pytest.fixture
def ask(client, owner, run_id):
    def ask(method, path, person=owner):
        return client.request(method, f"{RUNS}/{run_id}{path}", headers=person.headers)

    return ask


@pytest.fixture
def work_off(database, settings):
    """Do the job at the head of the queue, as a worker would; return its kind."""

    def work_off():
        with database.write() as session:
            taken = claim(session, "normal", "test", 30)
        work = WORK[taken.kind]
        with database.read() as session:
            details = work.prepare(session, session.get_one(ClusteringJob, taken.job_id), settings)
        result = importlib.import_module(work.handler).compute(details, lambda *_: None)
        with database.write() as session:
            work.record(session, succeed(session, taken), result)
        return taken.kind

    return work_off


def points_of(answer):
    assert answer.status_code == 200, answer.text
    return pa.ipc.open_stream(answer.content).read_all()


def test_a_layout_is_made_once_and_kept_with_the_run(
    ask, work_off, database, run_id, dataset_id, client, owner, make_person
):
    assert ask("GET", "/points?layout=tsne").json()["code"] == "layout_not_found"
    first = ask("PUT", "/layouts/tsne")
    assert (first.status_code, first.json()["kind"]) == (202, "layout")
    friend = make_person("friend")
    body = {"dataset_id": dataset_id, "person": "friend", "right": "view"}
    client.post("/api/v1/shares", json=body, headers=owner.headers)
    assert ask("PUT", "/layouts/tsne", friend).json()["id"] == first.json()["id"]
    assert work_off() == "layout"
    again = ask("PUT", "/layouts/tsne")
    assert again.status_code == 200
    assert again.json()["title"] == "t-SNE of the features"
    assert set(ask("GET", "").json()["layouts"]) == {"features", "embedding", "tsne"}
    drawn = points_of(ask("GET", "/points?layout=tsne", friend))
    # The i-th point is the same row in every layout, so that one may become the other.
    assert drawn["row"].equals(points_of(ask("GET", "/points?layout=features"))["row"])
    assert len(np.unique(drawn["x"])) > N_ROWS / 2
    assert ask("GET", "/points?layout=tsne&dimensions=3").json()["code"] == "layout_not_found"
    with database.read() as session:
        key = session.get_one(Run, run_id).layouts["tsne"]["key"]
        assert ("layout", key) in artifacts_in_use(session)


def test_stability_is_worked_on_beside_the_fits_and_answered_after(ask, work_off, monkeypatch):
    monkeypatch.setattr("app.explanations.service.PATIENCE_SECONDS", 0.01)
    waiting = ask("GET", "/values?of=stability")
    assert (waiting.status_code, waiting.json()["lane"]) == (202, "normal")
    assert work_off() == "explain"
    told = ask("GET", "/values?of=stability")
    assert told.status_code == 200, told.text
    assert told.json()["minimum"] > 0.5


def test_values_are_told_and_streamed(ask, client, app, database, settings):
    engine = Engine(app, database, settings)
    try:
        told = ask("GET", "/values?of=silhouette")
        assert told.status_code == 200, told.text
        assert [mean > 0 for mean in told.json()["cluster_means"]] == [True] * 3
        values = points_of(ask("GET", f"/explanations/{told.json()['key']}/values"))["value"]
        assert (values.type, len(values)) == (pa.float32(), N_ROWS)
        told = ask("GET", "/values?of=column&column=kind").json()
        assert sorted(told["values"]) == ["Adelie", "Chinstrap", "Gentoo"]
        codes = points_of(ask("GET", f"/explanations/{told['key']}/values"))["value"]
        assert [told["values"][code.as_py()] for code in codes[:3]] == ["Adelie", "Gentoo", "Chinstrap"]
        refused = ask("GET", "/values?of=column&column=nope").json()
        assert refused["code"] == "question_refused"
        assert ask("GET", "/values?of=column").status_code == 422
    finally:
        engine.close()


def test_an_outline_is_answered_among_all_rows_of_the_table(
    ask, client, owner, run_id, app, database, settings
):
    every = points_of(ask("GET", "/points?layout=features"))
    part = points_of(ask("GET", "/points?layout=features&limit=20"))
    assert part["row"].to_pylist() == every["row"].to_pylist()[:20]
    engine = Engine(app, database, settings)
    try:
        # The right half of the unit square, seen at 100 pixels a unit.
        body = {"layout": "features", "x": [100, 0, 0, 0], "y": [0, 100, 0, 0]}
        body["way"] = [[50, -1], [101, -1], [101, 101], [50, 101]]
        told = client.post(f"{RUNS}/{run_id}/outlines", json=body, headers=owner.headers)
        assert told.status_code == 200, told.text
        rows = points_of(ask("GET", f"/explanations/{told.json()['key']}/rows?of=outline"))["row"].to_pylist()
        right = {
            row.as_py() for row, x in zip(every["row"], every["x"], strict=True) if x.as_py() > 65_535 / 2
        }
        assert set(rows) == right
        assert told.json()["n_rows"] == len(rows)
        deep = client.post(
            f"{RUNS}/{run_id}/outlines", json={**body, "layout": "umap"}, headers=owner.headers
        )
        assert deep.json()["code"] == "layout_not_found"
    finally:
        engine.close()


def test_the_table_is_exported_as_arrow_too(ask):
    answer = ask("GET", "/export?format=arrow")
    table = points_of(answer)
    assert answer.headers["content-disposition"].endswith("-3-clusters.arrow")
    labels = points_of(ask("GET", "/labels"))["label"]
    assert table.column_names[-1] == "cluster"
    assert table["cluster"].to_pylist() == labels.to_pylist()
