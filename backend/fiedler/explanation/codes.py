"""Features as ranks of eight bits: what counting, effect sizes, curves and rules are computed from.

A code keeps the order of a column's values, takes a byte, and makes every count over all rows a matter of
milliseconds; what is counted at an edge is exact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fiedler.explanation.code_kernels import code_rows
from fiedler.explanation.coded_columns import CodedColumn, coded_column, search_tables
from fiedler.explanation.errors import ExplanationError
from fiedler.feature_columns import FeatureColumn
from fiedler.rounding import sample_rows
from fiedler.row_blocks import available_threads, run_blocks

# Rows whose values place the edges.
EDGE_ROWS = 20_000
# More cells than this are not coded all: a fixed sample of rows stands for the table.
CODED_CELLS = 100_000_000
_BLOCK_ROWS = 65_536
_SEED = 0


@dataclass(frozen=True, eq=False)
class CodedFeatures:
    """A feature matrix with the codes of its rows.

    Attributes
    ----------
    features : (n, d) float32
        May be memory-mapped; NaN counts as missing.
    columns : tuple of CodedColumn
    rows : (m,) int64 or None
        The rows coded, ascending; None: all.
    codes : (d, m) uint8
        255 where the cell is missing.
    missing : mapping of column number to (n,) bool
        Cells that were filled; they are left out of every count, and no condition holds for them.
    """

    features: NDArray[np.float32]
    columns: tuple[CodedColumn, ...]
    rows: NDArray[np.int64] | None
    codes: NDArray[np.uint8]
    missing: Mapping[int, NDArray[np.bool_]] = field(default_factory=dict)

    @property
    def n_samples(self) -> int:
        """Number of rows of the whole matrix."""
        return int(self.features.shape[0])

    def column_values(self, column: int, rows: NDArray[np.int64] | None = None) -> NDArray[np.float32]:
        """Return the (m,) values of one column, NaN where the cell is missing; all rows when None."""
        values = np.array(self.features[:, column] if rows is None else self.features[rows, column])
        gaps = self.missing.get(column)
        if gaps is not None:
            values[gaps if rows is None else gaps[rows]] = np.nan
        return values

    def code(self, rows: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Return the (d, m) codes of any rows named."""
        if self.rows is None:
            return np.ascontiguousarray(self.codes[:, rows])
        block = np.array(self.features[rows])
        for column, gaps in self.missing.items():
            block[gaps[rows], column] = np.nan
        codes = np.empty((len(self.columns), len(rows)), np.uint8)
        code_rows(block, *search_tables(self.columns), 0, codes)
        return codes


def code_features(
    features: NDArray[np.float32],
    columns: Sequence[FeatureColumn],
    *,
    missing: Mapping[int, NDArray[np.bool_]] | None = None,
    n_threads: int | None = None,
    largest: int = CODED_CELLS,
) -> CodedFeatures:
    """Return the features with their codes; needed once per fit.

    Parameters
    ----------
    features : (n, d) float32
        May be memory-mapped.
    columns : sequence of FeatureColumn
        One for each column, in order.
    missing : mapping of column number to (n,) bool, optional
        Cells that were missing in the table and were filled (`missing_cells`).
    n_threads : int or None
        None uses every core; the result does not depend on it.
    largest : int
        Cells coded at most; of larger matrices a fixed sample of rows is.

    Raises
    ------
    ExplanationError
        The shapes do not belong together.
    """
    gaps = dict(missing or {})
    _check(features, columns, gaps)
    n_samples, n_features = features.shape
    size = n_samples if n_samples * n_features <= largest else max(1, largest // n_features)
    sampled = sample_rows(n_samples, min(size, EDGE_ROWS), _SEED)
    sample = np.array(features[sampled])
    for column, mask in gaps.items():
        sample[mask[sampled], column] = np.nan
    coded = tuple(coded_column(column, sample[:, j]) for j, column in enumerate(columns))
    rows = None if size == n_samples else sample_rows(n_samples, size, _SEED)
    codes = np.empty((n_features, size), np.uint8)
    tables = search_tables(coded)

    def work(start: int, stop: int) -> None:
        block = np.asarray(features[start:stop] if rows is None else features[rows[start:stop]])
        if gaps:
            block = block.copy()
            for column, mask in gaps.items():
                block[mask[start:stop] if rows is None else mask[rows[start:stop]], column] = np.nan
        writable = np.require(block, np.float32, ["C", "W", "A", "E"])
        code_rows(writable, *tables, start, codes)

    run_blocks(work, size, _BLOCK_ROWS, available_threads(n_threads))
    return CodedFeatures(features, coded, rows, codes, gaps)


def _check(
    features: NDArray[np.float32], columns: Sequence[FeatureColumn], missing: Mapping[int, NDArray[np.bool_]]
) -> None:
    if features.ndim != 2 or features.shape[1] != len(columns) or not len(features):
        raise ExplanationError(
            f"features have the shape {features.shape} for {len(columns)} columns; required is (n, "
            f"{len(columns)}) with at least one row; give the columns the features were made from."
        )
    for column, mask in missing.items():
        if not 0 <= column < len(columns) or mask.shape != (len(features),):
            raise ExplanationError(
                f"the missing cells of column {column} have the shape {mask.shape}; required is one mask of "
                f"{len(features)} rows for a column below {len(columns)}."
            )
