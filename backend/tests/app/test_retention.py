import os
import time
from datetime import timedelta

import pytest
import sqlalchemy as sa
from stand_ins import is_problem
from typer.testing import CliRunner

from app.audit.models import AuditEntry
from app.cli import cli
from app.database import Base, database_now
from app.datasets.models import Dataset
from app.jobs.models import ClusteringJob
from app.retention.caretaker import Caretaker
from app.retention.models import MaintenanceRound
from app.retention.references import artifacts_in_use
from app.runs.models import Partition, Run
from app.storage.folder import FolderStorage
from app.storage.store import open_storage
from app.users.models import User


@pytest.fixture
def caretaker(app, settings, database):
    def make(**changes):
        changed = settings.model_copy(update={"maintenance_interval_seconds": 1, **changes})
        storage = open_storage(changed.store_location)
        return Caretaker(changed, database, app.state.hints, storage, "a worker")

    return make


def round_of(caretaker):
    """Do the next period's round."""
    while (counts := caretaker.round()) is None:
        time.sleep(0.05)
    return counts


def files(settings):
    roots = (settings.uploads_dir, settings.artifacts_dir)
    return {path for root in roots for path in root.rglob("*") if path.is_file()}


def age(settings, days):
    """Make everything in the store look as if it had been used days ago."""
    used = time.time() - 86400 * days
    for root in (settings.uploads_dir, settings.artifacts_dir):
        for path in root.rglob("*"):
            os.utime(path, (used, used))


def made_ago(database, model, days):
    with database.write() as session:
        session.execute(sa.update(model).values(created_at=database_now(session) - timedelta(days=days)))


def test_nothing_expires_by_default(client, owner, database, settings, run_id, caretaker):
    for model in (Dataset, Run):
        made_ago(database, model, 10_000)
    age(settings, 10_000)
    before = files(settings)
    counts = round_of(caretaker())
    assert set(counts.values()) == {0}
    assert files(settings) == before
    run = client.get(f"/api/v1/runs/{run_id}", headers=owner.headers).json()
    assert run["expires_at"] is None


def test_results_expire_and_their_files_go_with_them(client, owner, database, settings, run_id, caretaker):
    with database.write() as session:
        session.get_one(Run, run_id).layouts = None
    made_ago(database, Run, 8)
    age(settings, 2)
    table = settings.artifacts_dir / "table" / "7ab1e" / "table.parquet"
    assert round_of(caretaker(result_retention_days=9))["runs_expired"] == 0
    counts = round_of(caretaker(result_retention_days=7))
    assert (counts["runs_expired"], counts["artifacts_removed"]) == (1, 2)
    assert is_problem(client.get(f"/api/v1/runs/{run_id}", headers=owner.headers), 404, "not_found")
    kept = files(settings)
    assert table in kept
    assert not (settings.artifacts_dir / "partition" / "c2").exists()
    with database.read() as session:
        entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "run_deleted")).one()
    assert (entry.user_id, entry.details["why"]) == (None, "expired")


def test_uploads_expire_with_all_made_of_them(client, owner, database, settings, run_id, caretaker):
    made_ago(database, Dataset, 31)
    expiring = caretaker(upload_retention_days=30)
    assert round_of(expiring)["datasets_expired"] == 1
    assert client.get("/api/v1/datasets", headers=owner.headers).json()["items"] == []
    # The rows stay a day, for jobs that are about to find out; then rows and files go.
    assert round_of(expiring)["datasets_purged"] == 0
    with database.write() as session:
        session.execute(sa.update(Dataset).values(deleted_at=database_now(session) - timedelta(days=2)))
    age(settings, 2)
    counts = round_of(expiring)
    assert (counts["datasets_purged"], counts["artifacts_removed"]) == (1, 3)
    assert files(settings) == set()
    with database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Run)) == 0


def test_when_a_thing_expires_is_told(settings, owner, dataset_id, run_id):
    from starlette.testclient import TestClient

    from app.api import create_app

    limited = settings.model_copy(update={"upload_retention_days": 30, "result_retention_days": 7})
    with TestClient(create_app(limited)) as client:
        dataset = client.get(f"/api/v1/datasets/{dataset_id}", headers=owner.headers).json()
        run = client.get(f"/api/v1/runs/{run_id}", headers=owner.headers).json()
    assert dataset["created_at"][:10] < dataset["expires_at"][:10]
    assert run["created_at"][11:] == run["expires_at"][11:]


def test_files_of_no_run_go_after_a_day(database, settings, run_id, caretaker):
    lost = settings.artifacts_dir / "embedding" / "1057" / "vectors.npy"
    broken = settings.uploads_dir / "ab" / "never finished.csv"
    for path in (lost, broken):
        path.parent.mkdir(parents=True)
        path.write_bytes(b"123")
    kept = files(settings) - {lost, broken}
    assert round_of(caretaker())["bytes_removed"] == 0
    age(settings, 2)
    counts = round_of(caretaker())
    assert (counts["artifacts_removed"], counts["uploads_removed"], counts["bytes_removed"]) == (1, 1, 6)
    assert files(settings) == kept


