"""Rows of Parquet files: one, a list, or all parts in a folder, some row groups at a time."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from fiedler.errors import SourceError
from fiedler.sources.arrow_columns import choose_columns, is_numeric, to_float64
from fiedler.sources.protocol import Batch, batch_rows

# Column chunks are read in steps of this many bytes: whole ones of many columns would not fit.
_LEAST_BUFFER_BYTES = 1 << 14
_BUFFER_BYTES_OF_ALL_COLUMNS = 1 << 22


@dataclass(frozen=True, eq=False)
class ParquetSource:
    """Parts read one after the other.

    Attributes
    ----------
    paths : tuple of Path
        The parts, in the order of their rows.
    row_groups : tuple of tuple of int
        Rows of each part's row groups.
    names : tuple of str
        Columns read, in all parts.
    """

    paths: tuple[Path, ...]
    row_groups: tuple[tuple[int, ...], ...]
    names: tuple[str, ...]
    is_seekable: bool = True

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return sum(map(sum, self.row_groups))

    def batches(self, start: int, stop: int) -> Iterator[Batch]:
        """Yield rows as (m, d) arrays in column order; a row group that ``start`` lies in is decoded whole.

        Raises
        ------
        SourceError
            A part cannot be read, or has changed since it was opened.
        """
        first = 0
        for path, row_groups in zip(self.paths, self.row_groups, strict=True):
            n_rows = sum(row_groups)
            if first < stop and start < first + n_rows:
                yield from self._part(path, row_groups, max(0, start - first), min(n_rows, stop - first))
            first += n_rows

    def _part(self, path: Path, row_groups: tuple[int, ...], start: int, stop: int) -> Iterator[Batch]:
        ends = list(np.cumsum(row_groups))
        first_group, last_group = bisect.bisect_right(ends, start), bisect.bisect_left(ends, stop)
        position = int(ends[first_group - 1]) if first_group else 0
        buffer = max(_LEAST_BUFFER_BYTES, _BUFFER_BYTES_OF_ALL_COLUMNS // len(self.names))
        try:
            # Reading ahead would hold all columns of a row group at once.
            with pq.ParquetFile(path, pre_buffer=False, buffer_size=buffer) as file:
                for batch in file.iter_batches(
                    batch_rows(len(self.names)),
                    row_groups=range(first_group, last_group + 1),
                    columns=list(self.names),
                    use_threads=False,
                ):
                    skipped = max(0, start - position)
                    kept = min(batch.num_rows, stop - position) - skipped
                    position += batch.num_rows
                    if kept > 0:
                        yield batch_values(batch.slice(skipped, kept), self.names)
        except (pa.ArrowException, OSError) as error:
            raise _unreadable(path, error) from error
        if position < stop:
            raise SourceError(
                f"{path} has {position:,} rows, not the {sum(row_groups):,} it had when the fit began; parts "
                f"must not change while they are read. Fit again."
            )


def parquet_source(paths: Sequence[Path], columns: Sequence[str] | None) -> ParquetSource:
    """Return the source of these parts; only their metadata are read.

    Raises
    ------
    SourceError
        A part cannot be read or lacks a column of the first.
    InvalidFeaturesError
        A column asked for is unknown or not numeric, or none is numeric.
    """
    schemas, row_groups = zip(*map(_metadata, paths), strict=True)
    names = choose_columns(schemas[0], columns)
    for path, schema in zip(paths[1:], schemas[1:], strict=True):
        _check_alike(path, schema, paths[0], names)
    return ParquetSource(tuple(paths), row_groups, names)


def parquet_parts(folder: Path) -> list[Path]:
    """Return the Parquet files in a folder and the folders below, by name; hidden ones are no parts.

    Raises
    ------
    SourceError
        There is none.
    """
    found = (path for pattern in ("*.parquet", "*.pq") for path in folder.rglob(pattern))
    parts = sorted(
        path for path in found if not any(name[:1] in "._" for name in path.relative_to(folder).parts)
    )
    if not parts:
        raise SourceError(
            f"{folder} holds no file that ends in .parquet; a folder of Parquet parts is required. Name one "
            f"that has them."
        )
    return parts


def batch_values(batch: pa.RecordBatch, names: Sequence[str]) -> Batch:
    """Return the named columns of a record batch as a (m, d) array, float32 if all are, NaN for nulls."""
    single = all(batch.schema.field(name).type == pa.float32() for name in names)
    values = np.empty((batch.num_rows, len(names)), np.float32 if single else np.float64, order="F")
    for position, name in enumerate(names):
        column = batch.column(name)
        values[:, position] = column.to_numpy(zero_copy_only=False) if single else to_float64(column)
    return values


def _metadata(path: Path) -> tuple[pa.Schema, tuple[int, ...]]:
    try:
        with pq.ParquetFile(path) as file:
            groups = (file.metadata.row_group(group) for group in range(file.metadata.num_row_groups))
            return file.schema_arrow, tuple(group.num_rows for group in groups)
    except (pa.ArrowException, OSError) as error:
        raise _unreadable(path, error) from error


def _check_alike(path: Path, schema: pa.Schema, first: Path, names: Sequence[str]) -> None:
    for name in names:
        position = schema.get_field_index(name)
        if position < 0 or not is_numeric(schema.field(position).type):
            found = "lacks it" if position < 0 else f"has it as {schema.field(position).type}"
            raise SourceError(
                f"{first} has the numeric column {name!r}, but {path} {found}; all parts must have the same "
                f"columns. Leave that part or that column out."
            )


def _unreadable(path: Path, error: Exception) -> SourceError:
    reason = (str(error).splitlines() or [type(error).__name__])[0]
    return SourceError(
        f"the part {path} cannot be read as Parquet ({reason}); every part must be a whole Parquet file. "
        f"Write it again, or leave it out."
    )
