"""A table with its cluster column, written as CSV or Parquet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.csv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from fiedler.errors import TableError

FORMATS = (".csv", ".parquet")
_BLOCK_ROWS = 65_536


def check_destination(destination: Path, *, overwrite: bool) -> None:
    """Refuse a file of another kind, in a folder that is not there, or one that exists already.

    Raises
    ------
    TableError
        With the code ``unsupported_output``, ``no_such_folder`` or ``file_exists``.
    """
    if destination.suffix.lower() not in FORMATS:
        raise TableError(
            "unsupported_output",
            f"The output {destination.name} ends in {destination.suffix or 'nothing'!r}; it must end in .csv "
            f"or .parquet.",
            "Choose one of these.",
        )
    if not destination.parent.is_dir():
        raise TableError(
            "no_such_folder", f"The folder {destination.parent} does not exist.", "Make it first."
        )
    if destination.exists() and not overwrite:
        raise TableError(
            "file_exists", f"{destination} exists already.", "Choose another name, or add --force."
        )


def free_column_name(taken: Sequence[str], wanted: str = "cluster") -> str:
    """Return ``wanted``, or with the first number from 2 on that makes it unlike all names taken."""
    if wanted not in taken:
        return wanted
    number = 2
    while f"{wanted}_{number}" in taken:
        number += 1
    return f"{wanted}_{number}"


def write_labelled(table: Path, labels: NDArray[np.uint16], destination: Path) -> str:
    """Write the Parquet ``table`` with a column of labels and return that column's name.

    Parameters
    ----------
    table : Path
        Of n rows.
    labels : (n,) uint16
        In the table's row order.
    destination : Path
        Ends in ``.csv`` or ``.parquet``; replaced whole, never left half written.
    """
    unfinished = destination.with_name(f".{destination.name}.part")
    try:
        with pq.ParquetFile(table, pre_buffer=False) as file:
            schema = file.schema_arrow
            name = free_column_name(schema.names)
            if destination.suffix.lower() == ".csv":
                schema = _days_as_dates(file, schema)
            written = schema.append(pa.field(name, pa.uint16()))
            with _writer(unfinished, destination.suffix.lower(), written) as writer:
                start = 0
                for batch in file.iter_batches(_BLOCK_ROWS):
                    block = pa.array(labels[start : start + batch.num_rows])
                    start += batch.num_rows
                    columns = [
                        column.cast(kind) for column, kind in zip(batch.columns, schema.types, strict=True)
                    ]
                    writer.write_batch(pa.RecordBatch.from_arrays([*columns, block], schema=written))
        unfinished.replace(destination)
    finally:
        unfinished.unlink(missing_ok=True)
    return name


def _days_as_dates(file: pq.ParquetFile, schema: pa.Schema) -> pa.Schema:
    """Return the schema with columns of times that are all midnight as dates: they were days."""
    days = {field.name for field in schema if pa.types.is_timestamp(field.type) and field.type.tz is None}
    if not days:
        return schema
    for batch in file.iter_batches(_BLOCK_ROWS, columns=sorted(days)):
        for name in sorted(days):
            times = batch.column(name)
            floor = pyarrow.compute.floor_temporal(times, unit="day")
            if pyarrow.compute.all(pyarrow.compute.equal(times, floor)).as_py() is False:
                days.discard(name)
    return pa.schema(
        [field.with_type(pa.date32()) if field.name in days else field for field in schema],
        metadata=schema.metadata,
    )


def _writer(path: Path, suffix: str, schema: pa.Schema) -> Any:
    if suffix == ".csv":
        return pyarrow.csv.CSVWriter(path, schema)
    return pq.ParquetWriter(path, schema, compression="zstd")
