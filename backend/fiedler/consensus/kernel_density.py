"""How probable rows are under a kernel density, which knows no clusters: the yardstick of mixtures."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from fiedler.neighbors.nearest import nearest_neighbors, search_neighbors

DENSITY_ROWS = 1_500
DENSITY_NEIGHBORS = 59
BANDWIDTHS = (0.3, 0.45, 0.7, 1.0, 1.4)
"""Of each row's distance to its tenth neighbour."""


def kernel_log_density(points: NDArray[np.float64], random_state: int, n_threads: int | None) -> float:
    """Return the mean leave-one-out log density (nats) of the best adaptive Gaussian kernel density.

    Each row's kernel is as wide as a multiple of the distance to its tenth neighbour; the best multiple is
    taken. Evaluated on a sample, over the nearest rows alone: the rest adds nothing.

    References
    ----------
    Breiman, Meisel and Purcell (1977), "Variable kernel estimates of multivariate densities".
    """
    n_samples, n_features = points.shape
    rows = np.arange(n_samples)
    if n_samples > DENSITY_ROWS:
        generator = np.random.default_rng(random_state)
        rows = np.sort(generator.choice(n_samples, DENSITY_ROWS, replace=False, shuffle=False))
    matrix = points.astype(np.float32)
    near = nearest_neighbors(matrix, min(10, n_samples - 1), n_threads=n_threads)
    widths = near.distances[:, -1].astype(np.float64)
    found = search_neighbors(matrix, matrix[rows], min(DENSITY_NEIGHBORS + 1, n_samples), n_threads=n_threads)
    squares = found.distances.astype(np.float64) ** 2
    itself = found.indices == rows[:, None]
    best = -np.inf
    for share in BANDWIDTHS:
        bandwidths = np.maximum(share * widths, 1e-9)[found.indices]
        logs = -squares / (2 * bandwidths**2) - n_features * np.log(bandwidths)
        best = max(best, float(logsumexp(np.where(itself, -np.inf, logs), axis=1).mean()))
    return float(best - 0.5 * n_features * np.log(2 * np.pi) - np.log(n_samples - 1))
