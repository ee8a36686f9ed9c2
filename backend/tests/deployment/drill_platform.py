"""The real service for a drill: everything that an alert tells of can be brought about here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psycopg
from postgresql import PostgresServer
from redis_server import RedisServer
from server_fleet import BACKEND, Fleet

# A machine of its own as far as disk and memory go: uploads on a small disk, and memory as it is told here.
_MACHINE = """
mount -t tmpfs -o size=32m tmpfs "$UPLOAD_PATH" && mount --bind "$MEMORY_FIGURES" /proc/meminfo && exec "$@"
"""
_UNSHARE = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--map-root-user"]
_TABLE = "x,y\n" + "\n".join(f"{n % 7},{(n * n) % 11 + 20 * (n % 2)}" for n in range(200))


def why_not() -> str:
    """Return what keeps the API server from a disk and a memory of its own, or nothing."""
    if sys.platform != "linux":
        return "mount namespaces need Linux"
    try:
        done = subprocess.run(
            [*_UNSHARE, "mount", "--bind", "/dev/null", "/proc/meminfo"],
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        return "unshare is missing (apt-get install util-linux)"
    return f"mount namespaces need root: {done.stderr.strip()}" if done.returncode else ""


class Platform(Fleet):
    """An API server and a worker on PostgreSQL and Redis, with what breaks them.

    Parameters
    ----------
    folder : Path
        For data and logs.
    worker_metrics : int
        The port where the worker tells its figures.
    """

    def __init__(self, folder: Path, worker_metrics: int) -> None:
        self._folder = folder
        self._memory = folder / "meminfo"
        self._memory.write_bytes(Path("/proc/meminfo").read_bytes())
        (folder / "uploads").mkdir()
        self.postgres, self.redis = PostgresServer(), RedisServer()
        self._configure("archive_mode", "on")
        self._configure("archive_command", "true")
        self.postgres.stop()
        self.postgres.start()
        self.database = self.postgres.create_database()
        environment = {
            "DATA_DIR": str(folder / "data"),
            "UPLOAD_PATH": str(folder / "uploads"),
            "DATABASE_URL": self.database,
            "JWT_SECRET": "a secret that only the tests know, of enough bytes",
            "RATE_LIMIT_ENABLED": "true",
            "RATE_LIMIT_RPS": "1000",
            "RATE_LIMIT_BURST": "1000",
            "RATE_LIMIT_BACKEND": self.redis.url,
            "WORKER_METRICS_PORT": str(worker_metrics),
            "MEMORY_FIGURES": str(self._memory),
        }
        super().__init__(folder, environment)
        machine = [*_UNSHARE, "bash", "-c", _MACHINE, "machine"]
        server = (*machine, sys.executable, "-m", "app", "api", "--migrate")
        self.address = self.start_api("api", *server)
        self.wait_for_answer(f"{self.address}/readyz")
        enter = ["nsenter", f"--target={self.processes['api'].pid}", "--mount", f"--wd={BACKEND}"]
        if os.geteuid() != 0:
            enter += ["--user", "--preserve-credentials"]
        self.start("worker", *enter, sys.executable, "-m", "app", "worker")
        self.token = self._sign_in()

    def ask(self, path: str, body: bytes | None = None, method: str = "", **headers: str) -> int:
        """Ask as somebody who is signed in, and return the status."""
        return self._answer(path, body, method, **headers)[0]

    def upload(self, name: str, table: bytes = _TABLE.encode()) -> tuple[int, Any]:
        return self._answer(f"/datasets?filename={name}", table)

    def order_in_both_lanes(self) -> None:
        """Ask for a fit and for another cut, which nobody takes, and let a quarter of an hour pass."""
        with psycopg.connect(self.database, autocommit=True) as connection:
            (run,) = connection.execute("SELECT min(id) FROM runs").fetchone() or ()
            fit = json.dumps({"kind": "fit", "dataset_id": 1, "parameters": {"n_clusters": 9}}).encode()
            told = {"Content_Type": "application/json"}
            assert self.ask("/jobs", fit, **told) == 202
            assert self.ask(f"/runs/{run}/partition", b'{"n_clusters": 11}', "PUT", **told) == 202
            connection.execute(
                "UPDATE clustering_jobs SET created_at = created_at - interval '15 minutes'"
                " WHERE status = 'queued'"
            )

    def connect_often(self) -> list[psycopg.Connection[Any]]:
        """Open more connections to the database than a pool may."""
        return [psycopg.connect(self.database) for _ in range(81)]

    def answer_slowly(self) -> None:
        """Let forty requests wait three seconds for a table that somebody locks."""
        with psycopg.connect(self.database) as connection, ThreadPoolExecutor(40) as people:
            connection.execute("LOCK TABLE datasets IN ACCESS EXCLUSIVE MODE")
            asked = [people.submit(self.ask, "/datasets/1") for _ in range(40)]
            threading.Event().wait(3)
            connection.rollback()
            assert {answer.result() for answer in asked} == {200}

    def break_the_archive(self) -> None:
        """Let the database fail to archive a file of its WAL, which it tries three times in a row."""
        self._configure("archive_command", "false")
        with psycopg.connect(self.postgres.url("postgres"), autocommit=True) as connection:
            connection.execute("SELECT pg_reload_conf()")
            connection.execute("CREATE TABLE writes ()")
            connection.execute("SELECT pg_switch_wal()")

    def use_up_the_memory(self) -> None:
        text = self._memory.read_text().splitlines()
        left = ["MemAvailable: 1024 kB" if line.startswith("MemAvailable") else line for line in text]
        # The same file, or the one that is mounted would not change.
        with self._memory.open("r+") as figures:
            figures.write("\n".join(left) + "\n")
            figures.truncate()

    def fill_the_disk(self) -> None:
        # What the server sees of it, through its door in /proc.
        root = Path(f"/proc/{self.processes['api'].pid}/root")
        (root / str(self._folder / "uploads" / "filling").lstrip("/")).write_bytes(bytes(30 * 2**20))

    def stop(self) -> None:
        """End everything."""
        try:
            super().stop()
        finally:
            self.redis.remove()
            self.postgres.remove()

    def _configure(self, name: str, value: str) -> None:
        with psycopg.connect(self.postgres.url("postgres"), autocommit=True) as connection:
            connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")

    def _answer(
        self, path: str, body: bytes | None = None, method: str = "", **headers: str
    ) -> tuple[int, Any]:
        request = urllib.request.Request(f"{self.address}/api/v1{path}", body, method=method or None)
        for name, value in {"Authorization": f"Bearer {self.token}", **headers}.items():
            request.add_header(name.replace("_", "-"), value)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    def _sign_in(self) -> str:
        make = (
            "from app.auth import create_user; create_user('ada', 'ada@example.org', 'correct horse battery')"
        )
        environment = {**self._environment, "PYTHONPATH": str(BACKEND)}
        subprocess.run(
            [sys.executable, "-c", make], cwd=BACKEND, env=environment, check=True, capture_output=True
        )
        told = json.dumps({"username": "ada", "password": "correct horse battery"}).encode()
        self.token = ""
        status, answer = self._answer("/auth/login", told, Content_Type="application/json")
        assert status == 200, answer
        return str(answer["access_token"])


class Outside(ThreadingHTTPServer):
    """What is beside the service: the webhook that alerts reach, and what nginx and the scripts tell.

    Attributes
    ----------
    titles : set of str
        Of the alerts that have come.
    texts : dict of str to str
        The text of each.
    metrics : str
        What is told of certificate and backup.
    """

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.metrics = ""
        super().__init__(("127.0.0.1", 0), _Answers)

    @property
    def titles(self) -> set[str]:
        return set(self.texts)

    def forget(self, alert: str) -> None:
        """Take it that an alert has not come yet."""
        self.texts.pop(f"FIRING: {alert}", None)


class _Answers(BaseHTTPRequestHandler):
    server: Outside

    def do_POST(self) -> None:
        (attachment,) = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["attachments"]
        self.server.texts[attachment["title"]] = attachment["text"]
        self._answer("")

    def do_GET(self) -> None:
        self._answer(self.server.metrics)

    def _answer(self, text: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_arguments: object) -> None:
        pass


@contextmanager
def outside() -> Iterator[Outside]:
    """Serve it for as long as the block lasts."""
    server = Outside()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
