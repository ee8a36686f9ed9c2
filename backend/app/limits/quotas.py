"""Which quotas a request draws on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from starlette.types import Scope
from throttled import Quota, rate_limiter

from app.settings import Settings

# Guessing passwords is slow here, whatever RATE_LIMIT_RPS allows.
SIGN_IN_PER_MINUTE = 10
_SIGN_IN_PATHS = tuple(f"/api/v1/auth/{name}" for name in ("login", "claim", "register", "reset-password"))
_LIMITED_PREFIX = "/api/"


@dataclass(frozen=True, slots=True)
class Draw:
    """One quota a request draws on: the name of its counter, and what it holds."""

    counter: str
    quota: Quota


class Quotas:
    """The quotas of ``settings``: RATE_LIMIT_RPS and RATE_LIMIT_BURST, and a stricter one for signing in."""

    def __init__(self, settings: Settings) -> None:
        self._general = _per_minute(60 * settings.rate_limit_rps, settings.rate_limit_burst)
        self._sign_in = _per_minute(SIGN_IN_PER_MINUTE, SIGN_IN_PER_MINUTE)

    def draws(self, scope: Scope, client: str, who: str) -> list[Draw]:
        """Return what an HTTP request draws on, the strictest first; nothing for pages and health checks.

        ``client`` is the caller's address, ``who`` the counter of the user or token, or again of the address.
        """
        path: str = scope["path"]
        if not path.startswith(_LIMITED_PREFIX):
            return []
        general = Draw(who, self._general)
        if scope["method"] == "POST" and path in _SIGN_IN_PATHS:
            return [Draw(f"sign-in:{client}", self._sign_in), general]
        return [general]


def _per_minute(requests: float, burst: int) -> Quota:
    # Counted by the minute, so that less than one request a second can be said.
    return rate_limiter.per_duration(timedelta(minutes=1), max(1, round(requests)), burst)
