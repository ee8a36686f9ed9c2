"""Pages of a list, newest first: a cursor names the last item seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, TypeVar

import sqlalchemy as sa
from fastapi import Path, Query
from sqlalchemy.orm import InstrumentedAttribute, Session

DEFAULT_LIMIT = 50
MAXIMUM_LIMIT = 200

LARGEST_ID = 2**31 - 1

Row = TypeVar("Row")
# The number of a thing, as it stands in an address.
Identifier = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Limit = Annotated[int, Query(ge=1, le=MAXIMUM_LIMIT, description="Items a page.")]
Cursor = Annotated[
    str | None, Query(pattern=r"^[0-9]{1,9}$", description="`next_cursor` of the page before.")
]


def page(
    session: Session,
    query: sa.Select[Row],
    key: InstrumentedAttribute[int],
    limit: int,
    cursor: str | None,
) -> tuple[Sequence[Row], str | None]:
    """Return up to ``limit`` rows of ``query`` with descending ``key``, and the cursor of the next page."""
    if cursor is not None:
        query = query.where(key < int(cursor))
    rows = list(session.scalars(query.order_by(key.desc()).limit(limit + 1)))
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], str(getattr(rows[limit - 1], key.key))
