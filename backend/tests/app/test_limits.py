"""Rate limits: exact over several API processes on a real Redis, and kept up when Redis is gone."""

import asyncio
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from free_port import free_port
from redis_server import RedisServer
from stand_ins import is_problem
from starlette.testclient import TestClient

from app.api import create_app
from app.auth import bearer
from app.database import BACKEND
from app.limits.limiter import Limiter
from app.limits.quotas import SIGN_IN_PER_MINUTE, Draw, Quotas
from app.settings import Settings

SECONDS = 60
PASSWORD = "of-the-tests"
# So slow that no request is given back while a test runs.
SLOW = {"rate_limit_enabled": True, "rate_limit_rps": 1 / 60, "rate_limit_burst": 5}


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


@pytest.fixture
def redis_server():
    server = RedisServer(PASSWORD)
    yield server
    server.remove()


def limited(settings: Settings, **values: object) -> TestClient:
    return TestClient(create_app(settings.model_copy(update={**SLOW, **values})))


def test_the_burst_passes_and_the_next_is_told_when_to_come_back(settings, owner):
    with limited(settings) as client:
        answers = [client.get("/api/v1/datasets", headers=owner.headers) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert [answer.headers["ratelimit-remaining"] for answer in answers] == ["4", "3", "2", "1", "0", "0"]
    assert is_problem(answers[-1], 429, "too_many_requests")
    assert 50 <= int(answers[-1].headers["retry-after"]) <= 60
    assert f"{answers[-1].headers['retry-after']} s" in answers[-1].json()["remedy"]


def test_users_are_counted_apart_and_invented_tokens_by_address(settings, owner, stranger):
    with limited(settings) as client:
        for person in (owner, stranger):
            assert (
                client.get("/api/v1/datasets", headers=person.headers).headers["ratelimit-remaining"] == "4"
            )
        invented = [
            client.get("/api/v1/datasets", headers={"Authorization": f"Bearer {number}"})
            for number in range(6)
        ]
    assert [answer.status_code for answer in invented] == [401] * 5 + [429]


def test_page_health_and_metrics_are_never_limited(settings):
    with limited(settings, rate_limit_burst=1) as client:
        assert {
            client.get(path).status_code for path in ("/livez", "/health", "/metrics") for _ in range(5)
        } == {200}


def test_signing_in_is_limited_more_strictly(settings):
    body = {"username": "owner", "password": "a wrong one"}
    with limited(settings, rate_limit_rps=1000, rate_limit_burst=1000) as client:
        statuses = [
            client.post("/api/v1/auth/login", json=body).status_code for _ in range(SIGN_IN_PER_MINUTE + 1)
        ]
    assert statuses == [401] * SIGN_IN_PER_MINUTE + [429]


def test_limits_are_off_by_default(client, owner):
    assert "ratelimit-limit" not in client.get("/api/v1/datasets", headers=owner.headers).headers


def test_three_api_processes_share_one_exact_limit(settings, owner, redis_server, tmp_path):
    environment = {
        **os.environ,
        "DATA_DIR": str(settings.data_dir),
        "JWT_SECRET": settings.jwt_secret,
        "RATE_LIMIT_ENABLED": "true",
        "RATE_LIMIT_BACKEND": redis_server.url,
        "REDIS_PASSWORD": PASSWORD,
        "RATE_LIMIT_RPS": str(1 / 60),
        "RATE_LIMIT_BURST": "20",
    }
    ports = [free_port() for _ in range(3)]
    processes = []
    try:
        for port in ports:
            with (tmp_path / f"log-{port}").open("w") as log:
                processes.append(
                    subprocess.Popen(
                        [sys.executable, "-m", "app", "api"],
                        cwd=BACKEND,
                        env={**environment, "PORT": str(port)},
                        stderr=log,
                    )
                )
        for port in ports:
            wait_until_ready(port)
        with ThreadPoolExecutor(12) as pool:
            statuses = Counter(pool.map(lambda port: status_of(port, owner), ports * 20))
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(SECONDS)
    assert statuses == {200: 20, 429: 40}


def test_limits_are_counted_here_while_redis_is_gone_and_there_again_when_it_is_back(
    settings, redis_server, monkeypatch
):
    monkeypatch.setattr("app.limits.limiter.REST_SECONDS", 0.2)
    redis = {"rate_limit_backend": redis_server.url, "redis_password": PASSWORD}
    limited_settings = settings.model_copy(update={**SLOW, **redis})
    quotas = Quotas(limited_settings)
    (draw,) = quotas.draws({"path": "/api/v1/datasets", "method": "GET"}, "127.0.0.1", "user:7")

    async def story() -> None:
        limiter = Limiter(limited_settings)
        assert (await limiter.count(draw)).remaining == 4
        redis_server.kill()
        assert (await limiter.count(draw)).remaining == 4, "counted anew, in this process"
        assert limiter.n_fallbacks == 1
        assert (await limiter.count(draw)).remaining == 3
        assert limiter.n_fallbacks == 1, "Redis is left alone for a while"
        redis_server.start()
        await asyncio.sleep(0.3)
        assert (await limiter.count(draw)).remaining == 4, "counted in the new, empty Redis"

    asyncio.run(story())


def test_a_refused_password_is_a_redis_that_does_not_answer(settings, redis_server):
    wrong = settings.model_copy(
        update={**SLOW, "rate_limit_backend": redis_server.url, "redis_password": "no"}
    )
    limiter = Limiter(wrong)
    (draw,) = Quotas(wrong).draws({"path": "/api/v1/jobs", "method": "GET"}, "127.0.0.1", "address:127.0.0.1")
    assert isinstance(draw, Draw)
    assert asyncio.run(limiter.count(draw)).is_allowed
    assert limiter.n_fallbacks == 1


def test_a_personal_token_has_a_limit_of_its_own_once_it_has_proved_valid(settings, owner):
    def statuses(client, headers, n):
        return [client.get("/api/v1/datasets", headers=headers).status_code for _ in range(n)]

    # One more for making the token, which its owner does; the first use counts by the address.
    with limited(settings) as client:
        body = {"name": "nightly", "scopes": ["read"]}
        made = client.post("/api/v1/users/me/tokens", json=body, headers=owner.headers).json()
        program = {"Authorization": f"Bearer {made['token']}"}
        assert statuses(client, program, 7) == [200] * 6 + [429]
        assert statuses(client, owner.headers, 5) == [200] * 4 + [429], "its owner has a limit of his own"


def test_invented_personal_tokens_share_the_limit_of_their_address(settings):
    with limited(settings) as client:
        answers = [
            client.get("/api/v1/datasets", headers={"Authorization": f"Bearer fiedler_{n}"}).status_code
            for n in range(7)
        ]
    assert answers == [401] * 5 + [429] * 2


def test_the_access_token_is_decoded_once_a_request(settings, owner, monkeypatch):
    decoded = []
    real = bearer.read_access_token
    monkeypatch.setattr(bearer, "read_access_token", lambda *given: decoded.append(1) or real(*given))
    with limited(settings) as client:
        assert client.get("/api/v1/datasets", headers=owner.headers).status_code == 200
    assert decoded == [1]


def wait_until_ready(port: int) -> None:
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/livez"):
                return
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def status_of(port: int, owner) -> int:
    request = urllib.request.Request(f"http://127.0.0.1:{port}/api/v1/datasets", headers=owner.headers)
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code
