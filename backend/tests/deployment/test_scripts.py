"""The operations scripts, run for real: backups that restore, health by each protocol, alerts that arrive."""

import gzip
import json
import os
import re
import shutil
import sqlite3
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import psycopg
import pytest
from postgresql import programs
from redis_server import RedisServer
from stack import REPOSITORY, SCRIPT_SECONDS, SCRIPTS, run_script


@pytest.fixture
def webhook():
    """A receiver of alerts: what it was told."""
    told: list[str] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["text"])
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_arguments):
            pass

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", told
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def server_database(postgres_server):
    url = postgres_server.create_database()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE datasets (id int PRIMARY KEY, name text)")
        connection.execute("INSERT INTO datasets SELECT n, 'table ' || n FROM generate_series(1, 1000) n")
    yield url
    postgres_server.drop_database(url)


def direct(postgres_server, url: str, folder: Path) -> dict[str, str]:
    return {
        "BACKUP_MODE": "direct",
        "BACKUP_DIR": str(folder),
        "POSTGRES_HOST": "127.0.0.1",
        "POSTGRES_PORT": str(postgres_server.port),
        "POSTGRES_USER": "postgres",
        "POSTGRES_PASSWORD": "none",
        "POSTGRES_DB": url.rpartition("/")[2],
        "BACKUP_METRICS_FILE": str(folder.parent / f"{folder.name}.prom"),
    }


def content(url: str) -> list[tuple]:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT * FROM datasets ORDER BY id").fetchall()


def test_a_backup_restores_into_a_database_that_has_changed(postgres_server, server_database, tmp_path):
    environment = direct(postgres_server, server_database, tmp_path)
    before = content(server_database)
    run_script("backup_database.sh", **environment)
    with psycopg.connect(server_database, autocommit=True) as connection:
        connection.execute("DELETE FROM datasets WHERE id < 500; UPDATE datasets SET name = 'spoilt'")
    run_script("restore_database.sh", "--yes", "latest", **environment)
    assert content(server_database) == before
    (backup,) = tmp_path.glob("backup_*.sql.gz")
    assert oct(backup.stat().st_mode & 0o777) == "0o600", "backups hold everybody's data"


def test_an_encrypted_backup_restores_and_hides_what_it_holds(postgres_server, server_database, tmp_path):
    secret = tmp_path / "passphrase"
    secret.write_text("correct horse battery staple")
    environment = direct(postgres_server, server_database, tmp_path / "backups")
    environment["BACKUP_PASSPHRASE_FILE"] = str(secret)
    before = content(server_database)
    run_script("backup_database.sh", **environment)
    (backup,) = (tmp_path / "backups").glob("backup_*.sql.gz.enc")
    with pytest.raises(gzip.BadGzipFile):
        gzip.decompress(backup.read_bytes())
    with psycopg.connect(server_database, autocommit=True) as connection:
        connection.execute("DROP TABLE datasets")
    run_script("restore_database.sh", "--yes", "latest", **environment)
    assert content(server_database) == before


def test_a_damaged_backup_is_refused_before_anything_is_touched(postgres_server, server_database, tmp_path):
    environment = direct(postgres_server, server_database, tmp_path)
    run_script("backup_database.sh", **environment)
    (backup,) = tmp_path.glob("backup_*.sql.gz")
    backup.write_bytes(backup.read_bytes()[:-50])
    before = content(server_database)
    done = run_script("restore_database.sh", "--yes", "latest", check=False, **environment)
    assert done.returncode != 0
    assert "checksum differs" in done.stderr
    assert content(server_database) == before


def test_a_restore_asks_before_it_replaces(postgres_server, server_database, tmp_path):
    environment = direct(postgres_server, server_database, tmp_path)
    run_script("backup_database.sh", **environment)
    done = run_script("restore_database.sh", "latest", check=False, **environment)
    assert done.returncode != 0
    assert "--yes" in done.stderr


def test_a_failed_dump_leaves_the_backups_there_are(postgres_server, server_database, tmp_path):
    environment = direct(postgres_server, server_database, tmp_path)
    old = tmp_path / "backup_20200101_000000.sql.gz"
    old.write_bytes(gzip.compress(b"--"))
    os.utime(old, (0, 0))
    failed = run_script("backup_database.sh", check=False, **{**environment, "POSTGRES_DB": "nowhere"})
    assert failed.returncode != 0
    assert [path.name for path in tmp_path.iterdir()] == [old.name]
    told = Path(environment["BACKUP_METRICS_FILE"])
    assert not told.exists(), "Prometheus hears of what succeeded"
    run_script("backup_database.sh", **environment)
    assert not old.exists(), "a week has passed, and there is a newer one"
    name, _, moment = told.read_text().strip().rpartition(" ")
    assert name == 'backup_last_success_timestamp_seconds{kind="database"}'
    assert abs(time.time() - int(moment)) < SCRIPT_SECONDS
    assert told.stat().st_mode & 0o777 == 0o644


