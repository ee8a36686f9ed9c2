"""What the API says about selections, and takes for them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.selections.models import NAME_LENGTH

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=NAME_LENGTH)]
Bitmap = Annotated[str, Field(description="Base64 of one bit a row of the table, lowest bit first.")]


class SelectionRequest(BaseModel):
    """Rows to keep under a name."""

    name: Name
    bitmap: Bitmap


class SelectionChange(BaseModel):
    """Another name, other rows, or both."""

    name: Name | None = None
    bitmap: Bitmap | None = None


class SelectionRead(BaseModel):
    """A selection, without its rows."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    dataset_id: int
    name: str
    n_rows: int
    created_at: datetime


class SelectionPage(BaseModel):
    """Selections, newest first; ``next_cursor`` is null on the last page."""

    items: list[SelectionRead]
    next_cursor: str | None


class SelectionRowsRead(SelectionRead):
    """A selection with its rows."""

    bitmap: Bitmap
