"""Workers as real processes: one platform for a test that breaks it, one for a module of calm tests."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from platform_under_test import Platform
from postgresql import PostgresServer
from server_fleet import Fleet
from visitors import Visitor

from app.auth.tokens import make_access_token
from app.database import Database
from app.settings import Settings
from app.users.models import User


@pytest.fixture
def platform(settings: Settings, database: Database) -> Iterator[Platform]:
    """A platform of the test's own, without workers yet."""
    opened = Platform(settings, database)
    yield opened
    opened.kill()


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
    settings = Settings(_env_file=None, data_dir=folder, database_url=url, jwt_secret="s" * 40)
    database = Database(settings)
    opened = Platform(settings, database)
    yield opened
    opened.kill()
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


@pytest.fixture
def fleet(settings: Settings, tmp_path: Path) -> Iterator[Fleet]:
    """API servers on the database of a test, none started yet."""
    # nginx's workers, which are nobody's, must reach the folder.
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)
    opened = Fleet(tmp_path, environment_of(settings))
    yield opened
    opened.stop()


@pytest.fixture
def visit(platform: Platform) -> Callable[[str], Visitor]:
    """Makes the platform's user a visitor of an address."""

    def visit(address: str) -> Visitor:
        with platform.rows.database.read() as session:
            user = session.get_one(User, platform.rows.user_id)
        return Visitor(address, make_access_token(user, platform.settings))

    return visit


def environment_of(settings: Settings) -> dict[str, str]:
    """Return the settings that processes of the service share."""
    return {
        "DATA_DIR": str(settings.data_dir),
        "DATABASE_URL": settings.database_url,
        "JWT_SECRET": settings.jwt_secret,
        "TRUSTED_PROXIES": "127.0.0.1",
    }
