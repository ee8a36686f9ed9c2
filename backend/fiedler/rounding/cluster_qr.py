"""Clusters from one pivoted QR factorisation: no start, no iteration, no seed."""

from __future__ import annotations

import numpy as np
import scipy.linalg
from numpy.typing import NDArray


def pivoted_directions(points: NDArray[np.float32], n_clusters: int) -> NDArray[np.float32]:
    """Return (c, q) orthonormal directions near rows that differ most; ``c = min(n_clusters, q, m)``.

    A row belongs to the direction with which its product is largest in size.

    Parameters
    ----------
    points : (m, q) float32
        Spectral coordinates of the rows.
    n_clusters : int
        Directions wanted.

    References
    ----------
    Damle, Minden, Ying (2019), "Simple, direct and efficient multi-way spectral clustering", algorithm 1.
    """
    _, pivots = scipy.linalg.qr(points.T, mode="r", pivoting=True)
    left, _, right = scipy.linalg.svd(points[pivots[:n_clusters]].T, full_matrices=False)
    directions: NDArray[np.float32] = (left @ right).T
    return directions
