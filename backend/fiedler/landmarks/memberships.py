"""How rows belong to landmarks, as a sparse matrix, and the landmark graph that follows from it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from fiedler.landmarks.embedding import LandmarkEmbedding
from fiedler.landmarks.index import exponent_scale

# A link weaker than this part of the degrees of both its ends does not hold them together: see `spectrum`.
_NO_LINK = 1e-4


def memberships(embedding: LandmarkEmbedding, rows: NDArray[np.int64]) -> sparse.csr_array:
    """Return the (m, p) weights of rows to their nearest landmarks, each row adding up to 1: ``D^-1 B``.

    Parameters
    ----------
    embedding : LandmarkEmbedding
    rows : (m,) int64
        Row numbers.
    """
    indices, squared = embedding.nearest(rows)
    weights = np.exp(-exponent_scale(embedding.bandwidth) * squared.astype(np.float64))
    weights /= weights.sum(axis=1, keepdims=True)
    starts = np.arange(0, weights.size + 1, weights.shape[1])
    shape = len(rows), len(embedding.landmarks)
    return sparse.csr_array((weights.ravel(), indices.ravel().astype(np.int64), starts), shape=shape)


def landmark_graph(weights: sparse.csr_array) -> sparse.csr_array:
    """Return the (p, p) graph of landmarks that rows link: how much of them belongs to both.

    Links weaker than a ten-thousandth of the degrees of both ends are left out.

    Parameters
    ----------
    weights : csr_array of shape (m, p)
        As `memberships` returns them.
    """
    graph = sparse.coo_array(weights.T @ weights)
    degrees = np.asarray(graph.sum(axis=1)).ravel()
    kept = graph.data > _NO_LINK * np.minimum(degrees[graph.row], degrees[graph.col])
    return sparse.csr_array((graph.data[kept], (graph.row[kept], graph.col[kept])), shape=graph.shape)
