"""Exact nearest landmarks in one to three dimensions: a grid whose cells know their candidates.

A cell keeps every landmark that can be among the K nearest of some point in it (seven of 1,000 on average),
so a row is compared with those alone. Rows outside the box are compared with all.
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
_CELL_PADDING = 1e-4
# Rounding of a float32 cell coordinate, in cells, for each cell along the axis.
_COORDINATE_ROUNDING = 4e-7


@dataclass(frozen=True, slots=True)
class CandidateGrid:
    """A box of equal cells over the sample, and the candidates of each cell.

    Attributes
    ----------
    landmarks : ndarray of shape (p, d), float32
    origin, cell_size : ndarray of shape (d,), float32 and float64
    shape : ndarray of shape (d,), int64
        Cells along each axis.
    starts : ndarray of shape (n_cells + 1,), int64
        Cell ``c`` has ``candidates[starts[c]:starts[c + 1]]``.
    candidates : ndarray, uint16
    n_neighbors : int
        The K the candidates are proven for.
    """

    landmarks: NDArray[np.float32]
    origin: NDArray[np.float32]
    cell_size: NDArray[np.float64]
    shape: NDArray[np.int64]
    starts: NDArray[np.int64]
    candidates: NDArray[np.uint16]
    n_neighbors: int

    @property
    def n_cells(self) -> int:
        """Cells of the box; also the number that stands for "outside"."""
        return int(self.starts.shape[0] - 1)

    @property
    def inverse_size(self) -> NDArray[np.float32]:
        """(d,) one over the cell size."""
        return (1.0 / self.cell_size).astype(np.float32)

    def cells(self, rows: NDArray[np.float32]) -> NDArray[np.int32]:
        """Return (m,) the cell number of each row; `n_cells` for a row outside the box."""
        numbers = np.empty(rows.shape[0], np.int32)
        cell_numbers(rows, self.origin, self.inverse_size, self.shape, numbers)
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
    low, high = _box(sample)
    shape, coarse = _axis_cells(high - low, n_cells)
    origin = low.astype(np.float32)
    cell_size = (high - low) / shape
    padding = cell_size * np.maximum(_CELL_PADDING, _COORDINATE_ROUNDING * shape)
    padding += np.abs(origin - low)
    starts, candidates = candidate_table(
        landmarks.astype(np.float64),
        origin.astype(np.float64),
        cell_size,
        padding,
        shape,
        coarse,
        n_neighbors,
    )
    return CandidateGrid(landmarks, origin, cell_size, shape, starts, candidates, n_neighbors)


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
