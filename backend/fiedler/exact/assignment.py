"""Assigning every row of an embedding to its nearest centroid: the interactive part of rounding."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from fiedler.progress import Fraction
from fiedler.row_blocks import run_blocks

BLOCK_ROWS = 16_384


def assign_nearest(
    vectors: NDArray[np.float32],
    centroids: NDArray[np.float64],
    n_threads: int,
    progress: Fraction | None = None,
) -> NDArray[np.uint16]:
    """Return (n,) the centroid nearest to each row normalised over the first k columns; ties go to the lower.

    Parameters
    ----------
    vectors : (n, q) float32
        May be memory-mapped.
    centroids : (c, k) float64
        k <= q.
    """
    n_columns = min(centroids.shape[1], vectors.shape[1])
    directions = np.ascontiguousarray(centroids[:, :n_columns].T, dtype=np.float32)
    half_norms = (0.5 * np.einsum("ij,ij->i", centroids, centroids)).astype(np.float32)
    labels = np.empty(len(vectors), np.uint16)

    def assign(start: int, stop: int) -> None:
        block = np.ascontiguousarray(vectors[start:stop, :n_columns])
        _assign_rows(block, directions, half_norms, labels[start:stop])

    run_blocks(assign, len(vectors), BLOCK_ROWS, n_threads, progress)
    return labels


@njit(cache=True, nogil=True, fastmath=True)
def _assign_rows(rows, directions, half_norms, labels):  # type: ignore[no-untyped-def]
    n_columns, n_centroids = directions.shape
    scores = np.empty(n_centroids, np.float32)
    for i in range(rows.shape[0]):
        square = np.float32(0)
        for c in range(n_columns):
            square += rows[i, c] * rows[i, c]
        norm = np.sqrt(square)
        # The nearest centroid of x/|x| has the largest x.c - |x| |c|^2 / 2.
        for j in range(n_centroids):
            scores[j] = -norm * half_norms[j]
        for c in range(n_columns):
            value = rows[i, c]
            for j in range(n_centroids):
                scores[j] += value * directions[c, j]
        best = 0
        for j in range(1, n_centroids):
            if scores[j] > scores[best]:
                best = j
        labels[i] = best
