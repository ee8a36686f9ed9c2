"""Who is asking, and whether the role and the token allow it; rights to things are app.sharing's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, cast

import sqlalchemy as sa
from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import HTTPConnection

from app.audit.caller import caller
from app.auth.bearer import KnownTokens, access_claims, bearer_token
from app.auth.errors import NotAllowedError, NotSignedInError
from app.auth.personal_tokens import PREFIX, use_personal_token
from app.auth.sessions import goes_on
from app.auth.tokens import AccessClaims
from app.database import Database
from app.dependencies import AppDatabase, AppSettings
from app.users.models import User
from app.users.schemas import Scope

_bearer = HTTPBearer(
    auto_error=False,
    description="An access token of /auth/login, /auth/claim or /auth/refresh, or a personal token.",
)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is asking; ``scopes`` limits a program with a personal token, None a person who signed in."""

    user: User
    scopes: frozenset[Scope] | None

    def demand(self, scope: Scope) -> None:
        """Raise NotAllowedError unless the request may do what ``scope`` names."""
        if self.scopes is not None and scope not in self.scopes:
            raise NotAllowedError(
                f"This personal token has the scopes {', '.join(sorted(self.scopes))}, "
                f"and this request needs the scope {scope}.",
                remedy="Make a token with this scope in Settings.",
            )


def _identity(
    connection: HTTPConnection,
    database: AppDatabase,
    settings: AppSettings,
    _described: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Identity:
    """Return whose token the request carries.

    Raises
    ------
    NotSignedInError
        There is no token, or it is expired, forged or revoked.
    """
    token = bearer_token(connection.scope)
    identity = (
        _of_personal_token(database, token, connection.app.state.known_tokens)
        if token.startswith(PREFIX)
        else _of_access_token(database, access_claims(connection.scope, settings))
    )
    if identity is None:
        raise NotSignedInError
    caller.get().user_id = identity.user.id
    return identity


def _of_personal_token(database: Database, token: str, known: KnownTokens) -> Identity | None:
    found = use_personal_token(database, token)
    known.keep(token, found[0].id if found else None)
    if found is None:
        return None
    kept, user = found
    return Identity(user, frozenset(cast(Scope, scope) for scope in kept.scopes))


def _of_access_token(database: Database, claims: AccessClaims | None) -> Identity | None:
    if claims is None:
        return None
    wanted = sa.select(User).where(User.id == claims.user_id)
    if claims.session_id is not None:
        wanted = wanted.where(goes_on(claims.session_id))
    with database.read() as session:
        user = session.scalar(wanted)
    if user is None or not user.is_active or user.token_version != claims.version:
        return None
    return Identity(user, None)


AnyIdentity = Annotated[Identity, Depends(_identity)]


async def _reader(identity: AnyIdentity) -> User:
    identity.demand("read")
    return identity.user


async def _editor(identity: AnyIdentity) -> User:
    identity.demand("write")
    check_editor(identity.user)
    return identity.user


async def _admin(identity: AnyIdentity) -> User:
    identity.demand("admin")
    role = identity.user.role
    if role != "admin":
        raise NotAllowedError(f"Your role is {role}; managing accounts needs the role admin.")
    return identity.user


async def _person(identity: AnyIdentity) -> User:
    if identity.scopes is not None:
        raise NotAllowedError("A personal token may not do this; sign in and do it yourself.")
    return identity.user


# For routes that only look.
CurrentUser = Annotated[User, Depends(_reader)]
# For routes that create or change something.
Editor = Annotated[User, Depends(_editor)]
# For routes that manage accounts.
Admin = Annotated[User, Depends(_admin)]
# For routes by which a stolen token could make itself at home.
Person = Annotated[User, Depends(_person)]


def check_editor(user: User) -> None:
    """Raise NotAllowedError when the user's role does not allow to change anything."""
    if user.role == "viewer":
        raise NotAllowedError(
            "Your role is viewer, which may read and not change; ask an admin for the role user."
        )
