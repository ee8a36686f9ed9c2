"""Health for people and orchestrators, and the workers for admins."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import HTTPConnection

from app.auth.errors import NotAllowedError, NotSignedInError
from app.auth.identity import Admin
from app.dependencies import AppSettings, ReadSession
from app.draining import Drain
from app.errors import InvalidPart, UnavailableError, problems
from app.health.look import Look
from app.health.parts import Parts
from app.health.presence import live_workers
from app.health.schemas import HealthRead, ReadinessRead, WorkerList, WorkerRead
from app.version import VERSION

health_router = APIRouter(tags=["system"])
router = APIRouter(tags=["administration"])
# What no request can be served without.
NEEDED = ("database", "schema", "storage")


def _look(connection: HTTPConnection) -> Look:
    look: Look = connection.app.state.look
    return look


def _drain(connection: HTTPConnection) -> Drain:
    drain: Drain = connection.app.state.drain
    return drain


AppLook = Annotated[Look, Depends(_look)]
AppDrain = Annotated[Drain, Depends(_drain)]


@health_router.get("/livez")
async def livez() -> ReadinessRead:
    """Answer: the process lives."""
    return ReadinessRead()


@health_router.get("/readyz", responses=problems(UnavailableError))
async def readyz(look: AppLook, drain: AppDrain) -> ReadinessRead:
    """Answer whether requests should be sent here: database, schema and storage work, and no end is near."""
    if drain.is_on:
        raise UnavailableError(
            "This server is about to stop.", remedy="Ask another server; a load balancer does so by itself."
        )
    parts = await look.parts()
    _check(parts)
    return ReadinessRead(checks={name: parts[name].status for name in NEEDED})


@health_router.get("/health", responses=problems(UnavailableError))
async def health(look: AppLook) -> HealthRead:
    """Tell the state of each part within two seconds; 503 names the parts that are down."""
    parts = await look.parts()
    _check(parts)
    works = all(part.status in ("ok", "unused") for part in parts.values())
    return HealthRead(status="ok" if works else "degraded", version=VERSION, parts=parts)


@router.get("/workers", responses=problems(NotSignedInError, NotAllowedError))
def workers(admin: Admin, session: ReadSession, settings: AppSettings) -> WorkerList:
    """List the workers that have given a sign of life lately."""
    found = live_workers(session, settings)
    return WorkerList(items=[WorkerRead.model_validate(worker) for worker in found])


def _check(parts: Parts) -> None:
    down = {name: parts[name] for name in NEEDED if parts[name].status == "down"}
    if down:
        words = "; ".join(f"{name}: {part.detail}" for name, part in down.items())
        raise UnavailableError(
            f"The service cannot serve requests. {words}.",
            remedy="The log of the API tells more.",
            errors=[InvalidPart(pointer=f"/parts/{name}", detail=part.detail) for name, part in down.items()],
        )
