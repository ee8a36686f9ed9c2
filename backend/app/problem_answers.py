"""Turning every kind of failure into ``application/problem+json``."""

from __future__ import annotations

import http
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from app.connections import is_full
from app.errors import (
    PROBLEM_JSON,
    InvalidPart,
    MethodNotAllowedError,
    NotFoundError,
    Problem,
    RequestInvalidError,
    RequestTooLargeError,
    ServiceError,
    UnavailableError,
)
from app.storage.errors import StorageFullError

logger = logging.getLogger(__name__)
_BY_STATUS: dict[int, type[ServiceError]] = {
    # A body that is no UTF-8 cannot even be judged; malformed is what it is.
    400: RequestInvalidError,
    404: NotFoundError,
    405: MethodNotAllowedError,
    413: RequestTooLargeError,
    422: RequestInvalidError,
}
Handler = Callable[[Request, Any], Awaitable[Response]]


def problem_response(error: ServiceError, scope: Scope, headers: dict[str, str] | None = None) -> Response:
    """Return the answer that tells of ``error``."""
    problem = error.problem(instance=scope.get("path"), request_id=scope.get("request_id"))
    return _respond(problem, {**error.headers, **(headers or {})})


def install(app: FastAPI) -> None:
    """Answer all failures of ``app`` with problems."""
    for kind, handler in (
        (ServiceError, _service_error),
        (HTTPException, _http_exception),
        (RequestValidationError, _validation_error),
        (OperationalError, _database_error),
        (PoolTimeoutError, _database_error),
    ):
        app.add_exception_handler(kind, handler)


async def _service_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, ServiceError)  # noqa: S101 - registered for this class alone
    return problem_response(error, request.scope)


async def _http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class alone
    headers = dict(error.headers or {})
    kind = _BY_STATUS.get(error.status_code)
    if kind is not None:
        return problem_response(kind(), request.scope, headers)
    phrase = http.HTTPStatus(error.status_code).phrase
    problem = Problem(
        title=phrase,
        status=error.status_code,
        detail=str(error.detail or phrase),
        instance=request.url.path,
        code=phrase.lower().replace(" ", "_").replace("-", "_"),
        request_id=request.scope.get("request_id"),
    )
    return _respond(problem, headers)


async def _validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class alone
    parts = [
        InvalidPart(pointer=_pointer(each["loc"]), detail=str(each["msg"])) for each in error.errors()[:20]
    ]
    first = parts[0]
    detail = f"{first.pointer}: {first.detail}" if parts else None
    return problem_response(RequestInvalidError(detail, errors=parts), request.scope)


async def _database_error(request: Request, error: Exception) -> Response:
    if isinstance(error, OperationalError) and is_full(error):
        logger.error("the database's disk is full: %s", error)
        full = StorageFullError(
            "The disk of the database is full; nothing was changed.",
            remedy="Free space on the server, then try again. What is there can be read meanwhile.",
        )
        return problem_response(full, request.scope)
    logger.error("the database does not answer: %s", error)
    unavailable = UnavailableError("The database does not answer.", remedy="Try again in a moment.")
    return problem_response(unavailable, request.scope, {"Retry-After": "2"})


def _pointer(location: tuple[int | str, ...]) -> str:
    # Body parts are named by their JSON pointer, the others by where they stand: query, path, header.
    where, *rest = location
    parts = [str(part).replace("~", "~0").replace("/", "~1") for part in rest]
    return "/" + "/".join(parts if where == "body" else [str(where), *parts])


def _respond(problem: Problem, headers: dict[str, str]) -> Response:
    return Response(
        problem.model_dump_json(exclude_none=True), problem.status, headers, media_type=PROBLEM_JSON
    )
