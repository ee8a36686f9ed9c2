"""Invitations, and one-time tokens that reset a password."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op


revision: str = '0004'
down_revision: str | None = '0003'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table('invitations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('invited_by', sa.Integer(), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('role', sa.String(length=16), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('used_by', sa.Integer(), nullable=True),
    sa.CheckConstraint("role IN ('admin', 'user', 'viewer')", name=op.f('ck_invitations_role')),
    sa.ForeignKeyConstraint(['invited_by'], ['users.id'], name=op.f('fk_invitations_invited_by_users'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['used_by'], ['users.id'], name=op.f('fk_invitations_used_by_users'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitations')),
    sa.UniqueConstraint('sha256', name=op.f('uq_invitations_sha256')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('invitations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('idx_invitations_expires_at'), ['expires_at'], unique=False)
        batch_op.create_index(batch_op.f('idx_invitations_invited_by'), ['invited_by'], unique=False)

    _set_purposes("'owner_link', 'password_reset', 'ws_ticket'")


def downgrade() -> None:
    op.execute("DELETE FROM one_time_tokens WHERE purpose = 'password_reset'")
    _set_purposes("'owner_link', 'ws_ticket'")
    op.drop_table('invitations')


def _set_purposes(purposes: str) -> None:
    # SQLite makes the table anew for this, from this description; nothing refers to it.
    table = sa.Table('one_time_tokens', sa.MetaData(),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('purpose', sa.String(length=16), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("purpose = ''", name=op.f('ck_one_time_tokens_purpose')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_one_time_tokens_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_one_time_tokens')),
    sa.UniqueConstraint('sha256', name=op.f('uq_one_time_tokens_sha256')),
    sa.Index(op.f('idx_one_time_tokens_expires_at'), 'expires_at'),
    sa.Index(op.f('idx_one_time_tokens_user_id'), 'user_id'),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('one_time_tokens', copy_from=table) as batch_op:
        batch_op.drop_constraint(op.f('ck_one_time_tokens_purpose'), type_='check')
        batch_op.create_check_constraint(op.f('ck_one_time_tokens_purpose'), f"purpose IN ({purposes})")
