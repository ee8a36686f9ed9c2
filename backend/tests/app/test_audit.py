"""The audit log: everything of weight leaves an entry, and no secret is among them or in the logs."""

import logging
from datetime import timedelta

import pytest
from stand_ins import is_problem
from starlette.testclient import TestClient

from app.api import create_app
from app.auth.accounts import add_account
from app.auth.passwords import hash_password
from app.users.administration import set_active
from app.users.models import User

PASSWORD = "correct horse battery"
NEW_PASSWORD = "another long sentence"
OURS = {"X-Requested-With": "fiedler"}


@pytest.fixture
def client(settings):
    """A client with an address of its own."""
    with TestClient(create_app(settings), client=("192.0.2.7", 50000)) as client:
        yield client


def entries(client, admin, **query):
    read = client.get("/api/v1/audit-log", params=query, headers=admin.headers)
    assert read.status_code == 200, read.text
    return read.json()["items"]


def actions(client, admin, **query):
    return [entry["action"] for entry in reversed(entries(client, admin, **query))]


def live_through(client, owner):
    """Everything a person does with an account, from the invitation to the end; returns the secrets of it."""
    invitation = client.post("/api/v1/invitations", json={}, headers=owner.headers).json()["token"]
    ada = {"username": "ada", "email": "ada@example.org", "password": PASSWORD, "invitation": invitation}
    made = client.post("/api/v1/auth/register", json=ada).json()
    client.post("/api/v1/auth/login", json={"username": "ada", "password": "a password of no account"})
    client.post("/api/v1/auth/login", json={"username": "typed-in-the-wrong-field", "password": "x"})
    entered = client.post("/api/v1/auth/login", json={"username": "ada", "password": PASSWORD}).json()
    cookie = client.cookies["fiedler_refresh"]
    headers = {"Authorization": f"Bearer {entered['access_token']}"}
    asked = {"name": "t", "scopes": ["read"]}
    personal = client.post("/api/v1/users/me/tokens", json=asked, headers=headers).json()
    ticket = client.post("/api/v1/ws-ticket", headers=headers).json()["ticket"]
    client.delete(f"/api/v1/users/me/tokens/{personal['id']}", headers=headers)
    change = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    client.put("/api/v1/users/me/password", json=change, headers=headers)
    client.post("/api/v1/auth/logout", headers=OURS)
    user = f"/api/v1/users/{made['user']['id']}"
    reset = client.post(f"{user}/password-reset", headers=owner.headers).json()["token"]
    body = {"token": reset, "new_password": PASSWORD}
    again = client.post("/api/v1/auth/reset-password", json=body).json()
    headers = {"Authorization": f"Bearer {again['access_token']}"}
    client.delete("/api/v1/users/me/sessions", headers=headers)
    client.patch(user, json={"role": "viewer", "is_active": False}, headers=owner.headers)
    return {
        PASSWORD,
        NEW_PASSWORD,
        "a password of no account",
        "typed-in-the-wrong-field",
        invitation,
        reset,
        cookie,
        ticket,
        personal["token"],
        *(each["access_token"] for each in (made, entered, again)),
    }


def test_life_of_an_account_is_written_down_in_order(client, owner):
    live_through(client, owner)
    assert actions(client, owner) == [
        "invitation_given",
        "registered",
        "sign_in_failed",
        "sign_in_failed",
        "signed_in",
        "token_made",
        "token_revoked",
        "password_changed",
        "signed_out",
        "reset_link_given",
        "password_reset",
        "signed_out_everywhere",
        "role_changed",
        "account_disabled",
    ]
    ada = client.get("/api/v1/users", headers=owner.headers).json()["items"][0]["id"]
    role = entries(client, owner, action="role_changed")[0]
    assert (role["username"], role["subject"]) == ("owner", f"user:{ada}")
    assert role["details"] == {"before": "user", "after": "viewer"}
    assert (role["address"], len(role["request_id"])) == ("192.0.2.7", 16)
    failed = entries(client, owner, action="sign_in_failed")
    assert [(entry["user_id"], entry["subject"]) for entry in failed] == [(None, None), (None, f"user:{ada}")]
    by_ada = actions(client, owner, user_id=ada)
    assert by_ada[:2] == ["registered", "signed_in"]


def test_no_secret_is_in_the_logs_or_the_audit_log(client, owner, caplog):
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("sqlalchemy.engine").setLevel(logging.INFO)
        try:
            secrets = live_through(client, owner)
        finally:
            logging.getLogger("sqlalchemy.engine").setLevel(logging.NOTSET)
    written = caplog.text + client.get("/api/v1/audit-log", headers=owner.headers).text
    assert "POST /api/v1/auth/login" in written
    assert "INSERT INTO audit_log" in written
    assert [secret for secret in secrets if secret in written] == []


def test_stolen_session_is_written_down(client, owner, database, monkeypatch):
    add_account(database, "ada", "ada@example.org", hash_password(PASSWORD), "user")
    client.post("/api/v1/auth/login", json={"username": "ada", "password": PASSWORD})
    stolen = client.cookies["fiedler_refresh"]
    client.post("/api/v1/auth/refresh", headers=OURS)
    monkeypatch.setattr("app.auth.service.REUSE_GRACE", timedelta(0))
    client.cookies.clear()
    client.cookies.set("fiedler_refresh", stolen)
    assert is_problem(client.post("/api/v1/auth/refresh", headers=OURS), 401, "session_ended")
    assert actions(client, owner)[-1] == "session_reused"


def test_tables_that_come_go_and_leave_are_written_down(client, owner, dataset_id, run_id):
    export = client.get(f"/api/v1/runs/{run_id}/export", headers=owner.headers)
    assert export.status_code == 200
    client.delete(f"/api/v1/runs/{run_id}", headers=owner.headers)
    client.delete(f"/api/v1/datasets/{dataset_id}", headers=owner.headers)
    told = [(entry["action"], entry["subject"]) for entry in reversed(entries(client, owner))]
    assert told == [
        ("dataset_uploaded", f"dataset:{dataset_id}"),
        ("run_exported", f"run:{run_id}"),
        ("run_deleted", f"run:{run_id}"),
        ("dataset_deleted", f"dataset:{dataset_id}"),
    ]


def test_command_line_is_a_place_of_its_own(client, owner, database):
    add_account(database, "ada", "ada@example.org", hash_password(PASSWORD), "user")
    (entry,) = entries(client, owner)
    assert (entry["action"], entry["address"], entry["user_id"]) == ("account_made", "command line", None)


def test_what_is_rolled_back_was_not_done(client, owner, database, make_person):
    ada = make_person("ada")

    def disable_and_fail():
        with database.write() as session:
            set_active(session, session.get_one(User, ada.id), is_active=False)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        disable_and_fail()
    assert entries(client, owner) == []


def test_log_is_read_page_by_page(client, owner, database):
    for number in range(3):
        add_account(database, f"u{number}", f"u{number}@example.org", hash_password(PASSWORD), "user")
    first = client.get("/api/v1/audit-log?limit=2", headers=owner.headers).json()
    rest = client.get(
        "/api/v1/audit-log", params={"cursor": first["next_cursor"]}, headers=owner.headers
    ).json()
    assert (len(first["items"]), len(rest["items"]), rest["next_cursor"]) == (2, 1, None)
