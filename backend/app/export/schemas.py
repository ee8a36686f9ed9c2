"""What the API says about the export of an account."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from app.jobs.schemas import JobRead


class ExportRead(BaseModel):
    """The newest export that was asked for.

    ``job`` is null when there was none. ``n_bytes``, ``n_files``, ``n_missing`` (files that were gone from
    the store) and ``expires_at`` are null while it cannot be downloaded: not ready, failed, or expired.
    """

    job: JobRead | None
    n_bytes: int | None
    n_files: int | None
    n_missing: int | None
    expires_at: datetime | None
