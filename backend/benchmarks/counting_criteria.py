"""The usual criteria for the number of clusters, on k-means: silhouette, Calinski-Harabasz, gap statistic."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.metrics import calinski_harabasz_score, pairwise_distances, silhouette_score
from sklearn.preprocessing import StandardScaler

Lists = dict[str, list[int]]
CRITERIA_ROWS = 1_000
N_STARTS = 3
N_REFERENCES = 5


def criteria_lists(points: NDArray[np.float64], largest: int) -> Lists:
    """Return numbers of clusters by each criterion, best first, from a sample of standardised rows.

    Parameters
    ----------
    points : (n, d) float64
    largest : int
    """
    generator = np.random.default_rng(0)
    if len(points) > CRITERIA_ROWS:
        points = points[np.sort(generator.choice(len(points), CRITERIA_ROWS, replace=False))]
    points = StandardScaler().fit_transform(points)
    numbers = range(1, min(largest, len(points) // 2) + 1)
    fits = [KMeans(k, n_init=N_STARTS, random_state=0).fit(points) for k in numbers]
    distances = pairwise_distances(points)
    silhouettes = np.array(
        [silhouette_score(distances, fit.labels_, metric="precomputed") for fit in fits[1:]]
    )
    variances = np.array([calinski_harabasz_score(points, fit.labels_) for fit in fits[1:]])
    low, high = points.min(axis=0), points.max(axis=0)
    references = []
    for _ in range(N_REFERENCES):
        cloud = generator.uniform(low, high, points.shape)
        references.append([np.log(KMeans(k, n_init=1, random_state=0).fit(cloud).inertia_) for k in numbers])
    log_inertias = np.log([fit.inertia_ for fit in fits])
    return {
        "silhouette": [int(k) for k in np.argsort(-silhouettes, kind="stable") + 2],
        "Calinski-Harabasz": [int(k) for k in np.argsort(-variances, kind="stable") + 2],
        "gap statistic": gap_list(log_inertias, np.array(references)),
    }


def gap_list(log_inertias: NDArray[np.float64], references: NDArray[np.float64]) -> list[int]:
    """Return the numbers from 1 on that satisfy the gap criterion, smallest first, then the nearest misses.

    Tibshirani, Walther and Hastie (2001), "Estimating the number of clusters in a data set via the gap
    statistic", equation 8.
    """
    gaps = references.mean(axis=0) - log_inertias
    errors = references.std(axis=0) * np.sqrt(1 + 1 / len(references))
    margins = gaps[:-1] - gaps[1:] + errors[1:]
    met = [k for k, margin in enumerate(margins, start=1) if margin >= 0]
    return met + [int(k) for k in np.argsort(-margins, kind="stable") + 1 if k not in met]
