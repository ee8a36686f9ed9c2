"""The service as it runs on servers: API processes, workers and the gateway before them, each a process."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import psutil
from free_port import free_port

BACKEND = Path(__file__).resolve().parents[1]
START_SECONDS = 120


class Fleet:
    """Processes that share one set of settings.

    Parameters
    ----------
    folder : Path
        For logs and the gateway's files.
    environment : dict of str to str
        The settings of all of them, beside those of this process.
    """

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.ports: dict[str, int] = {}
        # The service's code; another folder holds another version.
        self.code = BACKEND
        self._environment = {**os.environ, **environment}

    def start_api(self, name: str = "api", *command: str, **environment: str) -> str:
        """Start an API server (by ``command``, if it is another one) and return its address."""
        port = self.ports.setdefault(name, free_port())
        self.start(name, *(command or (sys.executable, "-m", "app", "api")), PORT=str(port), **environment)
        return f"http://127.0.0.1:{port}"

    def start_worker(self, name: str = "worker", **environment: str) -> None:
        """Start a worker for the real work."""
        self.start(name, sys.executable, "-m", "app", "worker", **environment)

    def start_gateway(self) -> str:
        """Start nginx, configured as in its container, before all API servers; return its address."""
        root = self.folder / "nginx"
        shutil.copytree(BACKEND.parent / "nginx", root, dirs_exist_ok=True)
        port = self.ports["gateway"] = free_port()
        self.start(
            "gateway",
            str(root / "start.sh"),
            NGINX_ROOT=str(root),
            NGINX_TEMPLATE="gateway.conf.template",
            NGINX_PID=str(self.folder / "nginx.pid"),
            NGINX_HTTP_PORT=str(port),
            DOMAIN="fiedler.test",
            MAX_FILE_SIZE=str(2**30),
            API_UPSTREAM=",".join(
                f"127.0.0.1:{self.ports[name]}" for name in self.processes if name in self.ports
            ),
            FRONTEND_UPSTREAM="127.0.0.1:9",
        )
        return f"http://127.0.0.1:{port}"

    def start(self, name: str, *command: str, **environment: str) -> None:
        """Start a process in a group of its own; its output is added to the log of that name."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                command,
                cwd=self.code,
                env={**self._environment, "PYTHONPATH": str(self.code), **environment},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def log(self, name: str) -> str:
        """Return what a process has written so far."""
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def wait_for_answer(self, address: str) -> None:
        """Wait until ``address`` answers with success."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                urllib.request.urlopen(address, timeout=5).close()
                return
            except OSError as error:
                ended = [name for name, each in self.processes.items() if each.poll() is not None]
                if time.monotonic() > deadline:
                    logs = "\n".join(f"{name}:\n{self.log(name)[-2000:]}" for name in self.processes)
                    raise AssertionError(f"{address}: {error}; ended: {ended}\n{logs}") from error
                time.sleep(0.05)

    def wait_for_line(self, name: str, text: str) -> None:
        """Wait until the log of a process says ``text``."""
        deadline = time.monotonic() + START_SECONDS
        while text not in self.log(name):
            assert time.monotonic() < deadline, self.log(name)[-4000:]
            time.sleep(0.05)

    def family(self, name: str) -> list[psutil.Process]:
        """Return a process and all that descend from it, those that live."""
        try:
            process = psutil.Process(self.processes[name].pid)
            return [process, *process.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def kill(self, name: str) -> None:
        """End a process as a crash would; what it started is left to end by itself."""
        self.processes[name].kill()
        self.processes[name].wait()

    def stop(self) -> None:
        """End all of them."""
        for process in reversed(self.processes.values()):
            if process.poll() is None:
                # start.sh has its watchers beside nginx: all of the group end.
                os.killpg(process.pid, signal.SIGCONT)
                os.killpg(process.pid, signal.SIGTERM)
        for name, process in self.processes.items():
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                for each in self.family(name):
                    with suppress(psutil.NoSuchProcess):
                        each.kill()
                process.wait()
