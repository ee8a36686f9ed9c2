"""In the plane a spanning tree need not compare all rows: it runs along the links of a triangulation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial import Delaunay, QhullError

from fiedler.trees.spanning import SMALLEST_LENGTH, SpanningTree, ascending_tree, mutual_reachability_tree

FEWEST_ROWS = 1_000
"""Below, comparing all rows is as quick."""


def planar_links(points: NDArray[np.float64], indices: NDArray[np.integer]) -> NDArray[np.int64] | None:
    """Return (e, 2) pairs of rows: Delaunay's links and those to nearest neighbours, each pair once.

    They hold a minimum spanning tree of the rows, and one under mutual reachability unless the way between
    two rows leads past a row whose own neighbours are farther apart than the two. None where rows are few, or
    lie on a line.

    Parameters
    ----------
    points : (n, 2) float64
    indices : (n, K) int
        Nearest neighbours.

    References
    ----------
    Shamos and Hoey (1975), "Closest-point problems", theorem 5.
    """
    n_samples = len(points)
    if n_samples < FEWEST_ROWS:
        return None
    try:
        ends, across = Delaunay(points).vertex_neighbor_vertices
    except QhullError:
        return None
    first = np.concatenate(
        [np.repeat(np.arange(n_samples), np.diff(ends)), np.arange(indices.size) // indices.shape[1]]
    )
    second = np.concatenate([across, indices.ravel()]).astype(np.int64)
    pairs = np.unique(np.minimum(first, second) * n_samples + np.maximum(first, second))
    return np.stack([pairs // n_samples, pairs % n_samples], axis=1)


def planar_tree(
    points: NDArray[np.float64], links: NDArray[np.int64], core_distances: NDArray[np.float64] | None = None
) -> SpanningTree:
    """Return the tree of `mutual_reachability_tree` from the links of `planar_links` alone."""
    first, second = links.T
    lengths = np.linalg.norm(points[first] - points[second], axis=1) + SMALLEST_LENGTH
    if core_distances is not None:
        lengths = np.maximum(lengths, np.maximum(core_distances[first], core_distances[second]))
    graph = sparse.csr_array((lengths, (first, second)), shape=(len(points),) * 2)
    tree = minimum_spanning_tree(graph).tocoo()
    if tree.nnz < len(points) - 1:
        # Rounding let the triangulation pass over rows.
        return mutual_reachability_tree(points, core_distances)
    return ascending_tree(np.stack([tree.row, tree.col], axis=1).astype(np.int64), tree.data)
