"""What only a real server shows: broken connections, and bodies that are not read."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from free_port import free_port

from app.database import BACKEND

SECONDS = 60


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


@pytest.fixture
def server(settings, tmp_path):
    """The port of `uvicorn main:app` on the data of ``settings``, as the operations guide starts it."""
    port = free_port()
    environment = {**os.environ, "DATA_DIR": str(settings.data_dir), "JWT_SECRET": settings.jwt_secret}
    command = [sys.executable, "-m", "uvicorn", "main:app", "--port", str(port)]
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(command, cwd=BACKEND, env=environment, stderr=log)
    try:
        deadline = time.monotonic() + SECONDS
        while True:
            assert process.poll() is None, (tmp_path / "log").read_text()
            assert time.monotonic() < deadline
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as response:
                    assert response.status == 200
                break
            except OSError:
                time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(SECONDS)
    # Each line of an access log is one request, its time last; uvicorn's own would double it.
    lines = [line for line in (tmp_path / "log").read_text().splitlines() if "POST /api/v1/datasets" in line]
    assert all(line.endswith("ms") for line in lines)


def begin_upload(port, owner, announced, body):
    connection = socket.create_connection(("127.0.0.1", port))
    head = (
        f"POST /api/v1/datasets?filename=a.csv HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: {owner.headers['Authorization']}\r\nContent-Length: {announced}\r\n\r\n"
    )
    connection.sendall(head.encode() + body)
    return connection


def test_upload_that_breaks_off_leaves_nothing(server, settings, owner):
    connection = begin_upload(server, owner, 10_000_000, b"x" * 3_000_000)
    parts = settings.uploads_dir / "tmp"
    deadline = time.monotonic() + SECONDS
    while not list(parts.glob("*.part")):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    connection.close()
    while [path for path in settings.uploads_dir.rglob("*") if path.is_file()]:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_upload_announced_too_large_is_refused_before_it_is_read(server, owner):
    with begin_upload(server, owner, 2 * 1024**3, b"") as connection:
        connection.settimeout(SECONDS)
        answer = connection.recv(65536).decode()
        while "\r\n\r\n" not in answer or not answer.rstrip().endswith("}"):
            answer += connection.recv(65536).decode()
    head, _, body = answer.partition("\r\n\r\n")
    assert head.startswith("HTTP/1.1 413")
    assert json.loads(body)["code"] == "file_too_large"
