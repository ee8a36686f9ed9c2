"""What the API says about the audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from app.audit.trail import Action


class AuditRead(BaseModel):
    """One thing that was done: by whom (null: the command line, or nobody signed in), to what, from where."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    at: datetime
    user_id: int | None
    username: str | None
    action: Action
    subject: str | None
    details: dict[str, Any]
    address: str
    request_id: str | None


class AuditPage(BaseModel):
    """Entries of the audit log, newest first; ``next_cursor`` is null on the last page."""

    items: list[AuditRead]
    next_cursor: str | None
