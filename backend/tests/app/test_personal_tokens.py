"""Tokens for programs: shown once, limited by scopes, ended by time, by hand, and with their account."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from stand_ins import is_problem
from typer.testing import CliRunner

from app.auth.models import PersonalToken
from app.auth.passwords import hash_password
from app.cli import cli
from app.database import database_now
from app.users.administration import replace_password
from app.users.models import User


@pytest.fixture
def make_token(client, owner):
    def make(*scopes, person=owner, **body):
        asked = {"name": "nightly", "scopes": list(scopes), **body}
        return client.post("/api/v1/users/me/tokens", json=asked, headers=person.headers)

    return make


def bearing(token):
    return {"Authorization": f"Bearer {token}"}


def who(client, token):
    return client.get("/api/v1/users/me", headers=bearing(token))


def test_token_is_shown_once_and_kept_as_its_fingerprint(client, make_token, owner, database):
    made = make_token("read", "write", "read", expires_in_days=30)
    assert made.status_code == 201
    assert made.headers["cache-control"] == "no-store"
    token = made.json()["token"]
    assert token.startswith("fiedler_")
    assert who(client, token).json()["username"] == "owner"
    listed = client.get("/api/v1/users/me/tokens", headers=owner.headers)
    (item,) = listed.json()["items"]
    assert (item["ending"], item["scopes"]) == (token[-4:], ["read", "write"])
    assert item["last_used_at"] is not None
    assert token not in listed.text
    with database.read() as session:
        (row,) = session.execute(sa.select(PersonalToken.__table__)).all()
    assert token not in str(row)


def test_token_uploads_a_table_as_its_user(client, make_token, owner):
    token = make_token("write").json()["token"]
    uploaded = client.post("/api/v1/datasets?filename=a.csv", content=b"x\n1\n", headers=bearing(token))
    assert uploaded.status_code == 201
    address = f"/api/v1/datasets/{uploaded.json()['id']}"
    assert client.get(address, headers=owner.headers).status_code == 200
    assert is_problem(client.get(address, headers=bearing(token)), 403, "not_allowed")


def test_token_ends_by_time_by_hand_and_with_its_account(client, make_token, owner, database):
    late, taken, kept = (make_token("read").json() for _ in range(3))
    with database.write() as session:
        session.execute(
            sa.update(PersonalToken)
            .where(PersonalToken.id == late["id"])
            .values(expires_at=database_now(session) - timedelta(seconds=1))
        )
    assert is_problem(who(client, late["token"]), 401, "not_signed_in")
    address = f"/api/v1/users/me/tokens/{taken['id']}"
    assert client.delete(address, headers=owner.headers).status_code == 204
    assert is_problem(who(client, taken["token"]), 401, "not_signed_in")
    # Signing out everywhere is for browsers that were left open; programs go on.
    client.delete("/api/v1/users/me/sessions", headers=owner.headers)
    assert who(client, kept["token"]).status_code == 200
    with database.write() as session:
        session.get_one(User, owner.id).is_active = False
    assert is_problem(who(client, kept["token"]), 401, "not_signed_in")


def test_password_replaced_by_an_admin_ends_tokens(client, make_token, owner, database):
    token = make_token("read").json()["token"]
    with database.write() as session:
        replace_password(session, session.get_one(User, owner.id), hash_password("another one"))
    assert is_problem(who(client, token), 401, "not_signed_in")


def test_scope_admin_is_for_admins_as_long_as_they_are(client, make_token, stranger, owner, make_person):
    assert is_problem(make_token("admin", person=stranger), 403, "not_allowed")
    second = make_person("second", "admin")
    token = make_token("admin", person=second).json()["token"]
    assert client.get("/api/v1/users", headers=bearing(token)).status_code == 200
    client.patch(f"/api/v1/users/{second.id}", json={"role": "user"}, headers=owner.headers)
    assert is_problem(client.get("/api/v1/users", headers=bearing(token)), 403, "not_allowed")


@pytest.mark.parametrize(
    "body", [{"scopes": []}, {"scopes": ["all"]}, {"expires_in_days": 367}, {"name": ""}]
)
def test_malformed_token_is_refused(make_token, body):
    assert is_problem(make_token("read", **body), 422, "request_invalid")


def test_commands_make_list_and_revoke(client, owner, settings, database, monkeypatch):
    for module in ("commands", "token_commands"):
        monkeypatch.setattr(f"app.users.{module}.existing_database", lambda: database)

    def tokens(*arguments):
        return CliRunner().invoke(cli, ["tokens", *arguments])

    token = tokens("create", "owner", "backup", "--scope", "read", "--days", "7").stdout.strip()
    assert who(client, token).json()["username"] == "owner"
    number, name, ending = tokens("list", "owner").stdout.splitlines()[1].split()[:3]
    assert (name, ending) == ("backup", token[-4:])
    assert tokens("revoke", number).exit_code == 0
    assert is_problem(who(client, token), 401, "not_signed_in")
    refused = tokens("create", "nobody", "x", "--scope", "read")
    assert (refused.exit_code, "no account 'nobody'" in refused.stderr) == (1, True)
