"""Signing in and out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Cookie, Header, Request, Response

from app.auth import registration, service
from app.auth.bearer import access_claims
from app.auth.cookies import COOKIE, forget_refresh_token, keep_refresh_token
from app.auth.errors import (
    AccountExistsError,
    ForeignOriginError,
    InvitationNeededError,
    LinkUnknownError,
    LinkUsedError,
    NotAllowedError,
    NotSignedInError,
    RegistrationClosedError,
    SessionEndedError,
    WrongPasswordError,
)
from app.auth.identity import Person
from app.auth.origin import origin_is_ours
from app.auth.schemas import (
    ClaimRequest,
    LoginRequest,
    RegistrationRequest,
    ResetRequest,
    SignInOptions,
    TicketRead,
    TokenRead,
)
from app.auth.tokens import make_access_token
from app.dependencies import AppDatabase, AppSettings, WriteSession
from app.errors import problems
from app.settings import Settings
from app.users.service import read_user

router = APIRouter(tags=["auth"])
RefreshCookie = Annotated[str | None, Cookie(alias=COOKIE, include_in_schema=False)]


@router.get("/auth/options")
def sign_in_options(settings: AppSettings) -> SignInOptions:
    """Return how people get in here."""
    provider = settings.oidc_name if settings.oidc_issuer else None
    return SignInOptions(registration=settings.registration, provider=provider)


@router.post(
    "/auth/register",
    status_code=201,
    responses=problems(
        RegistrationClosedError, InvitationNeededError, LinkUsedError, LinkUnknownError, AccountExistsError
    ),
)
def register(
    body: RegistrationRequest,
    request: Request,
    response: Response,
    database: AppDatabase,
    settings: AppSettings,
) -> TokenRead:
    """Make an account and sign in; where registration is not open, by an invitation."""
    return _answer(request, response, settings, registration.register(database, settings, body))


@router.post("/auth/reset-password", responses=problems(LinkUsedError, LinkUnknownError))
def reset_password(
    body: ResetRequest, request: Request, response: Response, database: AppDatabase, settings: AppSettings
) -> TokenRead:
    """Set a password by an admin's link and sign in; every other session of the account ends."""
    signed_in = registration.reset_password(database, settings, body.token, body.new_password)
    return _answer(request, response, settings, signed_in)


@router.post("/auth/claim", responses=problems(LinkUsedError, LinkUnknownError))
def claim(
    body: ClaimRequest, request: Request, response: Response, database: AppDatabase, settings: AppSettings
) -> TokenRead:
    """Sign in by a one-time link."""
    return _answer(request, response, settings, service.claim_link(database, body.token, settings))


@router.post("/auth/login", responses=problems(WrongPasswordError))
def login(
    body: LoginRequest, request: Request, response: Response, database: AppDatabase, settings: AppSettings
) -> TokenRead:
    """Sign in by user name or e-mail address, and password."""
    signed_in = service.log_in(database, body.username, body.password, settings)
    return _answer(request, response, settings, signed_in)


@router.post("/auth/refresh", responses=problems(SessionEndedError, ForeignOriginError))
def refresh(
    request: Request,
    response: Response,
    database: AppDatabase,
    settings: AppSettings,
    cookie: RefreshCookie = None,
    x_requested_with: Annotated[str | None, Header()] = None,
) -> TokenRead:
    """Swap the refresh cookie for a new access token; needs the header ``X-Requested-With: fiedler``."""
    _check_origin(request, settings, x_requested_with)
    signed_in = service.refresh(database, cookie, settings) if cookie else None
    if signed_in is None:
        raise SessionEndedError
    return _answer(request, response, settings, signed_in)


@router.post("/auth/logout", status_code=204, responses=problems(ForeignOriginError))
def logout(
    request: Request,
    response: Response,
    database: AppDatabase,
    settings: AppSettings,
    cookie: RefreshCookie = None,
    x_requested_with: Annotated[str | None, Header()] = None,
) -> None:
    """End the session of the refresh cookie; needs the header ``X-Requested-With: fiedler``."""
    _check_origin(request, settings, x_requested_with)
    service.log_out(database, cookie)
    forget_refresh_token(response)


@router.post("/ws-ticket", responses=problems(NotSignedInError, NotAllowedError))
def ws_ticket(user: Person, session: WriteSession, settings: AppSettings, request: Request) -> TicketRead:
    """Return a ticket that opens one WebSocket, which is closed when the session ends."""
    claims = access_claims(request.scope, settings)
    ticket = service.give_ticket(session, user, claims.session_id if claims is not None else None)
    return TicketRead(ticket=ticket, expires_in=service.TICKET_SECONDS)


def _check_origin(request: Request, settings: Settings, requested_with: str | None) -> None:
    # A form of another site can send the cookie's request, but not this header.
    ours = origin_is_ours(request.headers.get("origin"), request.headers.get("host"), settings)
    if requested_with != "fiedler" or not ours:
        raise ForeignOriginError


def _answer(
    request: Request, response: Response, settings: Settings, signed_in: service.SignedIn
) -> TokenRead:
    keep_refresh_token(request, response, settings, signed_in.refresh_token)
    response.headers["Cache-Control"] = "no-store"
    return TokenRead(
        access_token=make_access_token(signed_in.user, settings, signed_in.session_id),
        expires_in=settings.access_token_expire_minutes * 60,
        user=read_user(signed_in.user),
    )
