"""First pass: counts, ranges and means of the columns, and the rows of the sample, in one reading."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from fiedler.errors import InvalidFeaturesError
from fiedler.moments import BLOCK_ROWS, GROUP_ROWS, ColumnMoments, block_moments, joined_moments
from fiedler.sources.protocol import Batch, RowSource
from fiedler.streaming.executors import Tick
from fiedler.streaming.ranges import RowRange


@dataclass(frozen=True, slots=True)
class Measurement:
    """What the first pass found in some groups of rows.

    Attributes
    ----------
    groups : dict of int to list of ColumnMoments
        By the first row of each group, one a column.
    rows : dict of int to ndarray of shape (m, d)
        By the first row of each block that holds some: the rows gathered, in order, as they were read.
    """

    groups: dict[int, list[ColumnMoments]]
    rows: dict[int, Batch]

    def join(self, other: Self) -> Self:
        """Return both as one."""
        self.groups.update(other.groups)
        self.rows.update(other.rows)
        return self

    def moments(self) -> list[ColumnMoments]:
        """Return the moments of each column over all rows."""
        in_order = [self.groups[start] for start in sorted(self.groups)]
        return [joined_moments(of_column) for of_column in zip(*in_order, strict=True)]

    def gathered(self) -> Batch:
        """Return the (m, d) rows gathered, in the order of the table."""
        return np.concatenate([self.rows[start] for start in sorted(self.rows)])


@dataclass(frozen=True, eq=False)
class MeasureColumns:
    """Measures a range that begins at a multiple of `GROUP_ROWS` rows.

    Attributes
    ----------
    source : RowSource
    positions : ndarray of shape (m,), int64
        Rows to gather, ascending.
    with_means : bool
        Whether means and deviations are wanted.
    refuse_missing : bool
        Whether a value that is not finite ends the pass.
    """

    source: RowSource
    positions: NDArray[np.int64]
    with_means: bool
    refuse_missing: bool

    def __call__(self, rows: RowRange, tick: Tick) -> Measurement:
        """Return the range's moments and gathered rows.

        Raises
        ------
        InvalidFeaturesError
            A value is not finite, where that is refused.
        """
        blocks_of_group: dict[int, list[list[ColumnMoments]]] = {}
        gathered: dict[int, Batch] = {}
        first = rows.start
        for block in _blocks(self.source.batches(*rows)):
            # Column by column, contiguous: reductions over a strided column take several times as long.
            columns = np.asfortranarray(block)
            found = [
                block_moments(columns[:, column], with_mean=self.with_means)
                for column in range(columns.shape[1])
            ]
            if self.refuse_missing and any(column.n_missing or column.n_infinite for column in found):
                refuse_missing(block, first, self.source.names)
            blocks_of_group.setdefault(first // GROUP_ROWS * GROUP_ROWS, []).append(found)
            begin, end = np.searchsorted(self.positions, [first, first + len(block)])
            if end > begin:
                gathered[first] = block[self.positions[begin:end] - first]
            first += len(block)
            tick(len(block))
        groups = {
            start: [joined_moments(of_column) for of_column in zip(*blocks, strict=True)]
            for start, blocks in blocks_of_group.items()
        }
        return Measurement(groups, gathered)


def refuse_missing(rows: Batch, first_row: int, names: tuple[str, ...]) -> None:
    """Raise for the first of (m, d) ``rows`` with a value that is not finite, if there is one.

    Raises
    ------
    InvalidFeaturesError
        Naming row and column.
    """
    bad = np.argwhere(~np.isfinite(rows))
    if bad.size:
        row, column = bad[0]
        value = rows[row, column]
        found = "no value" if np.isnan(value) else f"the value {value}"
        raise InvalidFeaturesError(
            f"row {first_row + row:,} has {found} in column {names[column]!r}; every value must be a finite "
            f"number; fill it, leave out the column, or choose an imputation."
        )


def _blocks(batches: Iterator[Batch]) -> Iterator[Batch]:
    """Yield the rows of ``batches`` in blocks of `BLOCK_ROWS`, the last one shorter."""
    rest: list[Batch] = []
    n_rest = 0
    for batch in batches:
        start = 0
        while start < len(batch):
            piece = batch[start : start + BLOCK_ROWS - n_rest]
            start += len(piece)
            n_rest += len(piece)
            rest.append(piece)
            if n_rest == BLOCK_ROWS:
                yield rest[0] if len(rest) == 1 else np.concatenate(rest)
                rest, n_rest = [], 0
    if rest:
        yield np.concatenate(rest)
