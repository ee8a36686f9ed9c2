"""The command that prints a sign-in link: never for a database that no platform runs on."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

BACKEND = Path(__file__).parents[2]


def login_link(data_dir):
    return subprocess.run(
        [sys.executable, "-m", "app", "login-link"],
        cwd=BACKEND,
        env={**os.environ, "DATA_DIR": str(data_dir), "DATABASE_URL": ""},
        capture_output=True,
        text=True,
        check=False,
    )


def test_no_database_is_made_for_a_link(tmp_path):
    refused = login_link(tmp_path / "elsewhere")
    assert refused.returncode == 1
    assert "DATA_DIR" in refused.stderr
    assert not (tmp_path / "elsewhere" / "fiedler.db").exists()


def test_link_is_printed_for_the_database_that_is_there(migrated_sqlite, tmp_path):
    shutil.copy(migrated_sqlite, tmp_path / "fiedler.db")
    printed = login_link(tmp_path)
    assert printed.returncode == 0, printed.stderr
    assert "/welcome?token=" in printed.stdout
