"""Lloyd's iteration for rounding: with few centroids of few columns a library's overhead costs most."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from fiedler.landmarks.nearest_centre import nearest_by_product

_MAX_ITERATIONS = 100
# Inertia that falls by less than this share has settled.
_TOLERANCE = 1e-5


def polish_centroids(
    points: NDArray[np.float32], start: NDArray[np.floating]
) -> tuple[NDArray[np.float64], float]:
    """Return the centroids that Lloyd's iteration reaches from a start, and their inertia.

    A centroid that no row is nearest to moves to the row farthest from its own, unless all rows sit on a
    centroid. The same bits always, as long as BLAS is kept to one thread.

    Parameters
    ----------
    points : (m, q) float32, C-order
        Unit rows, or zero.
    start : (c, q)

    Returns
    -------
    centroids : (c, q) float64
    inertia : float
        Sum of squared distances to the nearest centroid.

    References
    ----------
    Lloyd (1982), "Least squares quantization in PCM".
    """
    centroids = np.array(start, dtype=np.float64)
    owner = np.empty(len(points), np.int32)
    squares = np.empty(len(points), np.float32)
    inertia = last = np.inf
    for _ in range(_MAX_ITERATIONS):
        rounded = centroids.astype(np.float32)
        norms = np.einsum("ij,ij->i", rounded, rounded)
        nearest_by_product(points, np.ascontiguousarray(rounded.T), norms, owner)
        sums, counts, inertia = _measure(points, rounded, owner, squares)
        if inertia >= (1 - _TOLERANCE) * last:
            break
        last = inertia
        owned = counts > 0
        centroids[owned] = sums[owned] / counts[owned, None]
        for centroid in np.flatnonzero(~owned):
            farthest = squares.argmax()
            if squares[farthest] > 0:
                squares[farthest] = 0
                centroids[centroid] = points[farthest]
    return centroids, float(inertia)


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract", "nsz"})
def _measure(points, centroids, owner, squares):  # type: ignore[no-untyped-def]
    """Return sums and counts of each centroid's rows and the inertia; write the rows' squared distances."""
    n_columns = points.shape[1]
    sums = np.zeros((centroids.shape[0], n_columns))
    counts = np.zeros(centroids.shape[0], np.int64)
    inertia = np.float64(0)
    for i in range(points.shape[0]):
        own = centroids[owner[i]]
        total = sums[owner[i]]
        counts[owner[i]] += 1
        square = np.float32(0)
        for q in range(n_columns):
            gap = points[i, q] - own[q]
            square += gap * gap
            total[q] += points[i, q]
        squares[i] = square
        inertia += square
    return sums, counts, inertia
