"""One graph of some rows, cut into every number of clusters: the experiment that evidence is made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from fiedler.consensus.graphs import Neighborhood, affinity_graph, smallest_eigenpairs
from fiedler.consensus.kmeans import kmeans_labels
from fiedler.suggestions.steps import ZERO

# Components smaller than a tenth of the rows' tenth are no clusters but join their neighbours.
_PARTS_AT_LEAST = 10
_N_STARTS = 2


@dataclass(frozen=True, slots=True)
class Trial:
    """The cuts of one graph of m rows into k = 2, 3, ... clusters.

    Attributes
    ----------
    points : (m, d) float64
    affinity : csr_array of shape (m, m), float64
    labels : (c, m) int32
        Row i holds the cut into ``i + 2`` clusters.
    separations : (c,) float64
        In [0, 1]: mean of ``1 - a / b`` with the distances a and b of a row to its own and to the next
        centroid, a silhouette with centroids.
    steps : (c,) float64
        Natural logarithm of the eigenvalue after the k-th over the k-th, from 0.
    smallest : (c,) float64
        Rows of the smallest cluster over those of a mean one.
    """

    points: NDArray[np.float64]
    affinity: sparse.csr_array
    labels: NDArray[np.int32]
    separations: NDArray[np.float64]
    steps: NDArray[np.float64]
    smallest: NDArray[np.float64]


def run_trial(near: Neighborhood, n_neighbors: int, largest: int, random_state: int) -> Trial:
    """Return the cuts of the density-evened graph of ``near`` into 2 to ``largest`` clusters.

    Eigenvectors beyond the clusters vary inside them and fewer cannot tell clusters apart, so separation
    peaks at the right number.

    Parameters
    ----------
    near : Neighborhood
        Of m rows, ``m > largest``.
    n_neighbors : int
    largest : int
        At least 2.
    random_state : int
        Seed of the eigensolver and of k-means.

    References
    ----------
    Ng, Jordan and Weiss (2001), "On spectral clustering: analysis and an algorithm", for the cut.
    """
    affinity = affinity_graph(near, n_neighbors, "smoothed", _PARTS_AT_LEAST)
    eigenvalues, vectors = smallest_eigenpairs(affinity, largest + 1, near.points.shape[1], random_state)
    labels, separations, smallest = [], [], []
    for n_clusters in range(2, largest + 1):
        leading = vectors[:, :n_clusters]
        norms = np.linalg.norm(leading, axis=1, keepdims=True)
        embedding = np.ascontiguousarray(leading / np.where(norms > 0, norms, 1.0))
        cut = kmeans_labels(embedding, n_clusters, random_state, n_starts=_N_STARTS)
        labels.append(cut.astype(np.int32))
        separations.append(_separation(embedding, cut, n_clusters))
        smallest.append(np.bincount(cut, minlength=n_clusters).min() * n_clusters / len(cut))
    steps = np.log(np.maximum(eigenvalues[2:], ZERO) / np.maximum(eigenvalues[1:-1], ZERO))
    return Trial(
        near.points,
        affinity,
        np.array(labels),
        np.array(separations),
        np.maximum(steps, 0.0),
        np.array(smallest),
    )


def largest_conductance(affinity: sparse.csr_array, labels: NDArray[np.integer]) -> float:
    """Return the largest conductance of a cluster, in [0, 1].

    The affinity that leaves it over that of its rows, or of all other rows where that is less.

    References
    ----------
    von Luxburg (2007), "A tutorial on spectral clustering", section 5.
    """
    degrees = np.asarray(affinity.sum(axis=1)).ravel()
    links = affinity.tocoo()
    leaving = labels[links.row] != labels[links.col]
    n_clusters = int(labels.max()) + 1
    cuts = np.bincount(labels[links.row[leaving]], links.data[leaving], minlength=n_clusters)
    volumes = np.bincount(labels, degrees, minlength=n_clusters)
    smaller = np.minimum(volumes, degrees.sum() - volumes)
    inhabited = smaller > 0
    return float((cuts[inhabited] / smaller[inhabited]).max(initial=0.0))


def _separation(points: NDArray[np.float64], labels: NDArray[np.int64], n_clusters: int) -> float:
    sizes = np.bincount(labels, minlength=n_clusters)
    if np.any(sizes == 0):
        # The rows do not come apart that often.
        return 0.0
    centroids = np.zeros((n_clusters, points.shape[1]))
    np.add.at(centroids, labels, points)
    centroids /= sizes[:, None]
    squares = np.einsum("ij,ij->i", points, points)[:, None] + np.einsum("ij,ij->i", centroids, centroids)
    distances = np.sqrt(np.maximum(squares - 2 * points @ centroids.T, 0))
    nearest = np.partition(distances, 1, axis=1)
    return float(np.mean(1 - nearest[:, 0] / np.maximum(nearest[:, 1], np.finfo(np.float64).tiny)))
