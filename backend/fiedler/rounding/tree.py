"""Genie on the spectral coordinates: clusters that follow a spanning tree and need not be round."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fiedler.rounding.lloyd import polish_centroids
from fiedler.trees.genie import genie_labels
from fiedler.trees.spanning import mutual_reachability_tree

# Points that stand for the clusters where more rows are labelled than the tree joins.
N_PROTOTYPES = 128


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
    distinct, vertices, copies = np.unique(points, axis=0, return_inverse=True, return_counts=True)
    tree = mutual_reachability_tree(distinct.astype(np.float64))
    labels = genie_labels(tree, min(n_clusters, len(distinct)), row_counts=copies.astype(np.int64))
    return np.asarray(labels[vertices.ravel()])


def prototypes(
    points: NDArray[np.float32], labels: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return (c, q) points that stand for the clusters, about 128 in all, and the (c,) cluster of each.

    Every cluster has as many as its share of the rows, at least one, at most its distinct points: centres of
    k-means inside it.

    Parameters
    ----------
    points : (m, q) float32
    labels : (m,) int64
        From 0, each of some row.
    """
    centers, owners = [], []
    for label, size in enumerate(np.bincount(labels)):
        members = np.unique(points[labels == label], axis=0)
        n_centers = min(max(1, N_PROTOTYPES * int(size) // len(points)), len(members))
        start = members[np.linspace(0, len(members) - 1, n_centers).astype(np.int64)]
        centers.append(polish_centroids(members, start)[0])
        owners.append(np.full(n_centers, label))
    return np.concatenate(centers), np.concatenate(owners)
