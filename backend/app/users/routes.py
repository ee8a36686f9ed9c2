"""The own account."""

from __future__ import annotations

from fastapi import APIRouter

from app.audit.trail import record
from app.auth.errors import NotAllowedError, NotSignedInError
from app.auth.identity import CurrentUser, Person
from app.auth.service import end_all_sessions
from app.dependencies import AppDatabase, AppSettings, ReadSession, WriteSession
from app.errors import problems
from app.quotas.usage import usage_of
from app.users.errors import CurrentPasswordWrongError
from app.users.models import User
from app.users.schemas import PasswordChange, StorageRead, UserRead
from app.users.service import change_password, read_user

router = APIRouter(prefix="/users", tags=["users"])


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


@router.delete("/me/sessions", status_code=204, responses=problems(NotSignedInError, NotAllowedError))
def delete_sessions(user: Person, session: WriteSession) -> None:
    """Sign out everywhere: every session of the own account ends, this one too."""
    end_all_sessions(session, session.get_one(User, user.id))
    record(session, "signed_out_everywhere", by=user)
