"""The valley between two clusters: how much sparser rows are between them than in either."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FEWEST_ROWS = 3
RIDGE = 1e-3
"""Of the mean variance, added to every variance."""
N_PLACES = 121
MARGIN = 1.0
"""Standard deviations of all rows that are looked at beyond the clusters' medians."""


def valley_depth(points: NDArray[np.float64], labels: NDArray[np.integer]) -> float:
    """Return the depth, in [0, 1], of the density's valley along the line that tells two clusters apart best.

    One less the density at the lowest place between the clusters' medians over the lower of the peaks on
    either side: 0 where rows have one peak.

    Parameters
    ----------
    points : (m, d) float64
    labels : (m,) integers
        0 and 1.

    References
    ----------
    Fisher (1936), "The use of multiple measurements in taxonomic problems", for the line; Silverman (1986),
    "Density estimation for statistics and data analysis", equation 3.31, for the kernel's width.
    """
    first, second = points[labels == 0], points[labels == 1]
    if min(len(first), len(second)) < FEWEST_ROWS:
        return 0.0
    covariances = [np.atleast_2d(np.cov(part.T, bias=True)) * len(part) for part in (first, second)]
    within = (covariances[0] + covariances[1]) / len(points)
    if not np.trace(within) > 0:
        return 0.0
    within = within + RIDGE * np.trace(within) / len(within) * np.eye(len(within))
    along = points @ np.linalg.solve(within, second.mean(axis=0) - first.mean(axis=0))
    deviation = float(along.std())
    if not deviation > 0:
        return 0.0
    along = (along - along.mean()) / deviation
    low, high = sorted((float(np.median(along[labels == 0])), float(np.median(along[labels == 1]))))
    places = np.linspace(low - MARGIN, high + MARGIN, N_PLACES)
    quartiles = np.quantile(along, [0.25, 0.75])
    width = 0.9 * min(1.0, max((quartiles[1] - quartiles[0]) / 1.34, RIDGE)) * len(along) ** -0.2
    # Narrower kernels than the steps between places would leave peaks between them unseen.
    width = max(width, places[1] - places[0])
    density = np.exp(-0.5 * ((places[:, None] - along) / width) ** 2).sum(axis=1)
    between = np.flatnonzero((places >= low) & (places <= high))
    if len(between) == 0:
        return 0.0
    lowest = between[density[between].argmin()]
    return float(1 - density[lowest] / min(density[: lowest + 1].max(), density[lowest:].max()))
