"""The landmark affinity ``E = B' D**-1 B`` of all rows: B the row-to-landmark weights, D their row sums.

One pass over the rows, block by block. Low dimensions keep nothing of a row; higher ones keep its nearest
landmarks and distances, which labels and re-weighting read again.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from fiedler.landmarks.accumulate_kernels import add_cells, add_neighbors, count_links, fill_links
from fiedler.landmarks.blocks import refuse_non_finite, row_block, walk_blocks
from fiedler.landmarks.grid import CandidateGrid
from fiedler.landmarks.grid_kernels import sort_by_cell
from fiedler.landmarks.groups import LandmarkGroups
from fiedler.landmarks.index import LandmarkIndex
from fiedler.landmarks.projection import Projection
from fiedler.progress import Fraction

Comparison = tuple[NDArray[np.float64], NDArray[np.uint16] | None, NDArray[np.float32] | None]
"""Landmark affinity (p, p); above three columns also each row's landmarks (n, K) and squared distances."""

AffinityPass = Callable[[NDArray[np.float32], LandmarkIndex, Fraction], Comparison]
"""Compares (n, d) features with landmarks; the result is the same, bit for bit, wherever it does so."""

# Dense products over a cell cost the square of its candidates; crowded cells go row by row.
_LARGEST_CELL = 40
_GRID_BLOCK_ROWS = 1 << 19, 1 << 21
GROUP_BLOCK_ROWS = 1 << 17
# Threads keep one (p, p) table each; together they stay below this.
_LARGEST_TABLES_BYTES = 1 << 30


def fixed_point_unit(n_samples: int) -> float:
    """Return the power of two that stands for 1: the sum over ``n_samples`` rows stays below 2**61."""
    return float(2.0 ** (61 - math.ceil(math.log2(n_samples + 1))))


@dataclass(frozen=True, eq=False)
class GridBlocks:
    """Adds blocks of rows in at most three columns to the landmark affinity.

    Attributes
    ----------
    grid : CandidateGrid
    exponent_scale : float
        ``1 / (2 bandwidth**2)``.
    unit : float
        From `fixed_point_unit`, the same for all blocks of a table.
    """

    grid: CandidateGrid
    exponent_scale: float
    unit: float

    @functools.cached_property
    def _crowded(self) -> NDArray[np.bool_]:
        return np.diff(self.grid.starts) > _LARGEST_CELL

    @functools.cached_property
    def _bucket(self) -> NDArray[np.int32] | None:
        """Where each cell's rows are sorted to; None: cell by cell.

        Rows of crowded cells go behind those of all others, to where the rows outside the box are.
        """
        if not self._crowded.any():
            return None
        bucket = np.arange(self.grid.n_cells + 1, dtype=np.int32)
        bucket[:-1][self._crowded] = self.grid.n_cells
        return bucket

    @functools.cached_property
    def _most_candidates(self) -> int:
        return int(np.diff(self.grid.starts)[~self._crowded].max(initial=1))

    def add(self, rows: NDArray[np.float32], total: NDArray[np.int64]) -> bool:
        """Add (m, d) rows to the upper triangle of ``total`` (p, p); return whether all are finite."""
        grid = self.grid
        cells = grid.cells(rows)
        if self._bucket is not None:
            cells = self._bucket[cells]
        ends = np.empty(grid.n_cells + 2, np.int32)
        grouped = np.empty_like(rows)
        sort_by_cell(rows, cells, ends, grouped)
        add_cells(
            grouped,
            ends,
            grid.landmarks,
            grid.starts,
            grid.candidates,
            grid.n_neighbors,
            np.float32(self.exponent_scale),
            self.unit,
            self._most_candidates,
            total,
        )
        single = grouped[ends[grid.n_cells] :]
        if not single.shape[0]:
            return True
        indices, distances, finite = grid.nearest(single, self.exponent_scale)
        add_neighbors(indices, distances, np.float32(self.exponent_scale), self.unit, total)
        return finite


@dataclass(frozen=True, eq=False)
class GroupBlocks:
    """Adds blocks of rows in four and more columns to the landmark affinity; attributes as `GridBlocks`."""

    groups: LandmarkGroups
    exponent_scale: float
    unit: float

    def add(
        self,
        rows: NDArray[np.float32],
        total: NDArray[np.int64],
        indices: NDArray[np.uint16],
        distances: NDArray[np.float32],
    ) -> bool:
        """Add (m, d) rows to ``total`` (p, p), write their landmarks and squared distances (m, K).

        Returns whether all rows are finite.
        """
        finite = self.groups.search(rows, self.exponent_scale, indices, distances)
        add_neighbors(indices, distances, np.float32(self.exponent_scale), self.unit, total)
        return finite


