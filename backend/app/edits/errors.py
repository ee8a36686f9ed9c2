"""How editing fails."""

from __future__ import annotations

from app.errors import ServiceError


class EditRefusedError(ServiceError):
    """The edit cannot be applied to these clusters."""

    status_code = 422
    code = "edit_refused"


class EditConflictError(ServiceError):
    """The clusters were edited elsewhere since they were shown."""

    status_code = 409
    code = "edit_conflict"


class EditFailedError(ServiceError):
    """Editing failed; its job says why."""

    status_code = 409
    code = "edit_failed"


class PositionNotFoundError(ServiceError):
    """The history has no such position."""

    status_code = 404
    code = "position_not_found"
