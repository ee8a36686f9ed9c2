"""The usual criteria for the number of clusters, on k-means: silhouette, Calinski-Harabasz, gap statistic.

Slow, and always the same: what they rank of a table is kept in a folder, when one is given.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.metrics import calinski_harabasz_score, pairwise_distances, silhouette_score
from sklearn.preprocessing import StandardScaler

Lists = dict[str, list[int]]
CRITERIA_ROWS = 1_000
N_STARTS = 3
N_REFERENCES = 5


def criteria_lists(points: NDArray[np.float64], largest: int, kept_in: Path | None = None) -> Lists:
    """Return numbers of clusters by each criterion, best first, from a sample of standardised rows.

    Parameters
    ----------
    points : (n, d) float64
    largest : int
    kept_in : Path, optional
        Folder of lists found before, a file a table.
    """
    if kept_in is None:
        return _ranked(points, largest)
    asked = repr((points.shape, largest, CRITERIA_ROWS, N_STARTS, N_REFERENCES)).encode()
    content = hashlib.sha256(asked + np.ascontiguousarray(points).tobytes()).hexdigest()
    file = kept_in / f"{content[:32]}.json"
    if not file.exists():
        kept_in.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(_ranked(points, largest)), encoding="utf-8")
    lists: Lists = json.loads(file.read_text(encoding="utf-8"))
    return lists


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


def _ranked(points: NDArray[np.float64], largest: int) -> Lists:
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
