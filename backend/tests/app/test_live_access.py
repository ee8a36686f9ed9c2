"""WebSockets end with the session or the share by which they listen, whichever server is told of the end."""

import pytest
from stand_ins import Person
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from app.api import create_app
from app.auth.service import begin_session
from app.auth.tokens import make_access_token
from app.jobs.queue import enqueue
from app.users.administration import set_active
from app.users.models import User

SESSIONS = "/api/v1/users/me/sessions"


@pytest.fixture(autouse=True)
def _quick_polls(monkeypatch):
    monkeypatch.setattr("app.live.feed.POLL_SECONDS", 0.05)


@pytest.fixture
def elsewhere(settings):
    """Another API server."""
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def sign_in(database, settings):
    """Signs a person in in one more browser; returns the session's number and its headers."""

    def sign_in(person):
        with database.write() as session:
            signed_in = begin_session(session, session.get_one(User, person.id), settings)
            token = make_access_token(signed_in.user, settings, signed_in.session_id)
        return signed_in.session_id, Person(person.id, {"Authorization": f"Bearer {token}"})

    return sign_in


def listen(client, person):
    ticket = client.post("/api/v1/ws-ticket", headers=person.headers).json()["ticket"]
    return client.websocket_connect("/ws", subprotocols=["fiedler.v1", f"ticket.{ticket}"])


def answers(websocket):
    websocket.send_json({"op": "ping"})
    return websocket.receive_json() == {"type": "pong"}


def close_code(websocket):
    with pytest.raises(WebSocketDisconnect) as caught:
        websocket.receive_json()
    return caught.value.code


def test_only_the_browser_whose_session_was_ended_is_cut_off(client, elsewhere, stranger, sign_in):
    number, ended = sign_in(stranger)
    _, other = sign_in(stranger)
    with listen(client, ended) as cut_off, listen(client, other) as goes_on:
        assert answers(cut_off)
        assert elsewhere.delete(f"{SESSIONS}/{number}", headers=other.headers).status_code == 204
        assert close_code(cut_off) == 4401
        assert answers(goes_on)


def sign_out_everywhere(elsewhere, person, database):
    assert elsewhere.delete(SESSIONS, headers=person.headers).status_code == 204


def disable(elsewhere, person, database):
    with database.write() as session:
        set_active(session, session.get_one(User, person.id), is_active=False)


@pytest.mark.parametrize("end", [sign_out_everywhere, disable])
def test_all_browsers_are_cut_off_when_the_account_is_shut(
    client, elsewhere, stranger, sign_in, database, end
):
    people = [sign_in(stranger)[1] for _ in range(2)]
    with listen(client, people[0]) as one, listen(elsewhere, people[1]) as two:
        assert answers(one)
        assert answers(two)
        end(elsewhere, people[0], database)
        assert close_code(one) == close_code(two) == 4401


def test_ticket_is_worthless_once_its_session_has_ended(client, stranger, sign_in):
    number, ended = sign_in(stranger)
    ticket = client.post("/api/v1/ws-ticket", headers=ended.headers).json()["ticket"]
    client.delete(f"{SESSIONS}/{number}", headers=ended.headers)
    for given in (ticket, ticket.partition(".")[0]):
        protocols = ["fiedler.v1", f"ticket.{given}"]
        with client.websocket_connect("/ws", subprotocols=protocols) as websocket:
            assert close_code(websocket) == 4401


def test_follower_is_cut_off_when_the_share_ends_and_comes_back_without_it(
    client, elsewhere, owner, stranger, dataset_id, database
):
    body = {"dataset_id": dataset_id, "person": "stranger", "right": "view"}
    share = client.post("/api/v1/shares", json=body, headers=owner.headers).json()
    with database.write() as session:
        job_id = enqueue(session, user_id=owner.id, kind="fit", dataset_id=dataset_id).id
    with listen(client, stranger) as follower, listen(client, owner) as tab_of_owner:
        for websocket in (follower, tab_of_owner):
            websocket.send_json({"op": "subscribe", "job": job_id})
            assert websocket.receive_json()["type"] == "snapshot"
        elsewhere.delete(f"/api/v1/shares/{share['id']}", headers=owner.headers)
        assert close_code(follower) == 4403
        assert answers(tab_of_owner)
    with listen(client, stranger) as again:
        again.send_json({"op": "subscribe", "job": job_id})
        assert again.receive_json()["problem"]["code"] == "not_found"
        assert answers(again)
