"""The token a request carries, read once: the rate limit and the route both want to know it."""

from __future__ import annotations

import threading
from collections import OrderedDict

from starlette.datastructures import Headers
from starlette.types import Scope

from app.auth.personal_tokens import PREFIX
from app.auth.tokens import AccessClaims, fingerprint, read_access_token
from app.settings import Settings

_READ = "fiedler.access_claims"
_MOST_KNOWN = 10_000


def bearer_token(scope: Scope) -> str:
    """Return the token of the header ``Authorization: Bearer …``; empty where there is none."""
    scheme, _, token = Headers(scope=scope).get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def access_claims(scope: Scope, settings: Settings) -> AccessClaims | None:
    """Return what the access token of a request says, None without a valid one; decoded at the first call."""
    if _READ not in scope:
        token = bearer_token(scope)
        is_access_token = token and not token.startswith(PREFIX)
        scope[_READ] = read_access_token(token, settings) if is_access_token else None
    claims: AccessClaims | None = scope[_READ]
    return claims


class KnownTokens:
    """The personal tokens that this process has found valid before, so that each is counted for itself.

    A token is looked up by the route alone. Until then it counts by its address, so that inventing tokens
    widens no limit.
    """

    def __init__(self) -> None:
        self._numbers: OrderedDict[str, int] = OrderedDict()
        self._lock = threading.Lock()

    def number_of(self, token: str) -> int | None:
        """Return the number of a token that was valid when it was last looked up."""
        if not token.startswith(PREFIX):
            return None
        with self._lock:
            return self._numbers.get(fingerprint(token))

    def keep(self, token: str, number: int | None) -> None:
        """Remember what a look at a token has told: its number, or None when it is not valid (any more)."""
        with self._lock:
            self._numbers.pop(fingerprint(token), None)
            if number is not None:
                self._numbers[fingerprint(token)] = number
                if len(self._numbers) > _MOST_KNOWN:
                    self._numbers.popitem(last=False)