def threaded_affinity(n_threads: int) -> AffinityPass:
    """Return the comparison of rows with landmarks by threads of this process.

    It raises InvalidFeaturesError when a feature is not finite.
    """

    def compare(features: NDArray[np.float32], index: LandmarkIndex, passed: Fraction) -> Comparison:
        search, scale = index.search, index.exponent_scale
        if isinstance(search, CandidateGrid):
            return grid_affinity(features, index.projection, search, scale, n_threads, passed), None, None
        return group_affinity(features, index.projection, search, scale, n_threads, passed)

    return compare


def grid_affinity(
    features: NDArray[np.float32],
    projection: Projection,
    grid: CandidateGrid,
    exponent_scale: float,
    n_threads: int,
    progress: Callable[[float], None] | None = None,
) -> sparse.csr_array:
    """Return the symmetric (p, p) landmark affinity of (n, d) features, d <= 3.

    Raises
    ------
    InvalidFeaturesError
        A feature is not finite.
    """
    n_samples = features.shape[0]
    blocks = GridBlocks(grid, exponent_scale, fixed_point_unit(n_samples))
    n_tables, totals = affinity_tables(grid.landmarks.shape[0], n_threads)

    def work(slot: int, start: int, stop: int) -> None:
        if not blocks.add(projection(row_block(features, start, stop)), totals[slot]):
            refuse_non_finite(np.asarray(features[start:stop]), start)

    walk_blocks(n_samples, grid_block_rows(n_samples), n_tables, work, progress)
    return symmetric_affinity(totals, blocks.unit)


def grid_block_rows(n_samples: int) -> int:
    """Return the rows of a block: many, so that a cell's rows fill vectors, but two at 1M, four beyond.

    Sums of 20,000,000 rows take three quarters of the time in blocks of two million that they take in blocks
    of one.
    """
    fewest, rows = _GRID_BLOCK_ROWS
    while rows > fewest and n_samples <= 4 * rows:
        rows //= 2
    return rows


def group_affinity(
    features: NDArray[np.float32],
    projection: Projection,
    groups: LandmarkGroups,
    exponent_scale: float,
    n_threads: int,
    progress: Callable[[float], None] | None = None,
) -> tuple[sparse.csr_array, NDArray[np.uint16], NDArray[np.float32]]:
    """Return the (p, p) landmark affinity of (n, d) features with each row's landmarks and squared distances.

    Raises
    ------
    InvalidFeaturesError
        A feature is not finite.
    """
    n_samples = features.shape[0]
    blocks = GroupBlocks(groups, exponent_scale, fixed_point_unit(n_samples))
    indices = np.empty((n_samples, groups.n_neighbors), np.uint16)
    distances = np.empty((n_samples, groups.n_neighbors), np.float32)
    n_tables, totals = affinity_tables(groups.landmarks.shape[0], n_threads)

    def work(slot: int, start: int, stop: int) -> None:
        rows = projection(row_block(features, start, stop))
        if not blocks.add(rows, totals[slot], indices[start:stop], distances[start:stop]):
            refuse_non_finite(np.asarray(features[start:stop]), start)

    walk_blocks(n_samples, GROUP_BLOCK_ROWS, n_tables, work, progress)
    return symmetric_affinity(totals, blocks.unit), indices, distances


def symmetric_affinity(totals: NDArray[np.int64], unit: float) -> sparse.csr_array:
    """Return the (p, p) float64 affinity of (t, p, p) upper triangles, whole numbers of ``1 / unit``.

    Most pairs of landmarks share no row, so what follows works on the rest. The first of ``totals`` is
    overwritten.
    """
    upper = totals[0]
    for table in totals[1:]:
        upper += table
    bounds = count_links(upper)
    columns, values = np.empty(bounds[-1], np.int32), np.empty(bounds[-1])
    fill_links(upper, unit, bounds, columns, values)
    return sparse.csr_array((values, columns, bounds), shape=upper.shape)


def affinity_tables(n_landmarks: int, n_threads: int) -> tuple[int, NDArray[np.int64]]:
    """Return how many threads there is memory for, and a (p, p) table of zeros for each."""
    table_bytes = 8 * n_landmarks * n_landmarks
    n_tables = max(1, min(n_threads, _LARGEST_TABLES_BYTES // table_bytes))
    return n_tables, np.zeros((n_tables, n_landmarks, n_landmarks), np.int64)
