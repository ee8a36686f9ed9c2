"""A real nginx, started as in its container, before three real API servers."""

import asyncio
import http.client
import json
import os
import shutil
import signal
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest
from free_port import free_port
from stack import REPOSITORY
from websockets.asyncio.client import connect

from app.auth.tokens import make_access_token
from app.database import BACKEND, Database, database_now
from app.settings import Settings
from app.users.models import User

SECONDS = 60
MAX_FILE_SIZE = 200_000
ANY_CERTIFICATE = ssl.create_default_context()
ANY_CERTIFICATE.check_hostname = False
ANY_CERTIFICATE.verify_mode = ssl.CERT_NONE


class Servers:
    """Three API servers and nginx before them."""

    def __init__(self, settings, folder):
        self.folder = folder
        self.api_ports = [free_port() for _ in range(3)]
        self.http_port, self.https_port, self.metrics_port = free_port(), free_port(), free_port()
        environment = {
            **os.environ,
            "DATA_DIR": str(settings.data_dir),
            "JWT_SECRET": settings.jwt_secret,
            "TRUSTED_PROXIES": "127.0.0.1",
            "RATE_LIMIT_ENABLED": "true",
            # What is used up comes back slowly, or a busy machine would not see that it was.
            "RATE_LIMIT_RPS": "0.1",
            "RATE_LIMIT_BURST": "1000",
            "MAX_FILE_SIZE": str(MAX_FILE_SIZE),
        }
        command = [sys.executable, "-m", "app", "api"]
        self.processes = {
            port: self._start(command, {**environment, "PORT": str(port)}, BACKEND) for port in self.api_ports
        }
        root = folder / "nginx"
        shutil.copytree(REPOSITORY / "nginx", root)
        (root / "ssl" / "server.crt").unlink(missing_ok=True)
        self.nginx = self._start(
            [str(root / "start.sh")],
            {
                "PATH": os.environ["PATH"],
                "NGINX_ROOT": str(root),
                "NGINX_PID": str(folder / "nginx.pid"),
                "NGINX_HTTP_PORT": str(self.http_port),
                "NGINX_HTTPS_PORT": str(self.https_port),
                "NGINX_METRICS_PORT": str(self.metrics_port),
                "DOMAIN": "fiedler.test",
                "MAX_FILE_SIZE": str(MAX_FILE_SIZE),
                "API_UPSTREAM": ",".join(f"127.0.0.1:{port}" for port in self.api_ports),
                "FRONTEND_UPSTREAM": f"127.0.0.1:{self.api_ports[0]}",
            },
            folder,
        )
        try:
            for port in self.api_ports:
                self._wait(f"http://127.0.0.1:{port}/livez")
            self._wait(self.address("/livez"))
        except BaseException:
            self.stop()
            raise

    def address(self, path: str) -> str:
        return f"https://127.0.0.1:{self.https_port}{path}"

    def log(self) -> str:
        return "\n".join(path.read_text(errors="replace") for path in self.folder.glob("log-*"))

    def stop(self) -> None:
        for process in [self.nginx, *self.processes.values()]:
            if process.poll() is None:
                # start.sh has its watchers beside nginx: all of the group end.
                os.killpg(process.pid, signal.SIGTERM)
        for process in [self.nginx, *self.processes.values()]:
            process.wait(SECONDS)

    def _start(self, command, environment, folder):
        name = f"log-{environment.get('PORT', 'nginx')}"
        with (self.folder / name).open("w") as log:
            return subprocess.Popen(
                command, cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True
            )

    def _wait(self, address: str) -> None:
        deadline = time.monotonic() + SECONDS
        while True:
            try:
                urllib.request.urlopen(
                    address, context=ANY_CERTIFICATE if "https" in address else None
                ).close()
                return
            except OSError:
                assert time.monotonic() < deadline, self.log()
                time.sleep(0.1)


