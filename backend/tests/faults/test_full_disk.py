"""Disks that are really full: under uploads and SQLite, and under the results of a worker."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from platform_under_test import Platform, wait_for
from server_fleet import Fleet
from small_disk import SmallDisk
from test_real_work import add_dataset, dataset
from visitors import Visitor

from app.database import BACKEND
from app.settings import Settings
from app.storage.errors import is_full

pytestmark = pytest.mark.faults
MEGABYTE = 2**20
TABLE = b"x,y\n" + b"1,2\n" * 250_000


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else []


@pytest.fixture
def api(settings: Settings, platform: Platform, fleet: Fleet) -> tuple[str, SmallDisk, int]:
    """An API server whose SQLite and uploads lie on a small disk: its address, the disk, its process."""
    small = settings.data_dir.parent / "small"
    disk = SmallDisk(small, 8 * MEGABYTE)
    database = settings.data_dir / "fiedler.db"
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    copying = ("sh", "-c", 'cp "$0" "$1" && shift && exec "$@"', str(database), str(small))
    serving = (sys.executable, "-m", "app", "api")
    address = fleet.start_api("api", *disk.within, *copying, *serving, DATA_DIR=str(small))
    fleet.wait_for_answer(address + "/readyz")
    return address, disk, fleet.processes["api"].pid


def test_a_full_disk_refuses_writes_with_507_and_reading_goes_on(
    api: tuple[str, SmallDisk, int], visit: Callable[[str], Visitor]
):
    address, disk, pid = api
    visitor = visit(address)
    kept = visitor.ask("/datasets?filename=kept.csv", "POST", b"x\n1\n")
    assert kept.status == 201
    uploads = disk.seen_by(pid) / "uploads"
    before = files(uploads)
    disk.fill(pid, left_bytes=MEGABYTE // 2)

    refused = visitor.ask("/datasets?filename=large.csv", "POST", TABLE)
    assert (refused.status, refused.body["code"]) == (507, "storage_full")
    assert "Free space" in refused.body["remedy"]
    assert files(uploads) == before, "nothing half is left"
    disk.free(pid)
    disk.fill(pid)
    name = b'{"name": "' + b"n" * 255 + b'"}'
    path = f"/datasets/{kept.body['id']}"

    def renamed() -> int:
        return visitor.ask(path, "PATCH", name, Content_Type="application/json").status

    # SQLite writes into what its log has room for before it asks the disk for more.
    wait_for(lambda: renamed() != 200)
    answer = visitor.ask(path, "PATCH", name, Content_Type="application/json")
    assert (answer.status, answer.body["code"]) == (507, "storage_full")
    assert visitor.ask("/datasets").status == 200, "reading goes on"
    assert visitor.status("/livez") == 200

    disk.free(pid)
    assert renamed() == 200
    assert visitor.ask("/datasets?filename=large.csv", "POST", TABLE).status == 201
    names = [each["name"] for each in visitor.ask("/datasets").body["items"]]
    assert names == ["large", "n" * 255]


def test_a_piece_of_an_upload_that_finds_no_room_is_sent_again_when_there_is_some(
    api: tuple[str, SmallDisk, int], visit: Callable[[str], Visitor]
):
    address, disk, pid = api
    visitor = visit(address)
    tus = {"Tus_Resumable": "1.0.0", "Content_Type": "application/offset+octet-stream"}
    begun = visitor.ask(
        "/uploads", "POST", b"", Upload_Length=str(len(TABLE)), Upload_Metadata="filename YS5jc3Y=", **tus
    )
    path = begun.headers["location"].removeprefix("/api/v1")
    half = len(TABLE) // 2
    first = visitor.ask(path, "PATCH", TABLE[:half], Upload_Offset="0", **tus)
    assert first.status == 204
    # Room for the last piece, and none to join both.
    disk.fill(pid, left_bytes=half)
    refused = visitor.ask(path, "PATCH", TABLE[half:], Upload_Offset=str(half), **tus)
    assert (refused.status, refused.body["code"]) == (507, "storage_full")
    assert visitor.ask(path, "HEAD", **tus).headers["upload-offset"] == str(half)
    disk.free(pid)
    done = visitor.ask(path, "PATCH", TABLE[half:], Upload_Offset=str(half), **tus)
    assert done.status == 204
    (upload,) = files(disk.seen_by(pid) / "uploads")
    assert upload.read_bytes() == TABLE


def test_a_job_that_finds_no_room_fails_with_what_to_do_and_succeeds_when_there_is_some(
    platform: Platform, tmp_path: Path
):
    disk = SmallDisk(tmp_path / "store", 16 * MEGABYTE)
    worker = platform.start_worker(
        real=True,
        within=disk.within,
        ARTIFACT_STORE=str(tmp_path / "store"),
        UPLOAD_PATH=str(platform.settings.uploads_dir),
    )
    wait_for(lambda: disk.is_mounted(worker.pid))
    disk.fill(worker.pid, left_bytes=MEGABYTE // 4)
    rows = "\n".join(f"{n * 7919 % 100_003},{n * 104_729 % 99_991}" for n in range(60_000))
    dataset_id, job_id = add_dataset(platform, "large.csv", f"x,y\n{rows}\n")
    platform.wait_for_status(job_id, "failed")
    error = platform.rows.read(job_id).error
    assert (error["code"], error["status"]) == ("storage_full", 507)
    assert "Free space" in error["remedy"]
    assert len(platform.rows.attempts(job_id)) == 1, "it is not tried again in vain"
    assert dataset(platform, dataset_id).error["code"] == "storage_full"
    seen = disk.seen_by(worker.pid)
    assert files(seen) == [seen / "filler"], "nothing half is left"

    disk.free(worker.pid)
    again = platform.rows.job("import", dataset_id=dataset_id, parameters={"plan": None})
    platform.hints.publish(again)
    platform.wait_for_status(again, "succeeded")
    assert dataset(platform, dataset_id).status == "ready"


def test_a_mapped_array_asks_for_its_room_before_it_is_written(tmp_path: Path):
    """Else its process would end by SIGBUS, and the job would be tried three times."""
    disk = SmallDisk(tmp_path / "store", MEGABYTE)
    code = (
        "import errno, sys; from pathlib import Path; from fiedler.mapped_arrays import new_mapped_array\n"
        "try:\n    new_mapped_array(Path(sys.argv[1]) / 'a.npy', 'f4', (2**20,))[:] = 1\n"
        "except OSError as error:\n    print(errno.errorcode[error.errno])"
    )
    command = [*disk.within, sys.executable, "-c", code, str(tmp_path / "store")]
    done = subprocess.run(command, cwd=BACKEND, capture_output=True, text=True, check=True)
    assert done.stdout == "ENOSPC\n"


def test_a_library_that_names_no_error_number_is_understood():
    assert is_full(OSError("131072 requested and 8192 written"))
    assert not is_full(OSError("no such device"))
    assert not is_full(ValueError("131072 requested and 8192 written"))
