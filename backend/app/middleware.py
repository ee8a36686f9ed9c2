"""What surrounds every request: its id, its log line, security headers, a limit of its body."""

from __future__ import annotations

import base64
import hashlib
import logging
import re
import secrets
import time
from pathlib import Path

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.audit.caller import Caller, caller
from app.draining import Drain
from app.errors import InternalError
from app.problem_answers import problem_response

logger = structlog.stdlib.get_logger("app.access")
MAXIMUM_BODY_BYTES = 1 << 20
# These count their bytes themselves, on the way into the store.
UPLOAD_PATH = "/api/v1/datasets"
PIECES_PATH = "/api/v1/uploads/"
_REQUEST_ID = re.compile(r"^[A-Za-z0-9._-]{1,64}$")
_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)
_QUIET = ("/livez", "/readyz", "/health")


class RequestContext:
    """Gives a request an id, answers what nobody caught, and writes the one access line."""

    def __init__(self, app: ASGIApp, headers: dict[str, str], drain: Drain) -> None:
        self._app = app
        self._headers = headers
        self._drain = drain

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request; WebSockets only get an id."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        scope["request_id"] = given if _REQUEST_ID.match(given) else secrets.token_hex(8)
        structlog.contextvars.bind_contextvars(request_id=scope["request_id"])
        # Behind TRUSTED_PROXIES the server has put the forwarded address here.
        client = scope.get("client")
        agent = Headers(scope=scope).get("user-agent")
        before = caller.set(Caller(client[0] if client else "unknown", scope["request_id"], agent=agent))
        try:
            if scope["type"] == "websocket":
                await self._app(scope, receive, send)
            else:
                await self._answer(scope, receive, send)
        finally:
            caller.reset(before)
            structlog.contextvars.clear_contextvars()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = scope["request_id"]
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                if self._drain.is_on:
                    headers["Connection"] = "close"
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except Exception:
            logging.getLogger(__name__).exception("request failed")
            if status:
                # The answer has begun: all that is left is to break it off.
                raise
            response = problem_response(InternalError(), scope)
            await response(scope, receive, send_with_headers)
        finally:
            level = logging.DEBUG if scope["path"] in _QUIET and status < 400 else logging.INFO
            logger.log(
                level,
                f"{scope['method']} {scope['path']}",
                status=status or "none",
                milliseconds=1000 * (time.perf_counter() - started),
            )


class BodyLimit:
    """Refuses bodies above `MAXIMUM_BODY_BYTES`, announced or not; uploads count their bytes themselves."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http" or _is_upload(scope["method"], scope["path"]):
            await self._app(scope, receive, send)
            return
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > MAXIMUM_BODY_BYTES:
                raise HTTPException(413)
            return message

        await self._app(scope, counted, send)


def _is_upload(method: str, path: str) -> bool:
    if method == "PATCH":
        return path.startswith(PIECES_PATH)
    return method == "POST" and path == UPLOAD_PATH


def security_headers(frontend_dist: Path) -> dict[str, str]:
    """Return headers for every answer; the policy allows the page's own inline scripts by their hash."""
    index = frontend_dist / "index.html"
    page = index.read_text(encoding="utf-8") if index.exists() else ""
    hashes = " ".join(f"'sha256-{_sha256(script)}'" for script in _INLINE_SCRIPT.findall(page) if script)
    policy = {
        "default-src": "'self'",
        "script-src": f"'self' {hashes}".strip(),
        # Mantine sets its theme and its positions by style elements and attributes.
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "X-Frame-Options": "DENY",
    }


def _sha256(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
