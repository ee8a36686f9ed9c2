"""Reading parts of an imported table, which is Parquet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from app.errors import InvalidPart, RequestInvalidError
from app.storage.store import Storage

MAXIMUM_CELL_CHARACTERS = 200


def table_path(storage: Storage, table_key: str) -> Path:
    """Return a file of this machine with the table of ``table_key``.

    Raises
    ------
    FileNotFoundError
        It is gone from the store.
    """
    return storage.artifact("table", table_key) / "table.parquet"


def first_rows(path: Path, limit: int) -> tuple[list[str], list[list[str | None]]]:
    """Return the columns' names and the first ``limit`` rows as text."""
    with pq.ParquetFile(path) as file:
        batch = next(file.iter_batches(batch_size=max(limit, 1)), None)
        names: list[str] = file.schema_arrow.names
        if batch is None:
            return names, []
        columns = [[_text(value) for value in column.to_pylist()] for column in batch.slice(0, limit).columns]
    return names, [list(row) for row in zip(*columns, strict=True)]


def rows_by_number(path: Path, rows: Sequence[int], columns: Sequence[str] | None) -> pa.Table:
    """Return ``rows`` (numbers from 0, in the order given) with a first column ``row`` that repeats them.

    Raises
    ------
    RequestInvalidError
        A row or a column does not exist.
    """
    with pq.ParquetFile(path) as file:
        n_rows = file.metadata.num_rows
        names = file.schema_arrow.names
        for position, row in enumerate(rows):
            if not 0 <= row < n_rows:
                raise _refused(f"/rows/{position}", f"Row {row} does not exist; the table has {n_rows} rows.")
        for position, name in enumerate(columns or []):
            if name not in names:
                raise _refused(f"/columns/{position}", f"There is no column {name!r} in the table.")
        wanted = list(columns) if columns is not None else names
        table = _take(file, rows, wanted)
    numbers = pa.array(rows, type=pa.uint32())
    return pa.Table.from_arrays(
        [numbers, *(table.column(position) for position in range(table.num_columns))],
        schema=pa.schema([pa.field("row", pa.uint32()), *table.schema]),
    )


def _take(file: pq.ParquetFile, rows: Sequence[int], columns: list[str]) -> pa.Table:
    """Read only the row groups that hold ``rows``."""
    pieces = []
    order: list[int] = []
    start = 0
    for group in range(file.metadata.num_row_groups):
        end = start + file.metadata.row_group(group).num_rows
        here = [position for position, row in enumerate(rows) if start <= row < end]
        if here:
            offsets = pa.array([rows[position] - start for position in here], type=pa.int64())
            pieces.append(file.read_row_group(group, columns=columns).select(columns).take(offsets))
            order += here
        start = end
    if not pieces:
        fields = [file.schema_arrow.field(name) for name in columns]
        return pa.schema(fields).empty_table()
    places = {position: place for place, position in enumerate(order)}
    back = pa.array([places[position] for position in range(len(rows))], type=pa.int64())
    return pa.concat_tables(pieces).take(back)


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, float):
        text = f"{value:.6g}"
    elif isinstance(value, datetime | date):
        text = value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
    else:
        text = str(value)
    return text if len(text) <= MAXIMUM_CELL_CHARACTERS else text[: MAXIMUM_CELL_CHARACTERS - 1] + "…"


def _refused(pointer: str, detail: str) -> RequestInvalidError:
    return RequestInvalidError(detail, errors=[InvalidPart(pointer=pointer, detail=detail)])
