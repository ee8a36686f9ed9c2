"""Rows of Arrow record batches: tables in memory, datasets, or a function that makes the batches anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from fiedler.errors import SourceError
from fiedler.sources.arrow_columns import choose_columns
from fiedler.sources.parquet import batch_values
from fiedler.sources.protocol import Batch, batch_rows

BatchFactory = Callable[[], Iterable[pa.RecordBatch]]


@dataclass(frozen=True, eq=False)
class ArrowTableSource:
    """Columns of an Arrow table in memory."""

    table: pa.Table
    names: tuple[str, ...]
    is_seekable: bool = True

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return int(self.table.num_rows)

    def batches(self, start: int, stop: int) -> Iterator[Batch]:
        """Yield rows chunk by chunk."""
        for batch in self.table.slice(start, stop - start).to_batches(batch_rows(len(self.names))):
            yield batch_values(batch, self.names)


@dataclass(frozen=True, eq=False)
class RecordBatchSource:
    """Record batches that ``make`` makes anew for every pass, always the same."""

    make: BatchFactory
    n_rows: int
    names: tuple[str, ...]
    is_seekable: bool = False

    def batches(self, start: int, stop: int) -> Iterator[Batch]:
        """Yield rows, after reading over those before ``start``.

        Raises
        ------
        SourceError
            This pass has fewer rows than the first had.
        """
        position = 0
        step = batch_rows(len(self.names))
        for batch in self.make():
            first, last = max(0, start - position), min(batch.num_rows, stop - position)
            for begin in range(first, last, step):
                yield batch_values(batch.slice(begin, min(step, last - begin)), self.names)
            position += batch.num_rows
            if position >= stop:
                return
        if position < stop:
            raise SourceError(
                f"the record batches end after {position:,} rows, where {self.n_rows:,} were counted before; "
                f"each call must make all of them. Give a function, not an iterator that is used up."
            )


def table_source(table: pa.Table, columns: Sequence[str] | None) -> ArrowTableSource:
    """Return the source of an Arrow table.

    Raises
    ------
    InvalidFeaturesError
        A column asked for is unknown or not numeric, or none is numeric.
    """
    return ArrowTableSource(table, choose_columns(table.schema, columns))


def record_batch_source(make: BatchFactory, columns: Sequence[str] | None) -> RecordBatchSource:
    """Return the source of the batches that ``make()`` makes, counted in a pass over them.

    Raises
    ------
    SourceError
        There is no batch, or something else than record batches.
    InvalidFeaturesError
        A column asked for is unknown or not numeric, or none is numeric.
    """
    n_rows, schema = 0, None
    for batch in make():
        if not isinstance(batch, pa.RecordBatch):
            raise SourceError(
                f"the function made a {type(batch).__name__}; required are Arrow record batches. Convert "
                f"each with pyarrow.RecordBatch.from_pandas or from_arrays."
            )
        if schema is None:
            schema = batch.schema
        n_rows += batch.num_rows
    if schema is None:
        raise SourceError("the function made no record batch; at least one is required, to know the columns.")
    return RecordBatchSource(make, n_rows, choose_columns(schema, columns))


def dataset_source(dataset: pa.dataset.Dataset, columns: Sequence[str] | None) -> RecordBatchSource:
    """Return the source of a ``pyarrow.dataset``, counted by its metadata where they tell.

    Raises
    ------
    InvalidFeaturesError
        A column asked for is unknown or not numeric, or none is numeric.
    """
    names = choose_columns(dataset.schema, columns)
    step = batch_rows(len(names))

    def make() -> Iterable[pa.RecordBatch]:
        # One batch and one fragment ahead: more would be held in memory.
        batches: Iterable[pa.RecordBatch] = dataset.to_batches(
            columns=list(names), batch_size=step, batch_readahead=1, fragment_readahead=1, use_threads=False
        )
        return batches

    return RecordBatchSource(make, int(dataset.count_rows()), names)
