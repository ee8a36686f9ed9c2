import pyarrow as pa
import pytest
from stand_ins import COLUMNS, N_ROWS, TABLE, end_job, is_problem
from starlette.requests import ClientDisconnect

from app.datasets.models import Dataset
from app.datasets.uploads import UploadRoom, checked_name, store_upload
from app.jobs.models import ClusteringJob
from app.storage.folder import FolderStorage

DATASETS = "/api/v1/datasets"


def upload(client, person, name="points.csv", content=b"x,y\n1,2\n"):
    return client.post(DATASETS, params={"filename": name}, content=content, headers=person.headers)


def files(settings):
    return [path for path in settings.uploads_dir.rglob("*") if path.is_file()]


def test_upload_is_stored_and_its_import_queued(client, owner, settings, database):
    response = upload(client, owner, "My points.final.CSV")
    assert response.status_code == 201
    dataset = response.json()
    assert (dataset["name"], dataset["original_name"]) == ("My points", "My points.final.CSV")
    assert (dataset["status"], dataset["upload_bytes"], dataset["columns"]) == ("importing", 8, [])
    with database.read() as session:
        kept = session.get_one(Dataset, dataset["id"])
        assert (settings.uploads_dir / kept.upload_key).read_bytes() == b"x,y\n1,2\n"
        job = session.get_one(ClusteringJob, dataset["import_job_id"])
        assert (job.kind, job.status, job.parameters) == ("import", "queued", {"plan": None})
    assert client.get(f"{DATASETS}/{dataset['id']}", headers=owner.headers).json() == dataset


@pytest.mark.parametrize("chunked", [False, True])
def test_too_large_upload_is_refused_and_leaves_nothing(client, app, owner, settings, chunked):
    app.state.settings = settings.model_copy(update={"max_file_size": 100})
    content = iter([b"x" * 60, b"y" * 60]) if chunked else b"x" * 101
    response = upload(client, owner, content=content)
    assert is_problem(response, 413, "file_too_large")
    assert "100 are allowed" in response.json()["detail"]
    assert files(settings) == []
    assert upload(client, owner, content=b"x" * 100).status_code == 201


def test_empty_upload_is_refused_and_leaves_nothing(client, owner, settings):
    assert is_problem(upload(client, owner, content=b""), 422, "empty_file")
    assert files(settings) == []
    assert client.get(DATASETS, headers=owner.headers).json()["items"] == []


@pytest.mark.parametrize("name", ["points.pdf", "points", "points.gz", "points.parquet.gz", "csv", ".."])
def test_wrong_ending_is_refused(client, owner, settings, name):
    assert is_problem(upload(client, owner, name), 415, "unsupported_file_type")
    assert files(settings) == []


def test_names_lose_folders_and_keep_their_endings():
    assert checked_name("../../etc/table.tsv.gz") == ("table.tsv.gz", "tsv.gz")
    assert checked_name("C:\\data\\a b.Parquet") == ("a b.Parquet", "parquet")
    assert len(checked_name("x" * 400 + ".csv")[0]) == 255


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_upload_broken_off_leaves_nothing(tmp_path, database_kind):
    import asyncio

    async def broken():
        yield b"x" * 5_000_000
        raise ClientDisconnect

    with pytest.raises(ClientDisconnect):
        asyncio.run(
            store_upload(broken(), FolderStorage(tmp_path, tmp_path), "csv", UploadRoom(10_000_000), None)
        )
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_ready_dataset_tells_its_columns(client, owner, dataset_id):
    dataset = client.get(f"{DATASETS}/{dataset_id}", headers=owner.headers).json()
    assert (dataset["status"], dataset["n_rows"], dataset["n_columns"]) == ("ready", N_ROWS, 3)
    assert dataset["columns"] == COLUMNS
    assert dataset["import_report"] == {"notes": []}


def test_preview_is_text_with_null_for_missing(client, owner, dataset_id):
    body = client.get(f"{DATASETS}/{dataset_id}/preview?limit=5", headers=owner.headers).json()
    assert body["columns"] == ["x", "note", "cluster"]
    assert body["rows"][0] == ["0", "=SUM(A1)", "1"]
    assert body["rows"][3:] == [["5.1", None, "4"], [None, "@home", "5"]]


