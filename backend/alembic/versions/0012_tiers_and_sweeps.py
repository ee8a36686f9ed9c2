"""Tiers of jobs, and the jobs of a sweep."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op


revision: str = '0012'
down_revision: str | None = '0011'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table('clustering_jobs', schema=None) as batch_op:
        batch_op.add_column(sa.Column('parent_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('tier', sa.Integer(), server_default='2', nullable=False))
        batch_op.create_index(batch_op.f('idx_clustering_jobs_parent_id'), ['parent_id'], unique=False)
        batch_op.create_index('idx_clustering_jobs_turn', ['user_id', 'lane', 'started_at'], unique=False)


def downgrade() -> None:
    op.execute("DELETE FROM clustering_jobs WHERE kind = 'sweep'")
    op.drop_index('idx_clustering_jobs_turn', table_name='clustering_jobs')
    op.drop_index('idx_clustering_jobs_parent_id', table_name='clustering_jobs')
    # Not in a batch: SQLite would make the table anew, and what refers to it would fall with the old one.
    op.drop_column('clustering_jobs', 'tier')
    op.drop_column('clustering_jobs', 'parent_id')
