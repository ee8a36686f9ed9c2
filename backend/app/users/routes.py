"""The own account."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Path, Request

from app.audit.trail import record
from app.auth.bearer import access_claims
from app.auth.errors import NotAllowedError, NotSignedInError
from app.auth.identity import CurrentUser, Person
from app.auth.service import end_all_sessions
from app.auth.sessions import end_session, sessions_of
from app.dependencies import AppDatabase, AppSettings, ReadSession, WriteSession
from app.errors import NotFoundError, problems
from app.quotas.usage import usage_of
from app.users.errors import CurrentPasswordWrongError
from app.users.models import User
from app.users.schemas import PasswordChange, SessionList, SessionRead, StorageRead, UserRead
from app.users.service import change_password, read_user

router = APIRouter(prefix="/users", tags=["users"])
SessionId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]


@router.get("/me", responses=problems(NotSignedInError, NotAllowedError))
def me(user: CurrentUser) -> UserRead:
    """Return who is signed in."""
    return read_user(user)


@router.get("/me/storage", responses=problems(NotSignedInError, NotAllowedError))
def get_storage(user: CurrentUser, session: ReadSession, settings: AppSettings) -> StorageRead:
    """Return how much the own account keeps, and may keep."""
    return StorageRead.model_validate(usage_of(session, settings, user))


@router.put(
    "/me/password",
    status_code=204,
    responses=problems(NotSignedInError, NotAllowedError, CurrentPasswordWrongError),
)
def put_password(body: PasswordChange, user: Person, database: AppDatabase) -> None:
    """Set a password; the current one is needed when there is one."""
    change_password(database, user, body)


@router.get("/me/sessions", responses=problems(NotSignedInError, NotAllowedError))
def get_sessions(user: Person, session: ReadSession, settings: AppSettings, request: Request) -> SessionList:
    """List the browsers that are signed in to the own account, the one seen last first."""
    claims = access_claims(request.scope, settings)
    current = claims.session_id if claims is not None else None
    return SessionList(
        items=[
            SessionRead(**asdict(each), is_current=each.id == current) for each in sessions_of(session, user)
        ]
    )


@router.delete(
    "/me/sessions/{session_id}",
    status_code=204,
    responses=problems(NotSignedInError, NotAllowedError, NotFoundError),
)
def delete_session(session_id: SessionId, user: Person, session: WriteSession) -> None:
    """End one session of the own account; its browser is signed out at its next request."""
    if session_id not in {each.id for each in sessions_of(session, user)}:
        raise NotFoundError("There is no session with this id among yours.")
    end_session(session, session_id)
    record(session, "signed_out", by=user, means="list of sessions")


@router.delete("/me/sessions", status_code=204, responses=problems(NotSignedInError, NotAllowedError))
def delete_sessions(user: Person, session: WriteSession) -> None:
    """Sign out everywhere: every session of the own account ends, this one too."""
    end_all_sessions(session, session.get_one(User, user.id))
    record(session, "signed_out_everywhere", by=user)
