"""Workers as real processes: one platform for a test that breaks it, one for a module of calm tests."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from platform_under_test import Platform
from postgresql import PostgresServer

from app.database import Database
from app.settings import Settings


@pytest.fixture
def platform(settings: Settings, database: Database) -> Iterator[Platform]:
    """A platform of the test's own, without workers yet."""
    opened = Platform(settings, database)
    yield opened
    opened.close()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A platform that the tests of a module share."""
    folder: Path = tmp_path_factory.mktemp("shared")
    url = ""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_sqlite"), folder / "fiedler.db")
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url = server.create_database(template=request.getfixturevalue("migrated_postgres"))
    settings = Settings(_env_file=None, data_dir=folder, database_url=url)
    database = Database(settings)
    opened = Platform(settings, database)
    yield opened
    opened.close()
    database.dispose()
    if url:
        server.drop_database(url)


@pytest.fixture(scope="module")
def calm(shared: Platform) -> Platform:
    """A platform with one worker for `fault_handlers`; tests leave it as they found it."""
    shared.start_worker()
    return shared


@pytest.fixture(scope="module")
def real(shared: Platform) -> Platform:
    """A platform with one worker for the real work."""
    shared.start_worker(real=True)
    return shared
