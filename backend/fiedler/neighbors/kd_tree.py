"""Exact neighbours in few dimensions: a k-d tree over rows sorted along a Morton curve."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from fiedler.neighbors.morton import morton_order
from fiedler.neighbors.selection import drop_self
from fiedler.progress import Fraction
from fiedler.row_blocks import run_blocks

# Rows asked for between two reports: about a quarter of a second.
_QUERY_ROWS = 65_536


def kd_tree_neighbors(
    features: NDArray[np.float32], n_neighbors: int, n_threads: int, progress: Fraction | None = None
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return (n, K) indices and ascending Euclidean distances of each row's K nearest other rows."""
    order = morton_order(features)
    rows = features[order].astype(np.float64)
    # Balanced, compacted trees cost twice the build time and gain nothing on sorted rows.
    tree = cKDTree(rows, leafsize=16, balanced_tree=False, compact_nodes=False)
    sorted_indices = np.empty((len(rows), n_neighbors), np.int32)
    sorted_distances = np.empty((len(rows), n_neighbors), np.float32)

    def query(start: int, stop: int) -> None:
        found_distances, found = tree.query(rows[start:stop], n_neighbors + 1, workers=n_threads)
        drop_self(found, found_distances, start, sorted_indices[start:stop], sorted_distances[start:stop])

    # One block after another: the tree shares the rows of each between its own threads.
    run_blocks(query, len(rows), _QUERY_ROWS, 1, progress)
    indices = np.empty_like(sorted_indices)
    distances = np.empty_like(sorted_distances)
    indices[order] = order[sorted_indices]
    distances[order] = sorted_distances
    return indices, distances


def kd_tree_search(
    features: NDArray[np.float32],
    queries: NDArray[np.float32],
    n_neighbors: int,
    n_threads: int,
    progress: Fraction | None = None,
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return (m, K) indices in ``features`` and ascending distances of the K rows nearest to each query."""
    tree = cKDTree(features.astype(np.float64), leafsize=16)
    indices = np.empty((len(queries), n_neighbors), np.int32)
    distances = np.empty((len(queries), n_neighbors), np.float32)

    def query(start: int, stop: int) -> None:
        # A list of ranks keeps two dimensions for one neighbour too.
        ranks = list(range(1, n_neighbors + 1))
        found = tree.query(queries[start:stop].astype(np.float64), ranks, workers=n_threads)
        distances[start:stop], indices[start:stop] = found

    run_blocks(query, len(queries), _QUERY_ROWS, 1, progress)
    return indices, distances
