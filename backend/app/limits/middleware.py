"""Refusing requests above their limit, and telling every caller where he stands."""

from __future__ import annotations

import math

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.auth.bearer import KnownTokens, access_claims, bearer_token
from app.limits.errors import TooManyRequestsError
from app.limits.limiter import Limiter, Verdict
from app.limits.quotas import Quotas
from app.problem_answers import problem_response
from app.settings import Settings


class RateLimit:
    """Counts API requests by user or personal token, else by address; answers 429 above the limit.

    A token that is not ours counts by its address: inventing tokens does not widen the limit.
    """

    def __init__(self, app: ASGIApp, settings: Settings, limiter: Limiter, known: KnownTokens) -> None:
        self._app = app
        self._settings = settings
        self._known = known
        self._limiter = limiter
        self._quotas = Quotas(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request; WebSockets are opened by tickets, which are counted when they are asked for."""
        if scope["type"] != "http" or scope["method"] == "OPTIONS":
            await self._app(scope, receive, send)
            return
        verdict = None
        client = _client(scope)
        for draw in self._quotas.draws(scope, client, self._who(scope, client)):
            verdict = await self._limiter.count(draw)
            if not verdict.is_allowed:
                break
        if verdict is None:
            await self._app(scope, receive, send)
            return
        headers = _headers(verdict)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        if verdict.is_allowed:
            await self._app(scope, receive, send_with_headers)
        else:
            refusal = problem_response(TooManyRequestsError(verdict.retry_seconds), scope)
            await refusal(scope, receive, send_with_headers)

    def _who(self, scope: Scope, client: str) -> str:
        claims = access_claims(scope, self._settings)
        if claims is not None:
            return f"user:{claims.user_id}"
        number = self._known.number_of(bearer_token(scope))
        return f"token:{number}" if number is not None else f"address:{client}"


def _client(scope: Scope) -> str:
    """Return the caller's address; behind TRUSTED_PROXIES the server has put the forwarded one here."""
    client = scope.get("client")
    return client[0] if client else "unknown"


def _headers(verdict: Verdict) -> dict[str, str]:
    headers = {
        "RateLimit-Limit": str(verdict.limit),
        "RateLimit-Remaining": str(verdict.remaining),
        "RateLimit-Reset": str(math.ceil(verdict.reset_seconds)),
    }
    if not verdict.is_allowed:
        headers["Retry-After"] = str(max(1, math.ceil(verdict.retry_seconds)))
    return headers
