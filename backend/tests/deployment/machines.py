"""Several machines on one: network namespaces on a bridge, each with an address and processes of its own."""

from __future__ import annotations

import ctypes
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from postgresql import PostgresServer
from redis_server import RedisServer
from server_fleet import START_SECONDS, Fleet
from stack import REPOSITORY

API_PORT = 8000
HTTPS_PORT = 443
DATABASE, BALANCER = "database", "balancer"
APPLICATIONS = ("app1", "app2", "app3")
WORKERS = ("worker1", "worker2")
_CLONE_NEWNET = 0x40000000
_LIBC = ctypes.CDLL(None, use_errno=True)


def why_not() -> str:
    """Return what this machine lacks to play several, or nothing."""
    if sys.platform != "linux" or not shutil.which("ip"):
        return "network namespaces need Linux and iproute2 (apt-get install iproute2)"
    name = f"fiedler-{os.getpid()}-probe"
    done = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True, check=False)
    if done.returncode:
        return f"network namespaces need root: ip netns says {done.stderr.strip()}"
    subprocess.run(["ip", "netns", "delete", name], check=True)
    return ""


class Network:
    """A bridge with one namespace for each name; this process itself stands on the bridge."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._bridge = f"fied{os.getpid()}"
        # Test runs beside each other have networks of their own.
        self._prefix = f"10.{200 + os.getpid() % 50}.{os.getpid() // 50 % 250}"
        self._numbers = {name: number for number, name in enumerate(names, 2)}
        try:
            _ip("link", "add", self._bridge, "type", "bridge")
            _ip("address", "add", f"{self._prefix}.1/24", "dev", self._bridge)
            _ip("link", "set", self._bridge, "up")
            for name in names:
                self._add(name)
        except BaseException:
            self.remove()
            raise

    def address(self, name: str) -> str:
        return f"{self._prefix}.{self._numbers[name]}"

    @contextmanager
    def on(self, name: str) -> Iterator[None]:
        """Put the calling thread, and with it what it starts, on a machine."""
        with (
            Path("/proc/thread-self/ns/net").open() as before,
            Path(f"/run/netns/{self._namespace(name)}").open() as there,
        ):
            _enter(there.fileno())
            try:
                yield
            finally:
                _enter(before.fileno())

    def unplug(self, name: str) -> None:
        """Pull a machine's cable: nobody is told, packets are lost."""
        _ip("link", "set", self._port(name), "down")

    def plug(self, name: str) -> None:
        """Put the cable back."""
        _ip("link", "set", self._port(name), "up")

    def remove(self) -> None:
        """Delete namespaces and bridge."""
        for name in self._numbers:
            with suppress(subprocess.CalledProcessError):
                _ip("netns", "delete", self._namespace(name))
        with suppress(subprocess.CalledProcessError):
            _ip("link", "delete", self._bridge)

    def _add(self, name: str) -> None:
        namespace, port = self._namespace(name), self._port(name)
        _ip("netns", "add", namespace)
        _ip("link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", namespace)
        _ip("link", "set", port, "master", self._bridge, "up")
        for command in (
            ("link", "set", "lo", "up"),
            ("address", "add", f"{self.address(name)}/24", "dev", "eth0"),
            ("link", "set", "eth0", "up"),
        ):
            _ip("-n", namespace, *command)

    def _namespace(self, name: str) -> str:
        return f"fiedler-{os.getpid()}-{name}"

    def _port(self, name: str) -> str:
        return f"f{os.getpid()}-{self._numbers[name]}"


class Machines(Fleet):
    """The guide's layout: a database server, three API servers, two worker machines and a load balancer.

    Parameters
    ----------
    folder : Path
        What all machines mount: data and logs.
    """

    def __init__(self, folder: Path) -> None:
        self.network = Network((DATABASE, BALANCER, *APPLICATIONS, *WORKERS))
        with self.network.on(DATABASE):
            self.postgres = PostgresServer(self.network.address(DATABASE))
            self.redis = RedisServer(address=self.network.address(DATABASE))
        self.environment = {
            "DATA_DIR": str(folder / "shared"),
            "DATABASE_URL": self.postgres.create_database(),
            "JWT_SECRET": "a secret that only the tests know, of enough bytes",
            "RATE_LIMIT_BACKEND": self.redis.url,
            "TRUSTED_PROXIES": self.network.address(BALANCER),
            "FRONTEND_DIST": str(folder / "dist"),
            "DRAIN_SECONDS": "2",
            "WORKER_SLOTS": "1",
            "WORKER_LEASE_SECONDS": "3",
            "WORKER_BEAT_SECONDS": "0.5",
        }
        super().__init__(folder, self.environment)

    @property
    def address(self) -> str:
        """The platform as people know it."""
        return f"https://{self.network.address(BALANCER)}"

    def start(self, name: str, *command: str, **environment: str) -> None:
        """Start a process on the machine of its name."""
        with self.network.on(name):
            super().start(name, *command, **environment)

    def serve(self, *names: str) -> None:
        """Start API servers of the code of the moment, and wait until they are ready."""
        for name in names:
            address = self.network.address(name)
            self.start(name, sys.executable, "-m", "app", "api", HOST=address, PORT=str(API_PORT))
        for name in names:
            self.wait_for_answer(f"http://{self.network.address(name)}:{API_PORT}/readyz")

    def balance(self) -> None:
        """Start nginx, as in its container, before the API servers."""
        root = self.folder / "nginx"
        shutil.copytree(REPOSITORY / "nginx", root)
        servers = [f"{self.network.address(name)}:{API_PORT}" for name in APPLICATIONS]
        with self.network.on(BALANCER):
            # As docker-compose.yml sets it: what a lost machine does not confirm is given up after some 13 s.
            Path("/proc/sys/net/ipv4/tcp_retries2").write_text("5")
        self.start(
            BALANCER,
            str(root / "start.sh"),
            NGINX_ROOT=str(root),
            NGINX_PID=str(self.folder / "nginx.pid"),
            FOLLOW_SECONDS="0.5",
            DOMAIN="fiedler.test",
            MAX_FILE_SIZE=str(2**20),
            API_UPSTREAM=",".join(servers),
            FRONTEND_UPSTREAM=servers[0],
        )
        self._wait_for_port(BALANCER, HTTPS_PORT)

    def refuses(self, name: str) -> bool:
        """Whether an API server takes no connection any more."""
        try:
            socket.create_connection((self.network.address(name), API_PORT), 1).close()
        except ConnectionRefusedError:
            return True
        return False

    def _wait_for_port(self, name: str, port: int) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection((self.network.address(name), port), 1).close()
                return
            except OSError:
                assert time.monotonic() < deadline, self.log(name)
                time.sleep(0.05)

    def end(self, name: str) -> int:
        """Tell the process of a machine to stop, as Docker does, and return its exit status."""
        self.processes[name].terminate()
        return self.processes[name].wait(60)

    def run(self, name: str, *command: str) -> None:
        """Run a command of the service on a machine to its end."""
        with self.network.on(name):
            done = subprocess.run(
                [sys.executable, "-m", *command],
                cwd=self.code,
                env={**os.environ, **self.environment, "PYTHONPATH": str(self.code)},
                capture_output=True,
                text=True,
                check=False,
            )
        assert done.returncode == 0, done.stdout + done.stderr

    def stop(self) -> None:
        """End everything, and take the network down."""
        try:
            super().stop()
        finally:
            self.redis.remove()
            self.postgres.remove()
            self.network.remove()


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


def _enter(namespace: int) -> None:
    if _LIBC.setns(namespace, _CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
