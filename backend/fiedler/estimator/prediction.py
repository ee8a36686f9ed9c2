"""The clusters of rows that an estimator was not fitted on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.neighbors import KNeighborsClassifier

from fiedler.embedding import SpectralEmbedding
from fiedler.rounding import normalize_rows

_BLOCK_ROWS = 65_536
_VOTERS = 5


def nearest_centroids(
    embedding: SpectralEmbedding, centroids: NDArray[np.float64], features: NDArray[np.float32]
) -> NDArray[np.int32]:
    """Return the (m,) nearest centroid of each new row, by the Nyström extension of the embedding.

    Parameters
    ----------
    embedding : SpectralEmbedding
    centroids : (c, k) float64
        Of row-normalised vectors.
    features : (m, d) float32
        As the embedding was computed from.
    """
    labels = np.zeros(len(features), dtype=np.int32)
    squares = np.einsum("ij,ij->i", centroids, centroids)
    for start in range(0, len(features), _BLOCK_ROWS):
        block = slice(start, start + _BLOCK_ROWS)
        rows = normalize_rows(embedding.extend(features[block]), centroids.shape[1]).astype(np.float64)
        labels[block] = (squares - 2 * rows @ centroids.T).argmin(axis=1)
    return labels


def voted_labels(
    points: NDArray[np.float64], labels: NDArray[np.int32], new: NDArray[np.float64]
) -> NDArray[np.int32]:
    """Return the (m,) label that the five nearest fitted rows vote for, weighted by inverse distance.

    Parameters
    ----------
    points : (n, d) float64
        The fitted rows.
    labels : (n,) int32
    new : (m, d) float64
    """
    voters = KNeighborsClassifier(min(_VOTERS, len(points)), weights="distance").fit(points, labels)
    voted: NDArray[np.int32] = voters.predict(new)
    return voted
