"""A running application with users, datasets and runs; what the worker would do is done by the tests."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import numpy as np
import pyarrow.parquet as pq
import pytest
from fastapi import FastAPI
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from stand_ins import COLUMNS, N_ROWS, TABLE, Person, end_job, fit_summary, positions
from starlette.testclient import TestClient

from app.api import create_app
from app.auth.tokens import make_access_token
from app.database import Database, database_now
from app.datasets.models import Dataset
from app.datasets.outcome import record_import
from app.jobs.models import ClusteringJob
from app.jobs.queue import enqueue
from app.runs.outcome import record_fit
from app.settings import Settings
from app.users.models import User


@pytest.fixture(autouse=True)
def _quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    hasher = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=1024, parallelism=1),))
    monkeypatch.setattr("app.auth.passwords._hasher", hasher)


@pytest.fixture(autouse=True)
def _places_are_looked_up_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.jobs.estimates.PLACES_SECONDS", 0.0)


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    return create_app(settings)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def make_person(database: Database, settings: Settings) -> Callable[..., Person]:
    def make(name: str, role: str = "user") -> Person:
        with database.write() as session:
            user = User(username=name, role=role, created_at=database_now(session))
            session.add(user)
            session.flush()
            token = make_access_token(user, settings)
            return Person(user.id, {"Authorization": f"Bearer {token}"})

    return make


@pytest.fixture
def owner(make_person: Callable[..., Person]) -> Person:
    return make_person("owner", "admin")


@pytest.fixture
def stranger(make_person: Callable[..., Person]) -> Person:
    return make_person("stranger")


@pytest.fixture
def dataset_id(client: TestClient, database: Database, settings: Settings, owner: Person) -> int:
    """A dataset of the owner whose import has succeeded."""
    uploaded = client.post("/api/v1/datasets?filename=points.csv", content=b"x\n1\n", headers=owner.headers)
    assert uploaded.status_code == 201, uploaded.text
    table_key = "7ab1e"
    folder = settings.artifacts_dir / "table" / table_key
    folder.mkdir(parents=True)
    # Small row groups: rows are read across their borders.
    pq.write_table(TABLE, folder / "table.parquet", row_group_size=4)
    result = {"n_rows": N_ROWS, "n_columns": 3, "columns": COLUMNS, "plan": {"format": "csv"}, "notes": []}
    with database.write() as session:
        dataset = session.get_one(Dataset, uploaded.json()["id"])
        end_job(session, session.get_one(ClusteringJob, dataset.import_job_id))
        assert record_import(session, dataset.id, table_key, result) is not None
    return dataset.id


@pytest.fixture
def run_id(database: Database, settings: Settings, owner: Person, dataset_id: int) -> int:
    """A run of that dataset into 2 clusters, with its artifacts."""
    layout = settings.artifacts_dir / "layout" / "1a7"
    layout.mkdir(parents=True)
    np.save(layout / "rows.npy", np.array([3, 0, 5, 1, 4, 2], dtype=np.uint32))
    for name in ("features", "embedding"):
        np.save(layout / f"{name}.npy", positions(name))
    frame = {"title": "A layout", "axes": ["a", "b", "c"], "minimum": [0, 0, 0], "maximum": [1, 1, 1]}
    layouts = {"features": {**frame, "has_3d": False}, "embedding": {**frame, "has_3d": True}}
    (layout / "meta.json").write_text(json.dumps({"layouts": layouts}))
    with database.write() as session:
        job = enqueue(
            session, user_id=owner.id, kind="fit", dataset_id=dataset_id, parameters={"max_clusters": 5}
        )
        run = record_fit(session, job, "7ab1e", fit_summary(settings.artifacts_dir))
        end_job(session, job)
        return run.id
