import pytest
from sqlalchemy import update
from stand_ins import is_problem
from typer.testing import CliRunner

from app.audit.models import AuditEntry
from app.cli import cli
from app.runs.models import Run
from app.users.models import User

DATASETS, USAGE = "/api/v1/datasets", "/api/v1/users/me/storage"


@pytest.fixture
def limited(app):
    """Everybody may keep 100 bytes."""
    app.state.settings = app.state.settings.model_copy(update={"user_quota_bytes": 100})


def upload(client, person, n_bytes, chunked=False):
    content = b"x\n" + b"1" * (n_bytes - 2)
    body = iter([content[:50], content[50:]]) if chunked else content
    return client.post(f"{DATASETS}?filename=points.csv", content=body, headers=person.headers)


def usage(client, person):
    return client.get(USAGE, headers=person.headers).json()


@pytest.mark.parametrize("chunked", [False, True])
def test_an_upload_beyond_the_quota_is_refused_with_figures(client, owner, stranger, limited, chunked):
    first = upload(client, owner, 60)
    refused = upload(client, owner, 50, chunked)
    assert is_problem(refused, 413, "quota_exceeded")
    assert "60 of the 100 bytes" in refused.json()["detail"]
    assert "points (60 bytes)" in refused.json()["remedy"]
    assert usage(client, owner)["used_bytes"] == 60
    assert upload(client, stranger, 50, chunked).status_code == 201
    assert client.delete(f"{DATASETS}/{first.json()['id']}", headers=owner.headers).status_code == 204
    assert usage(client, owner)["used_bytes"] == 0
    assert upload(client, owner, 50, chunked).status_code == 201


def test_tables_and_results_count(client, owner, database, dataset_id, run_id):
    with database.write() as session:
        session.execute(update(Run).values(result_bytes=5000))
    assert usage(client, owner) == {
        "used_bytes": 5004,
        "uploads_bytes": 4,
        "tables_bytes": 0,
        "results_bytes": 5000,
        "quota_bytes": None,
    }


def test_no_fit_is_begun_for_who_has_used_up_the_quota(client, owner, database, dataset_id, limited):
    with database.write() as session:
        session.get_one(User, owner.id).quota_bytes = 4
    body = {"kind": "fit", "dataset_id": dataset_id}
    refused = client.post("/api/v1/jobs", json=body, headers=owner.headers)
    assert is_problem(refused, 409, "quota_used_up")
    assert "4 of 4 bytes" in refused.json()["detail"]
    with database.write() as session:
        session.get_one(User, owner.id).quota_bytes = 0
    assert client.post("/api/v1/jobs", json=body, headers=owner.headers).status_code == 202


def test_an_admin_sets_another_quota(client, owner, stranger, database, limited):
    account = f"/api/v1/users/{stranger.id}"
    changed = client.patch(account, json={"own_quota_bytes": 10}, headers=owner.headers).json()
    assert (changed["own_quota_bytes"], changed["storage"]["quota_bytes"]) == (10, 10)
    assert is_problem(upload(client, stranger, 11), 413, "quota_exceeded")
    client.patch(account, json={"role": "user"}, headers=owner.headers)
    assert client.get(account, headers=owner.headers).json()["own_quota_bytes"] == 10
    changed = client.patch(account, json={"own_quota_bytes": None}, headers=owner.headers).json()
    assert (changed["own_quota_bytes"], changed["storage"]["quota_bytes"]) == (None, 100)
    with database.read() as session:
        entries = session.query(AuditEntry).filter_by(action="quota_changed").all()
    assert [entry.details for entry in entries] == [
        {"before": None, "after": 10},
        {"before": 10, "after": None},
    ]


def test_the_command_line_sets_a_quota(database, settings, owner, monkeypatch):
    monkeypatch.setattr("app.users.commands.existing_database", lambda: database)
    assert CliRunner().invoke(cli, ["users", "set-quota", "owner", "12"]).exit_code == 0
    with database.read() as session:
        assert session.get_one(User, owner.id).quota_bytes == 12
    assert CliRunner().invoke(cli, ["users", "set-quota", "owner", "a lot"]).exit_code == 1
    assert CliRunner().invoke(cli, ["users", "set-quota", "owner", "default"]).exit_code == 0
    with database.read() as session:
        assert session.get_one(User, owner.id).quota_bytes is None
