"""Both kinds of artifact store, empty: folders, and a bucket of a real S3 server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from s3_server import S3Server

from app.settings import Settings
from app.storage.store import Storage, open_storage


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    """One S3 server for all tests here."""
    server = S3Server()
    yield server
    server.kill()


@pytest.fixture(params=["folder", "bucket"])
def store_settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of an empty store of either kind."""
    given = {}
    if request.param == "bucket":
        given = request.getfixturevalue("s3_server").new_store()
    return Settings(_env_file=None, data_dir=tmp_path / "data", **given)


@pytest.fixture
def storage(store_settings: Settings) -> Storage:
    """An empty store of either kind."""
    return open_storage(store_settings.store_location)
