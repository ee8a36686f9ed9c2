"""In the plane a spanning tree need not compare all rows: it runs along the links of a triangulation."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import Delaunay, QhullError

from fiedler.trees.spanning import SpanningTree, mutual_reachability_tree, spanning_tree_of_links

FEWEST_ROWS = 1_000
"""Below, comparing all rows is as quick."""


def planar_links(points: NDArray[np.float64], indices: NDArray[np.integer]) -> NDArray[np.int32] | None:
    """Return (e, 2) pairs of rows: Delaunay's links and those to nearest neighbours; some in both.

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
    first = np.repeat(np.arange(n_samples, dtype=np.int32), np.diff(ends))
    once = first < across
    links = np.stack([first[once], across[once]], axis=1)
    return np.concatenate([links, _listed_once(np.ascontiguousarray(indices, dtype=np.int32))])


def planar_tree(
    points: NDArray[np.float64], links: NDArray[np.int32], core_distances: NDArray[np.float64] | None = None
) -> SpanningTree:
    """Return the tree of `mutual_reachability_tree` from the links of `planar_links` alone."""
    first, second = np.ascontiguousarray(links.T)
    gaps = points[first] - points[second]
    lengths = np.sqrt(np.einsum("ij,ij->i", gaps, gaps))
    if core_distances is not None:
        lengths = np.maximum(lengths, np.maximum(core_distances[first], core_distances[second]))
    tree = spanning_tree_of_links(first, second, lengths, len(points))
    # Rounding may let the triangulation pass over rows.
    return tree if tree.n_samples == len(points) else mutual_reachability_tree(points, core_distances)


@numba.njit(cache=True, nogil=True)
def _listed_once(indices: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return (e, 2) pairs of a row and a neighbour; those who list each other are given once."""
    n_samples, n_neighbors = indices.shape
    links = np.empty((n_samples * n_neighbors, 2), np.int32)
    n_links = 0
    for row in range(n_samples):
        for neighbor in indices[row]:
            listed = False
            if neighbor < row:
                for place in range(n_neighbors):
                    listed |= indices[neighbor, place] == row
            if not listed:
                links[n_links, 0] = row
                links[n_links, 1] = neighbor
                n_links += 1
    return links[:n_links].copy()
