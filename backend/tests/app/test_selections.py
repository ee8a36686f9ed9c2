"""Named selections: kept with the table, seen by all who see it, changed by those who may edit."""

import base64

import pytest

from app.runs.models import Run
from app.selections import routes

RUNS = "/api/v1/runs"
# Of the six rows of the run.
FIRST_TWO, LAST = base64.b64encode(b"\x03").decode(), base64.b64encode(b"\x20").decode()


@pytest.fixture
def ask(client, owner, run_id):
    def ask(method, path="", body=None, person=owner):
        address = f"{RUNS}/{run_id}/selections{path}"
        return client.request(method, address, json=body, headers=person.headers)

    return ask


def test_a_selection_is_kept_named_anew_and_forgotten(ask):
    kept = ask("POST", body={"name": "  odd ones ", "bitmap": FIRST_TWO})
    assert kept.status_code == 201, kept.text
    assert (kept.json()["name"], kept.json()["n_rows"]) == ("odd ones", 2)
    path = f"/{kept.json()['id']}"
    assert ask("GET", path).json()["bitmap"] == FIRST_TWO
    changed = ask("PATCH", path, {"bitmap": LAST}).json()
    assert (changed["name"], changed["n_rows"]) == ("odd ones", 1)
    assert ask("PATCH", path, {"name": "the last"}).json()["name"] == "the last"
    assert [each["name"] for each in ask("GET").json()["items"]] == ["the last"]
    assert "bitmap" not in ask("GET").json()["items"][0]
    assert ask("DELETE", path).status_code == 204
    assert ask("GET").json()["items"] == []
    assert ask("GET", path).json()["code"] == "not_found"


@pytest.mark.parametrize(
    ("bitmap", "words"),
    [
        ("no base64!", "not base64"),
        (base64.b64encode(b"\x03\x00").decode(), "6 rows need 1"),
        (base64.b64encode(b"\x40").decode(), "6 rows need 1"),
        (base64.b64encode(b"\x00").decode(), "names no row"),
    ],
)
def test_what_is_no_set_of_the_table_s_rows_is_refused(ask, bitmap, words):
    refused = ask("POST", body={"name": "x", "bitmap": bitmap})
    assert refused.status_code == 422
    assert words in refused.json()["detail"]


def test_a_table_read_anew_has_selections_of_its_own(ask, database, run_id):
    ask("POST", body={"name": "before", "bitmap": FIRST_TWO})
    with database.write() as session:
        session.get_one(Run, run_id).table_key = "0ther"
    assert ask("GET").json()["items"] == []


def test_there_are_only_so_many(ask, monkeypatch):
    monkeypatch.setattr(routes, "MOST_SELECTIONS", 1)
    body = {"name": "x", "bitmap": FIRST_TWO}
    assert ask("POST", body=body).status_code == 201
    refused = ask("POST", body=body)
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_selections")
