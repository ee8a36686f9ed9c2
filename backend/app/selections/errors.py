"""How keeping selections fails."""

from __future__ import annotations

from app.errors import ServiceError


class TooManySelectionsError(ServiceError):
    """The dataset has as many selections as are kept."""

    status_code = 409
    code = "too_many_selections"
