"""The layout for several servers: machines lost, an upgrade and a rollback under load; nobody notices."""

from __future__ import annotations

import http.client
import json
import shutil
import ssl
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from machines import API_PORT, APPLICATIONS, WORKERS, Machines, why_not
from queue_rows import Rows

from app.auth.tokens import make_access_token
from app.cli import LAST_SECONDS
from app.database import BACKEND, Database, newest_revision
from app.live.hints import open_hints
from app.settings import Settings
from app.users.models import User

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(bool(MISSING := why_not()), reason=MISSING),
]
SECONDS = 60
FAULTS = BACKEND / "tests" / "faults"
NEW_VERSION = "9.9.9"
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
ANY_CERTIFICATE = ssl.create_default_context()
ANY_CERTIFICATE.check_hostname = False
ANY_CERTIFICATE.verify_mode = ssl.CERT_NONE


class Person:
    """One who is signed in; each request takes a connection of its own."""

    def __init__(self, address: str, token: str) -> None:
        self._address, self.token = f"{address}/api/v1", token

    def ask(self, method: str, path: str, content: bytes | None = None, **headers: str) -> tuple[int, Any]:
        """Return status (0 without an answer) and body."""
        request = urllib.request.Request(self._address + path, content, method=method)
        request.add_header("Authorization", f"Bearer {self.token}")
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        try:
            with urllib.request.urlopen(request, context=ANY_CERTIFICATE, timeout=SECONDS) as answer:
                return answer.status, json.loads(answer.read() or "null")
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()
        except OSError as error:
            return 0, str(error)

    def upload(self) -> tuple[int, Any]:
        return self.ask("POST", "/datasets?filename=table.csv", b"x,y\n" + b"1,2\n3,4\n5,1\n" * 20)

    def send(self, method: str, path: str, body: object, **headers: str) -> tuple[int, Any]:
        return self.ask(method, path, json.dumps(body).encode(), Content_Type="application/json", **headers)


class Traffic:
    """People who read and write without a pause, until the block ends.

    Attributes
    ----------
    answers : list of (str, int, object)
        What was asked, and status and body of the answer.
    """

    def __init__(self, *deeds: Callable[[int], tuple[int, Any]]) -> None:
        self.answers: list[tuple[str, int, Any]] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._go_on, args=(deed,)) for deed in deeds]

    def __enter__(self) -> Traffic:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def failed(self) -> list[tuple[str, int, Any]]:
        return [answer for answer in self.answers if not 200 <= answer[1] < 300]

    def _go_on(self, deed: Callable[[int], tuple[int, Any]]) -> None:
        number = 0
        while not self._stop.wait(0.05):
            self.answers.append((deed.__name__, *deed(number)))
            number += 1


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    folder: Path = tmp_path_factory.mktemp("machines")
    # nginx's workers, which are nobody's, must reach the folder.
    for each in (folder, *folder.parents[:2]):
        each.chmod(0o755)
    opened = Machines(folder)
    try:
        opened.run(APPLICATIONS[0], "app", "migrate")
        for name in APPLICATIONS:
            opened.serve(name)
        opened.balance()
        yield opened
    finally:
        opened.stop()


@pytest.fixture(scope="module")
def settings(machines: Machines) -> Settings:
    given = {name.lower(): value for name, value in machines.environment.items()}
    return Settings(_env_file=None, **given)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def rows(settings: Settings) -> Iterator[Rows]:
    database = Database(settings)
    yield Rows(database)
    database.dispose()


@pytest.fixture(scope="module")
def person(machines: Machines, settings: Settings, rows: Rows) -> Person:
    with rows.database.read() as session:
        token = make_access_token(session.get_one(User, rows.user_id), settings)
    return Person(machines.address, token)


def wait_for(condition: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.05)
    raise AssertionError("the condition did not come true in time")


def wait_until_asked(machines: Machines, *names: str) -> None:
    """Wait until the load balancer sends requests to these API servers and to no other."""
    configuration = machines.folder / "nginx" / "nginx.conf"
    wanted = {machines.network.address(name) for name in names}

    def asked() -> set[str]:
        lines = [line.split() for line in configuration.read_text().splitlines() if "max_fails" in line]
        return {words[1].partition(":")[0] for words in lines if "down" not in words}

    wait_for(lambda: asked() == wanted)


