"""Errors of the service: each has an HTTP status, a stable code and, where there is one, a remedy.

Every error leaves the API as ``application/problem+json`` (RFC 9457); `problems` puts the classes a route
may raise into the OpenAPI contract.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

from pydantic import BaseModel, Field

PROBLEM_JSON = "application/problem+json"
PROBLEM_TYPE = "urn:fiedler:problem:"


class InvalidPart(BaseModel):
    """One part of a request that was refused, by its JSON pointer."""

    pointer: str
    detail: str


class Problem(BaseModel):
    """The body of every error (RFC 9457), also kept with a job or dataset that failed."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    instance: str | None = None
    code: str
    request_id: str | None = None
    remedy: str | None = None
    errors: list[InvalidPart] = Field(default_factory=list)


class ServiceError(Exception):
    """Base of all errors that a request can end with.

    Parameters
    ----------
    detail
        What was found (with its value) and what is required.
    remedy
        What to try; shown beside the detail.
    errors
        The parts of the request that were refused.
    """

    status_code: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    headers: ClassVar[dict[str, str]] = {}

    def __init__(
        self, detail: str | None = None, *, remedy: str | None = None, errors: list[InvalidPart] | None = None
    ) -> None:
        self.detail = detail or (type(self).__doc__ or "").strip().splitlines()[0]
        self.remedy = remedy
        self.errors = errors or []
        super().__init__(self.detail)

    @classmethod
    def title(cls) -> str:
        """Return the class's name in words."""
        words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", cls.__name__.removesuffix("Error"))
        return words[:1] + words[1:].lower()

    def problem(self, instance: str | None = None, request_id: str | None = None) -> Problem:
        """Return the problem document of this error."""
        return Problem(
            type=PROBLEM_TYPE + self.code,
            title=self.title(),
            status=self.status_code,
            detail=self.detail,
            instance=instance,
            code=self.code,
            request_id=request_id,
            remedy=self.remedy,
            errors=self.errors,
        )


class InternalError(ServiceError):
    """Something unexpected went wrong; quote the request id when you report it."""


class RequestInvalidError(ServiceError):
    """The request is malformed."""

    status_code = 422
    code = "request_invalid"


class NotFoundError(ServiceError):
    """There is nothing at this address."""

    status_code = 404
    code = "not_found"


class MethodNotAllowedError(ServiceError):
    """The address does not know the method."""

    status_code = 405
    code = "method_not_allowed"


class RequestTooLargeError(ServiceError):
    """The body of the request is larger than this address takes."""

    status_code = 413
    code = "request_too_large"


class UnavailableError(ServiceError):
    """The service cannot answer now; try again in a moment."""

    status_code = 503
    code = "unavailable"


def problems(*classes: type[ServiceError]) -> dict[int | str, dict[str, Any]]:
    """Return OpenAPI responses for the error classes a route may raise; 422 is declared for every route."""
    codes: dict[int, list[type[ServiceError]]] = {}
    declared: tuple[type[ServiceError], ...] = (*classes, RequestInvalidError)
    for error in declared:
        codes.setdefault(error.status_code, []).append(error)
    return {
        status: {
            "description": "; ".join(f"`{error.code}`: {_sentence(error)}" for error in errors),
            "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status, errors in sorted(codes.items())
    }


def _sentence(error: type[ServiceError]) -> str:
    return (error.__doc__ or "").strip().splitlines()[0]
