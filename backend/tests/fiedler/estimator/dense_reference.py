"""Spectral clustering stated once more, slowly: full float64 matrices, one formula a line, nothing shared.

von Luxburg (2007), "A tutorial on spectral clustering", section 4, with the affinity of Zelnik-Manor and
Perona (2004), equation 3, on the nearest neighbours of either row.
"""

import numpy as np
from scipy.spatial.distance import cdist
from sklearn.cluster import KMeans


def neighbor_graph(points, n_neighbors=10):
    """Return the (n, n) self-tuning affinity of rows that are among each other's K nearest, either way."""
    distances = cdist(points, points)
    np.fill_diagonal(distances, np.inf)
    scales = np.sort(distances, axis=1)[:, min(7, n_neighbors) - 1]
    nearest = np.argsort(distances, axis=1)[:, :n_neighbors]
    linked = np.zeros(distances.shape, bool)
    np.put_along_axis(linked, nearest, True, axis=1)
    return np.where(linked | linked.T, np.exp(-(distances**2) / np.outer(scales, scales)), 0.0)


def landmark_graph(points, landmarks, bandwidth, n_neighbors=5):
    """Return the (p, p) affinity ``B' D**-1 B`` of landmarks through all rows."""
    squares = cdist(points, landmarks) ** 2
    farthest = np.sort(squares, axis=1)[:, n_neighbors - 1 : n_neighbors]
    weights = np.where(squares <= farthest, np.exp(-squares / (2 * bandwidth**2)), 0.0)
    return weights.T @ (weights / weights.sum(axis=1, keepdims=True))


def laplacian_eigenpairs(affinity):
    """Return the eigenvalues and eigenvectors of ``I - D^(-1/2) W D^(-1/2)``, ascending."""
    roots = np.sqrt(affinity.sum(axis=1))
    return np.linalg.eigh(np.eye(len(affinity)) - affinity / np.outer(roots, roots))


def normalized_cut(affinity, labels):
    """Return the sum over clusters of links that leave one, over the degrees in it."""
    return sum(
        affinity[labels == cluster][:, labels != cluster].sum() / affinity[labels == cluster].sum()
        for cluster in np.unique(labels)
    )


def clusters(affinity, n_clusters):
    """Return labels by k-means on the row-normalised leading eigenvectors."""
    vectors = laplacian_eigenpairs(affinity)[1][:, :n_clusters]
    rows = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return KMeans(n_clusters, n_init=20, random_state=0).fit_predict(rows)