def test_an_upload_gets_the_file_just_made(postgres_server, server_database, tmp_path):
    environment = direct(postgres_server, server_database, tmp_path / "backups")
    (tmp_path / "bucket").mkdir()
    environment["BACKUP_UPLOAD_COMMAND"] = f"cp {{}} {tmp_path}/bucket/"
    run_script("backup_database.sh", **environment)
    (uploaded,) = (tmp_path / "bucket").iterdir()
    assert uploaded.read_bytes() == (tmp_path / "backups" / uploaded.name).read_bytes()


def test_everything_of_an_embedded_platform_comes_back(tmp_path):
    data, backups = tmp_path / "data", tmp_path / "backups"
    (data / "uploads").mkdir(parents=True)
    (data / "artifacts" / "table" / "a1").mkdir(parents=True)
    (data / "artifacts" / "tmp" / "x").mkdir(parents=True)
    (data / "artifacts" / "tmp" / "x" / "half").write_text("written")
    (data / "uploads" / "1.csv").write_text("x\n1\n")
    (data / "artifacts" / "table" / "a1" / "table.parquet").write_bytes(b"PAR1")
    with sqlite3.connect(data / "fiedler.db") as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE users (name text)")
        connection.execute("INSERT INTO users VALUES ('ada')")
    connection.close()
    environment = {"BACKUP_MODE": "sqlite", "DATA_DIR": str(data), "BACKUP_DIR": str(backups)}
    environment["BACKUP_METRICS_FILE"] = str(tmp_path / "backup.prom")
    run_script("comprehensive_backup.sh", **environment)
    assert re.findall(r'kind="(\w+)"', (tmp_path / "backup.prom").read_text()) == ["database", "files"]
    shutil.rmtree(data)
    run_script("disaster_recovery.sh", "--yes", **environment)
    connection = sqlite3.connect(data / "fiedler.db")
    assert connection.execute("SELECT name FROM users").fetchall() == [("ada",)]
    connection.close()
    assert (data / "uploads" / "1.csv").read_text() == "x\n1\n"
    assert (data / "artifacts" / "table" / "a1" / "table.parquet").read_bytes() == b"PAR1"
    assert not (data / "artifacts" / "tmp").exists()


def test_health_is_asked_in_each_protocol_and_an_alert_arrives(postgres_server, webhook):
    url, told = webhook
    redis = RedisServer("a-password")
    ports = {"DB_HOST_PORT": str(postgres_server.port), "REDIS_HOST_PORT": str(redis.port)}
    environment = {"HEALTH_HOST": "127.0.0.1", "SERVICES": "db redis", "SLACK_WEBHOOK_URL": url, **ports}
    try:
        healthy = run_script("health_check.sh", **environment)
        assert healthy.stdout.splitlines() == ["✅ db is healthy", "✅ redis is healthy"]
        assert told == []
        redis.kill()
        sick = run_script("health_check.sh", check=False, **environment)
    finally:
        redis.remove()
    assert sick.returncode == 1
    assert sick.stdout.splitlines() == ["✅ db is healthy", "❌ redis is unhealthy"]
    assert len(told) == 1
    assert told[0].startswith("unhealthy on ")
    assert told[0].endswith(": redis")


def test_version_1_of_compose_is_refused_before_anything_is_done(tmp_path):
    fake(tmp_path, "docker", "docker: 'compose' is not a docker command.", status=1)
    fake(tmp_path, "docker-compose", "docker-compose version 1.29.2, build unknown")
    backups = tmp_path / "backups"
    path = f"{tmp_path}:{os.environ['PATH']}"
    done = run_script("backup_database.sh", check=False, PATH=path, BACKUP_DIR=str(backups))
    assert done.returncode != 0
    assert "Docker Compose 2 is required" in done.stderr
    assert list(backups.iterdir()) == []


def fake(folder: Path, name: str, says: str, status: int = 0) -> None:
    program = folder / name
    program.write_text(f'#!/bin/sh\necho "{says}"\nexit {status}\n')
    program.chmod(0o755)


@pytest.mark.parametrize(
    ("docker", "status"), [("Docker version 28.2.2, build 1", 0), ("Docker version 19.03.1", 1)]
)
def test_preflight_reads_versions(tmp_path, docker, status):
    fake(tmp_path, "docker", docker)
    fake(tmp_path, "docker-compose", "Docker Compose version v2.40.3")
    (tmp_path / "meminfo").write_text("MemTotal:       16384000 kB\n")
    done = run_script(
        "preflight.sh",
        check=False,
        PATH=f"{tmp_path}:{os.environ['PATH']}",
        PREFLIGHT_MEMINFO=str(tmp_path / "meminfo"),
        POSTGRES_PASSWORD="a",
        REDIS_PASSWORD="b",
        JWT_SECRET="c",
    )
    assert done.returncode == status, done.stdout
    assert "ok       Docker Compose 2.40.3" in done.stdout
    assert ("MISSING  Docker 20.10 or newer: found 19.03.1" in done.stdout) == bool(status)


