"""Who is asking, and what they may do: the one place where that is decided."""

from __future__ import annotations

from typing import Annotated, Literal, TypeVar

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from app.auth.errors import NotAllowedError, NotSignedInError
from app.auth.tokens import read_access_token
from app.datasets.models import Dataset
from app.dependencies import AppDatabase, AppSettings
from app.errors import NotFoundError
from app.jobs.models import ClusteringJob
from app.runs.models import Run
from app.users.models import User

Action = Literal["read", "write"]
_bearer = HTTPBearer(
    auto_error=False, description="The access token of /auth/login, /auth/claim or /auth/refresh."
)


Thing = TypeVar("Thing", Dataset, ClusteringJob, Run)


def current_user(
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    database: AppDatabase,
    settings: AppSettings,
) -> User:
    """Return the user whose access token the request carries.

    Raises
    ------
    NotSignedInError
        There is no token, or it is expired, forged or revoked.
    """
    claims = read_access_token(credentials.credentials, settings) if credentials is not None else None
    if claims is None:
        raise NotSignedInError
    with database.read() as session:
        user = session.get(User, claims.user_id)
    if user is None or not user.is_active or user.token_version != claims.version:
        raise NotSignedInError
    return user


CurrentUser = Annotated[User, Depends(current_user)]


def _editor(user: CurrentUser) -> User:
    if user.role == "viewer":
        raise NotAllowedError(
            "Your role is viewer, which may read and not change; ask an admin for the role user."
        )
    return user


# For routes that create or change something.
Editor = Annotated[User, Depends(_editor)]


def _admin(user: CurrentUser) -> User:
    if user.role != "admin":
        raise NotAllowedError(f"Your role is {user.role}; managing accounts needs the role admin.")
    return user


Admin = Annotated[User, Depends(_admin)]


def authorize(user: User, action: Action, thing: Thing | None, what: str) -> Thing:
    """Return ``thing`` when ``user`` may do ``action`` with it.

    Raises
    ------
    NotFoundError
        It does not exist or is someone else's: the answer does not tell which.
    NotAllowedError
        The user's role does not allow to change it.
    """
    if thing is None or thing.user_id != user.id:
        raise NotFoundError(f"There is no {what} with this number among yours.")
    if action == "write":
        _editor(user)
    return thing
