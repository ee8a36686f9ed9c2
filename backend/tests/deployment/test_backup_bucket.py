"""Backups in a bucket, by the real AWS CLI against a server that speaks S3, and a stand-in for Google's."""

import os
import shutil
import sqlite3
import urllib.request
from datetime import UTC, datetime, timedelta

import pytest
from s3_server import S3Server
from stack import run_script

PREFIX = "s3://backups/clustering"


@pytest.fixture(scope="module")
def bucket():
    server = S3Server()
    server.make_bucket("backups")
    yield server
    server.kill()


@pytest.fixture
def platform(tmp_path):
    """The settings of an embedded platform with one account, one upload and one result."""
    data = tmp_path / "data"
    (data / "uploads").mkdir(parents=True)
    (data / "uploads" / "1.csv").write_text("a secret of ada\n")
    (data / "artifacts").mkdir()
    (data / "artifacts" / "a1").write_bytes(b"PAR1")
    connection = sqlite3.connect(data / "fiedler.db")
    with connection:
        connection.execute("CREATE TABLE users (name text)")
        connection.execute("INSERT INTO users VALUES ('ada')")
    connection.close()
    (tmp_path / "passphrase").write_text("correct horse battery staple")
    return {
        "BACKUP_MODE": "sqlite",
        "DATA_DIR": str(data),
        "BACKUP_DIR": str(tmp_path / "backups"),
        "BACKUP_METRICS_FILE": str(tmp_path / "backup.prom"),
        "BACKUP_PASSPHRASE_FILE": str(tmp_path / "passphrase"),
    }


def in_s3(server: S3Server, environment: dict[str, str]) -> dict[str, str]:
    return {
        **environment,
        "BACKUP_BUCKET": PREFIX,
        "BACKUP_S3_ENDPOINT_URL": server.url,
        "AWS_ACCESS_KEY_ID": "an-access-key",
        "AWS_SECRET_ACCESS_KEY": "the secret of a bucket",
        "AWS_DEFAULT_REGION": "us-east-1",
    }


def put(server: S3Server, name: str, content: bytes = b"old") -> None:
    address = f"{server.url}/{PREFIX.removeprefix('s3://')}/{name}"
    known = {"Authorization": "AWS an-access-key:of-anybody"}
    urllib.request.urlopen(urllib.request.Request(address, content, known, method="PUT")).close()


def name_of(age: timedelta) -> str:
    return f"backup_{datetime.now(UTC).astimezone() - age:%Y%m%d_%H%M%S}.db.gz"


def test_a_lost_machine_comes_back_from_the_bucket_alone(bucket, platform, tmp_path):
    environment = in_s3(bucket, platform)
    old, young = name_of(timedelta(days=8)), name_of(timedelta(days=6))
    for name in (old, f"{old}.sha256", young, "notes_20200101_000000.txt"):
        put(bucket, name)
    run_script("comprehensive_backup.sh", **environment)
    # Those of one second have no order of their own.
    listed = run_script("fetch_backups.sh", "list", **environment).stdout.split()
    assert listed[0] == young, "eight days are too old, six are not"
    assert sorted(name.split("_2")[0] for name in listed[1:]) == ["backup", "config_backup", "uploads_backup"]
    assert all(name.endswith(".gz.enc") for name in listed[1:])

    shutil.rmtree(platform["DATA_DIR"])
    shutil.rmtree(platform["BACKUP_DIR"])
    run_script("disaster_recovery.sh", "--yes", **environment)
    data = tmp_path / "data"
    connection = sqlite3.connect(data / "fiedler.db")
    assert connection.execute("SELECT name FROM users").fetchall() == [("ada",)]
    connection.close()
    assert (data / "uploads" / "1.csv").read_text() == "a secret of ada\n"
    assert (data / "artifacts" / "a1").read_bytes() == b"PAR1"
    for path in (tmp_path / "backups").iterdir():
        assert path.is_symlink() or oct(path.stat().st_mode & 0o777) == "0o600", path
        assert path.suffix == ".sha256" or path.read_bytes().startswith(b"Salted__"), "it is encrypted"
    (tmp_path / "passphrase").write_text("another")
    assert run_script("restore_database.sh", "--yes", "latest", check=False, **environment).returncode != 0
    connection = sqlite3.connect(data / "fiedler.db")
    assert connection.execute("SELECT name FROM users").fetchall() == [("ada",)], "nothing was touched"
    connection.close()

    (database,) = (name for name in listed if name.startswith("backup") and name != young)
    put(bucket, database, b"damaged")
    shutil.rmtree(platform["BACKUP_DIR"])
    refused = run_script("fetch_backups.sh", database, check=False, **environment)
    assert refused.returncode != 0
    assert "checksum differs" in refused.stderr
    assert not list((tmp_path / "backups").glob("*backup_*"))


