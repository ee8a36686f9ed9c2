"""What a limited request ends with."""

from __future__ import annotations

import math

from app.errors import ServiceError


class TooManyRequestsError(ServiceError):
    """You ask more often than the limit allows."""

    status_code = 429
    code = "too_many_requests"

    def __init__(self, retry_after_seconds: float) -> None:
        seconds = max(1, math.ceil(retry_after_seconds))
        super().__init__(remedy=f"Try again in {seconds} s.")
