"""How keeping and fetching files fails."""

from __future__ import annotations

from app.errors import ServiceError


class StorageUnavailableError(ServiceError):
    """The artifact store does not answer; try again in a moment."""

    status_code = 503
    code = "storage_unavailable"
    headers = {"Retry-After": "5"}  # noqa: RUF012 - a constant of the class
