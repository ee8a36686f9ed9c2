"""k-means by Lloyd's iteration, as it serves landmarks: many centres, a fixed start, the same bits always."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.spatial import KDTree

from fiedler.progress import Fraction

# A kd-tree beats a matrix product below this dimension.
_LARGEST_TREE_DIMENSION = 6
_TILE_ROWS = 256
_CHUNK = 32
_FAR = np.float32(3e38)


def lloyd_centres(
    points: NDArray[np.float32],
    start: NDArray[np.float32],
    n_iterations: int,
    progress: Fraction | None = None,
) -> NDArray[np.float32]:
    """Return the centres that own a point after ``n_iterations``, at most as many as ``start`` has.

    Parameters
    ----------
    points : ndarray of shape (m, d), float32
    start : ndarray of shape (p, d), float32
        Distinct first centres.
    n_iterations : int
        A fixed number: landmarks need to be spread well, not converged.
    progress : callable, optional
        Told the fraction done after each iteration; an exception it raises ends them.
    """
    centres = start.copy()
    for iteration in range(n_iterations):
        owner = nearest_centre(points, centres)
        sums, counts = _sums_by_owner(points, owner, centres.shape[0])
        owned = counts > 0
        centres[owned] = (sums[owned] / counts[owned, None]).astype(np.float32)
        if progress is not None:
            progress((iteration + 1) / (n_iterations + 1))
    # A centre nobody is nearest to would be a landmark without rows, a vertex without edges.
    owner = nearest_centre(points, centres)
    used = np.bincount(owner, minlength=centres.shape[0]) > 0
    return np.ascontiguousarray(np.unique(centres[used], axis=0))


def nearest_centre(points: NDArray[np.float32], centres: NDArray[np.float32]) -> NDArray[np.int32]:
    """Return (m,) the nearest of the (p, d) centres to each of the (m, d) points, a tie to the lower."""
    if points.shape[1] <= _LARGEST_TREE_DIMENSION:
        return np.asarray(KDTree(centres).query(points)[1], dtype=np.int32)
    owner = np.empty(points.shape[0], np.int32)
    transposed = np.ascontiguousarray(centres.T)
    nearest_by_product(points, transposed, (centres * centres).sum(axis=1), owner)
    return owner


@njit(cache=True, nogil=True, fastmath=True)
def nearest_by_product(points, transposed, squared_norms, owner):  # type: ignore[no-untyped-def]
    """Write into ``owner`` (m,) the column of ``transposed`` (d, p) nearest to each row of ``points``.

    Tiles of 256 rows: the products stay in the second-level cache. Chunk minima come first because they
    vectorise; the position is looked for only in a chunk that improves. A row that is not finite gets some
    column; whoever measures its distance finds it out.
    """
    n_points = points.shape[0]
    n_centres = transposed.shape[1]
    products = np.empty((_TILE_ROWS, n_centres), np.float32)
    for start in range(0, n_points, _TILE_ROWS):
        stop = min(n_points, start + _TILE_ROWS)
        np.dot(points[start:stop], transposed, products[: stop - start])
        for i in range(stop - start):
            row = products[i]
            best = _FAR
            position = 0
            for first in range(0, n_centres, _CHUNK):
                last = min(n_centres, first + _CHUNK)
                smallest = _FAR
                for c in range(first, last):
                    smallest = min(smallest, squared_norms[c] - np.float32(2) * row[c])
                if smallest < best:
                    best = smallest
                    for c in range(first, last):
                        if squared_norms[c] - np.float32(2) * row[c] <= smallest:
                            position = c
                            break
            owner[start + i] = position


@njit(cache=True, nogil=True)
def _sums_by_owner(points, owner, n_centres):  # type: ignore[no-untyped-def]
    sums = np.zeros((n_centres, points.shape[1]))
    counts = np.zeros(n_centres, np.int64)
    for i in range(points.shape[0]):
        c = owner[i]
        counts[c] += 1
        for q in range(points.shape[1]):
            sums[c, q] += points[i, q]
    return sums, counts