def test_preflight_names_what_is_missing(tmp_path):
    (tmp_path / "meminfo").write_text("MemTotal:       4096000 kB\n")
    fake(tmp_path, "docker", "Docker version 28.2.2")
    done = run_script(
        "preflight.sh",
        check=False,
        PATH=f"{tmp_path}:/usr/bin:/bin",
        PREFLIGHT_MEMINFO=str(tmp_path / "meminfo"),
    )
    assert done.returncode == 1
    assert "MISSING  8 GB of memory: found 4 GB" in done.stdout


@pytest.fixture
def checkout(tmp_path):
    """A copy of what the scripts need, to write .env and certificates into."""
    folder = tmp_path / "checkout"
    shutil.copytree(SCRIPTS, folder / "scripts")
    shutil.copy(REPOSITORY / ".env.example", folder)
    return folder


def test_env_gets_secrets_once_and_keeps_them(checkout):
    make = [str(checkout / "scripts/make_env.sh")]
    subprocess.run(make, check=True, capture_output=True)
    text = (checkout / ".env").read_text()
    subprocess.run(make, check=True, capture_output=True)
    assert (checkout / ".env").read_text() == text
    values = dict(
        line.split("=", 1) for line in text.splitlines() if "=" in line and not line.startswith("#")
    )
    secrets = [values[name] for name in ("POSTGRES_PASSWORD", "REDIS_PASSWORD", "JWT_SECRET")]
    assert all(len(secret) == 64 for secret in secrets)
    assert len(set(secrets)) == 3
    assert oct((checkout / ".env").stat().st_mode & 0o777) == "0o600"


def test_certificate_is_for_its_domain_and_its_key_is_private(checkout):
    subprocess.run(
        [str(checkout / "scripts/make_certificate.sh"), "fiedler.test"], check=True, capture_output=True
    )
    key, certificate = checkout / "nginx/ssl/server.key", checkout / "nginx/ssl/server.crt"
    assert oct(key.stat().st_mode & 0o777) == "0o600"
    shown = subprocess.run(
        ["openssl", "x509", "-noout", "-checkhost", "fiedler.test", "-in", str(certificate)],
        check=True,
        capture_output=True,
        text=True,
    )
    assert "does match" in shown.stdout


def test_maintenance_goes_on_after_a_failure_and_tells_of_it(
    tmp_path, webhook, postgres_server, server_database
):
    url, told = webhook
    fake(tmp_path, "docker", "docker was here")
    fake(tmp_path, "docker-compose", "Docker Compose version v2.40.3")
    environment = direct(postgres_server, server_database, tmp_path / "backups")
    done = run_script(
        "daily_maintenance.sh",
        check=False,
        PATH=f"{tmp_path}:{programs()}:{os.environ['PATH']}",
        SLACK_WEBHOOK_URL=url,
        API_PORT="9",
        **environment,
    )
    assert done.returncode == 1
    assert "Docker Compose version v2.40.3" in done.stdout, "ps was asked for"
    assert list((tmp_path / "backups").glob("backup_*.sql.gz")), "the backup was made all the same"
    assert told == ["daily maintenance failed: key metrics"]


def test_firewall_says_what_it_would_do_and_lets_ssh_in_before_it_shuts(tmp_path):
    called = tmp_path / "called"
    ufw = tmp_path / "ufw"
    ufw.write_text(f'#!/bin/sh\necho "ufw $*" >>{called}\n')
    ufw.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "SSH_PORT": "2222"}
    said = [
        line for line in run_script("firewall.sh", **environment).stdout.splitlines() if "ufw " in line[:4]
    ]
    assert not called.exists(), "it only said so"
    run_script("firewall.sh", "--yes", **environment)
    assert called.read_text().splitlines() == said
    assert said[0] == "ufw allow 2222/tcp"
    assert said[-1] == "ufw --force enable"
    assert "ufw default deny incoming" in said


@pytest.mark.parametrize("every", ["daily", "weekly", "monthly"])
def test_timers_of_systemd_run_a_script_that_is_there(every):
    units = REPOSITORY / "deploy" / "systemd"
    timer = (units / f"clustering-maintenance@{every}.timer").read_text()
    (calendar,) = re.findall(r"^OnCalendar=(.+)$", timer, re.MULTILINE)
    shown = subprocess.run(
        ["systemd-analyze", "calendar", calendar], capture_output=True, text=True, check=False
    )
    assert shown.returncode == 0, shown.stdout + shown.stderr
    service = (units / "clustering-maintenance@.service").read_text()
    (command,) = re.findall(r"^ExecStart=/opt/clustering/(.+)$", service, re.MULTILINE)
    assert os.access(REPOSITORY / command.replace("%i", every), os.X_OK)
