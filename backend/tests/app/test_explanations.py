"""Questions about clusters and rows: asked once, answered by the engine, kept, or refused."""

import base64
import shutil
import threading

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pydantic import TypeAdapter
from stand_ins import end_job, is_problem

from app.explanations.partition_schemas import ColumnAgreementRead, GraphDiagnosisRead, PartitionChangesRead
from app.explanations.schemas import ClusterExplanationRead, ComparisonRead, RowExplanationRead
from app.jobs.lease import claim, fail, succeed
from app.jobs.models import ClusteringJob
from app.jobs.queue import enqueue
from app.runs.models import Partition, Run
from app.runs.outcome import record_fit, record_partition
from app.worker.work import WORK
from fiedler import pipeline
from fiedler.artifacts import ArtifactStore
from fiedler.errors import FiedlerError
from fiedler.parameters import ClusteringParameters

RUNS = "/api/v1/runs"
N_ROWS = 120


@pytest.fixture
def fitted_run(database, settings, owner, dataset_id):
    """A run that the engine has fitted, into 3 clusters."""
    truth = np.arange(N_ROWS) % 3
    points = np.eye(3)[truth] * 9 + np.random.default_rng(0).normal(size=(N_ROWS, 3))
    folder = settings.artifacts_dir / "table" / "5ee"
    folder.mkdir()
    columns = {name: points[:, column] for column, name in enumerate("xyz")}
    kinds = np.array(["Adelie", "Gentoo", "Chinstrap"])[truth]
    pq.write_table(pa.table({**columns, "kind": kinds}), folder / "table.parquet")
    store = ArtifactStore(settings.artifacts_dir)
    parameters = ClusteringParameters(columns=("x", "y", "z"), n_clusters=3)
    summary = pipeline.fit(folder / "table.parquet", "5ee", parameters, store)
    with database.write() as session:
        job = enqueue(
            session, user_id=owner.id, kind="fit", dataset_id=dataset_id, parameters=parameters.to_dict()
        )
        run = record_fit(session, job, "5ee", summary.to_dict())
        end_job(session, job)
        return run.id


@pytest.fixture
def cut_to(database, settings, owner, fitted_run):
    """Cuts the run into another number of clusters, as a worker would."""

    def cut_to(n_clusters):
        with database.read() as session:
            run = session.get_one(Run, fitted_run)
            summary = pipeline.FitSummary.from_dict(run.summary)
        partition = pipeline.recut(summary, n_clusters, ArtifactStore(settings.artifacts_dir))
        with database.write() as session:
            job = enqueue(
                session,
                user_id=owner.id,
                kind="recut",
                dataset_id=run.dataset_id,
                run_id=run.id,
                parameters={"n_clusters": n_clusters},
            )
            record_partition(session, job, partition.to_dict())
            end_job(session, job)

    return cut_to


class Engine:
    """Answers queued questions as a worker would, without processes; counts them."""

    def __init__(self, app, database, settings):
        self.app, self.database, self.settings = app, database, settings
        self.answered = 0
        self.problem = None
        self._closed = threading.Event()
        self._queued = threading.Event()
        self._subscription = app.state.hints.subscribe(lambda _job: self._queued.set())
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    def close(self):
        self._closed.set()
        self._queued.set()
        self._thread.join()
        self._subscription.close()

    def _work(self):
        while not self._closed.is_set():
            self._queued.wait(20)
            self._queued.clear()
            with self.database.write() as session:
                taken = claim(session, "interactive", "test", 30)
            if taken is not None:
                self._answer(taken)

    def _answer(self, taken):
        work = WORK[taken.kind]
        with self.database.read() as session:
            job = session.get_one(ClusteringJob, taken.job_id)
            details = work.prepare(session, job, self.settings)
        problem = self.problem
        try:
            from app.worker.handlers import explain

            result = explain.compute(details, lambda *_: None) if problem is None else None
        except FiedlerError as error:
            problem = {"title": "No", "status": 422, "code": "explanation", "detail": str(error)}
        with self.database.write() as session:
            if problem is not None:
                fail(session, taken, problem)
            else:
                work.record(session, succeed(session, taken), result)
        self.answered += 1
        self.app.state.hints.publish(taken.job_id)


@pytest.fixture
def engine(client, app, database, settings, monkeypatch):
    # A kernel that was never compiled here takes longer than a user is made to wait.
    monkeypatch.setattr("app.explanations.service.PATIENCE_SECONDS", 120)
    engine = Engine(app, database, settings)
    yield engine
    engine.close()


@pytest.fixture
def get(client, owner, fitted_run):
    def get(path):
        return client.get(f"{RUNS}/{fitted_run}{path}", headers=owner.headers)

    return get


@pytest.fixture
def compare(client, owner, fitted_run):
    def compare(body):
        return client.post(f"{RUNS}/{fitted_run}/comparisons", json=body, headers=owner.headers)

    return compare


