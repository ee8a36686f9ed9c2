"""The cookie that holds a browser's refresh token."""

from __future__ import annotations

from fastapi import Request, Response

from app.settings import Settings

COOKIE = "fiedler_refresh"
COOKIE_PATH = "/api/v1/auth"


def keep_refresh_token(request: Request, response: Response, settings: Settings, token: str) -> None:
    """Give a browser its refresh token, out of reach for scripts and other sites."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=settings.refresh_token_expire_days * 86400,
        path=COOKIE_PATH,
        # A proxy that is not trusted does not tell the scheme; where people open the platform does.
        secure=request.url.scheme == "https" or settings.public_url.startswith("https://"),
        httponly=True,
        samesite="strict",
    )


def forget_refresh_token(response: Response) -> None:
    """Take the cookie from a browser."""
    response.delete_cookie(COOKIE, path=COOKIE_PATH, httponly=True, samesite="strict")
