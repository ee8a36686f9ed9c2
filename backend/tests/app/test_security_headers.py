"""What a browser is told to keep: headers of every kind of answer, and the cookie of a session."""

import pytest
from starlette.testclient import TestClient

from app.api import create_app
from app.auth import create_user
from app.settings import REPOSITORY

PASSWORD = "correct horse"


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


@pytest.fixture
def site(settings):
    """Serves the application with a page, at a given address and settings."""
    settings.frontend_dist.mkdir(exist_ok=True)
    page = "<!doctype html><script>theme()</script><script src=a.js></script>"
    (settings.frontend_dist / "index.html").write_text(page)

    def serve(address="http://testserver", **values):
        return TestClient(create_app(settings.model_copy(update=values)), base_url=address)

    return serve


def policy_of(answer):
    parts = (part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    return dict(parts)


@pytest.mark.parametrize(
    "path", ["/", "/api/v1/version", "/api/v1/datasets", "/api/v1/nowhere", "/health", "/metrics"]
)
def test_every_answer_is_guarded(site, path):
    answer = site().get(path)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert policy_of(answer)["default-src"] == "'self'"


def test_scripts_run_from_this_site_or_by_their_hash_alone(site):
    policy = policy_of(site().get("/"))
    ours, *hashes = policy["script-src"].split()
    assert ours == "'self'"
    assert [each.startswith("'sha256-") for each in hashes] == [True]
    assert policy["object-src"] == policy["frame-ancestors"] == "'none'"
    assert policy["base-uri"] == policy["form-action"] == "'self'"


def test_the_page_s_own_server_gives_the_same_headers():
    headers = (REPOSITORY / "frontend" / "headers.conf").read_text()
    for line in (
        "X-Content-Type-Options nosniff",
        "Referrer-Policy no-referrer",
        "X-Frame-Options DENY",
        "Cross-Origin-Opener-Policy same-origin",
        "default-src 'self'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    ):
        assert line in headers
    assert "unsafe-eval" not in headers


@pytest.mark.parametrize(
    ("address", "public_url", "is_secure"),
    [
        ("http://testserver", "", False),
        ("https://testserver", "", True),
        # Behind a proxy that is not named in TRUSTED_PROXIES the scheme is not known, but the address is.
        ("http://testserver", "https://fiedler.example.org", True),
    ],
)
def test_refresh_token_is_out_of_reach_of_scripts_and_other_sites(
    site, database, monkeypatch, address, public_url, is_secure
):
    monkeypatch.setattr("app.auth.accounts.get_database", lambda: database)
    create_user("ada", "ada@example.org", PASSWORD)
    with site(address, public_url=public_url) as client:
        answer = client.post("/api/v1/auth/login", json={"username": "ada", "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/api/v1/auth" in cookie
    assert ("secure" in cookie.split("; ")) == is_secure
    assert answer.headers["cache-control"] == "no-store"


def test_other_sites_are_let_in_by_name_alone(site):
    client = site(cors_origins=["https://app.example.org"])
    for origin, expected in (("https://app.example.org",) * 2, ("https://evil.example.org", None)):
        asked = {"Origin": origin, "Access-Control-Request-Method": "PATCH"}
        before = client.options("/api/v1/datasets/1", headers=asked)
        answer = client.get("/api/v1/version", headers={"Origin": origin})
        for each in (before, answer):
            assert each.headers.get("access-control-allow-origin") == expected
    unnamed = site().get("/api/v1/version", headers={"Origin": "https://app.example.org"})
    assert "access-control-allow-origin" not in unnamed.headers
