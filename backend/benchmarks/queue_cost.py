"""What the queue costs when many jobs wait: a claim, a look whether there is work, the places of all.

    python benchmarks/queue_cost.py --waiting 5000 --users 100 --ended 20000

Milliseconds, the median of several: by the clock, and of this process's processor. The clock counts the
server of PostgreSQL too, and is worth something on a quiet machine alone.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from postgresql import PostgresServer

from app.database import Database, init_db
from app.jobs import lease
from app.jobs.estimates import places
from app.jobs.models import ClusteringJob
from app.settings import Settings
from app.users.models import User

REPEATS = 15
RUNNING = 20


def fill(database: Database, n_waiting: int, n_users: int, n_ended: int) -> None:
    """Put jobs of many users into the queue and its history."""
    now = datetime.now(UTC)
    with database.write() as session:
        users = [{"username": f"user {n}", "role": "user", "created_at": now} for n in range(n_users)]
        session.execute(sa.insert(User), users)
        ids = list(session.scalars(sa.select(User.id)))

        def rows(count: int, **values: object) -> list[dict[str, object]]:
            return [
                {"user_id": ids[n % n_users], "kind": "fit", "created_at": now, "parameters": {}, **values}
                for n in range(count)
            ]

        started = now - timedelta(minutes=10)
        ended = {"status": "succeeded", "started_at": started, "finished_at": started + timedelta(seconds=3)}
        session.execute(sa.insert(ClusteringJob), rows(n_ended, **ended))
        session.execute(sa.insert(ClusteringJob), rows(RUNNING, status="running", started_at=now))
        session.execute(sa.insert(ClusteringJob), rows(n_waiting, status="queued"))
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("ANALYZE"))


def milliseconds(ask: Callable[[], object]) -> str:
    """Return the median times of asking, by the clock and of the processor."""
    clock, processor = [], []
    for _ in range(REPEATS):
        begun = time.perf_counter(), time.process_time()
        ask()
        clock.append(1000 * (time.perf_counter() - begun[0]))
        processor.append(1000 * (time.process_time() - begun[1]))
    return f"{statistics.median(clock):8.1f} {statistics.median(processor):8.1f}"


def measure(database: Database) -> None:
    """Print what each question costs."""

    def claim(most_running: int) -> None:
        with database.write() as session:
            assert lease.claim(session, "normal", "A", 1000.0, most_running) is not None

    def look() -> None:
        with database.read() as session:
            assert lease.has_work(session, "normal")

    def place() -> None:
        with database.read() as session:
            assert places(session, "normal")

    for name, ask in (
        ("claim", lambda: claim(0)),
        ("claim with a limit", lambda: claim(1000)),
        ("has_work", look),
        ("places of all", place),
    ):
        print(f"  {name:20} {milliseconds(ask)}")


def main() -> None:
    """Measure on both databases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--waiting", type=int, default=5_000)
    parser.add_argument("--users", type=int, default=100)
    parser.add_argument("--ended", type=int, default=20_000)
    asked = parser.parse_args()
    print(f"{asked.waiting} waiting, {asked.users} users, {asked.ended} ended; ms: clock, processor")
    server = PostgresServer()
    try:
        with tempfile.TemporaryDirectory() as folder:
            for url in ("", server.create_database()):
                settings = Settings(_env_file=None, data_dir=Path(folder), database_url=url)
                init_db(settings)
                database = Database(settings)
                fill(database, asked.waiting, asked.users, asked.ended)
                print("PostgreSQL" if url else "SQLite")
                measure(database)
                database.dispose()
    finally:
        server.remove()


if __name__ == "__main__":
    main()
