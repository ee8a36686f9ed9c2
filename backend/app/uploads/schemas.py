"""What the API says about unfinished uploads."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel


class UploadRead(BaseModel):
    """A file of which ``offset_bytes`` of ``length_bytes`` have come; it can go on until ``expires_at``.

    ``metadata`` is what its sender said of it, such as ``filename`` and ``modified``.
    """

    id: str
    filename: str
    length_bytes: int
    offset_bytes: int
    metadata: dict[str, str]
    created_at: datetime
    expires_at: datetime


class UnfinishedUploads(BaseModel):
    """The unfinished uploads of one user, newest first."""

    items: list[UploadRead]
