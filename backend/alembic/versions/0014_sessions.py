"""Where a session was begun, and by what program."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op


revision: str = '0014'
down_revision: str | None = '0013'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table('refresh_tokens', schema=None) as batch_op:
        batch_op.add_column(sa.Column('address', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('agent', sa.String(length=200), nullable=True))


def downgrade() -> None:
    # Not in a batch: SQLite would make the table anew, and what refers to it would fall with the old one.
    op.drop_column('refresh_tokens', 'agent')
    op.drop_column('refresh_tokens', 'address')
