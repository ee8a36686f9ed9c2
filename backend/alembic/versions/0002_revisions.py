"""The states of edited partitions."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op


revision: str = '0002'
down_revision: str | None = '0001'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table('revisions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('run_id', sa.Integer(), nullable=False),
    sa.Column('n_clusters', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('step', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('rows', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('silhouette', sa.Double(), nullable=True),
    sa.Column('silhouette_sample_size', sa.Integer(), nullable=False),
    sa.Column('clusters', sa.JSON(), nullable=False),
    sa.Column('n_excluded', sa.Integer(), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['run_id'], ['runs.id'], name=op.f('fk_revisions_run_id_runs'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_revisions')),
    sa.UniqueConstraint('run_id', 'n_clusters', 'position', name=op.f('uq_revisions_run_id_n_clusters_position')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('partitions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('position', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('n_excluded', sa.Integer(), server_default='0', nullable=False))


def downgrade() -> None:
    with op.batch_alter_table('partitions', schema=None) as batch_op:
        batch_op.drop_column('n_excluded')
        batch_op.drop_column('position')

    op.drop_table('revisions')
