"""The neighbour graphs that views are cut from: one neighbour search, several ideas of affinity."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from fiedler.affinity.kernels import local_scales, local_weights
from fiedler.affinity.symmetrize import symmetrize
from fiedler.eigensolvers.protocol import EigenProblem
from fiedler.eigensolvers.select import solve
from fiedler.neighbors.nearest import Neighbors, nearest_neighbors, search_neighbors
from fiedler.trees.planar import planar_links, planar_tree
from fiedler.trees.spanning import SpanningTree, mutual_reachability_tree, spanning_tree_of_links

Scale = Literal["local", "smoothed"]

BRIDGE_WEIGHT = 1e-4
"""Of the mean affinity, for links that only keep the graph in one piece."""
FLOOR_WEIGHT = 1e-6
"""Keeps far links of a smoothed graph from vanishing."""
N_ABSORBING = 3
SMALL_SHARE = 0.1
"""Of a mean cluster's rows: smaller components join their nearest rows at full weight."""
SMALLEST_COMPONENT = 5
FOREST_NEIGHBORS = 5


@dataclass(frozen=True)
class Neighborhood:
    """Rows of one space with their neighbours and the tree that holds them together.

    ``points`` (m, d) float64, ``neighbors`` of K = 20 or fewer.
    """

    points: NDArray[np.float64]
    neighbors: Neighbors

    @cached_property
    def _links(self) -> NDArray[np.int32] | None:
        return planar_links(self.points, self.neighbors.indices) if self.points.shape[1] == 2 else None

    @cached_property
    def tree(self) -> SpanningTree:
        """Minimum spanning tree under plain distances, made when first asked for."""
        return self.spanning_tree(None)

    def spanning_tree(self, core_distances: NDArray[np.float64] | None) -> SpanningTree:
        """Return a minimum spanning tree under mutual reachability, given (m,) core distances."""
        if self._links is None:
            return mutual_reachability_tree(self.points, core_distances)
        return planar_tree(self.points, self._links, core_distances)

    @cached_property
    def forest(self) -> SpanningTree:
        """Minimum spanning forest of the links to neighbours under mutual reachability with M = 5.

        A tree without its long links, quickly made.
        """
        indices = self.neighbors.indices
        first = np.repeat(np.arange(self.n_samples), indices.shape[1])
        cores = self.core_distances(FOREST_NEIGHBORS)
        lengths = self.neighbors.distances.ravel().astype(np.float64)
        lengths = np.maximum(lengths, np.maximum(cores[first], cores[indices.ravel()]))
        return spanning_tree_of_links(first, indices.ravel(), lengths, self.n_samples)

    def core_distances(self, n_neighbors: int) -> NDArray[np.float64]:
        """Return (m,) distances to the M-th neighbour, or to the last one known."""
        distances = self.neighbors.distances
        return distances[:, min(n_neighbors, distances.shape[1]) - 1].astype(np.float64)

    @property
    def n_samples(self) -> int:
        """Number of rows."""
        return len(self.points)


def neighborhood(points: NDArray[np.float64], n_neighbors: int, n_threads: int | None) -> Neighborhood:
    """Return the neighbours of (m, d) points; K is at most m - 1."""
    found = nearest_neighbors(
        points.astype(np.float32), min(n_neighbors, len(points) - 1), n_threads=n_threads
    )
    return Neighborhood(points, found)


