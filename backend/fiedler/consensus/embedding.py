"""The embedding that a consensus leads to: its clusters first, then the directions of one graph."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fiedler.exact.embedding import ExactEmbedding


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
    sizes = np.bincount(labels)
    indicators = np.zeros((len(labels), len(sizes)), dtype=np.float32)
    indicators[np.arange(len(labels)), labels] = np.sqrt(len(labels) / sizes)[labels]
    zeros = np.zeros(len(sizes))
    return ExactEmbedding(
        np.hstack([indicators, embedding.vectors]),
        np.concatenate([zeros, embedding.eigenvalues]),
        np.concatenate([zeros, embedding.residual_norms]),
        embedding.facts,
        None,
        embedding.n_threads,
    )
