"""Named selections of a table's rows."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op


revision: str = '0015'
down_revision: str | None = '0014'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table('row_selections',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('dataset_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('table_key', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('n_rows', sa.Integer(), nullable=False),
    sa.Column('bitmap', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['dataset_id'], ['datasets.id'], name=op.f('fk_row_selections_dataset_id_datasets'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_row_selections_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_row_selections')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('row_selections', schema=None) as batch_op:
        batch_op.create_index('idx_row_selections_dataset_id_table_key', ['dataset_id', 'table_key'], unique=False)
        batch_op.create_index(batch_op.f('idx_row_selections_user_id'), ['user_id'], unique=False)


def downgrade() -> None:
    op.drop_table('row_selections')
