"""What the API says about users, and takes from them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.text import PlainText

MINIMUM_PASSWORD_LENGTH = 8
MAXIMUM_PASSWORD_LENGTH = 256
MAXIMUM_NAME_LENGTH = 64
MAXIMUM_EMAIL_LENGTH = 254

Role = Literal["admin", "user", "viewer"]
Scope = Literal["read", "write", "admin"]
NewPassword = Annotated[str, Field(min_length=MINIMUM_PASSWORD_LENGTH, max_length=MAXIMUM_PASSWORD_LENGTH)]
# An @ tells an address from a name where either signs in.
Username = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=MAXIMUM_NAME_LENGTH, pattern=r"^[^@\x00-\x1f]+$"
    ),
]
Email = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        to_lower=True,
        max_length=MAXIMUM_EMAIL_LENGTH,
        pattern=r"^[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+$",
    ),
]


class UserRead(BaseModel):
    """A user, as that user sees it."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    username: str
    email: str | None
    role: Role
    has_password: bool
    created_at: datetime


class PasswordChange(BaseModel):
    """A new password; the current one is needed when there is one."""

    new_password: NewPassword
    current_password: str | None = Field(default=None, max_length=MAXIMUM_PASSWORD_LENGTH)


class StorageRead(BaseModel):
    """What an account keeps, in bytes; ``quota_bytes`` is what it may keep (null: no bound)."""

    model_config = ConfigDict(from_attributes=True)

    used_bytes: int
    uploads_bytes: int
    tables_bytes: int
    results_bytes: int
    quota_bytes: int | None


class AccountRead(UserRead):
    """An account, as an admin sees it; ``own_quota_bytes`` is null for USER_QUOTA_BYTES."""

    is_active: bool
    last_login_at: datetime | None
    own_quota_bytes: int | None
    storage: StorageRead


class AccountPage(BaseModel):
    """Accounts, newest first; ``next_cursor`` is null on the last page."""

    items: list[AccountRead]
    next_cursor: str | None


class AccountChange(BaseModel):
    """What an admin changes in an account; what is left out stays."""

    role: Role | None = None
    is_active: bool | None = None
    own_quota_bytes: int | None = Field(
        default=None, ge=0, le=2**53, description="0: no bound; null: as USER_QUOTA_BYTES says."
    )


class InvitationRequest(BaseModel):
    """An account that somebody may make; ``note`` says for whom, in the admin's words."""

    role: Role = "user"
    note: PlainText = Field(default="", max_length=200)


class InvitationRead(BaseModel):
    """An invitation that was not used yet."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    role: Role
    note: str
    created_at: datetime
    expires_at: datetime


class InvitationPage(BaseModel):
    """Invitations, newest first; ``next_cursor`` is null on the last page."""

    items: list[InvitationRead]
    next_cursor: str | None


class InvitationGiven(InvitationRead):
    """A new invitation with its token, which is never shown again: the page's ``/register?invitation=``."""

    token: str


class ResetGiven(BaseModel):
    """The token of a new link, which is never shown again: the page's ``/reset-password?token=``."""

    token: str
    expires_in: int


class PersonalTokenRequest(BaseModel):
    """A token for a program: read looks, write changes, admin manages accounts."""

    name: PlainText = Field(min_length=1, max_length=100)
    scopes: list[Scope] = Field(min_length=1, max_length=3)
    expires_in_days: int = Field(default=90, ge=1, le=366)


class PersonalTokenRead(BaseModel):
    """A personal token; ``ending`` is its last four characters, ``last_used_at`` exact to the minute."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    ending: str
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None


class PersonalTokenPage(BaseModel):
    """Personal tokens, newest first; ``next_cursor`` is null on the last page."""

    items: list[PersonalTokenRead]
    next_cursor: str | None


class PersonalTokenGiven(PersonalTokenRead):
    """A new personal token, which is never shown again."""

    token: str


class SessionRead(BaseModel):
    """A browser that is signed in; times are of its first and its latest sign-in or renewal."""

    id: str
    started_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str | None
    agent: str | None
    is_current: bool


class SessionList(BaseModel):
    """All sessions of an account, the one seen last first."""

    items: list[SessionRead]
