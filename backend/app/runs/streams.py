"""Arrow streams of a run: points, labels, spectrum. Files are memory-mapped and sent block by block."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from app.runs.errors import ArtifactMissingError
from app.storage.store import Storage

POINTS_A_BATCH = 262_144


def artifact_folder(storage: Storage, stage: str, key: str) -> Path:
    """Return the folder of an artifact of a run.

    Raises
    ------
    ArtifactMissingError
        It is gone from the store.
    """
    try:
        return storage.artifact(stage, key)
    except FileNotFoundError as error:
        raise ArtifactMissingError from error


def memory_mapped(path: Path) -> np.ndarray[Any, Any]:
    """Return the array in ``path`` without reading it.

    Raises
    ------
    ArtifactMissingError
        The file is gone.
    """
    try:
        array: np.ndarray[Any, Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    except FileNotFoundError as error:
        raise ArtifactMissingError from error
    return array


def points_schema(dimensions: int, metadata: dict[str, str]) -> pa.Schema:
    """Return the schema of points: the table's row and the position, 0 to 65535 on each axis."""
    axes = [pa.field(name, pa.uint16(), nullable=False) for name in "xyz"[:dimensions]]
    return pa.schema([pa.field("row", pa.uint32(), nullable=False), *axes], metadata=metadata)


def point_batches(
    schema: pa.Schema, rows: np.ndarray[Any, Any], positions: np.ndarray[Any, Any]
) -> Iterator[pa.RecordBatch]:
    """Yield points in drawn order.

    Parameters
    ----------
    rows
        (n,) uint32: the table row of each drawn point.
    positions
        (n, 3) uint16, in the same order.
    """
    dimensions = len(schema) - 1
    for start in range(0, len(rows), POINTS_A_BATCH):
        block = positions[start : start + POINTS_A_BATCH]
        columns = [rows[start : start + POINTS_A_BATCH], *(block[:, axis] for axis in range(dimensions))]
        yield _batch(schema, columns)


def column_batches(schema: pa.Schema, *columns: np.ndarray[Any, Any]) -> Iterator[pa.RecordBatch]:
    """Yield one-dimensional arrays of equal length as the columns of ``schema``."""
    for start in range(0, len(columns[0]), POINTS_A_BATCH):
        yield _batch(schema, [column[start : start + POINTS_A_BATCH] for column in columns])


def _batch(schema: pa.Schema, columns: Sequence[np.ndarray[Any, Any]]) -> pa.RecordBatch:
    # Not pa.array(): it looks for pandas, whose import takes a second where it is installed.
    arrays = [
        pa.Array.from_buffers(
            field.type,
            len(column),
            [None, pa.py_buffer(np.ascontiguousarray(column, dtype=field.type.to_pandas_dtype()))],
        )
        for field, column in zip(schema, columns, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)
