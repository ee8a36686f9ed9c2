"""scripts/rolling_upgrade.sh under load: upgrade, way back, a version that does not start."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from machines import API_PORT, APPLICATIONS, Machines, why_not
from people import SECONDS, Person, Traffic, wait_for, wait_until_asked
from queue_rows import Rows
from stack import SCRIPTS

from app.cli import LAST_SECONDS
from app.database import BACKEND, newest_revision

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(bool(MISSING := why_not()), reason=MISSING),
]
OLD, NEW, BROKEN = "1.0.0", "9.9.9", "9.9.10"
MIGRATION = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{before}"
branch_labels = depends_on = None


def upgrade():
    op.add_column("datasets", sa.Column("remark", sa.String(200), nullable=True))


def downgrade():
    op.drop_column("datasets", "remark")
"""


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The code by tag: this one, one after it whose schema has a column more, and one that does not start."""
    folder: Path = tmp_path_factory.mktemp("versions")
    for tag in (NEW, BROKEN):
        for name in ("app", "alembic"):
            shutil.copytree(BACKEND / name, folder / tag / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(BACKEND / "alembic.ini", folder / tag)
        (folder / tag / "fiedler").symlink_to(BACKEND / "fiedler")
        (folder / tag / "app" / "version.py").write_text(f'VERSION = "{tag}"\n')
        migration = folder / tag / "alembic" / "versions" / "9999_remarks.py"
        migration.write_text(MIGRATION.format(before=newest_revision()))
    (folder / BROKEN / "app" / "api.py").write_text("raise SystemExit('a fault of this version')\n")
    return {OLD: BACKEND, NEW: folder / NEW, BROKEN: folder / BROKEN}


class Remote:
    """The shell that the script calls for another machine, and what Compose does there, done by `Machines`.

    Parameters
    ----------
    machines : Machines
    versions : dict of str to Path
        The code of each tag.
    folder : Path
        For the program that stands for ssh, and a folder of the platform for each machine.
    """

    def __init__(self, machines: Machines, versions: dict[str, Path], folder: Path) -> None:
        self.machines, self._versions, self._folder = machines, versions, folder
        self._names = {machines.network.address(name): name for name in APPLICATIONS}
        self.running = dict.fromkeys(APPLICATIONS, OLD)
        # What goes on while the next server is told to stop.
        self.meanwhile: Any = nullcontext()
        remote = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                command = self.rfile.read(int(self.headers["Content-Length"])).decode()
                status, said = remote._carry_out(remote._names[self.path[1:]], command)
                self.send_response(500 if status else 200)
                self.end_headers()
                self.wfile.write(said.encode())

            def log_message(self, *_arguments: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Door)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        shell = folder / "ssh"
        shell.write_text(
            "#!/bin/sh\nexec curl --fail-with-body --silent --data-binary "
            f'"$2" http://127.0.0.1:{self._server.server_port}/"$1"\n'
        )
        shell.chmod(0o755)
        self._environment = {
            "PATH": os.environ["PATH"],
            "API_SERVERS": " ".join(f"{address}:{API_PORT}" for address in self._names),
            "REMOTE_SHELL": str(shell),
            "REMOTE_FOLDER": "/opt/clustering",
            "FOLLOW_SECONDS": "1",
            "READY_SECONDS": "120",
        }

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def upgrade(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the script to its end."""
        return subprocess.run(
            [str(SCRIPTS / "rolling_upgrade.sh"), "--yes", *arguments],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def kept_tag(self, name: str) -> str:
        """Return the tag that a machine would start with after it was off."""
        return (self._folder / name / ".env").read_text().strip().removeprefix("TAG=")

    def _carry_out(self, name: str, command: str) -> tuple[int, str]:
        place, _, rest = command.partition(" && ")
        assert place == "cd /opt/clustering"
        if rest.startswith("touch .env"):
            home = self._folder / name
            home.mkdir(exist_ok=True)
            return subprocess.run(["bash", "-c", rest], cwd=home, check=True).returncode, ""
        tag, program, *words = re.sub(r"^(?!TAG)", "TAG= ", rest).split()
        assert program == "docker-compose"
        if words[0] == "ps":
            return 0, f"local/clustering-backend:{self.running[name]}\n"
        if words[0] == "pull":
            return int(tag.removeprefix("TAG=") not in self._versions), ""
        if words[0] == "run":
            assert words[-1] == "migrate"
            self.machines.code = self._versions[tag.removeprefix("TAG=")]
            self.machines.run(name, "app", "migrate")
            return 0, ""
        assert (words[0], words[-1]) == ("up", "api")
        return self._replace(name, self.kept_tag(name)), ""

    def _replace(self, name: str, tag: str) -> int:
        process = self.machines.processes[name]
        meanwhile, self.meanwhile = self.meanwhile, nullcontext()
        with meanwhile:
            if process.poll() is None:
                process.terminate()
                if tag != BROKEN:
                    wait_until_asked(self.machines, *set(APPLICATIONS) - {name})
                    assert process.poll() is None, "taken off the list before its end"
        process.wait(SECONDS)
        self.machines.code = self._versions[tag]
        self.running[name] = tag
        if tag == BROKEN:
            self.machines.start(name, sys.executable, "-m", "app", "api")
            return self.machines.processes[name].wait(SECONDS)
        self.machines.serve(name)
        return 0


@pytest.fixture
def remote(machines: Machines, versions: dict[str, Path], tmp_path: Path) -> Iterator[Remote]:
    opened = Remote(machines, versions, tmp_path)
    wait_until_asked(machines, *APPLICATIONS)
    yield opened
    opened.close()
    machines.code = BACKEND


@contextmanager
def slow_upload(machines: Machines, person: Person, name: str) -> Iterator[None]:
    """Upload to a server that is told to stop in the block; the table ends after its door is closed."""
    table = b"x,y\n" + b"1,2\n" * 20
    connection = http.client.HTTPConnection(machines.network.address(name), API_PORT, timeout=SECONDS)
    connection.putrequest("POST", "/api/v1/datasets?filename=slow.csv")
    connection.putheader("Authorization", f"Bearer {person.token}")
    connection.putheader("Content-Length", str(len(table)))
    connection.endheaders(table[:40])
    wait_for(lambda: list(machines.folder.glob("shared/uploads/tmp/*.part")))
    yield
    wait_for(lambda: machines.refuses(name))
    # Longer than a server waits that nobody balances.
    time.sleep(LAST_SECONDS + 1)
    connection.send(table[40:])
    answer = connection.getresponse()
    assert answer.status == 201, answer.read()
    connection.close()


def test_an_upgrade_and_a_rollback_under_load_fail_no_request(
    machines: Machines, person: Person, rows: Rows, remote: Remote
):
    versions: set[str] = set()
    kept: list[int] = []
    names: list[str] = []
    own = person.upload()[1]["id"]

    def look(_number: int) -> tuple[int, Any]:
        return person.ask("GET", "/datasets?limit=5")

    def ask_version(_number: int) -> tuple[int, Any]:
        status, body = person.ask("GET", "/version")
        if status == 200:
            versions.add(body["version"])
        return status, body

    def rename(number: int) -> tuple[int, Any]:
        status, body = person.send("PATCH", f"/datasets/{own}", {"name": f"name {number}"})
        if status == 200:
            names.append(body["name"])
        return status, body

    def upload_and_delete(_number: int) -> tuple[int, Any]:
        status, body = person.upload()
        if status != 201:
            return status, body
        kept.append(body["id"])
        return person.ask("DELETE", f"/datasets/{body['id']}")

    def versions_now() -> set[str]:
        versions.clear()
        wait_for(lambda: versions)
        return set(versions)

    with Traffic(look, ask_version, rename, upload_and_delete) as traffic:
        remote.meanwhile = slow_upload(machines, person, APPLICATIONS[0])
        done = remote.upgrade(NEW)
        assert done.returncode == 0, done.stdout + done.stderr
        assert set(remote.running.values()) == {NEW} == {remote.kept_tag(name) for name in APPLICATIONS}
        assert versions_now() == {NEW}

        # Back: servers first, the schema when nobody needs its column any more.
        done = remote.upgrade("--back", OLD)
        assert done.returncode == 0, done.stdout + done.stderr
        machines.code = remote._versions[NEW]
        machines.run("app1", "alembic", "downgrade", str(newest_revision()))
        assert NEW not in versions_now()
        ended = len(traffic.answers)
        wait_for(lambda: len(traffic.answers) > ended + 50)
    assert traffic.failed() == []
    assert len(traffic.answers) > 500
    with rows.database.read() as session:
        found = set(session.scalars(sa.text("SELECT id FROM datasets")))
        name = session.scalar(sa.text("SELECT name FROM datasets WHERE id = :id"), {"id": own})
    assert set(kept) <= found, "what was answered with 201 was kept"
    assert name == names[-1]


def test_a_version_that_does_not_start_goes_back_by_itself(
    machines: Machines, person: Person, remote: Remote
):
    def look(_number: int) -> tuple[int, Any]:
        return person.ask("GET", "/datasets?limit=5")

    unknown = remote.upgrade("no-such-tag")
    assert unknown.returncode != 0
    assert set(remote.running.values()) == {OLD}, "an image that is not to be had changes nothing"
    with Traffic(look) as traffic:
        done = remote.upgrade("--back", BROKEN)
    assert done.returncode == 1
    assert f"all is at {OLD} again" in done.stderr
    assert remote.running == dict.fromkeys(APPLICATIONS, OLD)
    assert remote.kept_tag(APPLICATIONS[0]) == OLD
    assert traffic.failed() == []
