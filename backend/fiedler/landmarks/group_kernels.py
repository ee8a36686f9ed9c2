"""Compiled loops of the two-level search: one matrix product for each tile of rows of a group."""

from __future__ import annotations

import numpy as np
from numba import njit

from fiedler.landmarks.grid_kernels import bounded_distances

_TILE_ROWS = 128
_CHUNK = 32
_FAR = np.float32(3e38)
_TWO = np.float32(2)


@njit(cache=True, nogil=True)
def order_by_group(groups, starts, order):  # type: ignore[no-untyped-def]
    """Stable counting sort: ``order`` (m,) int32 of rows, group ``g`` at ``starts[g]:starts[g + 1]``."""
    n_groups = starts.shape[0] - 1
    starts[:] = 0
    for i in range(groups.shape[0]):
        starts[groups[i] + 1] += 1
    for g in range(n_groups):
        starts[g + 1] += starts[g]
    position = starts.copy()
    for i in range(groups.shape[0]):
        order[position[groups[i]]] = i
        position[groups[i]] += 1


@njit(cache=True, nogil=True, fastmath=True)
def _keep_nearest(products, squared_norms, listed, best, place):  # type: ignore[no-untyped-def]
    """Keep the K smallest ``|r|**2 - 2 x.r`` in ``best`` and their landmarks in ``place``.

    Minima of chunks come first because they vectorise; a chunk that cannot improve is not looked into.
    """
    n_neighbors = best.shape[0]
    n_listed = listed.shape[0]
    for first in range(0, n_listed, _CHUNK):
        last = min(n_listed, first + _CHUNK)
        smallest = _FAR
        for c in range(first, last):
            smallest = min(smallest, squared_norms[c] - _TWO * products[c])
        if smallest < best[n_neighbors - 1]:
            for c in range(first, last):
                value = squared_norms[c] - _TWO * products[c]
                if value < best[n_neighbors - 1]:
                    j = n_neighbors - 1
                    while j > 0 and best[j - 1] > value:
                        best[j] = best[j - 1]
                        place[j] = place[j - 1]
                        j -= 1
                    best[j] = value
                    place[j] = listed[c]


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def _squared_norm(x):  # type: ignore[no-untyped-def]
    total = np.float32(0)
    for q in range(x.shape[0]):
        total += x[q] * x[q]
    return total


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def _squared_distance(x, y):  # type: ignore[no-untyped-def]
    total = np.float32(0)
    for q in range(x.shape[0]):
        t = x[q] - y[q]
        total += t * t
    return total


@njit(cache=True, nogil=True)
def _write_sorted(row, landmarks, place, exact, scale, indices, distances):  # type: ignore[no-untyped-def]
    """Write the chosen landmarks by ascending distance, measured again without the product's cancellation."""
    n_neighbors = place.shape[0]
    for j in range(n_neighbors):
        r = place[j]
        total = np.float64(_squared_distance(row, landmarks[r]))
        k = j
        while k > 0 and exact[k - 1] > total:
            exact[k] = exact[k - 1]
            indices[k] = indices[k - 1]
            k -= 1
        exact[k] = total
        indices[k] = r
    bounded_distances(exact, scale)
    for j in range(n_neighbors):
        distances[j] = exact[j]


@njit(cache=True, nogil=True)
def nearest_in_groups(  # type: ignore[no-untyped-def]
    rows, order, starts, blocks, block_norms, lists, landmarks, largest_norm, scale, indices, distances, far
):
    """Write the nearest landmarks (m, K) of each row among those its group lists.

    Parameters
    ----------
    rows : (m, d) float32
    order, starts : (m,) int32, (groups + 1,) int64
        From `order_by_group`.
    blocks, block_norms, lists : (groups, d, listed) float32, (groups, listed) float32, (groups, listed) int32
        Each group's landmarks transposed, their squared norms and their numbers.
    landmarks : (p, d) float32
    largest_norm : float32
        Rows with a greater squared norm (or none) are left to `nearest_of_all` and marked in ``far`` (m,).
    """
    n_dims = rows.shape[1]
    n_listed = lists.shape[1]
    n_neighbors = indices.shape[1]
    tile = np.empty((_TILE_ROWS, n_dims), np.float32)
    products = np.empty((_TILE_ROWS, n_listed), np.float32)
    best = np.empty(n_neighbors, np.float32)
    exact = np.empty(n_neighbors)
    place = np.empty(n_neighbors, np.int32)
    n_far = 0
    for g in range(lists.shape[0]):
        for first in range(starts[g], starts[g + 1], _TILE_ROWS):
            last = min(starts[g + 1], first + _TILE_ROWS)
            for i in range(last - first):
                source = order[first + i]
                for q in range(n_dims):
                    tile[i, q] = rows[source, q]
            np.dot(tile[: last - first], blocks[g], products[: last - first])
            for i in range(last - first):
                source = order[first + i]
                # Written so that a NaN is far too.
                far[source] = not _squared_norm(tile[i]) <= largest_norm
                if far[source]:
                    n_far += 1
                    continue
                for j in range(n_neighbors):
                    best[j] = _FAR
                    place[j] = 0
                _keep_nearest(products[i], block_norms[g], lists[g], best, place)
                _write_sorted(tile[i], landmarks, place, exact, scale, indices[source], distances[source])
    return n_far


@njit(cache=True, nogil=True)
def nearest_of_all(rows, far, landmarks, scale, indices, distances):  # type: ignore[no-untyped-def]
    """Write the nearest landmarks of the rows marked ``far`` by comparing all, in float64.

    Returns False when one of them is not finite.
    """
    n_neighbors = indices.shape[1]
    best = np.empty(n_neighbors)
    place = np.empty(n_neighbors, np.int64)
    finite = True
    for i in range(rows.shape[0]):
        if not far[i]:
            continue
        for j in range(n_neighbors):
            best[j] = np.inf
            place[j] = 0
        for r in range(landmarks.shape[0]):
            total = 0.0
            for q in range(rows.shape[1]):
                t = np.float64(rows[i, q]) - np.float64(landmarks[r, q])
                total += t * t
            if total < best[n_neighbors - 1]:
                j = n_neighbors - 1
                while j > 0 and best[j - 1] > total:
                    best[j] = best[j - 1]
                    place[j] = place[j - 1]
                    j -= 1
                best[j] = total
                place[j] = r
        finite = finite and best[n_neighbors - 1] < np.inf
        bounded_distances(best, scale)
        for j in range(n_neighbors):
            indices[i, j] = place[j]
            distances[i, j] = best[j]
    return finite