def test_an_upload_that_fails_keeps_the_backup_and_tells_of_no_success(bucket, platform, tmp_path):
    environment = {**in_s3(bucket, platform), "BACKUP_BUCKET": "s3://nowhere/clustering"}
    done = run_script("backup_database.sh", check=False, **environment)
    assert done.returncode != 0
    assert "the upload to s3://nowhere/clustering failed" in done.stderr
    assert len(list((tmp_path / "backups").glob("backup_*.db.gz.enc"))) == 1
    assert not (tmp_path / "backup.prom").exists()


@pytest.mark.parametrize(
    ("setting", "value"), [("BACKUP_BUCKET", "ftp://elsewhere"), ("BACKUP_KEEP_DAYS", "a week")]
)
def test_a_setting_that_makes_no_sense_is_refused_first(setting, value, platform, tmp_path):
    done = run_script("backup_database.sh", check=False, **platform, **{setting: value})
    assert done.returncode != 0
    assert f"{setting} is '{value}'" in done.stderr
    assert not (tmp_path / "backups").exists()


def test_a_bucket_of_google_is_asked_by_its_own_program(platform, tmp_path):
    stand_in = tmp_path / "bin" / "gcloud"
    stand_in.parent.mkdir()
    store = tmp_path / "store"
    (store / "clustering").mkdir(parents=True)
    for old in ("backup_20200101_000000.db.gz", "backup_20200101_000000.db.gz.sha256"):
        (store / "clustering" / old).write_text("old")
    last_of_its_kind = store / "clustering" / "uploads_backup_20200101_000000.tar.gz"
    last_of_its_kind.write_text("old")
    stand_in.write_text(
        f"""#!/bin/bash
set -e
[ "$1" = storage ]; shift
local_of() {{ case $1 in gs://*) echo "{store}/${{1#gs://backups/}}" ;; *) echo "$1" ;; esac; }}
case $1 in
cp) cp "$(local_of "$2")" "$(local_of "$3")" "$(local_of "$4")" ;;
ls) for each in "$(local_of "$2")"*; do echo "gs://backups/clustering/${{each##*/}}"; done ;;
rm) rm "$(local_of "$2")" "$(local_of "$3")" ;;
*) exit 2 ;;
esac
"""
    )
    stand_in.chmod(0o755)
    environment = {
        **platform,
        "BACKUP_BUCKET": "gs://backups/clustering/",
        "BACKUP_KEEP_DAYS": "0",
        "PATH": f"{stand_in.parent}:{os.environ['PATH']}",
    }
    run_script("backup_database.sh", **environment)
    assert last_of_its_kind.exists(), "only what there is a newer one of goes"
    last_of_its_kind.unlink()
    kept = sorted(path.name for path in (store / "clustering").iterdir())
    assert len(kept) == 2
    assert kept[1] == f"{kept[0]}.sha256"
    shutil.rmtree(platform["BACKUP_DIR"])
    run_script("fetch_backups.sh", "latest", **environment)
    run_script("restore_database.sh", "--yes", "latest", **{**environment, "DATA_DIR": str(tmp_path / "new")})
    connection = sqlite3.connect(tmp_path / "new" / "fiedler.db")
    assert connection.execute("SELECT name FROM users").fetchall() == [("ada",)]
    connection.close()
