"""Minimum spanning trees: of rows under mutual reachability, and of a sparse graph's own links."""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from fiedler.trees.kruskal import ascending_order, lightest_links


@dataclass(frozen=True, slots=True)
class SpanningTree:
    """A tree over n rows.

    Attributes
    ----------
    edges : (n - 1, 2) int64
        Row numbers joined, in the order of `lengths`.
    lengths : (n - 1,) float64
        Ascending, in the units of the features.
    """

    edges: NDArray[np.int64]
    lengths: NDArray[np.float64]

    @property
    def n_samples(self) -> int:
        """Number of rows joined."""
        return len(self.edges) + 1


def mutual_reachability_tree(
    features: NDArray[np.float64], core_distances: NDArray[np.float64] | None = None
) -> SpanningTree:
    """Return a minimum spanning tree under ``max(d_ij, c_i, c_j)``, or under ``d_ij`` without ``c``.

    Prim's algorithm on distances computed as they are needed: O(n^2 d) time and O(n) memory, the right trade
    up to about ten thousand rows. Ties go to the row met first, so the tree follows the order of rows.

    Parameters
    ----------
    features : (n, d) float64
    core_distances : (n,) float64, optional
        Distance of each row to its M-th neighbour.

    References
    ----------
    Campello, Moulavi, Zimek and Sander (2015), "Hierarchical density estimates for data clustering, ...",
    definition 2.
    """
    points = np.ascontiguousarray(features, dtype=np.float64)
    cores = np.zeros(len(points)) if core_distances is None else core_distances.astype(np.float64) ** 2
    edges, lengths = _prim(points, cores)
    order = ascending_order(lengths)
    return SpanningTree(edges[order], lengths[order])


def graph_tree(affinity: sparse.csr_array, embedding: NDArray[np.float64]) -> SpanningTree:
    """Return a minimum spanning tree of a connected graph's links, as long as their ends are apart in it.

    Parameters
    ----------
    affinity : csr_array of shape (n, n)
        Symmetric and connected; only which links exist matters.
    embedding : (n, q) float64
        Coordinates that give each link its length.

    Raises
    ------
    ValueError
        The graph is not connected.
    """
    first, second, lengths = _links_and_lengths(
        affinity.indptr, affinity.indices, np.ascontiguousarray(embedding, dtype=np.float64)
    )
    tree = spanning_tree_of_links(first, second, lengths, affinity.shape[0])
    if tree.n_samples != affinity.shape[0]:
        n_components = affinity.shape[0] - len(tree.edges)
        raise ValueError(
            f"the graph of {affinity.shape[0]} rows has {n_components} components; a spanning tree needs "
            f"one. Bridge the components first."
        )
    return tree


def spanning_tree_of_links(
    first: NDArray[np.integer], second: NDArray[np.integer], lengths: NDArray[np.float64], n_samples: int
) -> SpanningTree:
    """Return the minimum spanning tree of (e,) links, or a forest of fewer edges where they are not enough.

    Of links of equal length the one given first is taken.
    """
    kept = lightest_links(first, second, lengths, n_samples)
    edges = np.stack([first[kept], second[kept]], axis=1).astype(np.int64)
    return SpanningTree(edges, lengths[kept])


@numba.njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def _prim(
    points: NDArray[np.float64], square_cores: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    n_samples, n_features = points.shape
    nearest = np.full(n_samples, np.inf)
    parent = np.zeros(n_samples, np.int64)
    # The rows not yet in the tree are waiting[:n_waiting]; the one taken is replaced by the last.
    waiting = np.arange(1, n_samples)
    n_waiting = n_samples - 1
    edges = np.empty((max(n_samples - 1, 0), 2), np.int64)
    lengths = np.empty(max(n_samples - 1, 0))
    current = 0
    for step in range(n_samples - 1):
        place = 0
        smallest = np.inf
        for position in range(n_waiting):
            row = waiting[position]
            known = nearest[row]
            reach = max(square_cores[row], square_cores[current])
            # A row that has a link as short as its density allows needs no more distances.
            if reach < known:
                square = 0.0
                for column in range(n_features):
                    gap = points[current, column] - points[row, column]
                    square += gap * gap
                square = max(square, reach)
                if square < known:
                    nearest[row] = square
                    parent[row] = current
            if nearest[row] < smallest:
                smallest = nearest[row]
                place = position
        current = waiting[place]
        edges[step, 0] = parent[current]
        edges[step, 1] = current
        lengths[step] = np.sqrt(nearest[current])
        n_waiting -= 1
        waiting[place] = waiting[n_waiting]
    return edges, lengths


@numba.njit(cache=True, nogil=True)
def _links_and_lengths(
    ends: NDArray[np.integer], columns: NDArray[np.integer], embedding: NDArray[np.float64]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
    """Return both ends of each link of a symmetric graph, once, and how far apart they are embedded."""
    n_links = 0
    for row in range(len(ends) - 1):
        for place in range(ends[row], ends[row + 1]):
            n_links += columns[place] > row
    first, second = np.empty(n_links, np.int32), np.empty(n_links, np.int32)
    lengths = np.empty(n_links)
    link = 0
    for row in range(len(ends) - 1):
        for place in range(ends[row], ends[row + 1]):
            column = columns[place]
            if column > row:
                square = 0.0
                for coordinate in range(embedding.shape[1]):
                    gap = embedding[row, coordinate] - embedding[column, coordinate]
                    square += gap * gap
                first[link], second[link], lengths[link] = row, column, np.sqrt(square)
                link += 1
    return first, second, lengths
