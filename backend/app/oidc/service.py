"""Finding or making the account of a person whom the provider knows."""

from __future__ import annotations

import re

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit.trail import record
from app.auth.accounts import new_user
from app.auth.service import SignedIn, begin_session
from app.database import Database, database_now
from app.oidc.errors import AccountDisabledError, AccountUnknownError, AddressTakenError
from app.oidc.models import OidcIdentity
from app.oidc.provider import Claims
from app.settings import Settings
from app.users.models import User
from app.users.schemas import MAXIMUM_NAME_LENGTH

_NOT_IN_NAMES = re.compile(r"[@\x00-\x1f]")


def sign_in(database: Database, settings: Settings, claims: Claims) -> SignedIn:
    """Begin a session of the account that belongs to ``claims``; the first time, make or link one.

    Raises
    ------
    AccountUnknownError, AddressTakenError
        There is no account, and none is to be made.
    AccountDisabledError
        There is one, and it is disabled.
    """
    try:
        return _sign_in(database, settings, claims)
    except IntegrityError:
        # A second tab, or another server, was quicker to make the account.
        return _sign_in(database, settings, claims)


def _sign_in(database: Database, settings: Settings, claims: Claims) -> SignedIn:
    with database.write() as session:
        identity = session.get(OidcIdentity, (claims.issuer, claims.subject))
        if identity is None:
            user = _linked_by_address(session, settings, claims) or _made(session, settings, claims)
            session.add(
                OidcIdentity(
                    issuer=claims.issuer,
                    subject=claims.subject,
                    user_id=user.id,
                    created_at=database_now(session),
                )
            )
            session.flush()
        else:
            user = session.get_one(User, identity.user_id)
        if not user.is_active:
            raise AccountDisabledError(remedy="Ask an admin.")
        record(session, "signed_in", by=user, means="oidc")
        return begin_session(session, user, settings)


def _linked_by_address(session: Session, settings: Settings, claims: Claims) -> User | None:
    if claims.email is None:
        return None
    user = session.scalar(sa.select(User).where(User.email == claims.email.lower()))
    if user is None:
        return None
    if not settings.oidc_link_by_email:
        # The account may have been made by somebody else, who only named this address.
        raise AddressTakenError(remedy="Sign in with your password, or ask an admin.")
    record(session, "account_linked", by=user, means="oidc")
    return user


def _made(session: Session, settings: Settings, claims: Claims) -> User:
    if settings.oidc_new_accounts == "refused":
        raise AccountUnknownError(remedy="Ask an admin for an account.")
    email = claims.email.lower() if claims.email else None
    role = settings.oidc_new_accounts
    user = new_user(session, _free_name(session, claims), email, None, role)
    record(session, "registered", by=user, role=role, means="oidc")
    return user


def _free_name(session: Session, claims: Claims) -> str:
    wanted = claims.username or (claims.email or "").partition("@")[0]
    # Room for a number behind it.
    wanted = _NOT_IN_NAMES.sub("-", wanted).strip()[: MAXIMUM_NAME_LENGTH - 5] or "user"
    name, number = wanted, 1
    while session.scalar(sa.select(User.id).where(User.username == name)) is not None:
        number += 1
        name = f"{wanted}-{number}"
    return name
