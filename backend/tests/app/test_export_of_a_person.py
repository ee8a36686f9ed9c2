"""All that is kept of a person: by the command line, and as a job whose archive is downloaded."""

import hashlib
import io
import json
import zipfile
from datetime import timedelta

import pytest
from stand_ins import is_problem
from typer.testing import CliRunner

from app.cli import cli
from app.database import database_now
from app.export.service import KEPT
from app.jobs import lease
from app.jobs.models import ClusteringJob
from app.retention.references import artifacts_in_use, artifacts_of_user
from app.worker.handlers import export
from app.worker.orders import order_export
from app.worker.outcomes import record_export

EXPORT = "/api/v1/users/me/export"


def check_archive(file, run_id):
    """The archive holds what is the owner's, each file as the manifest says, and no secret."""
    with zipfile.ZipFile(file) as packed:
        manifest = json.loads(packed.read("manifest.json"))
        for entry in manifest["files"]:
            content = packed.read(entry["path"])
            assert (len(content), hashlib.sha256(content).hexdigest()) == (entry["bytes"], entry["sha256"])
        names = {entry["path"] for entry in manifest["files"]}
        (account,) = json.loads(packed.read("account.json"))
        datasets = json.loads(packed.read("datasets.json"))
        everything = b"".join(packed.read(name) for name in names)
    assert {"uploads/1-points.csv", "tables/1.parquet", f"labels/run-{run_id}-2-clusters.npy"} <= names
    assert manifest["missing"] == []
    assert (account["username"], len(datasets)) == ("owner", 1)
    assert "password_hash" not in account
    assert b"not-hers" not in everything


@pytest.fixture(autouse=True)
def _somebody_else(client, run_id, stranger):
    client.post("/api/v1/datasets?filename=not-hers.csv", content=b"x\n3\n", headers=stranger.headers)


def test_a_person_is_handed_all_that_is_kept(owner, database, settings, run_id, monkeypatch, tmp_path):
    monkeypatch.setattr("app.users.commands.existing_database", lambda: database)
    monkeypatch.setattr("app.users.commands.get_settings", lambda: settings)
    path = tmp_path / "owner.zip"
    answer = CliRunner().invoke(cli, ["users", "export", "owner", str(path)])
    assert answer.exit_code == 0, answer.output
    assert path.stat().st_mode & 0o077 == 0
    check_archive(path, run_id)
    assert [each.name for each in tmp_path.glob("owner*")] == ["owner.zip"]
    assert CliRunner().invoke(cli, ["users", "export", "owner", str(path)]).exit_code == 1


@pytest.fixture
def work(database, settings):
    """Does what a worker would with the export that waits; returns what it told of its progress."""

    def work(job_id):
        with database.write() as session:
            others = session.query(ClusteringJob).filter(ClusteringJob.id < job_id)
            others.filter_by(status="queued").update({"status": "cancelled"})
            taken = lease.claim(session, "normal", "A", 60.0)
            assert taken is not None
            assert taken.job_id == job_id
            job = session.get_one(ClusteringJob, job_id, populate_existing=True)
            details = order_export(session, job, settings)
        # It goes to a child as it is.
        json.dumps(details["contents"])
        told = []
        result = export.compute(details, lambda stage, fraction, message: told.append((stage, fraction)))
        with database.write() as session:
            record_export(session, lease.succeed(session, taken), result)
        return told

    return work


def read(client, person):
    return client.get(EXPORT, headers=person.headers).json()


def test_an_export_is_asked_for_on_the_page_and_downloaded(client, owner, stranger, run_id, work):
    assert read(client, owner) == dict.fromkeys(["job", "n_bytes", "n_files", "n_missing", "expires_at"])
    assert is_problem(client.get(f"{EXPORT}/archive", headers=owner.headers), 404, "export_not_found")
    asked = client.post(EXPORT, headers=owner.headers)
    assert (asked.status_code, asked.json()["job"]["kind"]) == (202, "export")
    job_id = asked.json()["job"]["id"]
    assert asked.headers["location"] == f"/api/v1/jobs/{job_id}"
    again = client.post(EXPORT, headers=owner.headers).json()
    assert again["job"]["id"] == job_id, "one is under way"
    assert is_problem(client.get(f"/api/v1/jobs/{job_id}", headers=stranger.headers), 404, "not_found")
    told = work(job_id)
    fractions = [fraction for _, fraction in told]
    assert fractions == sorted(fractions)
    assert len(set(fractions)) >= 3
    found = read(client, owner)
    assert (found["job"]["status"], found["n_missing"]) == ("succeeded", 0)
    answer = client.get(f"{EXPORT}/archive", headers=owner.headers)
    assert answer.headers["content-type"] == "application/zip"
    assert 'filename="fiedler-owner-' in answer.headers["content-disposition"]
    assert len(answer.content) == found["n_bytes"]
    check_archive(io.BytesIO(answer.content), run_id)
    assert is_problem(client.get(f"{EXPORT}/archive", headers=stranger.headers), 404, "export_not_found")


def test_the_newest_export_is_kept_until_it_expires(client, owner, run_id, work, database):
    numbers = []
    for _ in range(2):
        numbers.append(client.post(EXPORT, headers=owner.headers).json()["job"]["id"])
        work(numbers[-1])
    with database.read() as session:
        older, newer = (session.get_one(ClusteringJob, number).result["key"] for number in numbers)
        assert ("export", newer) in artifacts_in_use(session)
        assert ("export", older) not in artifacts_in_use(session)
        assert {("export", older), ("export", newer)} <= artifacts_of_user(session, owner.id)
    with database.write() as session:
        job = session.get_one(ClusteringJob, numbers[-1])
        job.finished_at = database_now(session) - KEPT - timedelta(seconds=1)
    assert read(client, owner)["expires_at"] is None
    assert is_problem(client.get(f"{EXPORT}/archive", headers=owner.headers), 404, "export_not_found")
    with database.read() as session:
        assert ("export", newer) not in artifacts_in_use(session)
