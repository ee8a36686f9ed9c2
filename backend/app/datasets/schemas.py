"""What the API says about datasets, and takes for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.errors import Problem
from app.sharing.models import Right
from app.text import PlainText

MAXIMUM_ROWS_A_REQUEST = 1000


class ColumnRead(BaseModel):
    """One column: its type, what is in it, and what the clustering takes it for."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    type: Literal["integer", "float", "boolean", "text", "datetime"]
    missing: int
    distinct: int | None
    minimum: float | str | None = None
    maximum: float | str | None = None
    mean: float | None = None
    role: Literal["feature", "label", "identifier", "ignored"]
    role_reason: str
    examples: list[str] = Field(default_factory=list)


class ImportNote(BaseModel):
    """Something the import found or did: cells coerced, rows padded, names made unique."""

    code: str
    message: str
    column: str | None = None
    count: int | None = None


class ImportReport(BaseModel):
    """All notes of an import."""

    notes: list[ImportNote] = Field(default_factory=list)


class DatasetRead(BaseModel):
    """A dataset; rows and columns are known once it is ready, ``expires_at`` is null for never.

    ``owner`` is the user name of whoever brought it, ``right`` what the one who asks may do with it.
    """

    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    original_name: str
    upload_bytes: int
    status: Literal["importing", "ready", "failed"]
    n_rows: int | None
    n_columns: int | None
    columns: list[ColumnRead]
    import_plan: dict[str, Any] | None
    import_report: ImportReport
    error: Problem | None
    import_job_id: int | None
    right: Right
    owner: str
    created_at: datetime
    expires_at: datetime | None


class DatasetPage(BaseModel):
    """Datasets, newest first; ``next_cursor`` is null on the last page."""

    items: list[DatasetRead]
    next_cursor: str | None


class DatasetChange(BaseModel):
    """A new name for a dataset."""

    name: PlainText = Field(min_length=1, max_length=255, pattern=r"\S")


class DatasetPreview(BaseModel):
    """The first rows of a table as text; null stands for a missing value."""

    columns: list[str]
    rows: list[list[str | None]]


class RowsRequest(BaseModel):
    """Rows to read by their number (from 0), and the columns wanted (default: all)."""

    rows: list[int] = Field(max_length=MAXIMUM_ROWS_A_REQUEST)
    columns: list[str] | None = None


class ImportRequest(BaseModel):
    """The plan to read the upload again with: `DatasetRead.import_plan`, edited."""

    plan: dict[str, Any]
