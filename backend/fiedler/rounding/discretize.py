"""The rotation that brings spectral coordinates closest to indicators of clusters."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fiedler.rounding.cluster_qr import pivoted_directions

_MAX_ITERATIONS = 60
_SMALLEST_GROWTH = 1e-10


def rotated_axes(points: NDArray[np.float32], n_clusters: int) -> NDArray[np.float64]:
    """Return (c, q) orthonormal axes, ``c = min(n_clusters, q, m)``: a row belongs to the one it is nearest.

    Indicators nearest the rotated rows, and the rotation nearest those indicators, are found in turn until
    neither changes. The start is the directions of pivoted QR, where the paper takes random rows: no seed.

    Parameters
    ----------
    points : (m, q) float32
        Row-normalised spectral coordinates.
    n_clusters : int
        Axes wanted.

    References
    ----------
    Yu and Shi (2003), "Multiclass spectral clustering", section 4, steps 4 to 7.
    """
    axes = pivoted_directions(points, n_clusters).astype(np.float64)
    reached = -np.inf
    for _ in range(_MAX_ITERATIONS):
        nearest = (points @ axes.T).argmax(axis=1)
        # X^T Y of the paper: the sum of the rows nearest each axis.
        sums = np.stack([points[nearest == axis].sum(axis=0, dtype=np.float64) for axis in range(len(axes))])
        left, strengths, right = np.linalg.svd(sums, full_matrices=False)
        objective = float(strengths.sum())
        axes = left @ right
        if objective <= reached + _SMALLEST_GROWTH * abs(objective):
            break
        reached = objective
    return axes
