"""A database put back to a moment before a mistake, and a backup of SQLite while it is written to."""

import os
import shlex
import shutil
import sqlite3
import threading
import time
from datetime import UTC, datetime

import psycopg
import pytest
from postgresql import PostgresServer, programs
from stack import configuration, run_script

DATA, ARCHIVE = "/var/lib/postgresql/data", "/archive"
# What docker-compose does with the service db, done with a server of this machine: the folders have other
# places, and what runs in the container runs as its user.
COMPOSE = """#!/usr/bin/env bash
set -Eeuo pipefail
here() {{
  local words=()
  for word in "$@"; do
    words+=("$(sed -E 's#(^| ){ARCHIVE}#\\1{archive}#g; s#(^| ){DATA}#\\1{data}#g' <<<"$word")")
  done
  PGHOST=127.0.0.1 PGPORT={port} PATH={programs}:$PATH "${{words[@]}}"
}}
as_postgres() {{
  if [ "$(id -u)" = 0 ]; then setpriv --reuid postgres --regid postgres --clear-groups "$@"; else "$@"; fi
}}
case "$*" in
version) echo "Docker Compose version v2.40.3" ;;
"exec -T -u postgres db "*) shift 5; here as_postgres "$@" ;;
"exec -T db "*) shift 3; here "$@" ;;
"run --rm -T --no-deps --entrypoint bash db "*) shift 7; here bash "$@" ;;
"stop api worker db") here as_postgres pg_ctl -D {DATA} -w -m fast stop >/dev/null ;;
"up -d --wait db") as_postgres {start} >/dev/null ;;
"ps -q redis") ;;
*) echo "no such call is known: $*" >&2; exit 64 ;;
esac
"""


@pytest.fixture
def archived(tmp_path):
    """A server with docker-compose.archive.yml's settings, and the environment where it is the service db."""
    server = PostgresServer()
    archive = server._folder / "archive"
    for folder in (archive, archive / "wal", archive / "base"):
        folder.mkdir()
        if server._account is not None:
            shutil.chown(folder, server._account.pw_uid, server._account.pw_gid)
    command = configuration(override="docker-compose.archive.yml")["services"]["db"]["command"][-1]
    words = shlex.split(command.rpartition("docker-entrypoint.sh postgres")[2])
    settings = dict(word.split("=", 1) for word in words if "=" in word)
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        for name in ("archive_mode", "archive_timeout", "archive_command"):
            value = settings[name].replace(ARCHIVE, str(archive))
            connection.execute(
                psycopg.sql.SQL("ALTER SYSTEM SET {} = {}").format(psycopg.sql.Identifier(name), value)
            )
        connection.execute("CREATE ROLE cluster_user SUPERUSER LOGIN")
        connection.execute("CREATE DATABASE clustering_db OWNER cluster_user")
    server.stop()
    server.start()
    program = tmp_path / "docker-compose"
    program.write_text(
        COMPOSE.format(
            DATA=DATA,
            ARCHIVE=ARCHIVE,
            data=server._data,
            archive=archive,
            port=server.port,
            programs=programs(),
            start=shlex.join(server.start_command),
        )
    )
    program.chmod(0o755)
    environment = {
        "PATH": f"{tmp_path}:{programs()}:{os.environ['PATH']}",
        "BACKUP_METRICS_FILE": str(tmp_path / "backup.prom"),
        "BASE_BACKUPS_KEEP": "1",
    }
    yield server, archive, environment
    server.remove()


def rows(server) -> int:
    with psycopg.connect(server.url("clustering_db"), autocommit=True) as connection:
        return connection.execute("SELECT count(*) FROM datasets").fetchone()[0]


def now(server) -> str:
    with psycopg.connect(server.url("clustering_db"), autocommit=True) as connection:
        return connection.execute("SELECT clock_timestamp()::text").fetchone()[0]


