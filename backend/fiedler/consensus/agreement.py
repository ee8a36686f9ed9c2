"""How far views agree, how well each separates its clusters, and the support that follows."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from fiedler.trees.spanning import SpanningTree

# The index of two partitions changes by less than .01 beyond this many rows.
SAMPLE_ROWS = 4_000
LARGEST_SEPARATION = 3.0


def pairwise_agreement(partitions: list[NDArray[np.int32]]) -> NDArray[np.float64]:
    """Return (v, v) adjusted Rand indices, on a fixed sample of rows when there are many.

    References
    ----------
    Hubert and Arabie (1985), "Comparing partitions", equation 5.
    """
    stacked = np.ascontiguousarray(np.stack(partitions), dtype=np.int32)
    n_samples = stacked.shape[1]
    if n_samples > SAMPLE_ROWS:
        rows = np.random.default_rng(0).choice(n_samples, SAMPLE_ROWS, replace=False, shuffle=False)
        stacked = np.ascontiguousarray(stacked[:, np.sort(rows)])
    return _adjusted_rand_indices(stacked, int(stacked.max()) + 1)


def separation(tree: SpanningTree, labels: NDArray[np.int32]) -> float:
    """Return how well a partition follows the gaps of a mutual-reachability tree, in [-3, 3].

    For each cluster the log of the shortest edge that leaves it over the longest edge inside it; the mean
    weighs clusters by size. A row alone counts as perfectly separated, which its size makes harmless.

    References
    ----------
    After Moulavi, Jaskowiak, Campello, Zimek and Sander (2014), "Density-based clustering validation".
    """
    n_clusters = int(labels.max()) + 1
    if n_clusters < 2:
        return -LARGEST_SEPARATION
    lengths = np.log(np.maximum(tree.lengths, np.finfo(np.float64).tiny))
    first, second = labels[tree.edges[:, 0]], labels[tree.edges[:, 1]]
    crossing = first != second
    inside = np.full(n_clusters, -np.inf)
    np.maximum.at(inside, first[~crossing], lengths[~crossing])
    leaving = np.full(n_clusters, np.inf)
    np.minimum.at(leaving, first[crossing], lengths[crossing])
    np.minimum.at(leaving, second[crossing], lengths[crossing])
    logs = np.clip(leaving - inside, -LARGEST_SEPARATION, LARGEST_SEPARATION)
    sizes = np.bincount(labels, minlength=n_clusters)
    return float(logs @ sizes / len(labels))


def support(agreement: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (v,) the weighted mean of squared agreement with all views, in [0, 1].

    Squaring makes a group of near equals count for more than many half-agreements.
    """
    squares = np.maximum(agreement, 0.0) ** 2
    return np.asarray(squares @ weights / weights.sum())


def separation_weights(separations: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (v,) weights in (0, 1]: the squared rank of each view's separation among all."""
    return np.asarray((rankdata(separations) / len(separations)) ** 2)


@numba.njit(cache=True, nogil=True)
def _pairs(counts: NDArray[np.int64]) -> float:
    total = 0.0
    for count in counts.ravel():
        total += count * (count - 1.0) / 2.0
    return total


@numba.njit(cache=True, nogil=True)
def _adjusted_rand_indices(partitions: NDArray[np.int32], n_labels: int) -> NDArray[np.float64]:
    n_views, n_samples = partitions.shape
    all_pairs = n_samples * (n_samples - 1.0) / 2.0
    within = np.empty(n_views)
    for view in range(n_views):
        sizes = np.zeros(n_labels, np.int64)
        for row in range(n_samples):
            sizes[partitions[view, row]] += 1
        within[view] = _pairs(sizes)
    indices = np.eye(n_views)
    for view in range(n_views):
        for other in range(view):
            table = np.zeros((n_labels, n_labels), np.int64)
            for row in range(n_samples):
                table[partitions[view, row], partitions[other, row]] += 1
            expected = within[view] * within[other] / all_pairs if all_pairs > 0 else 0.0
            largest = (within[view] + within[other]) / 2.0
            index = 1.0 if largest == expected else (_pairs(table) - expected) / (largest - expected)
            indices[view, other] = index
            indices[other, view] = index
    return indices
