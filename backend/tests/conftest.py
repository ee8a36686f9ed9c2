"""Fixtures for every test that needs the service: settings on a fresh database, SQLite and PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from postgresql import PostgresServer

from app.database import Base, Database, init_db
from app.settings import Settings


@pytest.fixture(scope="session", autouse=True)
def _settings_of_the_machine_do_not_count() -> Iterator[None]:
    patch = pytest.MonkeyPatch()
    for name in Settings.model_fields:
        patch.delenv(name.upper(), raising=False)
    yield
    patch.undo()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One PostgreSQL server for the whole session."""
    server = PostgresServer()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file, to be copied."""
    settings = Settings(_env_file=None, data_dir=tmp_path_factory.mktemp("migrated"))
    init_db(settings)
    return settings.data_dir / "fiedler.db"


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a migrated, empty PostgreSQL database, to be copied as a template."""
    url = postgres_server.create_database()
    init_db(Settings(_env_file=None, data_dir=tmp_path_factory.mktemp("migrated"), database_url=url))
    return url


@pytest.fixture(scope="session")
def shared_postgres(postgres_server: PostgresServer, migrated_postgres: str) -> str:
    """The URL of a migrated PostgreSQL database that is emptied for each test."""
    return postgres_server.create_database(template=migrated_postgres)


def empty_postgres(url: str) -> None:
    """End what an earlier test left connected, and empty all tables: quicker than a new database."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        tables = ", ".join(table.name for table in Base.metadata.sorted_tables)
        connection.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Runs a test on both databases."""
    kind: str = request.param
    return kind


@pytest.fixture
def database_url(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The DATABASE_URL of a fresh, migrated database ("" for SQLite, which lies in ``data_dir``)."""
    if database_kind == "sqlite":
        (tmp_path / "data").mkdir()
        shutil.copy(request.getfixturevalue("migrated_sqlite"), tmp_path / "data" / "fiedler.db")
        yield ""
        return
    url: str = request.getfixturevalue("shared_postgres")
    empty_postgres(url)
    yield url


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings on a fresh database and an empty data folder."""
    return Settings(
        _env_file=None,
        data_dir=tmp_path / "data",
        database_url=database_url,
        jwt_secret="a secret that only the tests know, of enough bytes",
        frontend_dist=tmp_path / "dist",
        db_pool_size=5,
        db_max_overflow=10,
    )


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """An open database of ``settings``."""
    opened = Database(settings)
    yield opened
    opened.dispose()
