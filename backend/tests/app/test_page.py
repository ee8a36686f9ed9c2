import base64
import hashlib

import pytest
from stand_ins import is_problem
from starlette.testclient import TestClient

INLINE = "document.title = 'x'"


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


@pytest.fixture
def client(settings):
    from app.api import create_app

    dist = settings.frontend_dist
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text(f'<html><script>{INLINE}</script><script src="/a.js"></script></html>')
    (dist / "assets" / "app-1a2b.js").write_text("1")
    (dist / "icon.svg").write_text("<svg/>")
    (dist.parent / "secret.txt").write_text("classified")
    with TestClient(create_app(settings)) as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/welcome?token=a", "/runs/3", "/explore/deep/link"])
def test_addresses_of_the_page_get_its_index(client, path):
    response = client.get(path)
    assert (response.status_code, response.headers["cache-control"]) == (200, "no-cache")
    assert response.headers["content-type"].startswith("text/html")


def test_assets_are_kept_forever_and_other_files_asked_for_again(client):
    asset = client.get("/assets/app-1a2b.js")
    assert asset.headers["cache-control"] == "public, max-age=31536000, immutable"
    icon = client.get("/icon.svg")
    assert (icon.headers["cache-control"], icon.headers["content-type"]) == ("no-cache", "image/svg+xml")


@pytest.mark.parametrize("path", ["/api/v1/nowhere", "/assets/gone.js", "/livez/x", "/ws"])
def test_page_does_not_stand_in_for_what_is_missing(client, path):
    assert is_problem(client.get(path), 404, "not_found")
    assert is_problem(client.post("/runs"), 404, "not_found")
    assert is_problem(client.get("/runs", headers={"Accept": "application/json"}), 404, "not_found")


@pytest.mark.parametrize(
    "path", ["/..%2fsecret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt", "/%00"]
)
def test_files_outside_the_page_are_out_of_reach(client, path):
    assert "classified" not in client.get(path).text


def test_policy_lets_the_built_page_work_and_nothing_else(client):
    headers = client.get("/").headers
    digest = base64.b64encode(hashlib.sha256(INLINE.encode()).digest()).decode()
    policy = headers["content-security-policy"]
    assert f"script-src 'self' 'sha256-{digest}';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-eval" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert client.get("/api/v1/version").headers["content-security-policy"] == policy
