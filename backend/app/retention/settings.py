"""Settings of how much and how long is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import Field
from pydantic_settings import BaseSettings
from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Retention:
    """Days that uploads, with all made of them, and results are kept; 0: for ever."""

    upload_days: int = 0
    result_days: int = 0

    def upload_expires_at(self, created_at: datetime) -> datetime | None:
        """Return when a dataset that came at ``created_at`` is deleted; None: never."""
        return created_at + timedelta(days=self.upload_days) if self.upload_days else None

    def result_expires_at(self, created_at: datetime) -> datetime | None:
        """Return when a run that ended at ``created_at`` is deleted; None: never by itself."""
        return created_at + timedelta(days=self.result_days) if self.result_days else None


def retention_of(session: Session) -> Retention:
    """Return how long the things that ``session`` reads are kept."""
    retention: Retention = session.info.get("retention", Retention())
    return retention


class RetentionSettings(BaseSettings):
    """What a person may keep, and for how long; without settings all of it, for ever."""

    # Bytes of uploads, tables and results of one person; 0: no bound. An admin may set another for somebody.
    user_quota_bytes: int = Field(default=0, ge=0)
    upload_retention_days: int = Field(default=0, ge=0)
    result_retention_days: int = Field(default=0, ge=0)
    # How long an upload that broke off can go on.
    unfinished_upload_hours: float = Field(default=24, gt=0)
    # How often one of the workers looks for what has expired and what nothing refers to.
    maintenance_interval_seconds: int = Field(default=3600, ge=1)

    @property
    def retention(self) -> Retention:
        """How long things are kept."""
        return Retention(self.upload_retention_days, self.result_retention_days)
