"""The landmark affinity ``E = B' D**-1 B`` of all rows: B the row-to-landmark weights, D their row sums.

One pass over the rows, block by block. Low dimensions keep nothing of a row; higher ones keep its nearest
landmarks and distances, which labels and re-weighting read again.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from fiedler.landmarks.accumulate_kernels import add_cells, add_neighbors
from fiedler.landmarks.blocks import refuse_non_finite, row_block, walk_blocks
from fiedler.landmarks.grid import CandidateGrid
from fiedler.landmarks.grid_kernels import sort_by_cell
from fiedler.landmarks.groups import LandmarkGroups
from fiedler.landmarks.projection import Projection

# Dense products over a cell cost the square of its candidates; crowded cells go row by row.
_LARGEST_CELL = 40
_GRID_BLOCK_ROWS = 1 << 20
GROUP_BLOCK_ROWS = 1 << 17
# Threads keep one (p, p) table each; together they stay below this.
_LARGEST_TABLES_BYTES = 1 << 30


def fixed_point_unit(n_samples: int) -> float:
    """Return the power of two that stands for 1: the sum over ``n_samples`` rows stays below 2**61."""
    return float(2.0 ** (61 - math.ceil(math.log2(n_samples + 1))))


def grid_affinity(
    features: NDArray[np.float32],
    projection: Projection,
    grid: CandidateGrid,
    exponent_scale: float,
    n_threads: int,
    progress: Callable[[float], None] | None = None,
) -> NDArray[np.float64]:
    """Return the symmetric (p, p) landmark affinity of (n, d) features, d <= 3.

    Raises
    ------
    InvalidFeaturesError
        A feature is not finite.
    """
    n_samples = features.shape[0]
    unit = fixed_point_unit(n_samples)
    scale = np.float32(exponent_scale)
    counts = np.diff(grid.starts)
    crowded = counts > _LARGEST_CELL
    # Rows of crowded cells are sorted behind those of all others, to where the rows outside the box are.
    bucket = np.arange(grid.n_cells + 1, dtype=np.int32)
    bucket[:-1][crowded] = grid.n_cells
    largest = int(counts[~crowded].max(initial=1))
    n_tables, totals = _tables(grid.landmarks.shape[0], n_threads)

    def work(slot: int, start: int, stop: int) -> None:
        rows = projection(row_block(features, start, stop))
        cells = grid.cells(rows)
        if crowded.any():
            cells = bucket[cells]
        ends = np.empty(grid.n_cells + 2, np.int32)
        columns = np.empty((rows.shape[1], stop - start), np.float32)
        sort_by_cell(rows, cells, ends, columns)
        add_cells(
            columns,
            ends,
            grid.landmarks,
            grid.starts,
            grid.candidates,
            grid.n_neighbors,
            scale,
            unit,
            largest,
            totals[slot],
        )
        single = np.ascontiguousarray(columns[:, ends[grid.n_cells] :].T)
        if single.shape[0]:
            indices, distances, finite = grid.nearest(single, exponent_scale)
            if not finite:
                refuse_non_finite(np.asarray(features[start:stop]), start)
            add_neighbors(indices, distances, scale, unit, totals[slot])

    walk_blocks(n_samples, grid_block_rows(n_samples), n_tables, work, progress)
    return _symmetric(totals, unit)


def grid_block_rows(n_samples: int) -> int:
    """Return the rows of a block: many, so that a cell's rows fill vectors, but at least two blocks at 1M."""
    return _GRID_BLOCK_ROWS if n_samples > 4 * _GRID_BLOCK_ROWS else _GRID_BLOCK_ROWS // 2


def group_affinity(
    features: NDArray[np.float32],
    projection: Projection,
    groups: LandmarkGroups,
    exponent_scale: float,
    n_threads: int,
    progress: Callable[[float], None] | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.uint16], NDArray[np.float32]]:
    """Return the (p, p) landmark affinity of (n, d) features with each row's landmarks and squared distances.

    Raises
    ------
    InvalidFeaturesError
        A feature is not finite.
    """
    n_samples = features.shape[0]
    unit = fixed_point_unit(n_samples)
    scale = np.float32(exponent_scale)
    indices = np.empty((n_samples, groups.n_neighbors), np.uint16)
    distances = np.empty((n_samples, groups.n_neighbors), np.float32)
    n_tables, totals = _tables(groups.landmarks.shape[0], n_threads)

    def work(slot: int, start: int, stop: int) -> None:
        rows = projection(row_block(features, start, stop))
        finite = groups.search(rows, exponent_scale, indices[start:stop], distances[start:stop])
        if not finite:
            refuse_non_finite(np.asarray(features[start:stop]), start)
        add_neighbors(indices[start:stop], distances[start:stop], scale, unit, totals[slot])

    walk_blocks(n_samples, GROUP_BLOCK_ROWS, n_tables, work, progress)
    return _symmetric(totals, unit), indices, distances


def _tables(n_landmarks: int, n_threads: int) -> tuple[int, NDArray[np.int64]]:
    table_bytes = 8 * n_landmarks * n_landmarks
    n_tables = max(1, min(n_threads, _LARGEST_TABLES_BYTES // table_bytes))
    return n_tables, np.zeros((n_tables, n_landmarks, n_landmarks), np.int64)


def _symmetric(totals: NDArray[np.int64], unit: float) -> NDArray[np.float64]:
    upper = totals[0]
    for table in totals[1:]:
        upper += table
    affinity: NDArray[np.float64] = upper / unit
    diagonal = affinity.diagonal().copy()
    affinity += affinity.T.copy()
    np.fill_diagonal(affinity, diagonal)
    return affinity
