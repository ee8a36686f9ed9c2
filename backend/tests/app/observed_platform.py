"""A whole platform as processes, on PostgreSQL and Redis, its secrets known, its logs and traces kept."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
from free_port import free_port
from otlp_receiver import OtlpReceiver
from postgresql import PostgresServer
from redis_server import RedisServer

from app.database import BACKEND

SECONDS = 400.0


def wait_for(condition: Callable[[], Any]) -> Any:
    """Return the first true value of ``condition``; fail after a deadline that no machine needs."""
    deadline = time.monotonic() + SECONDS
    while not (value := condition()):
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.05)
    return value


class ObservedPlatform:
    """PostgreSQL, Redis, a collector of traces, an API and a worker."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder = folder
        self.secrets: dict[str, str] = {}
        self.answers: list[tuple[str, str]] = []
        self.receiver = OtlpReceiver()
        self.redis = RedisServer(self.secret("redis password"))
        port = free_port()
        # The server trusts everybody; the password is there to be leaked.
        password = self.secret("database password")
        self.environment = {
            **os.environ,
            "DATA_DIR": str(folder / "data"),
            "DATABASE_URL": database_url.replace("postgres@", f"postgres:{password}@"),
            "PORT": str(port),
            "JWT_SECRET": self.secret("signing key"),
            "RATE_LIMIT_ENABLED": "true",
            "RATE_LIMIT_RPS": "1000",
            "RATE_LIMIT_BURST": "1000",
            "RATE_LIMIT_BACKEND": self.redis.url,
            "REDIS_PASSWORD": self.secrets["redis password"],
            "OIDC_ISSUER": f"http://127.0.0.1:{free_port()}",
            "OIDC_CLIENT_ID": "fiedler",
            "OIDC_CLIENT_SECRET": self.secret("provider's secret"),
            "OTEL_EXPORTER_OTLP_ENDPOINT": self.receiver.url,
            "OTEL_EXPORTER_OTLP_HEADERS": f"authorization=Bearer {self.secret('collector secret')}",
            "LOG_FORMAT": "json",
            "LOG_LEVEL": "DEBUG",
            "WORKER_BEAT_SECONDS": "0.5",
        }
        self.client = httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=SECONDS)
        self._processes: list[subprocess.Popen[bytes]] = []

    def secret(self, name: str, value: str | None = None) -> str:
        """Remember a secret, made here unless it is given, that must appear nowhere."""
        self.secrets[name] = value or f"secret-{secrets.token_hex(24)}"
        return self.secrets[name]

    def run(self, *arguments: str, given: str = "", **environment: str) -> int:
        """Run a command of the service to its end, its output kept as a log."""
        with (self.folder / f"log-{'-'.join(arguments[:2])}-{len(self.logs())}").open("w") as log:
            done = subprocess.run(
                [sys.executable, "-m", "app", *arguments],
                cwd=BACKEND,
                env={**self.environment, **environment},
                input=given.encode(),
                stdout=log,
                stderr=log,
                timeout=SECONDS,
                check=False,
            )
        return done.returncode

    def start(self, part: str) -> None:
        """Start the API or a worker."""
        with (self.folder / f"log-{part}").open("w") as log:
            self._processes.append(
                subprocess.Popen(
                    [sys.executable, "-m", "app", part],
                    cwd=BACKEND,
                    env=self.environment,
                    stdout=log,
                    stderr=log,
                )
            )

    def ask(self, method: str, path: str, **options: Any) -> httpx2.Response:
        """Ask the API; what it answers is searched for secrets unless it is to give one."""
        response = self.client.request(method, path, **options)
        self.answers.append((f"{method} {path.partition('?')[0]}", response.text))
        return response

    def take(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        """Ask for something secret, which its answer rightly holds."""
        response = self.client.request(method, path, **options)
        assert response.status_code in (200, 201), response.text
        taken: dict[str, Any] = response.json()
        return taken

    def logs(self) -> dict[str, str]:
        """Return what each process has written so far."""
        return {path.name: path.read_text(errors="replace") for path in sorted(self.folder.glob("log-*"))}

    def events(self, part: str) -> list[dict[str, Any]]:
        """Return the log of a part, which must be one object a line."""
        return [json.loads(line) for line in (self.folder / f"log-{part}").read_text().splitlines()]

    def stop(self) -> None:
        """End the processes as an operator would."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            assert process.wait(SECONDS) in (0, -15)
        self._processes.clear()

    def close(self) -> None:
        """End all that is left."""
        for process in self._processes:
            process.kill()
            process.wait(SECONDS)
        self.client.close()
        self.redis.remove()
        self.receiver.close()


def tell_the_story(platform: ObservedPlatform, postgres: PostgresServer) -> None:
    """What people do with the platform, rightly and wrongly, and what befalls it."""
    password = platform.secret("password")
    assert platform.run("migrate") == 0
    assert platform.run("users", "create", "ada", "ada@example.org", "--role", "admin", given=password) == 0
    platform.start("api")
    platform.start("worker")
    wait_for(lambda: answers(platform, "/readyz"))
    headers = sign_in(platform, password)
    use_secrets(platform, headers)
    work(platform, headers)
    lose_parts(platform, postgres, headers)
    platform.ask("GET", "/metrics")
    platform.stop()


def answers(platform: ObservedPlatform, path: str) -> bool:
    try:
        return platform.ask("GET", path).status_code == 200
    except httpx2.TransportError:
        return False


def sign_in(platform: ObservedPlatform, password: str) -> dict[str, str]:
    """Sign in, after having failed to in several ways."""
    ask = platform.ask
    wrong = platform.secret("password that was mistyped")
    login = "/api/v1/auth/login"
    assert ask("POST", login, json={"username": "ada", "password": wrong}).status_code == 401
    assert ask("POST", login, json={"username": password, "password": wrong}).status_code == 401
    assert ask("POST", login, json={"username": "ada", "password": [password]}).status_code == 422
    assert ask("POST", login, content=f'{{"password": "{password}"').status_code == 422
    taken = platform.take("POST", login, json={"username": "ada", "password": password})
    platform.secret("access token", taken["access_token"])
    platform.secret("refresh token", next(iter(platform.client.cookies.values())))
    headers = {"Authorization": f"Bearer {taken['access_token']}"}
    assert ask("GET", "/api/v1/users/me", headers=headers).status_code == 200
    refreshed = platform.take("POST", "/api/v1/auth/refresh", headers={"X-Requested-With": "fiedler"})
    platform.secret("second access token", refreshed["access_token"])
    platform.secret("second refresh token", next(iter(platform.client.cookies.values())))
    return headers


def use_secrets(platform: ObservedPlatform, headers: dict[str, str]) -> None:
    """Have tokens and links made, use them, and offer wrong ones."""
    ask, take = platform.ask, platform.take
    body = {"name": "nightly", "scopes": ["read"]}
    program = take("POST", "/api/v1/users/me/tokens", json=body, headers=headers)["token"]
    platform.secret("personal token", program)
    for path in ("/api/v1/datasets", "/api/v1/users", "/api/v1/users/me/tokens"):
        ask("GET", path, headers={"Authorization": f"Bearer {program}"})
    for name in ("invented personal token", "invented access token"):
        token = ("fiedler_" if "personal" in name else "") + platform.secret(name)
        assert ask("GET", "/api/v1/datasets", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    platform.secret("ticket", take("POST", "/api/v1/ws-ticket", headers=headers)["ticket"])
    invited = take("POST", "/api/v1/invitations", json={}, headers=headers)
    invitation = platform.secret("invitation", invited["token"])
    ask("GET", f"/register?invitation={invitation}")
    wrong = platform.secret("wrong link")
    for path in ("/welcome", "/share", "/reset-password", "/api/v1/version"):
        ask("GET", f"{path}?token={wrong}")
    for path, body in (
        ("/api/v1/auth/claim", {"token": wrong}),
        ("/api/v1/auth/reset-password", {"token": wrong, "new_password": platform.secret("new password")}),
        (
            "/api/v1/auth/register",
            {"username": "b", "email": "b@c", "password": platform.secret("short"), "invitation": wrong},
        ),
    ):
        assert ask("POST", path, json=body).status_code in (403, 404)
    ask("POST", "/api/v1/share-links/open", json={"token": wrong}, headers=headers)
    ask("GET", "/api/v1/auth/oidc/start")


def work(platform: ObservedPlatform, headers: dict[str, str]) -> None:
    """Upload, cluster, cut anew; and a file that is no table."""
    lines = ["x,y", *(f"{k % 3 * 10 + k / 100},{k % 7 / 10}" for k in range(60))]
    upload(platform, headers, "good.csv", "\n".join(lines), "story-good")
    run = wait_for(lambda: platform.ask("GET", "/api/v1/runs", headers=headers).json()["items"])[0]
    cut = platform.ask("PUT", f"/api/v1/runs/{run['id']}/partition", json={"n_clusters": 4}, headers=headers)
    assert cut.status_code in (200, 202), cut.text
    upload(platform, headers, "bad.parquet", "no table at all", "story-bad")
    wait_for(
        lambda: any(
            job["status"] == "failed"
            for job in platform.ask("GET", "/api/v1/jobs", headers=headers).json()["items"]
        )
    )


def upload(
    platform: ObservedPlatform, headers: dict[str, str], name: str, table: str, request_id: str
) -> None:
    answer = platform.ask(
        "POST",
        f"/api/v1/datasets?filename={name}",
        content=table.encode(),
        headers={**headers, "X-Request-ID": request_id},
    )
    assert answer.status_code == 201, answer.text


def lose_parts(platform: ObservedPlatform, postgres: PostgresServer, headers: dict[str, str]) -> None:
    """Lose Redis, and the database for a while."""
    platform.redis.kill()
    assert platform.ask("GET", "/api/v1/datasets", headers=headers).status_code == 200
    wait_for(
        lambda: (
            platform.ask("GET", "/health").json().get("parts", {}).get("redis", {}).get("status")
            == "degraded"
        )
    )
    postgres.stop()
    assert platform.ask("GET", "/api/v1/datasets", headers=headers).status_code == 503
    wait_for(lambda: platform.ask("GET", "/health").status_code == 503)
    wait_for(lambda: "database does not answer" in platform.logs()["log-worker"])
    platform.ask("GET", "/metrics")
    postgres.start()
    wait_for(lambda: answers(platform, "/readyz"))
