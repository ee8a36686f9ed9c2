import threading

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from stand_ins import LABELS, N_ROWS, TABLE, cut_summary, fit_summary, is_problem, positions

from app.jobs.lease import claim, fail, succeed
from app.jobs.models import ClusteringJob
from app.runs.export import cluster_column
from app.runs.outcome import record_fit, record_partition

RUNS = "/api/v1/runs"


@pytest.fixture
def get(client, owner, run_id):
    def get(path="", **headers):
        return client.get(f"{RUNS}/{run_id}{path}", headers={**owner.headers, **headers})

    return get


@pytest.fixture
def cut(client, owner, run_id):
    def cut(n_clusters):
        body = {"n_clusters": n_clusters}
        return client.put(f"{RUNS}/{run_id}/partition", json=body, headers=owner.headers)

    return cut


@pytest.fixture
def cut_ahead(client, owner, run_id):
    def cut_ahead(n_clusters):
        return client.put(f"{RUNS}/{run_id}/partitions/{n_clusters}", headers=owner.headers)

    return cut_ahead


def arrow(response) -> pa.Table:
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/vnd.apache.arrow.stream"
    return pa.ipc.open_stream(response.content).read_all()


def work(database, app, artifacts, *, failing=False):
    """Do what the worker does with the next cut, once it is queued."""

    def run():
        with database.write() as session:
            taken = claim(session, "interactive", "test", 30)
        assert taken is not None
        with database.write() as session:
            if failing:
                fail(
                    session,
                    taken,
                    {"title": "No", "status": 422, "code": "x", "detail": "it broke", "remedy": "try"},
                )
                return
            job = succeed(session, taken)
            record_partition(session, job, cut_summary(artifacts, job.parameters["n_clusters"]))
        app.state.hints.publish(taken.job_id)

    queued = threading.Event()
    subscription = app.state.hints.subscribe(lambda _job: queued.set())

    def wait_and_run():
        try:
            assert queued.wait(20)
            run()
        finally:
            subscription.close()

    thread = threading.Thread(target=wait_and_run)
    thread.start()
    return thread


def test_run_tells_how_it_was_made_and_what_it_found(get, run_id, dataset_id):
    run = get().json()
    assert (run["id"], run["dataset_id"], run["number"], run["n_rows"]) == (run_id, dataset_id, 1, N_ROWS)
    assert (run["n_clusters"], run["max_clusters"], run["method"]) == (2, 5, "exact")
    assert run["parameters"]["scaling"] == "auto"
    assert [cluster["size"] for cluster in run["partition"]["clusters"]] == [2, 4]
    assert (run["layouts"]["features"]["has_3d"], run["layouts"]["embedding"]["has_3d"]) == (False, True)


def test_numbers_of_runs_count_within_the_dataset_and_are_not_given_again(
    client, owner, database, settings, dataset_id, run_id
):
    from app.jobs.queue import enqueue

    def add():
        with database.write() as session:
            job = enqueue(session, user_id=owner.id, kind="fit", dataset_id=dataset_id)
            return record_fit(session, job, "7ab1e", fit_summary(settings.artifacts_dir)).number

    assert add() == 2
    newest = client.get(f"{RUNS}?dataset_id={dataset_id}", headers=owner.headers).json()["items"][0]
    assert client.delete(f"{RUNS}/{newest['id']}", headers=owner.headers).status_code == 204
    assert is_problem(client.get(f"{RUNS}/{newest['id']}", headers=owner.headers), 404, "not_found")
    assert add() == 3


def test_points_come_in_drawn_order(get, run_id):
    table = arrow(get("/points?layout=features"))
    assert table.schema.names == ["row", "x", "y"]
    assert table.schema.field("row").type == pa.uint32()
    assert table.schema.field("x").type == pa.uint16()
    expected = {b"run_id": str(run_id).encode(), b"layout": b"features", b"n_rows": b"6"}
    assert table.schema.metadata == expected
    assert table.column("row").to_pylist() == [3, 0, 5, 1, 4, 2]
    assert table.column("y").to_pylist() == positions("features")[:, 1].tolist()
    solid = arrow(get("/points?layout=embedding&dimensions=3"))
    assert solid.column("z").to_pylist() == positions("embedding")[:, 2].tolist()


