"""The database for a command beside the running platform: never a new, empty one."""

from __future__ import annotations

import sys
from pathlib import Path

from app.database import Database, get_database, init_db
from app.logging import configure_logging
from app.settings import get_settings


def existing_database() -> Database:
    """Return the database of this process's settings, migrated; end the process when there is none.

    A SQLite file that were made here would be one that the running platform has never heard of.
    """
    settings = get_settings()
    configure_logging(settings.log_level, settings.log_format)
    file = settings.url.database
    if settings.url.get_backend_name() == "sqlite" and not Path(file or "").exists():
        sys.stderr.write(
            f"There is no database at {file}. Set DATA_DIR to the folder the platform runs on, "
            "or start it first: make run (without the page: python -m app migrate)\n"
        )
        raise SystemExit(1)
    init_db(settings)
    return get_database()