def matches(model, response):
    """Whether an answer is exactly what the contract says, nothing missing and nothing more."""
    assert response.status_code == 200, response.text
    body = response.json()
    assert TypeAdapter(model).validate_python(body).model_dump(mode="json") == body
    return body


def test_cluster_is_explained_as_the_contract_says(engine, get):
    body = matches(ClusterExplanationRead, get("/clusters/1/explanation?n_clusters=3"))
    assert (body["cluster"], body["size"], body["n_rows"]) == (1, N_ROWS // 3, N_ROWS)
    assert body["columns"][0]["effect"]["separation"] == pytest.approx(1)
    (kind,) = body["others"]["labels"]
    assert kind["values"][0]["share_inside"] == 1.0
    assert kind["values"][0]["share_all"] == pytest.approx(1 / 3)


def test_row_is_explained_as_the_contract_says(engine, get):
    body = matches(RowExplanationRead, get("/rows/7/explanation"))
    assert body["row"] == 7
    assert body["held_by"][0]["cluster"] == body["cluster"]


def test_sets_of_rows_are_compared_as_the_contract_says(engine, compare):
    body = matches(ComparisonRead, compare({"first": {"cluster": 0}, "second": {"cluster": 2}}))
    assert (body["n_first"], body["n_second"], body["n_shared"]) == (N_ROWS // 3, N_ROWS // 3, 0)
    bits = np.packbits(np.arange(N_ROWS) % 3 == 0, bitorder="little").tobytes()
    by_bits = matches(ComparisonRead, compare({"first": {"bitmap": base64.b64encode(bits).decode()}}))
    by_rows = matches(ComparisonRead, compare({"first": {"rows": list(range(0, N_ROWS, 3))}}))
    assert {**by_bits, "key": None} == {**by_rows, "key": None}


def test_graph_is_diagnosed_as_the_contract_says(engine, get):
    body = matches(GraphDiagnosisRead, get("/diagnosis"))
    assert (body["vertices"], body["n_rows"]) == ("rows", N_ROWS)
    assert body["part_sizes"] == [N_ROWS // 3] * 3
    assert [cut["conductance"] for cut in body["cuts"]] == [0, 0, 0]
    assert body["findings"][0]["code"] == "parts"


def test_changes_since_another_cut_name_the_rows_that_moved(engine, client, get, owner, fitted_run, cut_to):
    cut_to(2)
    body = matches(PartitionChangesRead, get(f"/changes/{fitted_run}?n_clusters=2&earlier_n_clusters=3"))
    # Two of three equal clusters became one: one of them keeps its name, the other's rows moved.
    assert body["n_moved"] == N_ROWS // 3
    assert 0 < body["adjusted_rand_index"] < 1
    assert np.array(body["contingency"]).sum() == body["n_compared"] == N_ROWS
    moved = pa.ipc.open_stream(get(f"/explanations/{body['key']}/rows?of=moved").content).read_all()
    assert moved.num_rows == body["n_moved"]
    same = get(f"/changes/{fitted_run}?n_clusters=3&earlier_n_clusters=3").json()
    assert (same["n_moved"], same["adjusted_rand_index"]) == (0, 1)


def test_changes_need_runs_of_one_table_that_may_be_seen(
    engine, client, get, owner, stranger, database, fitted_run
):
    with database.write() as session:
        run = session.get_one(Run, fitted_run)
        copied = {c.name: getattr(run, c.name) for c in Run.__table__.columns if c.name != "id"}
        job = enqueue(session, user_id=owner.id, kind="fit", dataset_id=run.dataset_id, parameters={})
        other = Run(**copied | {"number": 99, "table_key": "other", "job_id": job.id})
        session.add(other)
        session.flush()
        partition = session.query(Partition).filter_by(run_id=run.id).one()
        kept = {c.name: getattr(partition, c.name) for c in Partition.__table__.columns if c.name != "id"}
        session.add(Partition(**kept | {"run_id": other.id}))
        other_id = other.id
    assert is_problem(get(f"/changes/{other_id}"), 409, "runs_not_comparable")
    assert is_problem(get(f"/changes/{other_id + 1}"), 404, "not_found")
    theirs = client.get(f"{RUNS}/{fitted_run}/changes/{fitted_run}", headers=stranger.headers)
    assert is_problem(theirs, 404, "not_found")


def test_clusters_are_set_against_a_label_column(engine, get):
    body = matches(ColumnAgreementRead, get("/columns/agreement?column=kind"))
    assert sorted(body["values"]) == ["Adelie", "Chinstrap", "Gentoo"]
    assert body["adjusted_mutual_information"] == pytest.approx(1)
    assert body["n_moved"] == 0
    refused = get("/columns/agreement?column=x")
    assert is_problem(refused, 422, "question_refused")
    assert "Columns of this table that do: kind." in refused.json()["detail"]


def test_rows_of_a_rule_are_streamed(engine, get, client, stranger, fitted_run):
    body = get("/clusters/0/explanation").json()
    path = f"/explanations/{body['key']}/rows"
    rows = pa.ipc.open_stream(get(f"{path}?of=rule").content).read_all()
    assert rows.schema.field("row").type == pa.uint32()
    assert rows.num_rows == body["rule"]["n_selected"]
    border = pa.ipc.open_stream(get(f"{path}?of=border").content).read_all()
    assert border.num_rows == body["border"]["n_borderline"]
    row = get("/rows/7/explanation").json()
    assert is_problem(get(f"/explanations/{row['key']}/rows?of=rule"), 404, "answer_not_found")
    assert is_problem(get(f"/explanations/{'0' * 32}/rows?of=rule"), 404, "answer_not_found")
    assert is_problem(get("/explanations/../rows?of=rule"), 404, "not_found")
    theirs = client.get(f"{RUNS}/{fitted_run}{path}?of=rule", headers=stranger.headers)
    assert is_problem(theirs, 404, "not_found")


def test_a_question_is_answered_once(engine, get):
    first = get("/clusters/0/explanation")
    assert get("/clusters/0/explanation?n_clusters=3").json() == first.json()
    assert engine.answered == 1
    get("/clusters/1/explanation")
    assert engine.answered == 2


def test_an_answer_that_is_gone_is_found_again(engine, get, settings):
    first = get("/clusters/0/explanation")
    shutil.rmtree(settings.artifacts_dir / "explanation")
    assert get("/clusters/0/explanation").json() == first.json()
    assert engine.answered == 2


def test_without_a_worker_the_job_is_told_and_not_asked_for_twice(monkeypatch, get, client, owner, database):
    monkeypatch.setattr("app.explanations.service.PATIENCE_SECONDS", 0.1)
    first, second = get("/clusters/0/explanation"), get("/clusters/0/explanation")
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json()["id"] == second.json()["id"]
    assert (first.json()["kind"], first.json()["lane"]) == ("explain", "interactive")
    assert first.headers["location"] == f"/api/v1/jobs/{first.json()['id']}"
    listed = client.get("/api/v1/jobs", headers=owner.headers).json()["items"]
    assert "explain" not in {job["kind"] for job in listed}


def test_a_cut_that_waits_goes_before_a_question(monkeypatch, get, client, owner, database, fitted_run):
    monkeypatch.setattr("app.explanations.service.PATIENCE_SECONDS", 0.01)
    monkeypatch.setattr("app.runs.service.PATIENCE_SECONDS", 0.01)
    assert get("/clusters/0/explanation").status_code == 202
    cut = client.put(f"{RUNS}/{fitted_run}/partition", json={"n_clusters": 5}, headers=owner.headers)
    assert cut.status_code == 202
    with database.write() as session:
        assert claim(session, "interactive", "test", 30).kind == "recut"


def test_failure_is_told_and_the_next_question_tries_again(engine, get):
    engine.problem = {
        "title": "No",
        "status": 507,
        "code": "storage_full",
        "detail": "full",
        "remedy": "free",
    }
    failed = get("/clusters/0/explanation")
    assert is_problem(failed, 409, "explanation_failed")
    assert (failed.json()["detail"], failed.json()["remedy"]) == ("full", "free")
    engine.problem = None
    assert get("/clusters/0/explanation").status_code == 200


def test_a_question_without_an_answer_is_refused_in_the_engines_words(engine, compare):
    refused = compare({"first": {"cluster": 0}, "second": {"cluster": 0}})
    assert is_problem(refused, 422, "question_refused")
    assert "choose sets that differ" in refused.json()["detail"]


def test_what_is_not_there_is_not_asked_for(get, compare, client, stranger, fitted_run, database):
    assert is_problem(get("/clusters/3/explanation"), 404, "cluster_not_found")
    assert is_problem(get("/clusters/0/explanation?n_clusters=4"), 404, "partition_not_found")
    assert is_problem(get(f"/rows/{N_ROWS}/explanation"), 404, "row_not_found")
    assert is_problem(get("/clusters/-1/explanation"), 422, "request_invalid")
    assert is_problem(compare({"first": {"cluster": 9}}), 404, "cluster_not_found")
    wrong = compare({"first": {"rows": [0, N_ROWS]}})
    assert is_problem(wrong, 422, "request_invalid")
    assert wrong.json()["errors"][0]["pointer"] == "/first/rows/1"
    assert is_problem(compare({"first": {}}), 422, "request_invalid")
    assert is_problem(compare({"first": {"cluster": 0, "rows": [1]}}), 422, "request_invalid")
    theirs = client.get(f"{RUNS}/{fitted_run}/clusters/0/explanation", headers=stranger.headers)
    assert is_problem(theirs, 404, "not_found")
    with database.read() as session:
        assert session.query(ClusteringJob).filter_by(kind="explain").count() == 0
