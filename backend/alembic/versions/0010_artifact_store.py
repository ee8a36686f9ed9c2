"""Layouts recorded with their run: a list of runs need not fetch their files."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op


revision: str = '0010'
down_revision: str | None = '0009'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table('runs', schema=None) as batch_op:
        batch_op.add_column(sa.Column('layouts', sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    # Not in a batch: SQLite would make the table anew, and what refers to it would fall with the old one.
    op.drop_column('runs', 'layouts')
