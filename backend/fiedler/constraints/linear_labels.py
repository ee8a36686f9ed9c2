"""Labels of all rows by linear scores, through the one pass over rows that every embedding offers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fiedler.embedding import SpectralEmbedding

# Beyond this length, float32 no longer tells centroids apart finely enough.
_LARGEST_CENTROID = 60.0
_LARGEST_MISFIT = 1e-7
_BLOCK_ROWS = 65_536


def linear_labels(
    embedding: SpectralEmbedding, directions: NDArray[np.float64], offsets: NDArray[np.float64]
) -> NDArray[np.uint16]:
    """Return (n,) the c with the largest ``x . directions[c] - offsets[c]`` for each row x.

    Rows have unit length over the q columns of the directions. The nearest of suitable centroids is the same
    cluster (`equivalent_centroids`); should there be none, rows are read block by block, which is slower.

    Parameters
    ----------
    embedding : SpectralEmbedding
    directions : (c, q) float64
    offsets : (c,) float64
    """
    if len(directions) == 1:
        return np.zeros(embedding.n_samples, dtype=np.uint16)
    centroids = equivalent_centroids(directions, offsets)
    if centroids is not None:
        return embedding.nearest_centroid(centroids)
    labels = np.empty(embedding.n_samples, dtype=np.uint16)
    for start in range(0, embedding.n_samples, _BLOCK_ROWS):
        rows = np.arange(start, min(embedding.n_samples, start + _BLOCK_ROWS), dtype=np.int64)
        points = embedding.rows(rows)[:, : directions.shape[1]].astype(np.float64)
        norms = np.linalg.norm(points, axis=1, keepdims=True)
        points /= np.where(norms > 0, norms, 1.0)
        labels[rows] = (points @ directions.T - offsets).argmax(axis=1)
    return labels


def equivalent_centroids(
    directions: NDArray[np.float64], offsets: NDArray[np.float64]
) -> NDArray[np.float64] | None:
    """Return (c, q) centroids whose nearest is the largest linear score, or None when there are none.

    The nearest centroid C of x has the largest ``x . C - |C|^2 / 2``. Adding one vector t to all centroids
    adds ``x . t`` to all scores, so t is free to turn the halves of squared norms into the offsets: c linear
    equations that affinely independent directions (c <= q + 1) always fulfil. Without offsets -t is the
    centre of the sphere through all directions.
    """
    longest = float(np.linalg.norm(directions, axis=1).max())
    if longest == 0:
        return None
    scaled, wanted = directions / longest, offsets / longest
    halves = 0.5 * np.einsum("ij,ij->i", scaled, scaled)
    system = np.column_stack([scaled, np.ones(len(scaled))])
    solution = np.linalg.lstsq(system, wanted - halves, rcond=1e-10)[0]
    misfit = np.abs(system @ solution - (wanted - halves)).max()
    centroids = scaled + solution[:-1]
    if misfit > _LARGEST_MISFIT or np.linalg.norm(centroids, axis=1).max() > _LARGEST_CENTROID:
        return None
    return np.asarray(centroids)
