"""k-means by Lloyd's iteration, as it serves landmarks: many centres, a fixed start, the same bits always."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from fiedler.landmarks.distinct import sorted_distinct
from fiedler.landmarks.nearest_centre import LARGEST_BOX_DIMENSION, nearest_centre
from fiedler.neighbors.morton import morton_order
from fiedler.progress import Fraction


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
    if points.shape[1] <= LARGEST_BOX_DIMENSION:
        # Neighbours in space become neighbours in memory, which few centres are near to.
        points = points[morton_order(points)]
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
    return sorted_distinct(centres[used])


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
