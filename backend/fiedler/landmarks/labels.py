"""Labels of all rows for given centroids: by proven cells in low dimensions, by cached landmarks above."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fiedler.landmarks.accumulate import GROUP_BLOCK_ROWS
from fiedler.landmarks.blocks import refuse_non_finite, row_block, walk_blocks
from fiedler.landmarks.grid import CandidateGrid
from fiedler.landmarks.label_kernels import label_cells, label_neighbors, uniform_cells
from fiedler.landmarks.projection import Projection
from fiedler.progress import Fraction
from fiedler.registers import FEW

_GRID_BLOCK_ROWS = 1 << 17


@dataclass(frozen=True, slots=True)
class CentroidTable:
    """What a row needs of its landmarks to find its centroid.

    Attributes
    ----------
    vectors, centroids, half_norms : ndarray of shape (p, k), (c, k) and (c,), float64
    table : ndarray of shape (p, k + c), float32
        Vectors and their products with the centroids.
    """

    vectors: NDArray[np.float64]
    centroids: NDArray[np.float64]
    half_norms: NDArray[np.float64]
    table: NDArray[np.float32]

    def label(
        self, indices: NDArray[np.uint16], distances: NDArray[np.float32], exponent_scale: float
    ) -> NDArray[np.uint16]:
        """Return (m,) the nearest centroid of rows given by their landmarks and squared distances."""
        labels = np.empty(indices.shape[0], np.uint16)
        label_neighbors(
            indices,
            distances,
            np.float32(exponent_scale),
            np.pad(self.table, ((0, 0), (0, max(0, FEW - self.table.shape[1])))),
            self.vectors.shape[1],
            self.half_norms.astype(np.float32),
            labels,
        )
        return labels


def centroid_table(vectors: NDArray[np.float64], centroids: NDArray[np.float64]) -> CentroidTable:
    """Return the table for (c, k) centroids and the first k columns of the (p, q) vectors.

    Raises
    ------
    ValueError
        The centroids are not a finite (c, k) array with 1 <= k <= q and 1 <= c <= 65,535.
    """
    centroids = np.ascontiguousarray(centroids, dtype=np.float64)
    fits = centroids.ndim == 2 and 1 <= centroids.shape[1] <= vectors.shape[1]
    if not fits or not 1 <= centroids.shape[0] <= 65_535:
        raise ValueError(
            f"centroids have the shape {centroids.shape}; required is (c, k) with k between 1 and the "
            f"{vectors.shape[1]} columns of the embedding. Compute more components or cut k columns."
        )
    if not np.isfinite(centroids).all():
        raise ValueError("a centroid has a value that is not finite; centroids must be finite numbers.")
    used = np.ascontiguousarray(vectors[:, : centroids.shape[1]])
    table = np.concatenate([used, used @ centroids.T], axis=1).astype(np.float32)
    half_norms = 0.5 * (centroids * centroids).sum(axis=1)
    return CentroidTable(used, centroids, half_norms, table)


@dataclass(frozen=True, eq=False)
class GridLabels:
    """Labels rows in at most three columns: looked up where a cell is proven uniform, else computed."""

    grid: CandidateGrid
    exponent_scale: float
    centroids: CentroidTable

    @functools.cached_property
    def _cell_labels(self) -> NDArray[np.int32]:
        cell_labels = np.empty(self.grid.n_cells + 1, np.int32)
        uniform_cells(
            self.grid.starts,
            self.grid.candidates,
            self.centroids.vectors,
            self.centroids.centroids,
            self.centroids.half_norms,
            cell_labels,
        )
        return cell_labels

    def label(self, rows: NDArray[np.float32], labels: NDArray[np.uint16]) -> bool:
        """Write the ``labels`` (m,) of (m, d) rows; return whether all are finite."""
        cells = self.grid.cells(rows)
        undecided = np.empty(rows.shape[0], np.int32)
        n_undecided = label_cells(cells, self._cell_labels, labels, undecided)
        if not n_undecided:
            return True
        rest = undecided[:n_undecided]
        indices, distances, finite = self.grid.nearest(rows[rest], self.exponent_scale, cells[rest])
        if finite:
            labels[rest] = self.centroids.label(indices, distances, self.exponent_scale)
        return finite


def grid_labels(
    features: NDArray[np.float32],
    projection: Projection,
    grid: CandidateGrid,
    exponent_scale: float,
    centroids: CentroidTable,
    n_threads: int,
    progress: Fraction | None = None,
) -> NDArray[np.uint16]:
    """Return (n,) labels of features in at most three columns (see `GridLabels`)."""
    labeller = GridLabels(grid, exponent_scale, centroids)
    labels = np.empty(features.shape[0], np.uint16)

    def work(slot: int, start: int, stop: int) -> None:
        if not labeller.label(projection(row_block(features, start, stop)), labels[start:stop]):
            refuse_non_finite(np.asarray(features[start:stop]), start)

    walk_blocks(features.shape[0], _GRID_BLOCK_ROWS, n_threads, work, progress)
    return labels


def neighbor_labels(
    indices: NDArray[np.uint16],
    distances: NDArray[np.float32],
    exponent_scale: float,
    centroids: CentroidTable,
    n_threads: int,
    progress: Fraction | None = None,
) -> NDArray[np.uint16]:
    """Return (n,) labels of rows whose landmarks (n, K) and squared distances are cached."""
    labels = np.empty(indices.shape[0], np.uint16)

    def work(slot: int, start: int, stop: int) -> None:
        block = np.require(indices[start:stop], requirements=["C", "W", "A", "E"])
        block_distances = np.require(distances[start:stop], requirements=["C", "W", "A", "E"])
        labels[start:stop] = centroids.label(block, block_distances, exponent_scale)

    walk_blocks(indices.shape[0], GROUP_BLOCK_ROWS, n_threads, work, progress)
    return labels
