"""Signing in and out: links, passwords, refresh tokens."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from stand_ins import is_problem

from app.auth.models import OneTimeToken
from app.auth.owner import owner_link
from app.auth.passwords import hash_password
from app.database import database_now
from app.users.models import User

PASSWORD = "correct horse battery"
OURS = {"X-Requested-With": "fiedler"}


@pytest.fixture
def member(database) -> str:
    with database.write() as session:
        user = User(
            username="ada",
            email="ada@example.org",
            password_hash=hash_password(PASSWORD),
            created_at=database_now(session),
        )
        session.add(user)
    return "ada"


def claim(client, database, settings, **options):
    token = owner_link(database, settings, **options).rpartition("token=")[2]
    return token, client.post("/api/v1/auth/claim", json={"token": token})


def log_in(client, username="ada", password=PASSWORD):
    return client.post("/api/v1/auth/login", json={"username": username, "password": password})


def test_first_link_signs_the_owner_in_once(client, database, settings):
    token, response = claim(client, database, settings)
    assert response.status_code == 200
    assert response.json()["user"]["role"] == "admin"
    assert response.json()["user"]["has_password"] is False
    headers = {"Authorization": f"Bearer {response.json()['access_token']}"}
    assert client.get("/api/v1/users/me", headers=headers).json()["username"] == "owner"
    second = client.post("/api/v1/auth/claim", json={"token": token})
    assert is_problem(second, 410, "link_used")
    assert "login-link" in second.json()["remedy"]


def test_expired_and_unknown_links_are_refused(client, database, settings):
    assert is_problem(client.post("/api/v1/auth/claim", json={"token": "x"}), 404, "link_unknown")
    token = owner_link(database, settings).rpartition("token=")[2]
    with database.write() as session:
        session.execute(
            sa.update(OneTimeToken).values(expires_at=database_now(session) - timedelta(seconds=1))
        )
    assert is_problem(client.post("/api/v1/auth/claim", json={"token": token}), 410, "link_used")


def test_link_is_given_until_the_owner_has_a_password(client, database, settings):
    _, response = claim(client, database, settings)
    headers = {"Authorization": f"Bearer {response.json()['access_token']}"}
    assert "token=" in owner_link(database, settings)
    body = {"new_password": PASSWORD}
    assert client.put("/api/v1/users/me/password", json=body, headers=headers).status_code == 204
    assert owner_link(database, settings) == "http://localhost:8000"
    assert log_in(client, "owner").status_code == 200
    # Whoever has lost the password asks for a link on the server.
    assert claim(client, database, settings, always=True)[1].status_code == 200


def test_password_works_with_name_and_address(client, member):
    for name in ("ada", "Ada@Example.org"):
        response = log_in(client, name)
        assert response.status_code == 200
        assert response.json()["token_type"] == "bearer"
        assert response.json()["expires_in"] == 1800


def test_wrong_password_and_unknown_name_answer_alike(client, member):
    wrong, unknown = log_in(client, password="wrong"), log_in(client, "nobody")
    assert is_problem(wrong, 401, "wrong_password")
    assert is_problem(unknown, 401, "wrong_password")
    assert wrong.json()["detail"] == unknown.json()["detail"]


def test_refresh_cookie_is_out_of_reach_for_scripts_and_other_sites(client, member):
    cookie = log_in(client).headers["set-cookie"]
    for attribute in ("HttpOnly", "SameSite=strict", "Path=/api/v1/auth", "Max-Age=604800"):
        assert attribute in cookie
    assert "Secure" not in cookie
    client.base_url = "https://testserver"
    assert "Secure" in log_in(client).headers["set-cookie"]


def test_refresh_rotates_and_two_tabs_get_the_same_successor(client, member):
    log_in(client)
    first = client.cookies["fiedler_refresh"]
    one = client.post("/api/v1/auth/refresh", headers=OURS)
    assert one.status_code == 200
    second = client.cookies["fiedler_refresh"]
    assert second != first
    client.cookies.clear()
    client.cookies.set("fiedler_refresh", first)
    assert client.post("/api/v1/auth/refresh", headers=OURS).status_code == 200
    assert client.cookies.get("fiedler_refresh", path="/api/v1/auth") == second


def test_reuse_of_an_old_token_ends_the_whole_session(client, member, monkeypatch):
    log_in(client)
    stolen = client.cookies["fiedler_refresh"]
    client.post("/api/v1/auth/refresh", headers=OURS)
    current = client.cookies["fiedler_refresh"]
    monkeypatch.setattr("app.auth.service.REUSE_GRACE", timedelta(0))
    for token in (stolen, current):
        client.cookies.clear()
        client.cookies.set("fiedler_refresh", token)
        assert is_problem(client.post("/api/v1/auth/refresh", headers=OURS), 401, "session_ended")


@pytest.mark.parametrize("headers", [{}, {**OURS, "Origin": "https://evil.example"}])
def test_cookie_is_not_read_for_other_sites(client, member, headers):
    log_in(client)
    assert is_problem(client.post("/api/v1/auth/refresh", headers=headers), 403, "foreign_origin")
    assert is_problem(client.post("/api/v1/auth/logout", headers=headers), 403, "foreign_origin")


def test_log_out_ends_the_session(client, member):
    log_in(client)
    token = client.cookies["fiedler_refresh"]
    assert client.post("/api/v1/auth/logout", headers=OURS).status_code == 204
    client.cookies.clear()
    client.cookies.set("fiedler_refresh", token)
    assert is_problem(client.post("/api/v1/auth/refresh", headers=OURS), 401, "session_ended")
    client.cookies.clear()
    assert is_problem(client.post("/api/v1/auth/refresh", headers=OURS), 401, "session_ended")


def test_changing_a_password_needs_it_and_ends_all_sessions(client, member):
    headers = {"Authorization": f"Bearer {log_in(client).json()['access_token']}"}
    change = {"new_password": "another long one"}
    for current in ({}, {"current_password": "wrong"}):
        response = client.put("/api/v1/users/me/password", json={**change, **current}, headers=headers)
        assert is_problem(response, 403, "current_password_wrong")
    change["current_password"] = PASSWORD
    assert client.put("/api/v1/users/me/password", json=change, headers=headers).status_code == 204
    assert is_problem(client.get("/api/v1/users/me", headers=headers), 401, "not_signed_in")
    assert is_problem(client.post("/api/v1/auth/refresh", headers=OURS), 401, "session_ended")
    assert log_in(client, password="another long one").status_code == 200


def signed_in_with(client, agent):
    """Sign in as some browser; return the header of its access token."""
    client.cookies.clear()
    body = {"username": "ada", "password": PASSWORD}
    answer = client.post("/api/v1/auth/login", json=body, headers={"User-Agent": agent})
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def sessions(client, headers):
    return client.get("/api/v1/users/me/sessions", headers=headers).json()["items"]


def test_sessions_are_told_apart_and_one_can_be_ended(client, member):
    left_open = signed_in_with(client, "Browser at the library")
    here = signed_in_with(client, "Browser at home")
    first, second = sessions(client, here)
    assert (first["agent"], first["is_current"]) == ("Browser at home", True)
    assert (second["agent"], second["is_current"]) == ("Browser at the library", False)
    assert client.delete(f"/api/v1/users/me/sessions/{second['id']}", headers=here).status_code == 204
    assert is_problem(client.get("/api/v1/users/me", headers=left_open), 401, "not_signed_in")
    assert client.get("/api/v1/users/me", headers=here).status_code == 200
    assert [each["id"] for each in sessions(client, here)] == [first["id"]]


def test_a_session_that_was_renewed_is_still_one(client, member):
    headers = signed_in_with(client, "Browser")
    renewed = client.post("/api/v1/auth/refresh", headers=OURS)
    assert renewed.status_code == 200
    (only,) = sessions(client, headers)
    assert only["is_current"]
    assert only["started_at"] <= only["seen_at"] < only["expires_at"]


def test_signing_out_ends_the_access_token_at_once(client, member):
    headers = signed_in_with(client, "Browser")
    assert client.post("/api/v1/auth/logout", headers=OURS).status_code == 204
    assert is_problem(client.get("/api/v1/users/me", headers=headers), 401, "not_signed_in")


def test_the_session_of_somebody_else_is_unknown(client, member, stranger):
    (theirs,) = sessions(client, signed_in_with(client, "Browser"))
    refused = client.delete(f"/api/v1/users/me/sessions/{theirs['id']}", headers=stranger.headers)
    assert is_problem(refused, 404, "not_found")
