"""Sessions: how they begin, go on and end."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.caller import caller
from app.audit.trail import record
from app.auth.errors import LinkUnknownError, LinkUsedError, WrongPasswordError
from app.auth.models import OneTimeToken, RefreshToken
from app.auth.one_time_tokens import find, give, note_of, use
from app.auth.passwords import password_matches
from app.auth.sessions import end_session, goes_on
from app.auth.tokens import AccessClaims, fingerprint, random_token, successor
from app.database import Database, database_now
from app.settings import Settings
from app.users.models import User

OWNER_LINK_LIFETIME = timedelta(days=1)
TICKET_SECONDS = 30
# Two tabs may refresh with the same token at once; later than this it counts as stolen.
REUSE_GRACE = timedelta(seconds=10)

NEW_LINK = "print a new one with `make login-link` (set DATA_DIR as for `make run`, if it was)."


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that has begun or goes on."""

    user: User
    refresh_token: str
    session_id: str


def begin_session(session: Session, user: User, settings: Settings) -> SignedIn:
    """Sign a user in, whose identity has been proved."""
    user.last_login_at = database_now(session)
    token, session_id = random_token(), secrets.token_hex(16)
    _keep(session, user, session_id, token, settings)
    return SignedIn(user, token, session_id)


def claim_link(database: Database, token: str, settings: Settings) -> SignedIn:
    """Begin a session by a one-time link.

    Raises
    ------
    LinkUnknownError, LinkUsedError
        The token was never given out; or it was used, or is older than a day.
    """
    with database.write() as session:
        kept = find(session, token, "owner_link")
        if kept is None:
            raise LinkUnknownError(remedy=f"Copy the whole link, or {NEW_LINK}")
        user = session.get_one(User, kept.user_id)
        if not user.is_active or not use(session, kept):
            raise LinkUsedError(remedy=f"On the machine that runs Fiedler, {NEW_LINK}")
        record(session, "signed_in", by=user, means="link")
        return begin_session(session, user, settings)


def log_in(database: Database, username: str, password: str, settings: Settings) -> SignedIn:
    """Begin a session by user name (or e-mail address) and password.

    Raises
    ------
    WrongPasswordError
        They don't belong together; the same answer and time for an unknown name.
    """
    name = username.strip()
    with database.read() as session:
        user = session.scalar(
            sa.select(User).where(sa.or_(User.username == name, User.email == name.lower()))
        )
    # Outside of any transaction: argon2 takes its time.
    if (
        not password_matches(password, user.password_hash if user else None)
        or user is None
        or not user.is_active
    ):
        with database.write() as session:
            # The name that was typed is not kept: it may be a password in the wrong field.
            record(session, "sign_in_failed", by=None, subject=user)
        raise WrongPasswordError(remedy=f"If the password is lost, {NEW_LINK}")
    with database.write() as session:
        record(session, "signed_in", by=user, means="password")
        return begin_session(session, session.get_one(User, user.id), settings)


def refresh(database: Database, token: str, settings: Settings) -> SignedIn | None:
    """Swap a refresh token for its successor; return None when the session has ended.

    A token that comes a second time, later than `REUSE_GRACE`, was copied: its whole family is revoked.
    """
    with database.write() as session:
        kept = session.scalar(
            # The row's lock: of two requests at once, the second sees that the first has used the token.
            sa.select(RefreshToken).where(RefreshToken.sha256 == fingerprint(token)).with_for_update()
        )
        now = database_now(session)
        if kept is None or kept.revoked_at is not None or kept.expires_at <= now:
            return None
        user = session.get_one(User, kept.user_id)
        if not user.is_active:
            return None
        following = successor(token, settings)
        if kept.used_at is None:
            kept.used_at = now
            _keep(session, user, kept.family_id, following, settings)
        elif now - kept.used_at > REUSE_GRACE:
            end_session(session, kept.family_id)
            record(session, "session_reused", by=None, subject=user)
            return None
        return SignedIn(user, following, kept.family_id)


def log_out(database: Database, token: str | None) -> None:
    """End the session a refresh token belongs to; unknown tokens are no error."""
    if token is None:
        return
    with database.write() as session:
        kept = session.scalar(sa.select(RefreshToken).where(RefreshToken.sha256 == fingerprint(token)))
        if kept is not None:
            end_session(session, kept.family_id)
            record(session, "signed_out", by=session.get_one(User, kept.user_id))


def end_all_sessions(session: Session, user: User) -> None:
    """Make all tokens of a user worthless, links that were not used yet among them."""
    user.token_version += 1
    session.execute(
        sa.delete(OneTimeToken).where(OneTimeToken.user_id == user.id, OneTimeToken.used_at.is_(None))
    )
    session.execute(
        sa.update(RefreshToken)
        .where(RefreshToken.user_id == user.id, RefreshToken.revoked_at.is_(None))
        .values(revoked_at=database_now(session))
    )


def give_owner_link(session: Session, user: User) -> str:
    """Return the token of a new one-time link for ``user``."""
    return give(session, user.id, "owner_link", OWNER_LINK_LIFETIME)


def give_ticket(session: Session, user: User, session_id: str | None) -> str:
    """Return a ticket that opens one WebSocket within `TICKET_SECONDS`, as long as the session goes on."""
    now = database_now(session)
    session.execute(
        sa.delete(OneTimeToken).where(OneTimeToken.purpose == "ws_ticket", OneTimeToken.expires_at < now)
    )
    lifetime = timedelta(seconds=TICKET_SECONDS)
    return give(session, user.id, "ws_ticket", lifetime, note=session_id or "")


def take_ticket(session: Session, ticket: str) -> AccessClaims | None:
    """Use up a ticket and return whom it admits, by which session; None when it is worth nothing."""
    kept = find(session, ticket, "ws_ticket")
    if kept is None or not use(session, kept):
        return None
    user, session_id = session.get_one(User, kept.user_id), note_of(ticket)
    if not user.is_active or not (session_id is None or session.scalar(sa.select(goes_on(session_id)))):
        return None
    return AccessClaims(user.id, user.token_version, session_id)


def _keep(session: Session, user: User, family_id: str, token: str, settings: Settings) -> None:
    now, here = database_now(session), caller.get()
    session.add(
        RefreshToken(
            user_id=user.id,
            family_id=family_id,
            sha256=fingerprint(token),
            created_at=now,
            expires_at=now + timedelta(days=settings.refresh_token_expire_days),
            address=here.address[:64],
            agent=here.agent[:200] if here.agent else None,
        )
    )
    session.execute(sa.delete(RefreshToken).where(RefreshToken.expires_at < now))
