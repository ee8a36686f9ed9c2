"""How keeping more than allowed ends."""

from __future__ import annotations

from app.errors import ServiceError


class QuotaExceededError(ServiceError):
    """The file would take more than is left of what you may keep."""

    status_code = 413
    code = "quota_exceeded"


class QuotaUsedUpError(ServiceError):
    """The owner of the table keeps as much as is allowed; results would be more."""

    status_code = 409
    code = "quota_used_up"
