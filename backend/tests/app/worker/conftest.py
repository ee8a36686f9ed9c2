"""A user and a dataset that jobs can belong to."""

from __future__ import annotations

import pytest
from queue_rows import Rows

from app.database import Database


@pytest.fixture
def rows(database: Database) -> Rows:
    return Rows(database)
