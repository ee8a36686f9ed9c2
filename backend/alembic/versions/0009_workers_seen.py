"""The workers that run, by their signs of life."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op


revision: str = '0009'
down_revision: str | None = '0008'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table('workers_seen',
    sa.Column('name', sa.String(length=128), nullable=False),
    sa.Column('version', sa.String(length=32), nullable=False),
    sa.Column('slots', sa.Integer(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_workers_seen'))
    )
    with op.batch_alter_table('workers_seen', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('idx_workers_seen_seen_at'), ['seen_at'], unique=False)


def downgrade() -> None:
    op.drop_table('workers_seen')
