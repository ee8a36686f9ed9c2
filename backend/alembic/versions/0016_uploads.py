"""Uploads that come piece by piece."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op


revision: str = '0016'
down_revision: str | None = '0015'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        'uploads',
        sa.Column('id', sa.String(length=32), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('filename', sa.String(length=255), nullable=False),
        sa.Column('length_bytes', sa.BigInteger(), nullable=False),
        sa.Column('offset_bytes', sa.BigInteger(), nullable=False),
        sa.Column('described', sa.Text(), nullable=False),
        sa.Column('dataset_id', sa.Integer(), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ['dataset_id'], ['datasets.id'], name=op.f('fk_uploads_dataset_id_datasets'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['user_id'], ['users.id'], name=op.f('fk_uploads_user_id_users'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_uploads')),
    )
    op.create_index(op.f('idx_uploads_user_id'), 'uploads', ['user_id'])
    op.create_index(op.f('idx_uploads_expires_at'), 'uploads', ['expires_at'])
    op.create_table(
        'upload_parts',
        sa.Column('upload_id', sa.String(length=32), nullable=False),
        sa.Column('offset_bytes', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('n_bytes', sa.BigInteger(), nullable=False),
        sa.Column('key', sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(
            ['upload_id'], ['uploads.id'], name=op.f('fk_upload_parts_upload_id_uploads'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('upload_id', 'offset_bytes', name=op.f('pk_upload_parts')),
    )


def downgrade() -> None:
    op.drop_table('upload_parts')
    op.drop_table('uploads')
