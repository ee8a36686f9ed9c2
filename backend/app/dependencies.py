"""What routes ask for: settings, database, and one transaction a request, committed before the answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends
from sqlalchemy.orm import Session
from starlette.requests import HTTPConnection

from app.database import Database
from app.live.hints import Hints
from app.live.watch import JobWatch
from app.settings import Settings
from app.storage.store import Storage

# Coroutines, though they only look up an attribute: FastAPI calls functions in threads, of which there are
# few for all requests.


async def _settings(connection: HTTPConnection) -> Settings:
    settings: Settings = connection.app.state.settings
    return settings


async def _database(connection: HTTPConnection) -> Database:
    database: Database = connection.app.state.database
    return database


async def _storage(connection: HTTPConnection) -> Storage:
    storage: Storage = connection.app.state.storage
    return storage


async def _hints(connection: HTTPConnection) -> Hints:
    hints: Hints = connection.app.state.hints
    return hints


async def _watch(connection: HTTPConnection) -> JobWatch:
    watch: JobWatch = connection.app.state.watch
    return watch


async def _request_id(connection: HTTPConnection) -> str | None:
    request_id: str | None = connection.scope.get("request_id")
    return request_id


AppSettings = Annotated[Settings, Depends(_settings)]
AppDatabase = Annotated[Database, Depends(_database)]
AppStorage = Annotated[Storage, Depends(_storage)]
AppHints = Annotated[Hints, Depends(_hints)]
AppWatch = Annotated[JobWatch, Depends(_watch)]
RequestId = Annotated[str | None, Depends(_request_id)]


def _read_session(database: AppDatabase) -> Iterator[Session]:
    with database.read() as session:
        yield session


def _write_session(database: AppDatabase) -> Iterator[Session]:
    with database.write() as session:
        yield session


# The scope "function" ends the transaction before the answer is sent: who reads an answer reads what is kept.
ReadSession = Annotated[Session, Depends(_read_session, scope="function")]
WriteSession = Annotated[Session, Depends(_write_session, scope="function")]
