"""A private PostgreSQL server for the tests: made in a temporary folder, gone with them."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
from free_port import free_port

START_SECONDS = 60


class PostgresMissingError(RuntimeError):
    """PostgreSQL's programs are not installed."""


def programs() -> Path:
    """Return the folder with initdb and pg_ctl, the newest version first."""
    candidates = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: -float(folder.parent.name)
    )
    found = shutil.which("initdb")
    if found is not None:
        candidates.append(Path(found).resolve().parent)
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    raise PostgresMissingError(
        "initdb and pg_ctl are not in /usr/lib/postgresql/*/bin nor in PATH, and the tests need them; "
        "install them with: apt-get install postgresql"
    )


class PostgresServer:
    """A server on a random port; root runs it as the user postgres, as it refuses root.

    Parameters
    ----------
    address : str
        Where it listens; another one than 127.0.0.1 lets in all of its network.
    """

    def __init__(self, address: str = "127.0.0.1") -> None:
        self.address = address
        self._programs = programs()
        self._account = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
        self._folder = Path(tempfile.mkdtemp(prefix="fiedler-postgresql-"))
        self._data = self._folder / "data"
        self.port = free_port()
        try:
            if self._account is not None:
                os.chown(self._folder, self._account.pw_uid, self._account.pw_gid)
            self._run("initdb", "-D", str(self._data), "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8")
            with (self._data / "pg_hba.conf").open("a") as rules:
                rules.write("host all all samenet trust\n")
            self.start()
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self._run(*self.start_command)

    @property
    def start_command(self) -> tuple[str, ...]:
        """What starts the server, for who has its programs."""
        # Tests need speed, not durability.
        options = (
            f"-p {self.port} -c listen_addresses={self.address} -c unix_socket_directories={self._folder} "
            "-c fsync=off -c full_page_writes=off -c max_connections=200"
        )
        log = str(self._folder / "log")
        place = ("-D", str(self._data), "-w", "-t", str(START_SECONDS), "-l", log)
        return ("pg_ctl", *place, "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop the server; its data stays."""
        self._run("pg_ctl", "-D", str(self._data), "-w", "-m", mode, "stop")

    def remove(self) -> None:
        """Stop the server and delete its data."""
        try:
            if (self._data / "postmaster.pid").exists():
                self.stop("immediate")
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    def create_database(self, template: str | None = None) -> str:
        """Create a database, empty or a copy of the one with the URL ``template``, and return its URL."""
        name = f"test_{secrets.token_hex(6)}"
        source = template.rpartition("/")[2] if template else "template0"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Drop a database, ending the connections that are left."""
        name = url.rpartition("/")[2]
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def url(self, database: str) -> str:
        """Return the URL of a database of this server."""
        return f"postgresql://postgres@{self.address}:{self.port}/{database}"

    def _run(self, program: str, *arguments: str) -> None:
        account = self._account
        # A server that inherits a pipe would keep it open: its output goes to a file.
        with tempfile.TemporaryFile() as output:
            done = subprocess.run(
                [str(self._programs / program), *arguments],
                cwd=self._folder,
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "HOME": str(self._folder)},
                stdout=output,
                stderr=subprocess.STDOUT,
                user=account.pw_uid if account else None,
                group=account.pw_gid if account else None,
                extra_groups=[] if account else None,
                timeout=2 * START_SECONDS,
                check=False,
            )
            output.seek(0)
            said = output.read().decode(errors="replace")
        if done.returncode != 0:
            log = self._folder / "log"
            said += log.read_text(errors="replace") if log.exists() else ""
            raise RuntimeError(f"{program} failed with exit status {done.returncode}:\n{said}")


if __name__ == "__main__":
    began = time.monotonic()
    server = PostgresServer()
    print(f"{server.create_database()} after {time.monotonic() - began:.1f} s")
    server.remove()
