"""The failure matrix names tests that exist; a migration that fails half-way leaves nothing of itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from alembic import command
from app.database import BACKEND, Database, alembic_config
from app.settings import Settings

MATRIX = BACKEND.parent / "docs" / "operations" / "failures.md"
MIGRATION = """
from alembic import op
import sqlalchemy as sa

revision = "broken"
down_revision = {head!r}
branch_labels = depends_on = None


def upgrade():
    op.create_table("half_way", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("INSERT INTO half_way (id) VALUES (1)")
    op.execute("UPDATE users SET username = 'changed'")
    op.execute("SELECT nothing FROM nowhere")
"""


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(test_\w+\.py::test_\w+)`", MATRIX.read_text()))))
def test_each_test_that_the_matrix_names_exists(name: str):
    file, _, function = name.partition("::")
    (path,) = (BACKEND / "tests").rglob(file)
    assert re.search(rf"^def {function}\(", path.read_text(), re.MULTILINE)


def test_a_migration_that_fails_half_way_leaves_nothing_of_itself(
    settings: Settings, database: Database, tmp_path: Path
):
    with database.read() as session:
        head = session.scalar(sa.text("SELECT version_num FROM alembic_version"))
    (tmp_path / "broken.py").write_text(MIGRATION.format(head=head))
    config = alembic_config(settings)
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", f"{BACKEND / 'alembic' / 'versions'}\n{tmp_path}")
    with pytest.raises(sa.exc.SQLAlchemyError):
        command.upgrade(config, "broken")
    with database.read() as session:
        assert session.scalar(sa.text("SELECT version_num FROM alembic_version")) == head
    assert not sa.inspect(database.engine).has_table("half_way")
    # The old version goes on, and the mended migration may be tried again.
    command.upgrade(alembic_config(settings), "head")