def add_rows(server, count: int) -> None:
    with psycopg.connect(server.url("clustering_db"), autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS datasets (id serial)")
        connection.execute("INSERT INTO datasets SELECT FROM generate_series(1, %s)", (count,))


def make_mistake(server) -> None:
    with psycopg.connect(server.url("clustering_db"), autocommit=True) as connection:
        connection.execute("DELETE FROM datasets")
        connection.execute("SELECT pg_switch_wal()")


def let_a_second_pass() -> None:
    """Base backups are named by the second of their end."""
    began = datetime.now(UTC).second
    while datetime.now(UTC).second == began:
        time.sleep(0.01)


def test_a_mistake_in_the_service_db_is_undone_twice(archived):
    server, archive, environment = archived
    add_rows(server, 100)
    unset = run_script("restore_to_moment.sh", "--yes", now(server), check=False, **environment)
    assert "no base backup" in unset.stderr
    run_script("base_backup.sh", **environment)
    let_a_second_pass()
    add_rows(server, 50)
    moment = now(server)
    make_mistake(server)
    unsure = run_script("restore_to_moment.sh", moment, check=False, **environment)
    assert "--yes" in unsure.stderr
    assert rows(server) == 0, "nothing was touched"
    let_a_second_pass()
    with_the_mistake = run_script("base_backup.sh", **environment | {"BASE_BACKUPS_KEEP": "2"})
    assert "done" in with_the_mistake.stdout
    run_script("restore_to_moment.sh", "--yes", moment, **environment)
    assert rows(server) == 150
    (aside,) = archive.glob("before_*")
    assert (aside / "data" / "PG_VERSION").exists(), "what was there is kept"
    assert len(list((aside / "base").iterdir())) == 1, "a base backup of what has not been"

    # And once more, in the new history.
    let_a_second_pass()
    add_rows(server, 7)
    again = now(server)
    make_mistake(server)
    run_script("restore_to_moment.sh", "--yes", again, **environment)
    assert rows(server) == 157


def test_only_the_wal_that_the_base_backups_need_is_kept(archived):
    server, archive, environment = archived
    names = []
    for _ in range(2):
        add_rows(server, 1000)
        make_mistake(server)
        run_script("base_backup.sh", **environment)
        names.append([path.name for path in (archive / "base").iterdir()])
        let_a_second_pass()
    assert [len(each) for each in names] == [1, 1]
    assert names[0] != names[1]
    (base,) = (archive / "base").iterdir()
    first_needed = (base / "backup_label").read_text().split("(file ")[1].split(")")[0]
    kept = sorted(path.name for path in (archive / "wal").iterdir() if len(path.name) == 24)
    assert kept[0] >= first_needed
    assert 'kind="base"' in (archive.parent / environment["BACKUP_METRICS_FILE"]).read_text()


def test_a_server_of_ones_own_is_put_back(archived):
    server, archive, _ = archived
    add_rows(server, 100)
    base = server._folder / "base"
    server._run(
        "pg_basebackup",
        "-h",
        "127.0.0.1",
        "-p",
        str(server.port),
        "-U",
        "postgres",
        "-D",
        str(base),
        "--checkpoint=fast",
    )
    moment = now(server)
    make_mistake(server)
    arguments = (moment, str(server._data), str(base), str(archive / "wal"))
    running = run_script("restore_to_moment.sh", "--yes", *arguments, check=False)
    assert "stop it first" in running.stderr
    server.stop()
    run_script("restore_to_moment.sh", "--yes", *arguments)
    assert list(server._folder.glob("data.before_*")), "what was there is kept"
    server.start()
    with psycopg.connect(server.url("clustering_db"), autocommit=True) as connection:
        while connection.execute("SELECT pg_is_in_recovery()").fetchone()[0]:
            time.sleep(0.05)
    assert rows(server) == 100
    add_rows(server, 1)


def test_a_backup_of_sqlite_is_whole_while_it_is_written_to(tmp_path):
    """Each transaction moves an amount from one account to another: their sum tells a torn copy."""
    data = tmp_path / "data"
    data.mkdir()
    with sqlite3.connect(data / "fiedler.db") as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE accounts (id int PRIMARY KEY, amount int, filling text)")
        connection.executemany(
            "INSERT INTO accounts VALUES (?, 100, ?)", [(n, "x" * 2000) for n in range(2000)]
        )
    connection.close()
    stopped = threading.Event()
    written = []

    def write() -> None:
        busy = sqlite3.connect(data / "fiedler.db", timeout=60)
        while not stopped.is_set():
            with busy:
                busy.execute("UPDATE accounts SET amount = amount - 1 WHERE id = ?", (len(written) % 2000,))
                busy.execute(
                    "UPDATE accounts SET amount = amount + 1 WHERE id = ?", (1999 - len(written) % 2000,)
                )
            written.append(1)
        busy.close()

    writer = threading.Thread(target=write)
    writer.start()
    environment = {
        "BACKUP_MODE": "sqlite",
        "DATA_DIR": str(data),
        "BACKUP_DIR": str(tmp_path / "backups"),
        "BACKUP_METRICS_FILE": str(tmp_path / "backup.prom"),
    }
    try:
        before = len(written)
        run_script("backup_database.sh", **environment)
        assert len(written) > before, "it was written to meanwhile"
    finally:
        stopped.set()
        writer.join()
    run_script("restore_database.sh", "--yes", "latest", **{**environment, "DATA_DIR": str(tmp_path / "new")})
    connection = sqlite3.connect(tmp_path / "new" / "fiedler.db")
    assert connection.execute("SELECT count(*), sum(amount) FROM accounts").fetchone() == (2000, 200_000)
    connection.close()
