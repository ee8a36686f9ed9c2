"""A database put back to a moment before a mistake, and a backup of SQLite while it is written to."""

import shutil
import sqlite3
import threading

import psycopg
import pytest
from postgresql import PostgresServer
from stack import run_script


@pytest.fixture
def archived():
    """A server that archives its WAL, and the folders of archive and base backup."""
    server = PostgresServer()
    archive, base = server._folder / "archive", server._folder / "base"
    archive.mkdir()
    if server._account is not None:
        shutil.chown(archive, server._account.pw_uid, server._account.pw_gid)
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET archive_mode = 'on'")
        connection.execute(f"ALTER SYSTEM SET archive_command = 'cp %p {archive}/%f'")
    server.stop()
    server.start()
    yield server, archive, base
    server.remove()


def test_a_mistake_is_undone_by_going_back_before_it(archived):
    server, archive, base = archived
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute("CREATE TABLE datasets (id int)")
        connection.execute("INSERT INTO datasets SELECT generate_series(1, 100)")
        address = ("-h", "127.0.0.1", "-p", str(server.port), "-U", "postgres")
        server._run("pg_basebackup", *address, "-D", str(base), "--checkpoint=fast")
        connection.execute("INSERT INTO datasets SELECT generate_series(101, 150)")
        (moment,) = connection.execute("SELECT clock_timestamp()::text").fetchone()
        connection.execute("DELETE FROM datasets")
        connection.execute("SELECT pg_switch_wal()")
    data = server._data
    arguments = (str(data), str(base), str(archive), moment)
    running = run_script("restore_to_moment.sh", "--yes", *arguments, check=False)
    assert "stop it first" in running.stderr
    server.stop()
    unsure = run_script("restore_to_moment.sh", *arguments, check=False)
    assert "--yes" in unsure.stderr
    run_script("restore_to_moment.sh", "--yes", *arguments)
    assert list(server._folder.glob("data.before_*")), "what was there is kept"
    server.start()
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        assert connection.execute("SELECT count(*) FROM datasets").fetchone() == (150,)
        connection.execute("INSERT INTO datasets VALUES (151)")


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
