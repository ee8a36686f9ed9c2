"""Genie on the spectral coordinates: clusters that follow a spanning tree and need not be round."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning

from fiedler.trees.genie import genie_labels
from fiedler.trees.spanning import mutual_reachability_tree

# Points that stand for the clusters where more rows are labelled than the tree joins.
N_PROTOTYPES = 256
_MAX_ITERATIONS = 10


def tree_labels(points: NDArray[np.float32], n_clusters: int) -> NDArray[np.int64]:
    """Return (m,) labels of the Genie linkage of the points' minimum spanning tree.

    Rows that coincide, as those of a separate part of the graph do, are one vertex of the tree. Memory O(m),
    time O(m^2 q).

    Parameters
    ----------
    points : (m, q) float32
        Spectral coordinates of the rows.
    n_clusters : int
        Clusters wanted; there are no more than distinct points.

    References
    ----------
    Gagolewski, Bartoszuk and Cena (2016), "Genie: a new, fast, and outlier-resistant hierarchical clustering
    algorithm".
    """
    distinct, vertices = np.unique(points, axis=0, return_inverse=True)
    tree = mutual_reachability_tree(distinct.astype(np.float64))
    labels = genie_labels(tree, min(n_clusters, len(distinct)))
    return np.asarray(labels[vertices.ravel()])


def prototypes(
    points: NDArray[np.float32], labels: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return (c, q) points that stand for the clusters, about 256 in all, and the (c,) cluster of each.

    Every cluster has as many as its share of the rows, and at least one: centres of k-means inside it.

    Parameters
    ----------
    points : (m, q) float32
    labels : (m,) int64
        From 0, each of some row.
    """
    centers, owners = [], []
    for label, size in enumerate(np.bincount(labels)):
        members = points[labels == label]
        n_centers = min(max(1, N_PROTOTYPES * int(size) // len(points)), int(size))
        start = members[np.linspace(0, size - 1, n_centers).astype(np.int64)]
        with warnings.catch_warnings():
            # Coinciding members leave centres that coincide, which does no harm.
            warnings.simplefilter("ignore", ConvergenceWarning)
            run = KMeans(n_centers, init=start, n_init=1, max_iter=_MAX_ITERATIONS).fit(members)
        centers.append(run.cluster_centers_.astype(np.float64))
        owners.append(np.full(n_centers, label))
    return np.concatenate(centers), np.concatenate(owners)
