"""Shares of datasets and runs, and the links that give them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op


revision: str = '0007'
down_revision: str | None = '0006'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table('share_links',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('dataset_id', sa.Integer(), nullable=True),
    sa.Column('run_id', sa.Integer(), nullable=True),
    sa.Column('right', sa.String(length=8), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('(dataset_id IS NULL) <> (run_id IS NULL)', name=op.f('ck_share_links_thing')),
    sa.CheckConstraint("\"right\" IN ('view', 'edit')", name=op.f('ck_share_links_right')),
    sa.ForeignKeyConstraint(['dataset_id'], ['datasets.id'], name=op.f('fk_share_links_dataset_id_datasets'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['run_id'], ['runs.id'], name=op.f('fk_share_links_run_id_runs'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_share_links')),
    sa.UniqueConstraint('sha256', name=op.f('uq_share_links_sha256')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('share_links', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('idx_share_links_dataset_id'), ['dataset_id'], unique=False)
        batch_op.create_index(batch_op.f('idx_share_links_run_id'), ['run_id'], unique=False)

    op.create_table('shares',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('dataset_id', sa.Integer(), nullable=True),
    sa.Column('run_id', sa.Integer(), nullable=True),
    sa.Column('right', sa.String(length=8), nullable=False),
    sa.Column('link_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('(dataset_id IS NULL) <> (run_id IS NULL)', name=op.f('ck_shares_thing')),
    sa.CheckConstraint("\"right\" IN ('view', 'edit')", name=op.f('ck_shares_right')),
    sa.ForeignKeyConstraint(['dataset_id'], ['datasets.id'], name=op.f('fk_shares_dataset_id_datasets'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['link_id'], ['share_links.id'], name=op.f('fk_shares_link_id_share_links'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['run_id'], ['runs.id'], name=op.f('fk_shares_run_id_runs'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_shares_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shares')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('shares', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('idx_shares_dataset_id'), ['dataset_id'], unique=False)
        batch_op.create_index(batch_op.f('idx_shares_link_id'), ['link_id'], unique=False)
        batch_op.create_index(batch_op.f('idx_shares_run_id'), ['run_id'], unique=False)
        batch_op.create_index(batch_op.f('idx_shares_user_id'), ['user_id'], unique=False)


def downgrade() -> None:
    op.drop_table('shares')
    op.drop_table('share_links')
