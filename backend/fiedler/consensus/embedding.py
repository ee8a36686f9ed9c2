"""The embedding that a consensus leads to: its clusters first, then the directions of one graph."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from fiedler.exact.embedding import ExactEmbedding
from fiedler.landmarks.embedding import LandmarkEmbedding
from fiedler.neighbors.nearest import search_neighbors
from fiedler.rounding.points import sample_rows

VOTING_ROWS = 4_000
VOTERS = 9


def consensus_embedding(embedding: ExactEmbedding, labels: NDArray[np.integer]) -> ExactEmbedding:
    """Return eigenvectors of the graph that links the rows of each cluster, then those of ``embedding``.

    A graph whose components are the c clusters has the eigenvalue 0 c times, with the clusters' indicators
    as eigenvectors. Rounding to c clusters gives the consensus back; what constraints change about it goes
    along the directions of the neighbour graph.

    Parameters
    ----------
    embedding : ExactEmbedding
        Of n rows.
    labels : (n,) integer
        From 0 to c - 1, each of some row.
    """
    indicators = _indicators(labels).astype(np.float32)
    zeros = np.zeros(indicators.shape[1])
    return ExactEmbedding(
        np.hstack([indicators, embedding.vectors]),
        np.concatenate([zeros, embedding.eigenvalues]),
        np.concatenate([zeros, embedding.residual_norms]),
        embedding.facts,
        None,
        embedding.n_threads,
    )


def landmark_consensus_embedding(
    embedding: LandmarkEmbedding, labels: NDArray[np.integer], rows: NDArray[np.int64] | None = None
) -> LandmarkEmbedding:
    """Return the same of landmarks: each belongs to the cluster of most of the nine labelled rows nearest it.

    A row's leading c coordinates are then the votes of its landmarks. A cluster too small to win any
    landmark gets those nearest to its rows.

    Parameters
    ----------
    embedding : LandmarkEmbedding
        Of n rows.
    labels : (m,) integer
        From 0 to c - 1, each of some row named.
    rows : (m,) int64, optional
        The rows labelled; None: all of them, of which a fixed sample votes.
    """
    if rows is None:
        rows = sample_rows(embedding.n_samples, VOTING_ROWS, 0)
        labels = labels[rows]
    n_clusters = int(labels.max()) + 1
    points = embedding.projection(np.asarray(embedding.features[rows]))
    voters = search_neighbors(points, embedding.landmarks, min(VOTERS, len(points))).indices
    votes = np.zeros((len(voters), n_clusters))
    np.add.at(votes, (np.arange(len(voters))[:, None], labels[voters]), 1.0)
    won = votes.argmax(axis=1)
    for cluster in np.setdiff1d(np.arange(n_clusters), won):
        own = points[labels == cluster]
        won[search_neighbors(embedding.landmarks, own, 1).indices[:, 0]] = cluster
    zeros = np.zeros(n_clusters)
    return dataclasses.replace(
        embedding,
        vectors=np.hstack([np.eye(n_clusters)[won], embedding.vectors]),
        eigenvalues=np.concatenate([zeros, embedding.eigenvalues]),
        residual_norms=np.concatenate([zeros, embedding.residual_norms]),
    )


def spectral_part(embedding: LandmarkEmbedding, n_vectors: int) -> LandmarkEmbedding:
    """Return the embedding without the clusters before its last ``n_vectors`` eigenvectors."""
    return dataclasses.replace(
        embedding,
        vectors=np.ascontiguousarray(embedding.vectors[:, -n_vectors:]),
        eigenvalues=embedding.eigenvalues[-n_vectors:],
        residual_norms=embedding.residual_norms[-n_vectors:],
    )


def _indicators(labels: NDArray[np.integer]) -> NDArray[np.float64]:
    sizes = np.bincount(labels)
    indicators = np.zeros((len(labels), len(sizes)))
    indicators[np.arange(len(labels)), labels] = np.sqrt(len(labels) / sizes)[labels]
    return indicators
