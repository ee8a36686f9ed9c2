"""How handing out an export fails."""

from __future__ import annotations

from app.errors import ServiceError


class ExportNotFoundError(ServiceError):
    """No export of the account is there: none was asked for, it is not ready yet, or it has expired."""

    status_code = 404
    code = "export_not_found"
