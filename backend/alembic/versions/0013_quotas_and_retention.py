"""Quotas, the rounds of maintenance, and the number by which cached lists of datasets are told apart."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op


revision: str = '0013'
down_revision: str | None = '0012'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table('maintenance_rounds',
    sa.Column('period', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('worker', sa.String(length=128), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('counts', sa.JSON(none_as_null=True), nullable=True),
    sa.PrimaryKeyConstraint('period', name=op.f('pk_maintenance_rounds'))
    )
    with op.batch_alter_table('users', schema=None) as batch_op:
        batch_op.add_column(sa.Column('quota_bytes', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('datasets_version', sa.Integer(), server_default='0', nullable=False))
    with op.batch_alter_table('datasets', schema=None) as batch_op:
        batch_op.add_column(sa.Column('table_bytes', sa.BigInteger(), nullable=True))
    with op.batch_alter_table('runs', schema=None) as batch_op:
        batch_op.add_column(sa.Column('result_bytes', sa.BigInteger(), nullable=True))


def downgrade() -> None:
    # Not in a batch: SQLite would make the table anew, and what refers to it would fall with the old one.
    op.drop_column('runs', 'result_bytes')
    op.drop_column('datasets', 'table_bytes')
    op.drop_column('users', 'datasets_version')
    op.drop_column('users', 'quota_bytes')
    op.drop_table('maintenance_rounds')