def test_rows_come_in_the_order_asked_for(client, owner, dataset_id):
    path, wanted = f"{DATASETS}/{dataset_id}/rows", [5, 0, 4, 0]
    response = client.post(path, json={"rows": wanted}, headers=owner.headers)
    table = pa.ipc.open_stream(response.content).read_all()
    assert table.column_names == ["row", "x", "note", "cluster"]
    assert table.column("row").to_pylist() == wanted
    assert table.drop(["row"]).to_pylist() == TABLE.take(wanted).to_pylist()
    body = {"rows": [1], "columns": ["cluster", "x"]}
    few = pa.ipc.open_stream(client.post(path, json=body, headers=owner.headers).content).read_all()
    assert few.to_pylist() == [{"row": 1, "cluster": 2, "x": 0.1}]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"rows": [0, 6]}, "/rows/1"),
        ({"rows": [-1]}, "/rows/0"),
        ({"rows": [0], "columns": ["z"]}, "/columns/0"),
    ],
)
def test_rows_that_do_not_exist_are_refused(client, owner, dataset_id, body, pointer):
    response = client.post(f"{DATASETS}/{dataset_id}/rows", json=body, headers=owner.headers)
    assert is_problem(response, 422, "request_invalid")
    assert response.json()["errors"][0]["pointer"] == pointer


def test_too_many_rows_are_refused(client, owner, dataset_id):
    body = {"rows": [0] * 1001}
    response = client.post(f"{DATASETS}/{dataset_id}/rows", json=body, headers=owner.headers)
    assert is_problem(response, 422, "request_invalid")


def test_table_that_is_not_there_yet_is_a_conflict(client, owner):
    dataset = upload(client, owner).json()
    path = f"{DATASETS}/{dataset['id']}"
    assert is_problem(client.get(f"{path}/preview", headers=owner.headers), 409, "table_not_ready")


def test_dataset_can_be_renamed(client, owner, dataset_id):
    path = f"{DATASETS}/{dataset_id}"
    assert client.patch(path, json={"name": " Iris "}, headers=owner.headers).json()["name"] == "Iris"
    assert is_problem(client.patch(path, json={"name": "  "}, headers=owner.headers), 422, "request_invalid")


def test_deleted_dataset_is_gone_with_its_upload_and_jobs(client, owner, settings, database, run_id):
    dataset = upload(client, owner).json()
    assert len(files(settings)) == 2
    assert client.delete(f"{DATASETS}/{dataset['id']}", headers=owner.headers).status_code == 204
    assert len(files(settings)) == 1
    assert is_problem(client.get(f"{DATASETS}/{dataset['id']}", headers=owner.headers), 404, "not_found")
    job = client.get(f"/api/v1/jobs/{dataset['import_job_id']}", headers=owner.headers).json()
    assert job["status"] == "cancelled"


def test_runs_of_a_deleted_dataset_are_gone(client, owner, dataset_id, run_id):
    client.delete(f"{DATASETS}/{dataset_id}", headers=owner.headers)
    assert is_problem(client.get(f"/api/v1/runs/{run_id}", headers=owner.headers), 404, "not_found")
    assert client.get("/api/v1/runs", headers=owner.headers).json()["items"] == []


def test_upload_can_be_read_again_by_another_plan(client, owner, database, dataset_id):
    path = f"{DATASETS}/{dataset_id}/import"
    response = client.post(path, json={"plan": {"delimiter": ";"}}, headers=owner.headers)
    assert response.status_code == 202
    assert response.headers["location"] == f"/api/v1/jobs/{response.json()['id']}"
    again = client.post(path, json={"plan": {}}, headers=owner.headers)
    assert is_problem(again, 409, "import_running")
    with database.write() as session:
        job = session.get_one(ClusteringJob, response.json()["id"])
        assert job.parameters == {"plan": {"delimiter": ";"}}
        end_job(session, job)
    assert client.post(path, json={"plan": {}}, headers=owner.headers).status_code == 202


def test_cancelled_import_says_so_on_the_dataset(client, owner):
    dataset = upload(client, owner).json()
    client.post(f"/api/v1/jobs/{dataset['import_job_id']}/cancel", headers=owner.headers)
    after = client.get(f"{DATASETS}/{dataset['id']}", headers=owner.headers).json()
    assert (after["status"], after["error"]["code"]) == ("failed", "import_cancelled")


def test_pages_follow_each_other_without_gaps(client, owner):
    ids = [upload(client, owner).json()["id"] for _ in range(5)]
    seen, cursor = [], None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = client.get(DATASETS, params=query, headers=owner.headers).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == ids[::-1]