@pytest.fixture(scope="module")
def settings(migrated_sqlite, tmp_path_factory):
    folder = tmp_path_factory.mktemp("nginx")
    # nginx's workers, which are nobody's, must reach the folder.
    for each in (folder, *folder.parents[:2]):
        each.chmod(0o755)
    (folder / "data").mkdir()
    shutil.copy(migrated_sqlite, folder / "data" / "fiedler.db")
    return Settings(_env_file=None, data_dir=folder / "data", jwt_secret="0123456789abcdef" * 4)


@pytest.fixture(scope="module")
def servers(settings):
    running = Servers(settings, settings.data_dir.parent)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def token(settings):
    database = Database(settings)
    with database.write() as session:
        user = User(username="ada", role="admin", created_at=database_now(session))
        session.add(user)
        session.flush()
        made = make_access_token(user, settings)
    database.dispose()
    return made


def ask(address: str, method: str = "GET", body: bytes | None = None, **headers: str):
    request = urllib.request.Request(address, body, method=method)
    for name, value in headers.items():
        request.add_header(name.replace("_", "-"), value)
    try:
        with urllib.request.urlopen(request, context=ANY_CERTIFICATE, timeout=SECONDS) as response:
            return response.status, response.headers, response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def test_the_story_through_nginx(servers, token):
    signed_in = {"Authorization": f"Bearer {token}"}

    status, headers, body = ask(servers.address("/health"))
    assert (status, json.loads(body)["status"]) == (200, "degraded"), "it has no worker"
    assert "max-age" in headers["Strict-Transport-Security"]
    assert "Server" not in headers or "/" not in headers["Server"], "no version for those who look for holes"

    plain = http.client.HTTPConnection("127.0.0.1", servers.http_port)
    plain.request("GET", "/explore?k=3")
    answer = plain.getresponse()
    assert (answer.status, answer.headers["Location"]) == (308, "https://127.0.0.1/explore?k=3")
    plain.close()

    assert ask(servers.address("/metrics"))[0] == 404, "metrics are not the world's"
    status, _, body = ask(f"http://127.0.0.1:{servers.metrics_port}/metrics")
    name, _, expiry = body.decode().strip().rpartition(" ")
    assert (status, name) == (200, 'certificate_expiry_timestamp_seconds{domain="fiedler.test"}')
    assert 364 * 86400 < int(expiry) - time.time() < 366 * 86400

    big = b"x\n" + b"1\n" * (MAX_FILE_SIZE // 2)
    status, _, body = ask(servers.address("/api/v1/datasets?filename=a.csv"), "POST", big, **signed_in)
    assert (status, json.loads(body)["code"]) == (413, "file_too_large"), "refused by the API, with a reason"
    fitting = big[: MAX_FILE_SIZE - 2]
    status, _, body = ask(servers.address("/api/v1/datasets?filename=a.csv"), "POST", fitting, **signed_in)
    assert status == 201, body

    # A forged address would give its forger a limit of his own with every request.
    remaining = [
        int(ask(servers.address("/api/v1/version"), X_Forwarded_For=f"10.0.0.{n}")[1]["RateLimit-Remaining"])
        for n in range(9)
    ]
    assert min(remaining) < 999, "all counted for the one address they came from"


def test_websocket_opens_through_nginx(servers, token):
    status, _, body = ask(servers.address("/api/v1/ws-ticket"), "POST", Authorization=f"Bearer {token}")
    assert status in (200, 201), body
    ticket = json.loads(body)["ticket"]

    async def story() -> dict:
        address = servers.address("/ws").replace("https", "wss")
        protocols = ["fiedler.v1", f"ticket.{ticket}"]
        async with connect(address, ssl=ANY_CERTIFICATE, subprotocols=protocols) as socket_:
            await socket_.send(json.dumps({"op": "ping"}))
            return json.loads(await asyncio.wait_for(socket_.recv(), SECONDS))

    assert asyncio.run(story())["type"] == "pong"


def test_requests_go_on_when_a_server_is_killed(servers, token):
    headers = {"Authorization": f"Bearer {token}"}
    assert {ask(servers.address("/api/v1/datasets"), **headers)[0] for _ in range(9)} == {200}
    for port in servers.api_ports[1:]:
        servers.processes[port].kill()
        assert {ask(servers.address("/api/v1/datasets"), **headers)[0] for _ in range(20)} == {200}
