"""How changing an account fails."""

from __future__ import annotations

from app.errors import ServiceError


class CurrentPasswordWrongError(ServiceError):
    """The current password is missing or wrong."""

    status_code = 403
    code = "current_password_wrong"


class LastAdminError(ServiceError):
    """The only active admin can be neither disabled nor given another role."""

    status_code = 409
    code = "last_admin"
