"""The rounds of maintenance."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, UtcDateTime


class MaintenanceRound(Base):
    """One round of one period: whichever worker writes the row first does the work."""

    __tablename__ = "maintenance_rounds"

    # The beginning of the period, as seconds since 1970.
    period: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    worker: Mapped[str] = mapped_column(sa.String(128))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # How much of what was removed.
    counts: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
