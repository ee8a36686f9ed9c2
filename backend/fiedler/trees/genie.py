"""Genie: single linkage that merges the smallest cluster first once sizes become too unequal."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from fiedler.trees.spanning import SpanningTree

GINI_THRESHOLD = 0.3


def genie_labels(
    tree: SpanningTree,
    n_clusters: int,
    *,
    gini_threshold: float = GINI_THRESHOLD,
    row_counts: NDArray[np.int64] | None = None,
) -> NDArray[np.int64]:
    """Cut a spanning tree into ``n_clusters`` parts and return (n,) labels, numbered by first row.

    Edges are merged from the shortest on, as in single linkage; while the Gini index of the cluster sizes
    exceeds the threshold, the shortest edge that leaves a cluster of the smallest size is merged instead.

    Parameters
    ----------
    tree : SpanningTree
        Of n rows.
    n_clusters : int
        From 1 to n.
    gini_threshold : float
        In [0, 1]; 1 is single linkage.
    row_counts : (n,) int64, optional
        How many rows each vertex stands for; 1 when omitted.

    Raises
    ------
    ValueError
        ``n_clusters`` is not between 1 and n.

    References
    ----------
    Gagolewski, Bartoszuk and Cena (2016), "Genie: a new, fast, and outlier-resistant hierarchical clustering
    algorithm", section 3.
    """
    if not 1 <= n_clusters <= tree.n_samples:
        raise ValueError(
            f"n_clusters is {n_clusters} for {tree.n_samples} rows; it must lie between 1 and the rows."
        )
    if row_counts is None:
        row_counts = np.ones(tree.n_samples, np.int64)
    return _merge(tree.edges, row_counts, n_clusters, gini_threshold)


@numba.njit(cache=True, nogil=True)
def _root(parent: NDArray[np.int64], row: int) -> int:
    while parent[row] != row:
        parent[row] = parent[parent[row]]
        row = parent[row]
    return row


@numba.njit(cache=True, nogil=True)
def _remove_size(
    count: NDArray[np.int64], following: NDArray[np.int64], before: NDArray[np.int64], size: int
) -> None:
    count[size] -= 1
    if count[size] == 0:
        following[before[size]] = following[size]
        before[following[size]] = before[size]


@numba.njit(cache=True, nogil=True)
def _add_size(
    count: NDArray[np.int64], following: NDArray[np.int64], before: NDArray[np.int64], size: int
) -> None:
    if count[size] == 0:
        place = before[len(count) - 1]
        while place > size:
            place = before[place]
        following[size] = following[place]
        before[size] = place
        before[following[size]] = size
        following[place] = size
    count[size] += 1


@numba.njit(cache=True, nogil=True)
def _spread_change(count: NDArray[np.int64], following: NDArray[np.int64], first: int, second: int) -> float:
    """Return how much merging sizes ``first`` and ``second`` adds to the sum of |c_i - c_j| over pairs."""
    merged = first + second
    change = 0.0
    size = following[0]
    while size < len(count) - 1:
        change += count[size] * (abs(size - merged) - abs(size - first) - abs(size - second))
        size = following[size]
    # The loop took the two themselves for other clusters.
    return change + abs(first - second) - first - second


@numba.njit(cache=True, nogil=True)
def _merge(
    edges: NDArray[np.int64], row_counts: NDArray[np.int64], n_clusters: int, gini_threshold: float
) -> NDArray[np.int64]:
    n_edges = len(edges)
    n_samples = n_edges + 1
    n_rows = row_counts.sum()
    parent = np.arange(n_samples)
    size_of = row_counts.copy()
    # Sizes in use form a linked list between the guards 0 and all rows + 1; unmerged edges another.
    count = np.zeros(n_rows + 2, np.int64)
    following = np.full(n_rows + 2, n_rows + 1, np.int64)
    before = np.zeros(n_rows + 2, np.int64)
    spread = 0.0
    for rank, size in enumerate(np.sort(row_counts)):
        _add_size(count, following, before, size)
        # In the sum of |c_i - c_j| over pairs, the smaller of two is subtracted.
        spread += float((2 * rank + 1 - n_samples) * size)
    next_edge = np.arange(1, n_edges + 1)
    last_edge = np.arange(-1, n_edges - 1)
    head = 0
    resume_size = -1
    resume = 0
    for found in range(n_samples, n_clusters, -1):
        unequal = found > 1 and spread > gini_threshold * (found - 1) * n_rows
        edge = head
        if unequal:
            smallest = following[0]
            # Edges passed over for this smallest size stay unfit until it changes.
            if smallest == resume_size:
                edge = resume
            while (
                size_of[_root(parent, edges[edge, 0])] != smallest
                and size_of[_root(parent, edges[edge, 1])] != smallest
            ):
                edge = next_edge[edge]
            resume_size = smallest
        first = _root(parent, edges[edge, 0])
        second = _root(parent, edges[edge, 1])
        after = next_edge[edge]
        previous = last_edge[edge]
        if previous >= 0:
            next_edge[previous] = after
        else:
            head = after
        if after < n_edges:
            last_edge[after] = previous
        if unequal or resume == edge:
            resume = after
        spread += _spread_change(count, following, size_of[first], size_of[second])
        _remove_size(count, following, before, size_of[first])
        _remove_size(count, following, before, size_of[second])
        if size_of[first] < size_of[second]:
            first, second = second, first
        parent[second] = first
        size_of[first] += size_of[second]
        _add_size(count, following, before, size_of[first])
    labels = np.full(n_samples, -1, np.int64)
    number = np.full(n_samples, -1, np.int64)
    used = 0
    for row in range(n_samples):
        root = _root(parent, row)
        if number[root] < 0:
            number[root] = used
            used += 1
        labels[row] = number[root]
    return labels
