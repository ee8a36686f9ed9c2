"""Getting in: registration, invitations, links that reset a password; and what admins change."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from stand_ins import is_problem
from starlette.testclient import TestClient

from app.api import create_app
from app.auth.models import Invitation, OneTimeToken, RefreshToken
from app.auth.owner import owner_link
from app.auth.service import log_in, refresh
from app.database import Database, database_now
from app.users.models import User

PASSWORD = "correct horse battery"
ADA = {"username": "ada", "email": "Ada@Example.org", "password": PASSWORD}


@pytest.fixture
def open_client(settings):
    """An application where everybody may register."""
    with TestClient(create_app(settings.model_copy(update={"registration": "open"}))) as client:
        yield client


def register(client, **changes):
    return client.post("/api/v1/auth/register", json=ADA | changes)


def invite(client, admin, **body):
    return client.post("/api/v1/invitations", json=body, headers=admin.headers).json()


def reset_link(client, admin, user_id):
    given = client.post(f"/api/v1/users/{user_id}/password-reset", headers=admin.headers)
    assert given.status_code == 201
    assert given.headers["cache-control"] == "no-store"
    return given.json()["token"]


def test_open_registration_signs_the_newcomer_in(open_client):
    assert open_client.get("/api/v1/auth/options").json()["registration"] == "open"
    made = register(open_client)
    assert made.status_code == 201
    assert (made.json()["user"]["email"], made.json()["user"]["role"]) == ("ada@example.org", "user")
    headers = {"Authorization": f"Bearer {made.json()['access_token']}"}
    assert open_client.get("/api/v1/users/me", headers=headers).json()["username"] == "ada"
    assert "fiedler_refresh" in open_client.cookies


@pytest.mark.parametrize("changes", [{"email": "other@example.org"}, {"username": "other"}])
def test_name_or_address_can_be_taken_once(open_client, changes):
    register(open_client)
    assert is_problem(register(open_client, **changes), 409, "account_exists")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"username": "a@b"}, "/username"),
        ({"username": " "}, "/username"),
        ({"email": "nowhere"}, "/email"),
        ({"password": "short"}, "/password"),
        ({"password": "x" * 257}, "/password"),
    ],
)
def test_malformed_account_is_refused_by_the_part_that_is_wrong(open_client, changes, pointer):
    response = register(open_client, **changes)
    assert is_problem(response, 422, "request_invalid")
    assert [part["pointer"] for part in response.json()["errors"]] == [pointer]
    assert "x" * 257 not in response.text


def test_registration_can_be_closed_to_all(settings):
    with TestClient(create_app(settings.model_copy(update={"registration": "closed"}))) as client:
        assert is_problem(register(client, invitation="any"), 403, "registration_closed")


def test_invitation_makes_one_account_with_its_role(client, owner):
    assert is_problem(register(client), 403, "invitation_needed")
    given = invite(client, owner, role="viewer", note="Ada")
    open_ones = client.get("/api/v1/invitations", headers=owner.headers).json()["items"]
    assert [(each["id"], each["note"], "token" in each) for each in open_ones] == [
        (given["id"], "Ada", False)
    ]
    made = register(client, invitation=given["token"])
    assert (made.status_code, made.json()["user"]["role"]) == (201, "viewer")
    assert client.get("/api/v1/invitations", headers=owner.headers).json()["items"] == []
    second = register(client, username="b", email="b@example.org", invitation=given["token"])
    assert is_problem(second, 410, "link_used")


def test_invitation_outlives_a_name_that_is_taken(client, owner):
    token = invite(client, owner)["token"]
    assert is_problem(register(client, username="owner", invitation=token), 409, "account_exists")
    assert register(client, invitation=token).status_code == 201


def test_invitation_that_does_not_hold_opens_nothing(client, owner, make_person, database):
    assert is_problem(register(client, invitation="nonsense"), 404, "link_unknown")
    taken_back = invite(client, owner)
    client.delete(f"/api/v1/invitations/{taken_back['id']}", headers=owner.headers)
    assert is_problem(register(client, invitation=taken_back["token"]), 404, "link_unknown")
    late = invite(client, owner)["token"]
    with database.write() as session:
        session.execute(sa.update(Invitation).values(expires_at=database_now(session) - timedelta(seconds=1)))
    assert is_problem(register(client, invitation=late), 410, "link_used")
    former = make_person("former", "admin")
    by_a_former_admin = invite(client, former)["token"]
    client.patch(f"/api/v1/users/{former.id}", json={"role": "user"}, headers=owner.headers)
    assert is_problem(register(client, invitation=by_a_former_admin), 410, "link_used")


def test_reset_link_sets_a_password_once_and_ends_what_went_before(client, owner, database):
    ada = register(client, invitation=invite(client, owner)["token"]).json()
    token = reset_link(client, owner, ada["user"]["id"])
    body = {"token": token, "new_password": "another long one"}
    done = client.post("/api/v1/auth/reset-password", json=body)
    assert (done.status_code, done.json()["user"]["username"]) == (200, "ada")
    old = {"Authorization": f"Bearer {ada['access_token']}"}
    assert is_problem(client.get("/api/v1/users/me", headers=old), 401, "not_signed_in")
    assert is_problem(client.post("/api/v1/auth/reset-password", json=body), 410, "link_used")
    signed_in = client.post("/api/v1/auth/login", json={"username": "ada", "password": "another long one"})
    assert signed_in.status_code == 200
    with database.read() as session:
        kept = session.scalars(sa.select(OneTimeToken.sha256)).all()
    assert token not in kept


def test_links_of_one_kind_are_not_links_of_another(client, owner, database, settings):
    reset = reset_link(client, owner, owner.id)
    assert is_problem(client.post("/api/v1/auth/claim", json={"token": reset}), 404, "link_unknown")
    sign_in = owner_link(database, settings, always=True).rpartition("token=")[2]
    body = {"token": sign_in, "new_password": "another long one"}
    assert is_problem(client.post("/api/v1/auth/reset-password", json=body), 404, "link_unknown")


def test_disabling_ends_sessions_and_links_that_wait(client, owner, database, settings):
    ada = register(client, invitation=invite(client, owner)["token"]).json()
    waiting = owner_link(database, settings, username="ada").rpartition("token=")[2]
    change = client.patch(
        f"/api/v1/users/{ada['user']['id']}", json={"is_active": False}, headers=owner.headers
    )
    assert change.json()["is_active"] is False
    old = {"Authorization": f"Bearer {ada['access_token']}"}
    assert is_problem(client.get("/api/v1/users/me", headers=old), 401, "not_signed_in")
    assert is_problem(client.post("/api/v1/auth/claim", json={"token": waiting}), 404, "link_unknown")
    refused = client.post("/api/v1/auth/refresh", headers={"X-Requested-With": "fiedler"})
    assert is_problem(refused, 401, "session_ended")


def test_last_admin_stays(client, owner):
    for body in ({"role": "user"}, {"is_active": False}):
        refused = client.patch(f"/api/v1/users/{owner.id}", json=body, headers=owner.headers)
        assert is_problem(refused, 409, "last_admin")


def test_two_admins_cannot_dismiss_each_other_at_once(client, owner, make_person):
    second = make_person("second", "admin")
    answers = []

    def dismiss(by, whom):
        answers.append(client.patch(f"/api/v1/users/{whom.id}", json={"role": "user"}, headers=by.headers))

    threads = [threading.Thread(target=dismiss, args=pair) for pair in ((owner, second), (second, owner))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # The slower one is the last admin by then, or no admin any more.
    assert sorted(answer.status_code for answer in answers)[0] == 200
    assert sorted(answer.status_code for answer in answers)[1] in (403, 409)


def test_requests_that_refresh_at_once_get_one_successor(settings, database, open_client):
    register(open_client)
    token = log_in(database, "ada", PASSWORD, settings).refresh_token
    following, start = [], threading.Barrier(4)

    def swap():
        other = Database(settings)
        start.wait()
        following.append(refresh(other, token, settings))
        other.dispose()

    threads = [threading.Thread(target=swap) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({each.refresh_token for each in following}) == 1
    with database.read() as session:
        user = session.scalar(sa.select(User).where(User.username == "ada"))
        # One family by registering, one by signing in, and its successor.
        assert len(session.scalars(sa.select(RefreshToken).where(RefreshToken.user_id == user.id)).all()) == 3
