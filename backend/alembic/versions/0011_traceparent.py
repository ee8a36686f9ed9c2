"""The trace that a job belongs to."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op


revision: str = '0011'
down_revision: str | None = '0010'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column('clustering_jobs', sa.Column('traceparent', sa.String(length=64), nullable=True))


def downgrade() -> None:
    # Not in a batch: SQLite would make the table anew, and what refers to it would fall with the old one.
    op.drop_column('clustering_jobs', 'traceparent')
