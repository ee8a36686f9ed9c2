"""What goes in and out of signing in."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from app.text import PlainText
from app.users.schemas import MAXIMUM_PASSWORD_LENGTH, Email, NewPassword, Username, UserRead

LinkToken = Annotated[str, Field(min_length=1, max_length=200)]


class ClaimRequest(BaseModel):
    """The token of a one-time link."""

    token: LinkToken


class RegistrationRequest(BaseModel):
    """An account to make; where registration is not open, with the token of an invitation."""

    username: Username
    email: Email
    password: NewPassword
    invitation: LinkToken | None = None


class ResetRequest(BaseModel):
    """The token of a link that an admin gave, and the password to set."""

    token: LinkToken
    new_password: NewPassword


class SignInOptions(BaseModel):
    """How people get in here; ``provider`` names the one that /auth/oidc/start leads to, if any."""

    registration: Literal["open", "invited", "closed"]
    provider: str | None


class LoginRequest(BaseModel):
    """A user name or e-mail address, and the password."""

    username: PlainText = Field(min_length=1, max_length=254)
    password: str = Field(min_length=1, max_length=MAXIMUM_PASSWORD_LENGTH)


class TokenRead(BaseModel):
    """An access token for the Authorization header; it lives ``expires_in`` seconds."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - the scheme's name, not a secret
    expires_in: int
    user: UserRead


class TicketRead(BaseModel):
    """A ticket that opens one WebSocket within ``expires_in`` seconds."""

    ticket: str
    expires_in: int
