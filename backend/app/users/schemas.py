"""What the API says about users, and takes from them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

MINIMUM_PASSWORD_LENGTH = 8
MAXIMUM_PASSWORD_LENGTH = 256
MAXIMUM_NAME_LENGTH = 64
MAXIMUM_EMAIL_LENGTH = 254

Role = Literal["admin", "user", "viewer"]


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

    new_password: str = Field(min_length=MINIMUM_PASSWORD_LENGTH, max_length=MAXIMUM_PASSWORD_LENGTH)
    current_password: str | None = Field(default=None, max_length=MAXIMUM_PASSWORD_LENGTH)
