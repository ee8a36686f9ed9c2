"""Everything killed at once, and a disk that keeps only what it was told to keep."""

from __future__ import annotations

import hashlib
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from platform_under_test import Platform, wait_for
from postgresql import PostgresServer
from server_fleet import Fleet
from visitors import Visitor

from app.datasets.models import Dataset
from app.settings import Settings
from app.uploads.service import PART_BYTES

pytestmark = pytest.mark.faults
TABLE = b"x,y\n" + b"1,2\n" * 5_000_000
TUS = {"Tus_Resumable": "1.0.0", "Content_Type": "application/offset+octet-stream"}


def send_some(visitor: Visitor, port: int, path: str, content: bytes) -> socket.socket:
    """Begin to send a table as one piece, and leave the connection open."""
    connection = socket.create_connection(("127.0.0.1", port))
    head = (
        f"PATCH /api/v1{path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {visitor.token}\r\n"
        f"Tus-Resumable: 1.0.0\r\nContent-Type: {TUS['Content_Type']}\r\nUpload-Offset: 0\r\n"
        f"Content-Length: {len(TABLE)}\r\n\r\n"
    )
    connection.sendall(head.encode() + content)
    return connection


def test_what_was_answered_outlives_that_everything_is_killed_at_once(
    platform: Platform,
    fleet: Fleet,
    visit: Callable[[str], Visitor],
    request: pytest.FixtureRequest,
    database_kind: str,
    tmp_path: Path,
):
    visitor = visit(fleet.start_api())
    fleet.wait_for_answer(visitor.address + "/readyz")
    platform.start_worker()
    job_id = platform.job("spin", tmp_path)
    platform.running_pid(job_id)
    kept = [visitor.ask(f"/datasets?filename=a{n}.csv", "POST", b"x\n1\n").body["id"] for n in range(3)]
    begun = visitor.ask(
        "/uploads", "POST", b"", Upload_Length=str(len(TABLE)), Upload_Metadata="filename YS5jc3Y=", **TUS
    )
    path = begun.headers["location"].removeprefix("/api/v1")

    def offset() -> int:
        return int(visitor.ask(path, "HEAD", **TUS).headers["upload-offset"])

    with send_some(visitor, fleet.ports["api"], path, TABLE[: 2 * PART_BYTES + 1000]):
        wait_for(lambda: offset() == 2 * PART_BYTES)
        fleet.kill("api")
        platform.kill()
        if database_kind == "postgresql":
            server: PostgresServer = request.getfixturevalue("postgres_server")
            server.stop("immediate")
            server.start()

    fleet.start_api()
    fleet.wait_for_answer(visitor.address + "/readyz")
    assert offset() == 2 * PART_BYTES, "the upload goes on from the last part"
    rest = TABLE[2 * PART_BYTES :]
    done = visitor.ask(path, "PATCH", rest, Upload_Offset=str(2 * PART_BYTES), **TUS)
    kept.append(int(done.headers["upload-dataset"]))
    with platform.rows.database.read() as session:
        found = {number: session.get_one(Dataset, number) for number in kept}
    contents = [(platform.settings.uploads_dir / each.upload_key).read_bytes() for each in found.values()]
    assert contents == [b"x\n1\n"] * 3 + [TABLE]
    assert found[kept[-1]].upload_sha256 == hashlib.sha256(TABLE).hexdigest()
    platform.start_worker()
    (tmp_path / "go").touch()
    platform.wait_for_status(job_id, "succeeded")
    assert [attempt.outcome for attempt in platform.rows.attempts(job_id)] == ["lost", "ok"]


class Disk:
    """A file system on an image file: what was not flushed to it is not in the image."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._image = folder / "disk.img"
        self._mounted: list[Path] = []
        with self._image.open("wb") as file:
            file.truncate(64 << 20)
        subprocess.run(["mkfs.ext4", "-q", str(self._image)], check=True)
        self.root = self._mount(self._image)

    def after_a_power_cut(self) -> Path:
        """Return what somebody finds who takes the disk out now and puts it into another machine."""
        cut = self._folder / f"cut-{len(self._mounted)}.img"
        shutil.copyfile(self._image, cut)
        return self._mount(cut)

    def remove(self) -> None:
        for folder in self._mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)

    def _mount(self, image: Path) -> Path:
        folder = image.with_suffix(".mounted")
        folder.mkdir()
        subprocess.run(["mount", "-o", "loop", str(image), str(folder)], check=True)
        self._mounted.append(folder)
        return folder


def why_no_disk() -> str:
    """Return what this machine lacks to mount images, or nothing."""
    done = subprocess.run(["losetup", "--find"], capture_output=True, text=True, check=False)
    return f"loop devices need root: {done.stderr.strip()}" if done.returncode else ""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    made = Disk(tmp_path)
    yield made
    made.remove()


@pytest.mark.skipif(bool(why_no_disk()), reason=why_no_disk())
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_was_answered_is_on_the_disk_when_the_power_is_cut(
    settings: Settings,
    platform: Platform,
    fleet: Fleet,
    visit: Callable[[str], Visitor],
    disk: Disk,
):
    data = disk.root / "data"
    with sqlite3.connect(settings.data_dir / "fiedler.db") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data.mkdir()
    shutil.copy(settings.data_dir / "fiedler.db", data)
    subprocess.run(["sync", "--file-system", str(data)], check=True)
    visitor = visit(fleet.start_api("api", sys.executable, "-m", "app", "api", DATA_DIR=str(data)))
    fleet.wait_for_answer(visitor.address + "/readyz")
    for number in range(3):
        content = f"x\n{number}\n".encode()
        answer = visitor.ask(f"/datasets?filename=a{number}.csv", "POST", content)
        assert answer.status == 201
        (data / f"unflushed-{number}").write_bytes(b"of nobody who was promised anything")
        found = disk.after_a_power_cut() / "data"
        assert not (found / f"unflushed-{number}").exists(), "the cut loses what was not flushed"
        with sqlite3.connect(found / "fiedler.db") as connection:
            wanted = "SELECT upload_key FROM datasets WHERE id = ?"
            (key,) = connection.execute(wanted, [answer.body["id"]]).fetchone()
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            jobs = connection.execute("SELECT count(*) FROM clustering_jobs").fetchone()
        assert jobs == (number + 1,)
        assert (found / "uploads" / key).read_bytes() == content
