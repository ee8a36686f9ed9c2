import pytest
from stand_ins import is_problem

from app.middleware import MAXIMUM_BODY_BYTES


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


def test_unknown_address_is_a_problem(client):
    assert is_problem(client.get("/api/v1/nowhere"), 404, "not_found")
    assert is_problem(client.post("/nowhere"), 404, "not_found")


def test_wrong_method_is_a_problem_and_says_what_is_allowed(client):
    response = client.delete("/api/v1/version")
    assert is_problem(response, 405, "method_not_allowed")
    assert response.headers["allow"] == "GET"


def test_malformed_body_is_a_problem_that_points_at_the_part(client):
    response = client.post("/api/v1/auth/login", json={"username": "a"})
    assert is_problem(response, 422, "request_invalid")
    assert response.json()["errors"] == [{"pointer": "/password", "detail": "Field required"}]
    assert is_problem(client.post("/api/v1/auth/login", content=b"{bad"), 422, "request_invalid")


def test_malformed_number_in_an_address_is_a_problem(client, owner):
    for path in ("/api/v1/jobs/x", "/api/v1/jobs/0", f"/api/v1/jobs/{10**30}", "/api/v1/jobs?cursor=a"):
        assert is_problem(client.get(path, headers=owner.headers), 422, "request_invalid")


def test_unexpected_failure_is_a_problem_without_its_reason(client, app, owner, monkeypatch):
    def fail(*_arguments):
        raise RuntimeError("the secret is 42")

    monkeypatch.setattr("app.users.routes.read_user", fail)
    response = client.get("/api/v1/users/me", headers=owner.headers)
    assert is_problem(response, 500, "internal_error")
    assert "42" not in response.text


def test_large_body_is_a_problem_announced_or_not(client):
    def chunks():
        for _ in range(3):
            yield b" " * (MAXIMUM_BODY_BYTES // 2)

    for content in (b" " * (MAXIMUM_BODY_BYTES + 1), chunks()):
        response = client.post(
            "/api/v1/auth/login", content=content, headers={"content-type": "application/json"}
        )
        assert is_problem(response, 413, "request_too_large")


def test_lost_database_is_a_problem_that_says_try_again(client, app, owner, monkeypatch):
    from sqlalchemy.exc import OperationalError

    def fail(*_arguments):
        raise OperationalError("SELECT", {}, Exception("connection refused"))

    monkeypatch.setattr("app.users.routes.read_user", fail)
    response = client.get("/api/v1/users/me", headers=owner.headers)
    assert is_problem(response, 503, "unavailable")
    assert response.headers["retry-after"] == "2"


def test_request_id_of_the_caller_is_kept_when_it_is_harmless(client):
    assert client.get("/livez", headers={"X-Request-ID": "abc-1"}).headers["x-request-id"] == "abc-1"
    assert client.get("/livez", headers={"X-Request-ID": "a b\t"}).headers["x-request-id"] != "a b\t"
