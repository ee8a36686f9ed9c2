"""Approximate neighbours of many rows in many dimensions: a blocked self-join over coarse groups.

Rows are sorted by their nearest group. A row looks for neighbours only in the groups it probes; all rows of a
tile that probe a group share one matrix product with it. Measured on 70,000 × 50 the recall is .99.
Deterministic: a row is owned by one tile and groups are visited in a fixed order.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from fiedler.neighbors.groups import coarse_centers, nearest_groups
from fiedler.neighbors.selection import FAR, keep_smallest, settle, square_norms
from fiedler.progress import Fraction, portion
from fiedler.row_blocks import run_blocks, single_blas_thread

TILE_ROWS = 512
# Groups are searched in pieces, so that one dense clump does not ask for a product as large as itself.
PIECE_ROWS = 2048
ROWS_PER_GROUP = 300
PROBES = 16
# Of the time, for the progress bar: up to here centres are sought, up to here groups are.
CENTERS_SHARE = 0.1
GROUPS_SHARE = 0.2


def self_join_neighbors(
    features: NDArray[np.float32], n_neighbors: int, n_threads: int, progress: Fraction | None = None
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return (n, K) indices and ascending Euclidean distances of (nearly) each row's K nearest other rows."""
    n_samples = len(features)
    n_groups = max(1, int(min(n_samples / max(ROWS_PER_GROUP, 3 * n_neighbors), 4 * np.sqrt(n_samples))))
    centers = coarse_centers(features, n_groups, n_threads, portion(progress, 0.0, CENTERS_SHARE))
    probes = nearest_groups(
        features, centers, min(PROBES, n_groups), n_threads, portion(progress, CENTERS_SHARE, GROUPS_SHARE)
    )
    order = np.argsort(probes[:, 0], kind="stable")
    rows, probes = features[order], probes[order]
    bounds = np.searchsorted(probes[:, 0], np.arange(n_groups + 1)).astype(np.int64)
    norms = square_norms(rows)
    found = np.full((n_samples, n_neighbors), -1, np.int32)
    found_distances = np.full((n_samples, n_neighbors), FAR, np.float32)
    largest = int(np.diff(bounds).max())

    def join_groups(first: int, last: int) -> None:
        _join(rows, norms, bounds, probes, first, last, largest, found, found_distances)
        own = slice(bounds[first], bounds[last])
        _fill_missing(found[own], found_distances[own], int(bounds[first]), n_samples)
        settle(rows[own], rows, found[own], found_distances[own])

    with single_blas_thread():
        run_blocks(join_groups, n_groups, 1, n_threads, portion(progress, GROUPS_SHARE, 1.0))
    indices, distances = np.empty_like(found), np.empty_like(found_distances)
    indices[order] = order[found]
    distances[order] = found_distances
    return indices, distances


@njit(cache=True, nogil=True)
def _bucket_by_group(probes, start, stop, n_groups, owners):  # type: ignore[no-untyped-def]
    """Sort the (row, group) probes of rows start..stop-1 by group: rows to ``owners``, bounds returned."""
    ends = np.zeros(n_groups + 1, np.int64)
    for i in range(start, stop):
        for p in range(probes.shape[1]):
            ends[probes[i, p] + 1] += 1
    for g in range(n_groups):
        ends[g + 1] += ends[g]
    places = ends.copy()
    for i in range(start, stop):
        for p in range(probes.shape[1]):
            owners[places[probes[i, p]]] = i
            places[probes[i, p]] += 1
    return ends


@njit(cache=True, nogil=True)
def _join(rows, norms, bounds, probes, first, last, largest, indices, distances):  # type: ignore[no-untyped-def]
    """Search rows of groups first..last-1, tile by tile, in every group that a row of the tile probes."""
    n_groups = bounds.shape[0] - 1
    columns = rows.shape[1]
    gathered = np.empty((TILE_ROWS, columns), np.float32)
    products = np.empty(TILE_ROWS * min(largest, PIECE_ROWS), np.float32)
    owners = np.empty(TILE_ROWS * probes.shape[1], np.int64)
    for group in range(first, last):
        for start in range(bounds[group], bounds[group + 1], TILE_ROWS):
            stop = min(bounds[group + 1], start + TILE_ROWS)
            ends = _bucket_by_group(probes, start, stop, n_groups, owners)
            for turn in range(n_groups):
                # The tile's own group first: it gives tight thresholds that let other groups be skipped fast.
                if turn == 0:
                    probed = group
                elif turn <= group:
                    probed = turn - 1
                else:
                    probed = turn
                begin, end = ends[probed], ends[probed + 1]
                if begin == end:
                    continue
                count = end - begin
                for q in range(count):
                    gathered[q] = rows[owners[begin + q]]
                for piece in range(bounds[probed], bounds[probed + 1], PIECE_ROWS):
                    piece_end = min(bounds[probed + 1], piece + PIECE_ROWS)
                    size = piece_end - piece
                    tile = products[: count * size].reshape(count, size)
                    np.dot(gathered[:count], rows[piece:piece_end].T, tile)
                    for q in range(count):
                        i = owners[begin + q]
                        keep_smallest(tile[q], norms[piece:piece_end], piece, i, distances[i], indices[i])


@njit(cache=True, nogil=True)
def _fill_missing(indices, distances, first_row, n_samples):  # type: ignore[no-untyped-def]
    """Fill lists whose probed groups held fewer than K rows with rows that follow in group order."""
    n_rows, n_neighbors = indices.shape
    for i in range(n_rows):
        candidate = first_row + i
        for j in range(n_neighbors):
            if indices[i, j] >= 0:
                continue
            taken = True
            while taken:
                candidate = (candidate + 1) % n_samples
                taken = candidate == first_row + i
                for other in range(n_neighbors):
                    taken = taken or indices[i, other] == candidate
            indices[i, j] = candidate
