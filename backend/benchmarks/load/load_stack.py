"""All that runs: PostgreSQL, Redis, API servers, workers and the gateway, with accounts for people."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from postgresql import PostgresServer
from redis_server import RedisServer
from server_fleet import Fleet

from app.auth.accounts import add_account
from app.auth.passwords import hash_password
from app.database import Database, init_db
from app.settings import Settings

PASSWORD = "a password for the load alone"


class LoadStack:
    """The servers, started by `start` and gone after `stop`.

    Parameters
    ----------
    folder : Path
        For data and logs.
    n_servers, n_workers, n_people : int
    """

    def __init__(self, folder: Path, n_servers: int, n_workers: int, n_people: int) -> None:
        self._n_servers, self._n_workers, self._n_people = n_servers, n_workers, n_people
        self.postgres = PostgresServer()
        self.redis = RedisServer()
        # Nothing of the caller's own settings may leak in.
        for name in Settings.model_fields:
            os.environ.pop(name.upper(), None)
        environment = {
            "DATA_DIR": str(folder / "data"),
            "DATABASE_URL": self.postgres.create_database(),
            "JWT_SECRET": secrets.token_hex(32),
            "ACCESS_TOKEN_EXPIRE_MINUTES": "600",
            "TRUSTED_PROXIES": "127.0.0.1",
            "RATE_LIMIT_ENABLED": "true",
            "RATE_LIMIT_BACKEND": self.redis.url,
            # Twenty tabs of one person reload at once.
            "RATE_LIMIT_RPS": "50",
            "RATE_LIMIT_BURST": "200",
            "DB_POOL_SIZE": "10",
            "DB_MAX_OVERFLOW": "20",
            "WORKER_SLOTS": "1",
        }
        self.settings = Settings(
            _env_file=None,
            data_dir=folder / "data",
            database_url=environment["DATABASE_URL"],
            jwt_secret=environment["JWT_SECRET"],
        )
        self.fleet = Fleet(folder, environment)
        self.address = ""

    def start(self) -> None:
        """Make the accounts and start all processes."""
        init_db(self.settings)
        database = Database(self.settings)
        password_hash = hash_password(PASSWORD)
        for number in range(self._n_people):
            add_account(database, f"person-{number}", f"person-{number}@example.org", password_hash, "user")
        database.dispose()
        servers = [self.fleet.start_api(f"api-{number}") for number in range(self._n_servers)]
        for number in range(self._n_workers):
            self.fleet.start_worker(f"worker-{number}")
        for server in servers:
            self.fleet.wait_for_answer(server + "/readyz")
        for number in range(self._n_workers):
            self.fleet.wait_for_line(f"worker-{number}", "is ready with")
        self.address = self.fleet.start_gateway()
        self.fleet.wait_for_answer(self.address + "/livez")

    def stop(self) -> None:
        """End everything."""
        self.fleet.stop()
        self.redis.remove()
        self.postgres.remove()
