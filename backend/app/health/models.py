"""Workers as the database sees them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, UtcDateTime


class WorkerSeen(Base):
    """One worker that runs; its row goes when it ends as it should, or a day after its last sign.

    What a worker works on is not here but in the jobs' leases.
    """

    __tablename__ = "workers_seen"

    name: Mapped[str] = mapped_column(sa.String(128), primary_key=True)
    version: Mapped[str] = mapped_column(sa.String(32))
    # Fits and imports it takes at once.
    slots: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
