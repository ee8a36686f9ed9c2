"""Assigning every row of an embedding to its nearest centroid: the interactive part of rounding."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from fiedler.progress import Fraction
from fiedler.registers import FEW, MANY, sum_few, sum_many
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
    n_centroids = len(centroids)
    table = np.zeros((1 + n_columns, max(n_centroids, FEW)), np.float32)
    table[0, :n_centroids] = 0.5 * np.einsum("ij,ij->i", centroids, centroids)
    table[1:, :n_centroids] = centroids[:, :n_columns].T
    labels = np.empty(len(vectors), np.uint16)

    def assign(start: int, stop: int) -> None:
        block = np.ascontiguousarray(vectors[start:stop, :n_columns])
        _assign_rows(block, table, n_centroids, labels[start:stop])

    run_blocks(assign, len(vectors), BLOCK_ROWS, n_threads, progress)
    return labels


@njit(cache=True, nogil=True, fastmath=True)
def _assign_rows(rows, table, n_centroids, labels):  # type: ignore[no-untyped-def]
    """Write the nearest centroid of each row; ``table`` holds half their squared norms, then columns."""
    n_columns, width = rows.shape[1], table.shape[1]
    weights = np.empty(1 + n_columns, np.float32)
    everyone = np.arange(1 + n_columns)
    scores = np.empty((1, width), np.float32)
    of_row = scores[0]
    for i in range(rows.shape[0]):
        square = np.float32(0)
        for c in range(n_columns):
            square += rows[i, c] * rows[i, c]
            weights[1 + c] = rows[i, c]
        # The nearest centroid of x/|x| has the largest x.c - |x| |c|^2 / 2.
        weights[0] = -np.sqrt(square)
        column = 0
        while column + MANY <= width:
            sum_many(weights, everyone, 0, 1 + n_columns, table, column, scores)
            column += MANY
        while column < width:
            sum_few(weights, everyone, 0, 1 + n_columns, table, min(column, width - FEW), scores)
            column += FEW
        best = 0
        for j in range(1, n_centroids):
            if of_row[j] > of_row[best]:
                best = j
        labels[i] = best
