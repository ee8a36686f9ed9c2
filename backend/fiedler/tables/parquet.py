"""Parquet files as frames of typed columns, some row groups at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from fiedler.errors import TableError
from fiedler.tables.header import unique_names
from fiedler.tables.limits import check_cells, check_columns
from fiedler.tables.notes import Note
from fiedler.tables.plan import ImportPlan

_BATCH_ROWS = 2**18


class ParquetTable:
    """A Parquet file; `frames` may be called more than once.

    Raises
    ------
    TableError
        The file is no readable Parquet (``damaged_file``), or too large (``too_many_columns``,
        ``too_many_cells``).
    """

    texts_are_raw = False
    rereads = False

    def __init__(self, path: Path, plan: ImportPlan) -> None:
        self.plan = plan
        self._path = path
        try:
            with pq.ParquetFile(path) as file:
                self._kept = [name for name in file.schema_arrow.names if not _is_pandas_index(name)]
                self._rows = file.metadata.num_rows
                # Equal values take next to nothing in the file: a few bytes may stand for billions of cells.
                check_columns(file.metadata.num_columns)
                check_cells(self._rows, file.metadata.num_columns)
                self._dropped = len(file.schema_arrow.names) - len(self._kept)
        except (pa.ArrowException, OSError) as error:
            raise _damaged(error) from error
        self.names, self._header_notes = unique_names(self._kept)

    def frames(self) -> Iterator[tuple[pl.DataFrame, int]]:
        """Yield frames with the share of the file's bytes they stand for."""
        size = self._path.stat().st_size
        try:
            with pq.ParquetFile(self._path) as file:
                for batch in file.iter_batches(_BATCH_ROWS, columns=self._kept):
                    frame = pl.DataFrame(pl.from_arrow(pa.table(batch.columns, names=self.names)))
                    yield frame, size * batch.num_rows // max(1, self._rows)
        except (pa.ArrowException, OSError) as error:
            raise _damaged(error) from error

    def notes(self) -> list[Note]:
        """Return notes on names that had to change."""
        notes = list(self._header_notes)
        if self._dropped:
            notes.append(
                Note("index_dropped", "The row index that pandas stored is left out.", count=self._dropped)
            )
        return notes


def _is_pandas_index(name: str) -> bool:
    return name.startswith("__index_level_") and name.endswith("__")


def _damaged(error: Exception) -> TableError:
    reason = (str(error).splitlines() or [type(error).__name__])[0]
    return TableError(
        "damaged_file",
        f"The Parquet file cannot be read ({reason}).",
        "Write it again, or upload the table as CSV.",
    )
