"""Clouds without clusters that spread like the rows: what chance alone would show."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

CLOUDS_OF_A_KIND = 2
N_CLOUDS = 2 * CLOUDS_OF_A_KIND


def reference_clouds(
    points: NDArray[np.float64], n_rows: int, random_state: int, of_a_kind: int = CLOUDS_OF_A_KIND
) -> list[NDArray[np.float64]]:
    """Return (n_rows, d) clouds, Gaussian ones with the rows' covariance and uniform ones in their box.

    The box is that of the principal axes.

    Parameters
    ----------
    points : (m, d) float64
    n_rows : int
        Of each cloud.
    random_state : int
        Seed of the draws.
    of_a_kind : int
        Clouds of each of the two kinds.

    References
    ----------
    Tibshirani, Walther and Hastie (2001), "Estimating the number of clusters in a data set via the gap
    statistic", section 3, reference distribution (b).
    """
    generator = np.random.default_rng(random_state)
    centered = points - points.mean(axis=0)
    _, axes = np.linalg.eigh(centered.T @ centered)
    along = centered @ axes
    shape = (n_rows, along.shape[1])
    deviations, low, high = along.std(axis=0), along.min(axis=0), along.max(axis=0)
    clouds = []
    for _ in range(of_a_kind):
        clouds.append(generator.standard_normal(shape) * deviations @ axes.T)
        clouds.append(generator.uniform(low, high, shape) @ axes.T)
    return clouds
