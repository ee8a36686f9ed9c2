"""How signing in fails."""

from __future__ import annotations

from typing import ClassVar

from app.errors import ServiceError


class NotSignedInError(ServiceError):
    """Sign in first: the access token is missing, expired or not valid."""

    status_code = 401
    code = "not_signed_in"
    headers: ClassVar[dict[str, str]] = {"WWW-Authenticate": "Bearer"}


class WrongPasswordError(ServiceError):
    """The user name or the password is wrong."""

    status_code = 401
    code = "wrong_password"
    headers: ClassVar[dict[str, str]] = {"WWW-Authenticate": "Bearer"}


class SessionEndedError(ServiceError):
    """The session has ended; sign in again."""

    status_code = 401
    code = "session_ended"
    headers: ClassVar[dict[str, str]] = {"WWW-Authenticate": "Bearer"}


class LinkUsedError(ServiceError):
    """The link has been used or has expired; it works once."""

    status_code = 410
    code = "link_used"


class LinkUnknownError(ServiceError):
    """No such link was ever given out."""

    status_code = 404
    code = "link_unknown"


class ForeignOriginError(ServiceError):
    """The request comes from another site, or lacks the header X-Requested-With: fiedler."""

    status_code = 403
    code = "foreign_origin"


class NotAllowedError(ServiceError):
    """Your role does not allow this."""

    status_code = 403
    code = "not_allowed"


class RegistrationClosedError(ServiceError):
    """Nobody can make an account here by themselves; ask an admin for one."""

    status_code = 403
    code = "registration_closed"


class InvitationNeededError(ServiceError):
    """Making an account here needs an admin's invitation."""

    status_code = 403
    code = "invitation_needed"


class AccountExistsError(ServiceError):
    """There is already an account with this user name or e-mail address."""

    status_code = 409
    code = "account_exists"