def test_of_two_workers_one_does_the_round(database, caretaker):
    first, second = (caretaker(maintenance_interval_seconds=86400) for _ in range(2))
    counts = [first.round(), second.round()]
    assert [count is None for count in counts] == [False, True]
    with database.read() as session:
        done = session.scalars(sa.select(MaintenanceRound)).one()
    assert done.counts == counts[0]
    assert done.ended_at is not None


def test_an_erased_person_leaves_a_number_and_nothing_else(
    client, owner, make_person, database, settings, run_id
):
    other = make_person("another admin", "admin")
    shared = client.post(
        "/api/v1/datasets?filename=other.csv", content=b"x\n2\n", headers=other.headers
    ).json()["id"]
    with database.write() as session:
        # The other's equal table shares an artifact, which must stay.
        session.get_one(Dataset, shared).table_key = "7ab1e"
    assert client.delete(f"/api/v1/users/{owner.id}", headers=other.headers).status_code == 204
    assert is_problem(client.get("/api/v1/users/me", headers=owner.headers), 401, "not_signed_in")
    names = {path.name for path in files(settings)}
    assert "table.parquet" in names
    assert not names & {"labels.npy", "rows.npy"}
    assert len([path for path in files(settings) if path.suffix == ".csv"]) == 1
    with database.read() as session:
        assert session.scalars(sa.select(Dataset.id)).all() == [shared]
        for model in (Run, Partition):
            assert session.scalar(sa.select(sa.func.count()).select_from(model)) == 0
        assert session.scalars(sa.select(ClusteringJob.user_id).distinct()).all() == [other.id]
        assert session.get(User, owner.id) is None
        entries = session.scalars(sa.select(AuditEntry)).all()
        erased = next(entry for entry in entries if entry.action == "account_erased")
        assert (erased.user_id, erased.subject) == (other.id, f"user:{owner.id}")
        uploaded = next(entry for entry in entries if entry.subject == f"dataset:{shared - 1}")
        assert (uploaded.user_id, uploaded.address) == (None, "erased")
        for table in Base.metadata.sorted_tables:
            for row in session.execute(sa.select(table)):
                assert "owner" not in [str(value) for value in row], table.name


def test_the_last_admin_is_not_erased(client, owner, database):
    refused = client.delete(f"/api/v1/users/{owner.id}", headers=owner.headers)
    assert is_problem(refused, 409, "last_admin")
    with database.read() as session:
        assert session.get(User, owner.id) is not None


def test_the_command_line_erases(database, settings, owner, stranger, monkeypatch):
    monkeypatch.setattr("app.users.commands.existing_database", lambda: database)
    monkeypatch.setattr("app.users.commands.get_settings", lambda: settings)
    assert CliRunner().invoke(cli, ["users", "erase", "stranger"], input="n\n").exit_code == 1
    answer = CliRunner().invoke(cli, ["users", "erase", "stranger", "--yes"])
    assert "0 datasets" in answer.output
    with database.read() as session:
        assert session.get(User, stranger.id) is None
    assert CliRunner().invoke(cli, ["users", "erase", "owner", "--yes"]).exit_code == 1


def test_what_is_found_in_use_while_a_round_goes_on_stays(
    client, owner, database, settings, run_id, caretaker, monkeypatch
):
    """Whether it is found after the store was listed, or in the very moment it is taken away."""
    for key in ("f0d", "1de"):
        (settings.artifacts_dir / "graph" / key).mkdir(parents=True)
        (settings.artifacts_dir / "graph" / key / "rows.npy").write_bytes(b"kept")
    age(settings, 3)
    finder = open_storage(settings.store_location)
    put_aside = FolderStorage._put_aside

    def found_before(storage, stage, key):
        assert finder.has_artifact("graph", key)
        return put_aside(storage, stage, key)

    monkeypatch.setattr(FolderStorage, "_put_aside", found_before)
    assert round_of(caretaker())["artifacts_removed"] == 0
    assert (settings.artifacts_dir / "graph" / "f0d" / "rows.npy").read_bytes() == b"kept"
    monkeypatch.setattr(FolderStorage, "_put_aside", put_aside)
    age(settings, 3)

    def found_after_listing(session):
        assert finder.has_artifact("graph", "f0d")
        return artifacts_in_use(session)

    monkeypatch.setattr("app.retention.garbage.artifacts_in_use", found_after_listing)
    assert round_of(caretaker())["artifacts_removed"] == 1
    assert finder.has_artifact("graph", "f0d")
    assert not finder.has_artifact("graph", "1de")


def test_what_a_running_job_has_found_stays_however_long_it_takes(
    client, owner, database, settings, run_id, caretaker
):
    (settings.artifacts_dir / "graph" / "f0d").mkdir(parents=True)
    age(settings, 3)
    with database.write() as session:
        job = session.scalars(sa.select(ClusteringJob)).first()
        job.status, job.started_at = "running", database_now(session) - timedelta(days=4)
    assert round_of(caretaker())["artifacts_removed"] == 0
    with database.write() as session:
        session.get_one(ClusteringJob, job.id).status = "succeeded"
    assert round_of(caretaker())["artifacts_removed"] == 1
