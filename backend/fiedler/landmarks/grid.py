"""Exact nearest landmarks in one to three dimensions: a grid whose cells know their candidates.

A cell keeps every landmark that can be among the K nearest of some point in it (seven of 1,000 on average),
so a row is compared with those alone. Rows outside the box are compared with all. Cells are narrow where rows
are many: a log-normal table would otherwise crowd into a corner of equal cells.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fiedler.landmarks.grid_kernels import candidate_table, cell_numbers, nearest_in_cells

LARGEST_GRID_DIMENSION = 3

# The box holds all but this fraction of the sample at each end of each axis, and a margin beyond.
_TAIL = 5e-4
_MARGIN = 0.25
_COARSE = 8
# An axis this much shorter than the longest is one cell wide.
_FLAT = 1e-4
# Fine bins an axis (their tables stay in the first-level cache), and at least so many for each cell.
_FINE_BINS = 4_096
_FINE_BINS_PER_CELL = 4
# This share of an axis's cells follows the rows, the rest its length.
_BY_ROWS = 0.65
# Rounding of a float32 coordinate, in fine bins, for each fine bin along the axis.
_COORDINATE_ROUNDING = 4e-7


@dataclass(frozen=True, slots=True)
class CandidateGrid:
    """A box of cells over the sample, and the candidates of each cell.

    Attributes
    ----------
    landmarks : ndarray of shape (p, d), float32
    origin : ndarray of shape (d,), float32
    bins_per_unit : ndarray of shape (d,), float32
        One over the length of a fine bin.
    n_bins : ndarray of shape (d,), int64
        Fine bins along each axis.
    offsets : ndarray of shape (d, greatest n_bins), int32
        A row's cell is the sum over the axes of ``offsets[axis, fine bin]``.
    starts : ndarray of shape (n_cells + 1,), int64
        Cell ``c`` has ``candidates[starts[c]:starts[c + 1]]``.
    candidates : ndarray, uint16
    n_neighbors : int
        The K the candidates are proven for.
    """

    landmarks: NDArray[np.float32]
    origin: NDArray[np.float32]
    bins_per_unit: NDArray[np.float32]
    n_bins: NDArray[np.int64]
    offsets: NDArray[np.int32]
    starts: NDArray[np.int64]
    candidates: NDArray[np.uint16]
    n_neighbors: int

    @property
    def n_cells(self) -> int:
        """Cells of the box; also the number that stands for "outside"."""
        return int(self.starts.shape[0] - 1)

    def cells(self, rows: NDArray[np.float32]) -> NDArray[np.int32]:
        """Return (m,) the cell number of each row; `n_cells` for a row outside the box."""
        numbers = np.empty(rows.shape[0], np.int32)
        cell_numbers(rows, self.origin, self.bins_per_unit, self.n_bins, self.offsets, self.n_cells, numbers)
        return numbers

    def nearest(
        self, rows: NDArray[np.float32], exponent_scale: float, cells: NDArray[np.int32] | None = None
    ) -> tuple[NDArray[np.uint16], NDArray[np.float32], bool]:
        """Return each row's nearest landmarks, their squared distances, and whether all rows are finite.

        Parameters
        ----------
        rows : ndarray of shape (m, d), float32
        exponent_scale : float
            ``1 / (2 bandwidth**2)``; distances of far rows are bounded in its units.
        cells : ndarray of shape (m,), int32, optional
            Their cells, when known.
        """
        if cells is None:
            cells = self.cells(rows)
        indices = np.empty((rows.shape[0], self.n_neighbors), np.uint16)
        distances = np.empty((rows.shape[0], self.n_neighbors), np.float32)
        finite = nearest_in_cells(
            rows,
            cells,
            self.starts,
            self.candidates,
            self.landmarks.astype(np.float64),
            exponent_scale,
            indices,
            distances,
        )
        return indices, distances, bool(finite)


def candidate_grid(
    landmarks: NDArray[np.float32], sample: NDArray[np.float32], n_neighbors: int, n_cells: int
) -> CandidateGrid:
    """Return the grid over the box of ``sample`` (m, d) with about ``n_cells`` cells, d <= 3."""
    n_dims = sample.shape[1]
    low, high = _box(sample)
    shape, coarse = _axis_cells(high - low, n_cells)
    n_bins = np.where(shape == 1, 1, np.maximum(_FINE_BINS, _FINE_BINS_PER_CELL * shape))
    origin = low.astype(np.float32)
    bin_size = (high - low) / n_bins
    edges = np.zeros((n_dims, shape.max() + 1))
    offsets = np.zeros((n_dims, n_bins.max()), np.int32)
    for axis in range(n_dims):
        owner = _cells_of_bins(sample[:, axis], low[axis], high[axis], n_bins[axis], shape[axis])
        first_bins = np.searchsorted(owner, np.arange(shape[axis] + 1))
        edges[axis, : shape[axis] + 1] = origin[axis] + bin_size[axis] * first_bins
        offsets[axis, : n_bins[axis]] = owner * shape[axis + 1 :].prod()
    padding = bin_size * np.maximum(1e-3, _COORDINATE_ROUNDING * n_bins)
    starts, candidates = candidate_table(
        landmarks.astype(np.float64), edges, padding, shape, coarse, n_neighbors
    )
    bins_per_unit = (1.0 / bin_size).astype(np.float32)
    return CandidateGrid(landmarks, origin, bins_per_unit, n_bins, offsets, starts, candidates, n_neighbors)


def _cells_of_bins(
    values: NDArray[np.float32], low: float, high: float, n_bins: int, n_cells: int
) -> NDArray[np.int64]:
    """Return (n_bins,) the cell along one axis that each fine bin belongs to, ascending from 0.

    Cells are equal steps of a weighted mean of two rising curves: length so far and share of rows so far.
    """
    counts, _ = np.histogram(values.astype(np.float64), bins=n_bins, range=(low, high))
    rows_before = np.cumsum(counts) - counts
    share = rows_before / max(1, counts.sum())
    length = np.arange(n_bins) / n_bins
    curve = _BY_ROWS * share + (1.0 - _BY_ROWS) * length
    return np.asarray(np.minimum((curve * n_cells).astype(np.int64), n_cells - 1))


def _box(sample: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the corners: quantiles widened by a margin, cut to the sample's range, never empty.

    One value at 1e9 would otherwise leave all other rows in a single cell.
    """
    wide = sample.astype(np.float64)
    low, high = np.quantile(wide, [_TAIL, 1.0 - _TAIL], axis=0)
    margin = _MARGIN * (high - low)
    low = np.maximum(wide.min(axis=0), low - margin)
    high = np.minimum(wide.max(axis=0), high + margin)
    # A little air, so that the extreme rows are inside; more for a constant column, whose box is a point.
    air = np.maximum(1e-5 * (high - low), 1e-5 * np.maximum(np.abs(low), np.abs(high)))
    air = np.maximum(air, 1e-30)
    return low - air, high + air


def _axis_cells(widths: NDArray[np.float64], n_cells: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return cells along each axis (near square, about ``n_cells`` together) and along a coarse block."""
    wide = widths > _FLAT * widths.max()
    side = (widths[wide].prod() / n_cells) ** (1.0 / np.count_nonzero(wide))
    shape = np.ones(widths.shape[0], np.int64)
    coarse = np.ones(widths.shape[0], np.int64)
    shape[wide] = np.maximum(1, np.ceil(widths[wide] / side / _COARSE)).astype(np.int64) * _COARSE
    coarse[wide] = _COARSE
    return shape, coarse
