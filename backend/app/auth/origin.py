"""Where a browser's request comes from: this site, or another that must not use its cookies."""

from __future__ import annotations

from urllib.parse import urlsplit

from app.settings import Settings

LOOPBACK = ("localhost", "127.0.0.1", "::1")


def origin_is_ours(origin: str | None, host: str | None, settings: Settings) -> bool:
    """Return whether an Origin header names this site; None (no browser) counts as ours."""
    if origin is None:
        return True
    parts = urlsplit(origin)
    if parts.netloc and parts.netloc == host:
        return True
    if settings.environment == "development" and parts.hostname in LOOPBACK:
        # The page's development server proxies under another port.
        return True
    return origin.rstrip("/") in settings.cors_origins
