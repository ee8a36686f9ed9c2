"""Health, version and the algorithms on offer."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import Literal

import sqlalchemy as sa
from alembic.script import ScriptDirectory
from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError

from app.auth.errors import NotAllowedError, NotSignedInError
from app.auth.identity import CurrentUser
from app.database import Database, alembic_config
from app.dependencies import AppDatabase, AppSettings
from app.errors import UnavailableError, problems
from app.runs.schemas import AlgorithmRead
from app.settings import Settings
from app.version import VERSION
from fiedler.parameters import json_schema

health_router = APIRouter(tags=["system"])
router = APIRouter(tags=["system"])


class HealthRead(BaseModel):
    """Whether the process answers and what it depends on works."""

    status: Literal["ok"] = "ok"
    checks: dict[str, str] = {}


class VersionRead(BaseModel):
    """What is running."""

    name: Literal["fiedler"] = "fiedler"
    version: str


@health_router.get("/livez")
def livez() -> HealthRead:
    """Answer: the process lives."""
    return HealthRead()


@health_router.get("/health", responses=problems(UnavailableError))
def health(database: AppDatabase, settings: AppSettings) -> HealthRead:
    """Answer as /readyz does."""
    return readyz(database, settings)


@health_router.get("/readyz", responses=problems(UnavailableError))
def readyz(database: AppDatabase, settings: AppSettings) -> HealthRead:
    """Answer whether requests can be served: database, schema and storage."""
    return HealthRead(checks={"database": _check_database(database), "storage": _check_storage(settings)})


@router.get("/version")
def version() -> VersionRead:
    """Return the version that is running."""
    return VersionRead(version=VERSION)


@router.get("/algorithms", responses=problems(NotSignedInError, NotAllowedError))
def algorithms(user: CurrentUser) -> list[AlgorithmRead]:
    """List the clustering methods with the JSON schema of their parameters."""
    return [AlgorithmRead(name="spectral", title="Spectral clustering", schema=json_schema())]


def _check_database(database: Database) -> str:
    try:
        with database.engine.connect() as connection:
            at = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    except SQLAlchemyError as error:
        raise UnavailableError(
            "The database does not answer, or has no schema yet.",
            remedy="Check DATABASE_URL and the database server; then run: python -m app migrate",
        ) from error
    if at != _newest_revision():
        raise UnavailableError(
            f"The database's schema is at {at}; this version needs {_newest_revision()}.",
            remedy="Run: python -m app migrate",
        )
    return "ok"


def _check_storage(settings: Settings) -> str:
    for folder in (settings.data_dir, settings.uploads_dir):
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK):
            raise UnavailableError(
                f"{folder} cannot be written.", remedy="Give the service's user the right to write there."
            )
    return "ok"


@lru_cache(maxsize=1)
def _newest_revision() -> str | None:
    return ScriptDirectory.from_config(alembic_config()).get_current_head()
