"""How asking for a sweep fails."""

from __future__ import annotations

from app.errors import ServiceError


class SweepTooLargeError(ServiceError):
    """The grid has more points than a sweep may have runs."""

    status_code = 422
    code = "sweep_too_large"
