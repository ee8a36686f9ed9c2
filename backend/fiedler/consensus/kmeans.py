"""k-means on small matrices, compiled: the rounding of every view and the start of every mixture."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

N_STARTS = 4
# Starts compete on this many rows, the best is then polished on all.
SAMPLE_ROWS = 2_000
_ROUGH_TOLERANCE = 1e-4
_TOLERANCE = 1e-9
_MAX_ITERATIONS = 100
# Beyond what the bounds of a run lose to rounding, relative.
_ROUNDING = 1 + 1e-9


def kmeans_labels(
    points: NDArray[np.float64], n_clusters: int, random_state: int, *, n_starts: int = N_STARTS
) -> NDArray[np.int64]:
    """Return (n,) labels of the best of several greedy k-means++ starts; some clusters may stay empty.

    Parameters
    ----------
    points : (n, q) float64
    n_clusters : int
        From 1 to n.
    random_state : int
        Seed of the starts.
    n_starts : int

    References
    ----------
    Arthur and Vassilvitskii (2007), "k-means++: the advantages of careful seeding", with its greedy trials.
    """
    generator = np.random.default_rng(random_state)
    points = np.ascontiguousarray(points, dtype=np.float64)
    few = points
    if len(points) > SAMPLE_ROWS:
        rows = generator.choice(len(points), SAMPLE_ROWS, replace=False, shuffle=False)
        few = np.ascontiguousarray(points[np.sort(rows)])
    n_trials = 2 + int(np.log(n_clusters))
    best, smallest = few[:n_clusters].copy(), np.inf
    for _ in range(n_starts):
        centroids = _seed(few, n_clusters, generator.random(1 + n_clusters * n_trials), n_trials)
        inertia = _polish(few, centroids, _MAX_ITERATIONS, _ROUGH_TOLERANCE)[1]
        if inertia < smallest:
            best, smallest = centroids, inertia
    labels: NDArray[np.int64] = _polish(points, best, _MAX_ITERATIONS, _TOLERANCE)[0]
    return labels


def halved(points: NDArray[np.float64], labels: NDArray[np.integer], random_state: int) -> NDArray[np.int64]:
    """Return labels with every cluster of more than four rows cut in two by k-means."""
    halves = labels.astype(np.int64) * 2
    for cluster in range(int(labels.max()) + 1):
        rows = np.flatnonzero(labels == cluster)
        if len(rows) > 4:
            halves[rows] += kmeans_labels(points[rows], 2, random_state, n_starts=2)
    return np.unique(halves, return_inverse=True)[1]


@numba.njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def _polish(
    points: NDArray[np.float64], centroids: NDArray[np.float64], max_iterations: int, tolerance: float
) -> tuple[NDArray[np.int64], float]:
    """Run Lloyd's iteration in place of ``centroids`` and return the labels and the inertia.

    A row nearer to its centroid than any other can be, by how far these moved since it was compared with all,
    keeps its cluster: the labels are those of comparing every time.

    References
    ----------
    Hamerly (2010), "Making k-means even faster".
    """
    n_samples, n_columns = points.shape
    n_clusters = len(centroids)
    labels = np.zeros(n_samples, np.int64)
    # No other centroid than its own is nearer to a row than this.
    others = np.full(n_samples, -1.0)
    moved = np.zeros(n_clusters)
    last = np.inf
    inertia = 0.0
    for _ in range(max_iterations):
        sums = np.zeros((n_clusters, n_columns))
        counts = np.zeros(n_clusters)
        inertia = 0.0
        farthest = moved.argmax()
        most = moved[farthest]
        moved[farthest] = 0.0
        second_most = moved.max()
        for row in range(n_samples):
            nearest = labels[row]
            smallest = 0.0
            for column in range(n_columns):
                gap = points[row, column] - centroids[nearest, column]
                smallest += gap * gap
            others[row] -= second_most if nearest == farthest else most
            if np.sqrt(smallest) * _ROUNDING >= others[row]:
                nearest, smallest, second = 0, np.inf, np.inf
                for cluster in range(n_clusters):
                    square = 0.0
                    for column in range(n_columns):
                        gap = points[row, column] - centroids[cluster, column]
                        square += gap * gap
                    if square < smallest:
                        nearest, smallest, second = cluster, square, smallest
                    elif square < second:
                        second = square
                labels[row] = nearest
                others[row] = np.sqrt(second)
            counts[nearest] += 1
            inertia += smallest
            for column in range(n_columns):
                sums[nearest, column] += points[row, column]
        for cluster in range(n_clusters):
            moved[cluster] = 0.0
            if counts[cluster] > 0:
                square = 0.0
                for column in range(n_columns):
                    mean = sums[cluster, column] / counts[cluster]
                    square += (mean - centroids[cluster, column]) ** 2
                    centroids[cluster, column] = mean
                moved[cluster] = np.sqrt(square)
        if last < np.inf and last - inertia <= tolerance * last:
            break
        last = inertia
    return labels, inertia


@numba.njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def _seed(
    points: NDArray[np.float64], n_clusters: int, draws: NDArray[np.float64], n_trials: int
) -> NDArray[np.float64]:
    n_samples, n_columns = points.shape
    centroids = np.empty((n_clusters, n_columns))
    squares = np.full(n_samples, np.inf)
    trial = np.empty(n_samples)
    kept = np.empty(n_samples)
    used = 0
    for cluster in range(n_clusters):
        best = 0
        smallest = np.inf
        cumulative = np.cumsum(squares)
        for _ in range(n_trials if cluster else 1):
            if cluster:
                row = min(np.searchsorted(cumulative, draws[used] * cumulative[-1]), n_samples - 1)
            else:
                row = int(draws[used] * n_samples)
            used += 1
            potential = 0.0
            for other in range(n_samples):
                square = 0.0
                for column in range(n_columns):
                    gap = points[other, column] - points[row, column]
                    square += gap * gap
                trial[other] = min(square, squares[other])
                potential += trial[other]
            if potential < smallest:
                smallest = potential
                best = row
                kept[:] = trial
        squares[:] = kept
        centroids[cluster] = points[best]
    return centroids
