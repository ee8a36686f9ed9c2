"""k-means on spectral coordinates: the best of a pivoted-QR start and several spread ones.

The centroids come from a fixed sample of rows, the labels of all rows from one pass over the embedding.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fiedler.progress import Fraction
from fiedler.rounding.cluster_qr import pivoted_directions
from fiedler.rounding.lloyd import polish_centroids
from fiedler.rounding.points import normalize_rows, sample_rows
from fiedler.row_blocks import single_blas_thread

# Rows on which starts compete before the best is polished on all.
_START_ROWS = 3_000
# k-means++ starts drawn, and those of least inertia among them that k-means continues.
_N_STARTS_DRAWN = 8
_N_STARTS_RUN = 3


def find_centroids(vectors: NDArray[np.float32], n_clusters: int, random_state: int) -> NDArray[np.float64]:
    """Return the k-means centroids of vectors row-normalised over their first ``n_clusters`` columns.

    Parameters
    ----------
    vectors : (m, q) float32
        Embedding of the sampled rows, ``q >= n_clusters`` unless there are fewer eigenvectors.
    n_clusters : int
        Number of clusters wanted.
    random_state : int
        Seed of the k-means++ starts.

    Returns
    -------
    (c, min(n_clusters, q)) float64
        ``c <= n_clusters``: no more centroids than distinct rows.
    """
    return kmeans_centroids(normalize_rows(vectors, n_clusters), n_clusters, random_state)


def kmeans_centroids(
    points: NDArray[np.float32], n_clusters: int, random_state: int, progress: Fraction | None = None
) -> NDArray[np.float64]:
    """Return the (c, q) k-means centroids of (m, q) points; ``c <= n_clusters``, the distinct points.

    A pivoted-QR start and several k-means++ starts compete on some of the rows, the best is then polished on
    all of them. One thread, so that the same rows give the same bits on any machine. ``progress`` is told the
    fraction done after each start; an exception it raises ends the work.
    """
    if n_clusters == 1:
        mean: NDArray[np.float64] = points.mean(axis=0, keepdims=True, dtype=np.float64)
        return mean
    n_clusters = min(n_clusters, len(points))
    few = points[sample_rows(len(points), _START_ROWS, random_state)]
    with single_blas_thread():
        starts = _spread_starts(few, n_clusters, random_state)
        if n_clusters <= few.shape[1]:
            starts.append(_pivoted_qr_centroids(few, n_clusters))
        runs = []
        for number, start in enumerate(starts, start=1):
            runs.append(polish_centroids(few, start))
            if progress is not None:
                progress(number / (len(starts) + 1))
        centroids, _ = min(runs, key=lambda run: run[1])
        if len(few) < len(points):
            centroids, _ = polish_centroids(points, centroids)
    # Fewer distinct rows than clusters leave copies among the centroids.
    _, first = np.unique(centroids, axis=0, return_index=True)
    return centroids[np.sort(first)]


def _spread_starts(
    points: NDArray[np.float32], n_clusters: int, random_state: int
) -> list[NDArray[np.float32]]:
    """Return the best few of several (n_clusters, k) greedy k-means++ starts, all drawn side by side.

    References
    ----------
    Arthur, Vassilvitskii (2007), "k-means++: the advantages of careful seeding", with section 7's greedy
    trials.
    """
    generator = np.random.default_rng(random_state)
    n_trials = 2 + int(np.log(n_clusters))
    starts = np.arange(_N_STARTS_DRAWN)
    chosen = np.empty((_N_STARTS_DRAWN, n_clusters), dtype=np.int64)
    chosen[:, 0] = generator.integers(len(points), size=_N_STARTS_DRAWN)
    nearest = _squared_distances(points[chosen[:, 0]], points)
    for step in range(1, n_clusters):
        reached = np.cumsum(nearest, axis=1, dtype=np.float64)
        draws = generator.random((_N_STARTS_DRAWN, n_trials)) * reached[:, -1:]
        trials = np.array([np.searchsorted(reached[start], draws[start]) for start in starts])
        trials = np.minimum(trials, len(points) - 1)
        distances = _squared_distances(points[trials.ravel()], points).reshape(*trials.shape, -1)
        distances = np.minimum(distances, nearest[:, None, :])
        best = distances.sum(axis=2).argmin(axis=1)
        nearest = distances[starts, best]
        chosen[:, step] = trials[starts, best]
    least = np.argsort(nearest.sum(axis=1), kind="stable")[:_N_STARTS_RUN]
    return [points[chosen[start]] for start in least]


def _squared_distances(centers: NDArray[np.float32], points: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the (c, m) squared distances, not negative."""
    squares = np.einsum("ij,ij->i", centers, centers)[:, None] + np.einsum("ij,ij->i", points, points)
    distances: NDArray[np.float32] = np.maximum(squares - 2 * (centers @ points.T), 0)
    return distances


def _pivoted_qr_centroids(points: NDArray[np.float32], n_clusters: int) -> NDArray[np.float32]:
    """Return the (n_clusters, k) means of the groups that pivoted QR finds."""
    directions = pivoted_directions(points, n_clusters)
    groups = np.abs(points @ directions.T).argmax(axis=1)
    centroids = directions.copy()
    for group in range(n_clusters):
        members = points[groups == group]
        if len(members):
            centroids[group] = members.mean(axis=0)
    return centroids
