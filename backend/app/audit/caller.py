"""Where the work at hand was asked for, and by whom: kept beside it, as the request id is for the logs."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Caller:
    """The network address and program of whoever asks, the request's id, and the user once a token has told.

    The default is a command on this machine.
    """

    address: str = "command line"
    request_id: str | None = None
    user_id: int | None = None
    agent: str | None = None


# Set by the middleware for each request; threads that serve a request share its one object.
caller: ContextVar[Caller] = ContextVar("caller", default=Caller())  # noqa: B039 - nobody changes the default
