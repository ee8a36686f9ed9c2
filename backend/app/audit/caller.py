"""Where the work at hand was asked for: kept beside it, as the request id is for the logs."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caller:
    """The network address of whoever asks, and the request's id; the default is a command on this machine."""

    address: str = "command line"
    request_id: str | None = None


# Set by the middleware for each request; threads that serve a request inherit it.
caller: ContextVar[Caller] = ContextVar("caller", default=Caller())  # noqa: B039 - it is frozen
