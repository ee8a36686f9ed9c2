"""The table with a column ``cluster``, as CSV, Parquet or Arrow, streamed block by block."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from app.arrow_stream import Chunks, stream_batches

ROWS_A_BATCH = 65_536
CLUSTER = "cluster"
# Label of rows that an edit took out of all clusters; their cell stays empty.
EXCLUDED = 65_535
# What spreadsheets take for the beginning of a formula.
_FORMULA = r"^[=+\-@\t\r]"


def cluster_column(names: Sequence[str]) -> str:
    """Return ``cluster``, or ``cluster_2`` and so on when the table has such a column already."""
    name, number = CLUSTER, 1
    while name in names:
        number += 1
        name = f"{CLUSTER}_{number}"
    return name


def csv_chunks(table: Path, labels: np.ndarray[Any, Any]) -> Iterator[bytes]:
    """Yield the bytes of a CSV file; text that a spreadsheet would take for a formula is preceded by ``'``.

    Parameters
    ----------
    labels
        (n_rows,) uint16: the cluster of each row of the table, `EXCLUDED` for none.
    """
    with pq.ParquetFile(table) as file:
        schema = _labelled_schema(file.schema_arrow)
        names = [_escaped_name(name) for name in schema.names]
        yield _csv(schema.empty_table().rename_columns(names), header=True)
        for batch in _labelled_batches(file, schema, labels):
            columns = [_escaped(column) for column in batch.columns]
            yield _csv(pa.RecordBatch.from_arrays(columns, names=names), header=False)


def parquet_chunks(table: Path, labels: np.ndarray[Any, Any]) -> Iterator[bytes]:
    """Yield the bytes of a Parquet file; ``labels`` as in `csv_chunks`."""
    chunks = Chunks()
    with pq.ParquetFile(table) as file:
        schema = _labelled_schema(file.schema_arrow)
        with pq.ParquetWriter(pa.PythonFile(chunks, mode="w"), schema, compression="zstd") as writer:
            for batch in _labelled_batches(file, schema, labels):
                writer.write_batch(batch)
                yield chunks.take()
    yield chunks.take()


def arrow_chunks(table: Path, labels: np.ndarray[Any, Any]) -> Iterator[bytes]:
    """Yield the bytes of an Arrow IPC stream; ``labels`` as in `csv_chunks`."""
    with pq.ParquetFile(table) as file:
        schema = _labelled_schema(file.schema_arrow)
        yield from stream_batches(schema, _labelled_batches(file, schema, labels))


def _labelled_schema(schema: pa.Schema) -> pa.Schema:
    # The table's own metadata (roles of its columns) is of no use outside.
    return schema.append(pa.field(cluster_column(schema.names), pa.uint16())).remove_metadata()


def _labelled_batches(
    file: pq.ParquetFile, schema: pa.Schema, labels: np.ndarray[Any, Any]
) -> Iterator[pa.RecordBatch]:
    start = 0
    for batch in file.iter_batches(batch_size=ROWS_A_BATCH):
        end = start + batch.num_rows
        labels_here = np.ascontiguousarray(labels[start:end], dtype=np.uint16)
        clusters = pa.Array.from_buffers(pa.uint16(), len(labels_here), [None, pa.py_buffer(labels_here)])
        if (labels_here == EXCLUDED).any():
            clusters = pc.if_else(pc.equal(clusters, EXCLUDED), pa.scalar(None, pa.uint16()), clusters)
        yield pa.RecordBatch.from_arrays([*batch.columns, clusters], schema=schema)
        start = end


def _csv(rows: pa.Table | pa.RecordBatch, *, header: bool) -> bytes:
    sink = pa.BufferOutputStream()
    pa_csv.write_csv(rows, sink, pa_csv.WriteOptions(include_header=header))
    content: bytes = sink.getvalue().to_pybytes()
    return content


def _escaped(column: pa.Array) -> pa.Array:
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return column
    risky = pc.match_substring_regex(column, _FORMULA)
    return pc.if_else(risky, pc.binary_join_element_wise("'", column.cast(pa.string()), ""), column)


def _escaped_name(name: str) -> str:
    return f"'{name}" if re.match(_FORMULA, name) else name