def test_a_person_is_served_and_does_not_notice_that_a_server_is_lost(
    machines: Machines, person: Person, rows: Rows
):
    wait_until_asked(machines, *APPLICATIONS)
    for name in WORKERS:
        machines.start_worker(name)
    status, dataset = person.upload()
    assert status == 201, dataset
    wait_for(lambda: person.ask("GET", f"/runs?dataset_id={dataset['id']}")[1]["items"])

    def read(_number: int) -> tuple[int, Any]:
        return person.ask("GET", "/datasets")

    order = {"kind": "fit", "dataset_id": dataset["id"], "parameters": {"n_clusters": 2}}
    retries: list[int] = []
    jobs: list[int] = []

    def write(number: int) -> tuple[int, Any]:
        """Order a fit as the page does: without an answer, once more with the same key."""
        status, body = person.send("POST", "/jobs", order, Idempotency_Key=f"fit-{number}")
        while status in (502, 504) and len(retries) < 9:
            retries.append(number)
            status, body = person.send("POST", "/jobs", order, Idempotency_Key=f"fit-{number}")
        if status == 202:
            jobs.append(body["id"])
        return status, body

    with Traffic(read, read, write) as traffic:
        wait_for(lambda: len(traffic.answers) > 50)
        machines.network.unplug("app2")
        before = len(traffic.answers)
        wait_until_asked(machines, "app1", "app3")
        wait_for(lambda: len(traffic.answers) > before + 50)
        machines.network.plug("app2")
        wait_until_asked(machines, *APPLICATIONS)
    assert traffic.failed() == []
    with rows.database.read() as session:
        kept = session.scalar(
            sa.text("SELECT count(*) FROM clustering_jobs WHERE idempotency_key LIKE 'fit-%'")
        )
    assert kept == len(jobs) == len(set(jobs)), "a job each, also for those that were ordered twice"
    for name in WORKERS:
        machines.end(name)


def test_the_job_of_a_lost_machine_is_done_by_another(
    machines: Machines, settings: Settings, rows: Rows, tmp_path: Path
):
    with rows.database.write() as session:
        session.execute(sa.text("UPDATE clustering_jobs SET status = 'cancelled' WHERE status = 'queued'"))
    for name in WORKERS:
        machines.start(
            name, sys.executable, str(FAULTS / "fault_worker.py"), PYTHONPATH=f"{FAULTS}:{machines.code}"
        )
    job_id = rows.job("fit", parameters={"do": "spin", "marks": str(tmp_path)})
    open_hints(settings, rows.database).publish(job_id)
    (first,) = wait_for(lambda: rows.read(job_id).stage and rows.attempts(job_id))
    owners = {name: f"-{machines.processes[name].pid}-" for name in WORKERS}
    (lost,) = [name for name, mark in owners.items() if mark in first.worker]
    (other,) = set(WORKERS) - {lost}
    machines.network.unplug(lost)
    second = wait_for(lambda: rows.attempts(job_id)[1:])[0]
    assert owners[other] in second.worker
    machines.network.plug(lost)
    (tmp_path / "go").touch()
    wait_for(lambda: rows.read(job_id).status == "succeeded")
    assert [attempt.outcome for attempt in rows.attempts(job_id)] == ["lost", "ok"]
    assert rows.statuses(job_id)[-1] == "succeeded"
    for name in WORKERS:
        machines.end(name)


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


@pytest.fixture(scope="module")
def next_version(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code of a version after this one, whose schema has a column more."""
    folder: Path = tmp_path_factory.mktemp("next")
    for name in ("app", "alembic"):
        shutil.copytree(BACKEND / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(BACKEND / "alembic.ini", folder)
    (folder / "fiedler").symlink_to(BACKEND / "fiedler")
    (folder / "app" / "version.py").write_text(f'VERSION = "{NEW_VERSION}"\n')
    migration = folder / "alembic" / "versions" / "9999_remarks.py"
    migration.write_text(MIGRATION.format(before=newest_revision()))
    return folder


def test_an_upgrade_and_a_rollback_under_load_fail_no_request(
    machines: Machines, person: Person, rows: Rows, next_version: Path
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

    def replace_servers(*names: str) -> None:
        for name in names:
            machines.processes[name].terminate()
            wait_until_asked(machines, *set(APPLICATIONS) - {name})
            assert machines.processes[name].poll() is None, "taken off the list before its end"
            machines.processes[name].wait(SECONDS)
            machines.serve(name)
            wait_until_asked(machines, *APPLICATIONS)

    before = machines.code
    wait_until_asked(machines, *APPLICATIONS)
    with Traffic(look, ask_version, rename, upload_and_delete) as traffic:
        machines.code = next_version
        machines.run("app1", "app", "migrate")
        with slow_upload(machines, person, "app1"):
            machines.processes["app1"].terminate()
        machines.processes["app1"].wait(SECONDS)
        machines.serve("app1")
        wait_until_asked(machines, *APPLICATIONS)
        replace_servers("app2", "app3")
        versions.clear()
        wait_for(lambda: versions)
        assert versions == {NEW_VERSION}

        # Back: servers first, the schema when nobody needs its column any more.
        machines.code = before
        machines.run("app1", "app", "migrate")
        replace_servers(*APPLICATIONS)
        machines.code = next_version
        machines.run("app1", "alembic", "downgrade", str(newest_revision()))
        machines.code = before
        versions.clear()
        wait_for(lambda: versions)
        assert NEW_VERSION not in versions
        ended = len(traffic.answers)
        wait_for(lambda: len(traffic.answers) > ended + 50)
    assert traffic.failed() == []
    assert len(traffic.answers) > 500
    with rows.database.read() as session:
        found = set(session.scalars(sa.text("SELECT id FROM datasets")))
        name = session.scalar(sa.text("SELECT name FROM datasets WHERE id = :id"), {"id": own})
    assert set(kept) <= found, "what was answered with 201 was kept"
    assert name == names[-1]
