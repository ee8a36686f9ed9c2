"""The version, and the algorithms on offer."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from app.auth.errors import NotAllowedError, NotSignedInError
from app.auth.identity import CurrentUser
from app.errors import problems
from app.runs.schemas import AlgorithmRead
from app.version import VERSION
from fiedler.parameters import json_schema

router = APIRouter(tags=["system"])


class VersionRead(BaseModel):
    """What is running."""

    name: Literal["fiedler"] = "fiedler"
    version: str


@router.get("/version")
def version() -> VersionRead:
    """Return the version that is running."""
    return VersionRead(version=VERSION)


@router.get("/algorithms", responses=problems(NotSignedInError, NotAllowedError))
def algorithms(user: CurrentUser) -> list[AlgorithmRead]:
    """List the clustering methods with the JSON schema of their parameters."""
    return [AlgorithmRead(name="spectral", title="Spectral clustering", schema=json_schema())]
