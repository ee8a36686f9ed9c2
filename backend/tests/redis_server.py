"""A private Redis server for the tests: on a random port, in a temporary folder, gone with them."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from free_port import free_port

START_SECONDS = 30


class RedisMissingError(RuntimeError):
    """Redis's server program is not installed."""


class RedisServer:
    """A server on a random port of one address that keeps nothing on disk."""

    def __init__(self, password: str = "", address: str = "127.0.0.1") -> None:
        program = shutil.which("redis-server")
        if program is None:
            raise RedisMissingError(
                "redis-server is not in PATH, and the tests need it; "
                "install it with: apt-get install redis-server"
            )
        self.address, self.port = address, free_port()
        self._folder = Path(tempfile.mkdtemp(prefix="fiedler-redis-"))
        self._command = [program, "--port", str(self.port), "--bind", address, "--save", ""]
        self._command += ["--dir", str(self._folder)]
        if address != "127.0.0.1":
            self._command += ["--protected-mode", "no"]
        if password:
            self._command += ["--requirepass", password]
        self.start()

    @property
    def url(self) -> str:
        """The address of its database 1, without a password."""
        return f"redis://{self.address}:{self.port}/1"

    def start(self) -> None:
        """Start the server and wait until it takes connections."""
        with (self._folder / "log").open("a") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log)
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection((self.address, self.port), 1).close()
                return
            except OSError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((self._folder / "log").read_text()) from None
                time.sleep(0.02)

    def kill(self) -> None:
        """End the server at once, as a crash would."""
        self._process.kill()
        self._process.wait(START_SECONDS)

    def remove(self) -> None:
        """Stop the server and delete its folder."""
        if self._process.poll() is None:
            self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)