def test_points_are_sent_in_blocks(monkeypatch, get):
    monkeypatch.setattr("app.runs.streams.POINTS_A_BATCH", 4)
    reader = pa.ipc.open_stream(get("/points").content)
    assert [batch.num_rows for batch in reader] == [4, 2]


def test_points_that_a_browser_has_are_not_sent_again(get):
    for path in ("/points", "/labels?n_clusters=2"):
        first = get(path)
        assert first.headers["cache-control"] == "private, no-cache"
        again = get(path, **{"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
    assert get("/points?dimensions=3", **{"If-None-Match": get("/points").headers["etag"]}).status_code == 200


def test_layout_that_was_not_made_or_cannot_be_says_so(get):
    assert is_problem(get("/points?layout=features&dimensions=3"), 404, "layout_not_found")
    assert is_problem(get("/points?dimensions=4"), 422, "request_invalid")
    assert is_problem(get("/points?layout=umap"), 404, "layout_not_found")
    assert is_problem(get("/points?layout=circle"), 422, "request_invalid")


def test_missing_artifacts_are_told_from_missing_runs(get, settings):
    for path in settings.artifacts_dir.rglob("labels.npy"):
        path.unlink()
    assert is_problem(get("/labels"), 410, "artifact_missing")
    assert is_problem(get("/export"), 410, "artifact_missing")


def test_labels_come_in_row_order(get):
    table = arrow(get("/labels"))
    assert table.schema.field("label").type == pa.uint16()
    assert table.column("label").to_pylist() == LABELS[2]
    assert is_problem(get("/labels?n_clusters=3"), 404, "partition_not_found")


def test_spectrum_has_eigenvalues_and_residual_norms(get):
    table = arrow(get("/spectrum"))
    assert table.column("eigenvalue").to_pylist() == [0.0, 0.25, 0.5, 0.75, 1.0, 1.25]
    assert table.column("residual_norm").to_pylist() == [1e-12] * 6


def test_new_cut_is_made_by_a_job_and_shown(get, cut, database, app, settings):
    worker = work(database, app, settings.artifacts_dir)
    response = cut(3)
    worker.join()
    assert response.status_code == 200, response.text
    assert response.json()["n_clusters"] == 3
    assert get().json()["n_clusters"] == 3
    assert arrow(get("/labels")).column("label").to_pylist() == LABELS[3]


def test_cut_that_was_made_before_needs_no_job(get, cut, database):
    response = cut(2)
    assert (response.status_code, response.json()["n_clusters"]) == (200, 2)
    with database.read() as session:
        assert session.query(ClusteringJob).filter_by(kind="recut").count() == 0


def test_slow_cut_answers_with_its_job(cut, monkeypatch, run_id):
    monkeypatch.setattr("app.runs.service.PATIENCE_SECONDS", 0.1)
    first, second = cut(3), cut(3)
    assert first.status_code == 202
    job = first.json()
    assert (job["kind"], job["lane"], job["status"], job["run_id"]) == (
        "recut",
        "interactive",
        "queued",
        run_id,
    )
    assert first.headers["location"] == f"/api/v1/jobs/{job['id']}"
    assert second.json()["id"] == job["id"]


def test_newer_wish_replaces_the_older_one(get, cut, client, owner, monkeypatch, database, settings):
    monkeypatch.setattr("app.runs.service.PATIENCE_SECONDS", 0.1)
    older = cut(4).json()["id"]
    newer = cut(3).json()["id"]
    assert client.get(f"/api/v1/jobs/{older}", headers=owner.headers).json()["status"] == "cancelled"
    with database.write() as session:
        taken = claim(session, "interactive", "test", 30)
    assert taken.job_id == newer
    assert cut(2).status_code == 200
    with database.write() as session:
        record_partition(session, succeed(session, taken), cut_summary(settings.artifacts_dir, 3))
    # The cut into 3 came after the click on 2: it is kept, and not shown.
    assert get().json()["n_clusters"] == 2
    assert cut(3).status_code == 200


def test_cut_ahead_is_kept_and_not_shown(get, cut, cut_ahead, database, app, settings):
    worker = work(database, app, settings.artifacts_dir)
    response = cut_ahead(3)
    worker.join()
    assert (response.status_code, response.json()["n_clusters"]) == (200, 3), response.text
    assert arrow(get("/labels?n_clusters=3")).column("label").to_pylist() == LABELS[3]
    assert get().json()["n_clusters"] == 2
    assert cut(3).json() == cut_ahead(3).json() == response.json()
    assert get().json()["n_clusters"] == 3
    assert is_problem(cut_ahead(6), 422, "too_many_clusters")
    assert is_problem(cut_ahead(0), 422, "request_invalid")


def test_cut_ahead_drops_nothing_and_gives_way(cut, cut_ahead, client, owner, monkeypatch):
    monkeypatch.setattr("app.runs.service.PATIENCE_SECONDS", 0.1)
    wanted, ahead = cut(3).json()["id"], cut_ahead(4).json()["id"]
    assert cut_ahead(3).json()["id"] == wanted
    statuses = [
        client.get(f"/api/v1/jobs/{job}", headers=owner.headers).json()["status"] for job in (wanted, ahead)
    ]
    assert statuses == ["queued", "queued"]
    assert cut(3).json()["id"] == wanted
    assert client.get(f"/api/v1/jobs/{ahead}", headers=owner.headers).json()["status"] == "cancelled"


def test_cut_under_way_ahead_is_shown_once_it_is_wanted(
    get, cut, cut_ahead, database, app, settings, monkeypatch
):
    monkeypatch.setattr("app.runs.service.PATIENCE_SECONDS", 0.1)
    ahead = cut_ahead(3).json()["id"]
    assert cut(3).json()["id"] == ahead
    monkeypatch.setattr("app.runs.service.PATIENCE_SECONDS", 20)
    with database.write() as session:
        taken = claim(session, "interactive", "test", 30)
    with database.write() as session:
        record_partition(session, succeed(session, taken), cut_summary(settings.artifacts_dir, 3))
    assert get().json()["n_clusters"] == 3


def test_failed_cut_says_why(cut, database, app, settings):
    worker = work(database, app, settings.artifacts_dir, failing=True)
    response = cut(3)
    worker.join()
    assert is_problem(response, 409, "recut_failed")
    assert (response.json()["detail"], response.json()["remedy"]) == ("it broke", "try")


def test_cut_beyond_the_eigenvectors_is_refused(cut):
    response = cut(6)
    assert is_problem(response, 422, "too_many_clusters")
    assert "1 to 5" in response.json()["detail"]
    assert is_problem(cut(0), 422, "request_invalid")


def test_csv_has_the_cluster_and_no_formulas(get):
    response = get("/export?format=csv")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="points-2-clusters.csv"' in response.headers["content-disposition"]
    assert response.text.splitlines() == [
        '"x","note","cluster","cluster_2"',
        '0,"\'=SUM(A1)",1,0',
        '0.1,"plain",2,0',
        '5,"\'-5",3,1',
        "5.1,,4,1",
        ',"\'@home",5,1',
        '9,"ä; ""ö""",6,1',
    ]


def test_csv_is_written_block_by_block(get, monkeypatch):
    whole = get("/export").text
    monkeypatch.setattr("app.runs.export.ROWS_A_BATCH", 2)
    assert get("/export").text == whole


def test_parquet_is_the_table_with_the_cluster(get, monkeypatch):
    monkeypatch.setattr("app.runs.export.ROWS_A_BATCH", 4)
    table = pq.read_table(pa.BufferReader(get("/export?format=parquet&n_clusters=2").content))
    assert table.column("cluster_2").to_pylist() == LABELS[2]
    assert table.drop(["cluster_2"]).equals(TABLE)
    assert is_problem(get("/export?n_clusters=5"), 404, "partition_not_found")


def test_name_of_the_cluster_column_is_free():
    assert cluster_column(["a"]) == "cluster"
    assert cluster_column(["cluster", "cluster_2"]) == "cluster_3"


def test_algorithms_carry_the_schema_of_their_form(client, owner):
    algorithm = client.get("/api/v1/algorithms", headers=owner.headers).json()[0]
    assert algorithm["name"] == "spectral"
    assert algorithm["schema"]["properties"]["n_neighbors"]["x-group"] == "Graph"
