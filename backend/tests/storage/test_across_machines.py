"""API and worker that share nothing but the database and a bucket: from the upload to edited labels."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from starlette.testclient import TestClient

from app.api import create_app
from app.auth.tokens import make_access_token
from app.database import BACKEND, Database, database_now
from app.settings import Settings
from app.users.models import User

API = "/api/v1"
DEADLINE_SECONDS = 240


@pytest.fixture
def machines(s3_server, postgres_server, migrated_postgres, tmp_path):
    """The API of one machine and the worker of another."""
    url = postgres_server.create_database(template=migrated_postgres)
    secret = "a secret that only the tests know, of enough bytes"
    store = s3_server.new_store()
    settings = Settings(
        _env_file=None, data_dir=tmp_path / "api", database_url=url, jwt_secret=secret, **store
    )
    environment = {**os.environ, **{name.upper(): value for name, value in store.items()}}
    environment |= {
        "DATA_DIR": str(tmp_path / "worker"),
        "DATABASE_URL": url,
        "JWT_SECRET": secret,
        "WORKER_SLOTS": "1",
    }
    log = tmp_path / "worker.log"
    with log.open("wb") as out:
        worker = subprocess.Popen(
            [sys.executable, "-m", "app.worker"], cwd=BACKEND, env=environment, stdout=out, stderr=out
        )
    try:
        with TestClient(create_app(settings), raise_server_exceptions=False) as client:
            yield settings, client, tmp_path / "worker"
    finally:
        worker.terminate()
        worker.wait(60)
        assert store["s3_secret_access_key"] not in log.read_text()
        postgres_server.drop_database(url)


def sign_in(settings: Settings, client: TestClient) -> None:
    database = Database(settings)
    with database.write() as session:
        user = User(username="ada", role="user", created_at=database_now(session))
        session.add(user)
        session.flush()
        client.headers["Authorization"] = f"Bearer {make_access_token(user, settings)}"
    database.dispose()


def until(ask):
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline:
        if found := ask():
            return found
        time.sleep(0.2)
    raise AssertionError("it did not come true in time")


def labels(client: TestClient, run: int, **parameters) -> list[int]:
    answer = client.get(f"{API}/runs/{run}/labels", params=parameters)
    assert answer.status_code == 200, answer.text
    return pa.ipc.open_stream(answer.content).read_all().column("label").to_pylist()


def files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def test_the_whole_story_without_a_shared_folder(machines):
    settings, client, worker_folder = machines
    sign_in(settings, client)
    centres = np.repeat([[0, 0], [8, 0], [0, 8]], 40, axis=0)
    points = centres + np.random.default_rng(0).normal(size=centres.shape)
    content = "x,y\n" + "\n".join(f"{x:.3f},{y:.3f}" for x, y in points)
    uploaded = client.post(f"{API}/datasets?filename=blobs.csv", content=content)
    assert uploaded.status_code == 201, uploaded.text
    dataset = f"{API}/datasets/{uploaded.json()['id']}"
    until(lambda: client.get(dataset).json()["status"] == "ready")
    assert client.get(f"{dataset}/preview?limit=1").json()["columns"] == ["x", "y"]
    run = until(lambda: client.get(f"{API}/runs").json()["items"])[0]
    assert (run["n_clusters"], set(run["layouts"])) == (3, {"features", "embedding"})
    assert len(set(labels(client, run["id"]))) == 3
    assert client.get(f"{API}/runs/{run['id']}/points").status_code == 200

    def answered(ask):
        return until(lambda: (answer := ask()).status_code == 200 and answer)

    partition = f"{API}/runs/{run['id']}/partition"
    answered(lambda: client.put(partition, json={"n_clusters": 4}))
    assert len(set(labels(client, run["id"]))) == 4
    edits = f"{API}/runs/{run['id']}/edits"
    history = client.get(edits, params={"n_clusters": 4}).json()
    merged = client.post(
        edits,
        json={"key": history["key"], "edit": {"kind": "merge", "clusters": [0, 1]}, "n_clusters": 4},
    )
    assert merged.status_code in (200, 202), merged.text
    until(lambda: len(set(labels(client, run["id"], n_clusters=4))) == 3)
    why = f"{API}/runs/{run['id']}/clusters/0/explanation"
    assert answered(lambda: client.get(why)).json()
    exported = client.get(f"{API}/runs/{run['id']}/export?format=csv").text
    assert len(exported.splitlines()) == 121
    # Each machine has what it needed and fetched or made itself; nothing lies on both by a shared folder.
    assert not files(settings.uploads_dir)
    assert (worker_folder / "cache" / "features").is_dir()
    assert not (settings.artifacts_dir / "features").exists()
    assert client.delete(dataset).status_code == 204