def affinity_graph(near: Neighborhood, n_neighbors: int, scale: Scale, n_clusters: int) -> sparse.csr_array:
    """Return a connected affinity of ``near``.

    ``local`` is the self-tuning kernel; ``smoothed`` takes the geometric mean of a row's own and the global
    scale, which evens out density, and lets components far smaller than a cluster join their neighbours.

    Parameters
    ----------
    near : Neighborhood
    n_neighbors : int
        K, cut to what ``near`` holds.
    scale : {"local", "smoothed"}
    n_clusters : int
        Tells which components are too small to be clusters.

    References
    ----------
    Zelnik-Manor and Perona (2004), "Self-tuning spectral clustering", equation 3.
    """
    n_neighbors = min(n_neighbors, near.neighbors.indices.shape[1])
    indices = near.neighbors.indices[:, :n_neighbors]
    distances = near.neighbors.distances[:, :n_neighbors]
    scales = local_scales(distances)
    if scale == "smoothed":
        scales = np.sqrt(scales * np.exp(np.log(scales).mean()))
    weights = local_weights(distances, scales, scales[indices]).astype(np.float64)
    if scale == "smoothed":
        weights += FLOOR_WEIGHT
    else:
        # An underflown weight is still a link.
        weights = np.maximum(weights, np.finfo(np.float32).tiny)
    ends = np.arange(0, indices.size + 1, n_neighbors)
    directed = sparse.csr_array((weights.ravel(), indices.ravel(), ends), shape=(near.n_samples,) * 2)
    affinity = symmetrize(directed, "union")
    if scale == "smoothed":
        affinity = _absorb(affinity, near.points, n_clusters)
    return _bridge(affinity, near)


def row_normalised_embedding(
    affinity: sparse.csr_array, n_vectors: int, n_features: int, random_state: int
) -> NDArray[np.float64]:
    """Return (m, q) eigenvectors of the normalized Laplacian's smallest eigenvalues, rows of unit length.

    References
    ----------
    Ng, Jordan and Weiss (2001), "On spectral clustering: analysis and an algorithm".
    """
    vectors = smallest_eigenpairs(affinity, n_vectors, n_features, random_state)[1]
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(norms > 0, norms, 1.0))


def smallest_eigenpairs(
    affinity: sparse.csr_array, n_eigenpairs: int, n_features: int, random_state: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return (q,) ascending eigenvalues of a connected graph's normalized Laplacian and (m, q) eigenvectors.

    ``q`` is the number asked for, or m.
    """
    degrees = np.asarray(affinity.sum(axis=1)).ravel()
    inverse = sparse.diags_array(1.0 / np.sqrt(degrees))
    normalized = (inverse @ affinity @ inverse).tocsr()
    null = np.sqrt(degrees / degrees.sum())
    solved = solve(EigenProblem(normalized, null, min(n_eigenpairs, len(null)), random_state), n_features)
    return solved.eigenvalues, np.asarray(solved.eigenvectors)


def _absorb(affinity: sparse.csr_array, points: NDArray[np.float64], n_clusters: int) -> sparse.csr_array:
    """Return the graph with small components linked, each row, to the nearest rows of the large ones."""
    n_components, component = connected_components(affinity, directed=False)
    if n_components == 1:
        return affinity
    least = max(SMALLEST_COMPONENT, SMALL_SHARE * len(points) / n_clusters)
    large = (np.bincount(component) >= least)[component]
    if large.all() or not large.any():
        return affinity
    inside, outside = np.flatnonzero(large), np.flatnonzero(~large)
    found = search_neighbors(
        points[inside].astype(np.float32),
        points[outside].astype(np.float32),
        min(N_ABSORBING, len(inside)),
    )
    rows = np.repeat(outside, found.indices.shape[1])
    return _with_links(affinity, rows, inside[found.indices.ravel()], affinity.data.mean())


def _bridge(affinity: sparse.csr_array, near: Neighborhood) -> sparse.csr_array:
    """Return the graph with its components joined, weakly, by the edges of the rows' tree between them."""
    n_components, component = connected_components(affinity, directed=False)
    if n_components == 1:
        return affinity
    tree = near.tree
    edges = tree.edges[component[tree.edges[:, 0]] != component[tree.edges[:, 1]]]
    return _with_links(affinity, edges[:, 0], edges[:, 1], BRIDGE_WEIGHT * affinity.data.mean())


def _with_links(
    affinity: sparse.csr_array, rows: NDArray[np.integer], columns: NDArray[np.integer], weight: float
) -> sparse.csr_array:
    links = sparse.coo_array((np.full(len(rows), weight), (rows, columns)), shape=affinity.shape).tocsr()
    return (affinity + links.maximum(links.T)).tocsr()
