"""One door to all sources: whatever holds the rows, by its type or its name."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from fiedler.errors import SourceError
from fiedler.sources.arrays import array_file_source, array_source
from fiedler.sources.protocol import RowSource

_PARQUET_SUFFIXES = (".parquet", ".pq")


def open_source(data: Any, columns: Sequence[str] | None = None) -> RowSource:
    """Return the source of the rows that ``data`` holds or names.

    Parameters
    ----------
    data : array, path, list of paths, Arrow table or dataset, data frame, callable, or RowSource
        A matrix of numbers or memory map; a ``.npy`` or Parquet file, or a folder of Parquet parts, which
        are read by name; a ``pyarrow.Table`` or ``pyarrow.dataset.Dataset``; a data frame that exports Arrow;
        or a function without arguments that makes the same Arrow record batches each time it is called.
    columns : sequence of str, optional
        Columns to read; None: all numeric ones. Those of arrays are called ``x0``, ``x1`` and so on.

    Raises
    ------
    SourceError
        The rows cannot be read, or ``data`` is of no kind named above.
    InvalidFeaturesError
        A column asked for is unknown or not numeric, or none is numeric.
    """
    if isinstance(data, np.ndarray):
        return array_source(data, columns)
    if isinstance(data, (str, os.PathLike)):
        return _path_source([Path(data)], columns)
    if isinstance(data, Sequence) and data and all(isinstance(part, (str, os.PathLike)) for part in data):
        return _path_source([Path(part) for part in data], columns)
    if callable(getattr(data, "batches", None)):
        source: RowSource = data
        return source
    return _arrow_source(data, columns)


def _path_source(paths: list[Path], columns: Sequence[str] | None) -> RowSource:
    for path in paths:
        if not path.exists():
            raise SourceError(f"{path} does not exist; name a Parquet file, a folder of them or a .npy file.")
    if len(paths) == 1 and paths[0].suffix.lower() == ".npy":
        return array_file_source(paths[0], columns)
    from fiedler.sources.parquet import parquet_parts, parquet_source

    parts: list[Path] = []
    for path in paths:
        if path.is_dir():
            parts.extend(parquet_parts(path))
        elif path.suffix.lower() in _PARQUET_SUFFIXES:
            parts.append(path)
        else:
            raise SourceError(
                f"{path} ends in {path.suffix or 'nothing'!r}; rows are streamed from .parquet and .npy "
                f"files. Convert it to Parquet first, or let `fiedler cluster` read it."
            )
    return parquet_source(parts, columns)


def _arrow_source(data: Any, columns: Sequence[str] | None) -> RowSource:
    import pyarrow as pa
    import pyarrow.dataset

    from fiedler.sources.arrow import dataset_source, record_batch_source, table_source

    if isinstance(data, pyarrow.dataset.Dataset):
        return dataset_source(data, columns)
    if hasattr(data, "__arrow_c_stream__") and not isinstance(data, pa.RecordBatchReader):
        return table_source(pa.table(data), columns)
    if callable(data):
        return record_batch_source(data, columns)
    raise SourceError(
        f"rows cannot be streamed from data of type {type(data).__name__}; required is an array, a path, an "
        f"Arrow table or dataset, a data frame, or a function that makes record batches anew each time."
    )
