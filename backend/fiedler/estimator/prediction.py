"""The clusters of rows that an estimator was not fitted on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.neighbors import KNeighborsClassifier

from fiedler.embedding import SpectralEmbedding
from fiedler.rounding import Rounding

_BLOCK_ROWS = 65_536
_VOTERS = 5


def rounded_labels(
    embedding: SpectralEmbedding, rounding: Rounding, features: NDArray[np.float32]
) -> NDArray[np.int32]:
    """Return the (m,) cluster of each new row's nearest centroid, by the Nyström extension of the embedding.

    Parameters
    ----------
    embedding : SpectralEmbedding
    rounding : Rounding
        Of that embedding.
    features : (m, d) float32
        As the embedding was computed from.
    """
    labels = np.zeros(len(features), dtype=np.int32)
    for start in range(0, len(features), _BLOCK_ROWS):
        block = slice(start, start + _BLOCK_ROWS)
        labels[block] = rounding.labels_of(embedding.extend(features[block]))
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
