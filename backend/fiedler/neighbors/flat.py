"""Exact neighbours in many dimensions by comparing every row with every other, as blocked matrix products."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fiedler.neighbors.selection import FAR, keep_smallest_block, settle, square_norms
from fiedler.progress import Fraction
from fiedler.row_blocks import run_blocks, single_blas_thread

# A (128, 2048) float32 tile of products is 1 MiB: it stays in the second-level cache.
BLOCK_ROWS = 128
TILE_COLUMNS = 2048


def flat_neighbors(
    features: NDArray[np.float32], n_neighbors: int, n_threads: int, progress: Fraction | None = None
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return (n, K) indices and ascending Euclidean distances of each row's K nearest other rows."""
    return _search(features, features, np.arange(len(features)), n_neighbors, n_threads, progress)


def flat_search(
    features: NDArray[np.float32],
    queries: NDArray[np.float32],
    n_neighbors: int,
    n_threads: int,
    progress: Fraction | None = None,
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return (m, K) indices in ``features`` and ascending distances of the K rows nearest to each query."""
    return _search(features, queries, np.full(len(queries), -1), n_neighbors, n_threads, progress)


def _search(
    features: NDArray[np.float32],
    queries: NDArray[np.float32],
    own_indices: NDArray[np.int64],
    n_neighbors: int,
    n_threads: int,
    progress: Fraction | None,
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    indices = np.full((len(queries), n_neighbors), -1, np.int32)
    distances = np.full((len(queries), n_neighbors), FAR, np.float32)
    norms = square_norms(features)

    def search_block(start: int, stop: int) -> None:
        block = queries[start:stop]
        for column in range(0, len(features), TILE_COLUMNS):
            tile = features[column : column + TILE_COLUMNS]
            keep_smallest_block(
                block @ tile.T,
                norms[column : column + TILE_COLUMNS],
                column,
                own_indices[start:stop],
                distances[start:stop],
                indices[start:stop],
            )
        settle(block, features, indices[start:stop], distances[start:stop])

    with single_blas_thread():
        run_blocks(search_block, len(queries), BLOCK_ROWS, n_threads, progress)
    return indices, distances
