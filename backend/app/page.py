"""The built page: its files, and index.html for every address that the page routes itself."""

from __future__ import annotations

from pathlib import Path

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send

# Names under /assets hold a hash of their content.
IMMUTABLE = "public, max-age=31536000, immutable"
_NOT_THE_PAGE = ("/api/", "/ws", "/livez", "/readyz", "/health", "/assets/")


class Page:
    """Answers what no route of the API answers."""

    def __init__(self, frontend_dist: Path) -> None:
        self._dist = frontend_dist.resolve()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send a file of the page, its index, or raise 404."""
        if scope["type"] != "http":
            raise HTTPException(404)
        await self._response(scope)(scope, receive, send)

    def _response(self, scope: Scope) -> Response:
        path = scope["path"]
        if scope["method"] not in ("GET", "HEAD"):
            raise HTTPException(404)
        file = self._file(path)
        if file is not None:
            cache = IMMUTABLE if path.startswith("/assets/") else "no-cache"
            return FileResponse(file, headers={"Cache-Control": cache})
        index = self._dist / "index.html"
        accept = Headers(scope=scope).get("accept", "*/*")
        wants_page = "text/html" in accept or "*/*" in accept
        if path.startswith(_NOT_THE_PAGE) or not wants_page or not index.exists():
            raise HTTPException(404)
        return FileResponse(index, headers={"Cache-Control": "no-cache"})

    def _file(self, path: str) -> Path | None:
        """Return the file of the built page at ``path``, and none outside its folder."""
        try:
            file = (self._dist / path.lstrip("/")).resolve()
            inside = file.is_relative_to(self._dist)
            return file if inside and file.is_file() else None
        except (OSError, ValueError):
            # Names too long, or with a zero byte.
            return None
