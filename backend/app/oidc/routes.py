"""The two addresses of signing in by a provider, both for browsers."""

from __future__ import annotations

import logging
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Cookie, Query, Request
from fastapi.responses import RedirectResponse

from app.auth.cookies import keep_refresh_token
from app.auth.owner import site_address
from app.dependencies import AppDatabase, AppSettings
from app.errors import ServiceError, problems
from app.oidc.attempt import LIFETIME, Attempt
from app.oidc.errors import AttemptExpiredError, ProviderMissingError, ProviderRefusedError
from app.oidc.provider import Provider
from app.oidc.service import sign_in
from app.settings import Settings

logger = logging.getLogger(__name__)
COOKIE = "fiedler_oidc"
COOKIE_PATH = "/api/v1/auth/oidc"
SEE_OTHER = 303

router = APIRouter(prefix="/auth/oidc", tags=["auth"])
AttemptCookie = Annotated[str | None, Cookie(alias=COOKIE, include_in_schema=False)]
Text = Annotated[str | None, Query(max_length=4096)]


@router.get(
    "/start",
    status_code=SEE_OTHER,
    response_class=RedirectResponse,
    responses=problems(ProviderMissingError),
)
def start_oidc(request: Request, settings: AppSettings, to: Text = None) -> RedirectResponse:
    """Lead a browser to the provider; it comes back signed in, at the page's address ``to``."""
    provider = _provider(settings)
    attempt = Attempt.begin(to)
    try:
        address = provider.authorization_address(attempt)
    except ServiceError as error:
        return _refusal(error)
    response = RedirectResponse(address, SEE_OTHER)
    response.set_cookie(
        COOKIE,
        attempt.sealed(settings),
        max_age=int(LIFETIME.total_seconds()),
        path=COOKIE_PATH,
        secure=request.url.scheme == "https",
        httponly=True,
        # The browser comes back from another site, and has to bring it.
        samesite="lax",
    )
    return response


@router.get(
    "/callback",
    status_code=SEE_OTHER,
    response_class=RedirectResponse,
    responses=problems(ProviderMissingError),
)
def finish_oidc(
    request: Request,
    database: AppDatabase,
    settings: AppSettings,
    cookie: AttemptCookie = None,
    state: Text = None,
    code: Text = None,
) -> RedirectResponse:
    """Take a browser that comes back from the provider, and lead it on into the page."""
    provider = _provider(settings)
    attempt = Attempt.unsealed(cookie, settings)
    try:
        if attempt is None or state != attempt.state:
            raise AttemptExpiredError
        if not code:
            raise ProviderRefusedError
        signed_in = sign_in(database, settings, provider.claims(code, attempt))
    except ServiceError as error:
        response = _refusal(error)
    else:
        response = RedirectResponse(attempt.to, SEE_OTHER)
        keep_refresh_token(request, response, settings, signed_in.refresh_token)
    response.delete_cookie(COOKIE, path=COOKIE_PATH, httponly=True, samesite="lax")
    response.headers["Cache-Control"] = "no-store"
    return response


def _provider(settings: Settings) -> Provider:
    if not settings.oidc_issuer:
        raise ProviderMissingError
    return Provider(settings, site_address(settings))


def _refusal(error: ServiceError) -> RedirectResponse:
    """Lead back to the sign-in, which tells what happened; a browser shows no problem document."""
    logger.warning("sign-in by the provider failed: %s %s", error.code, error.detail)
    return RedirectResponse("/sign-in?" + urlencode({"problem": error.code}), SEE_OTHER)
