"""Compiled kernels that keep the K smallest distances of a row, for the flat search and the self-join."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

CHUNK = 32
FAR = np.float32(3e38)


@njit(cache=True, nogil=True)
def insert(distances, indices, distance, index):  # type: ignore[no-untyped-def]
    """Insert one candidate in ascending lists, dropping the last; the lower index wins a tie."""
    place = distances.shape[0] - 1
    while place > 0 and (
        distances[place - 1] > distance or (distances[place - 1] == distance and indices[place - 1] > index)
    ):
        distances[place] = distances[place - 1]
        indices[place] = indices[place - 1]
        place -= 1
    distances[place] = distance
    indices[place] = index


@njit(cache=True, nogil=True, fastmath=True)
def keep_smallest(products, square_norms, first_index, own_index, distances, indices):  # type: ignore[no-untyped-def]
    """Merge one row's candidates in its lists of smallest ``|y|^2 - 2 x.y``: squared distance less ``|x|^2``.

    Chunks whose smallest value cannot enter the list are skipped; the scan for it vectorises.

    Parameters
    ----------
    products : (m,) float32
        ``x.y`` of the row with m candidates of consecutive indices from ``first_index``.
    square_norms : (m,) float32
        ``|y|^2`` of the candidates.
    own_index : int
        The row's own index, never kept; -1 for a row that is not a candidate.
    distances, indices : (K,) float32 and int32
        Updated in place, ascending.
    """
    last = distances.shape[0] - 1
    n_candidates = products.shape[0]
    for start in range(0, n_candidates, CHUNK):
        stop = min(n_candidates, start + CHUNK)
        smallest = FAR
        for c in range(start, stop):
            smallest = min(smallest, square_norms[c] - np.float32(2) * products[c])
        if smallest <= distances[last]:
            for c in range(start, stop):
                value = square_norms[c] - np.float32(2) * products[c]
                index = first_index + c
                if index != own_index and (
                    value < distances[last] or (value == distances[last] and index < indices[last])
                ):
                    insert(distances, indices, value, index)


@njit(cache=True, nogil=True, fastmath=True)
def keep_smallest_block(products, square_norms, first_index, own_indices, distances, indices):  # type: ignore[no-untyped-def]
    """`keep_smallest` for the (b, m) products of a block of rows."""
    for i in range(products.shape[0]):
        keep_smallest(products[i], square_norms, first_index, own_indices[i], distances[i], indices[i])


@njit(cache=True, nogil=True)
def settle(rows, candidates, indices, distances):  # type: ignore[no-untyped-def]
    """Replace the distances of chosen pairs by directly computed ones and sort each list by them.

    ``|x|^2 + |y|^2 - 2 x.y`` loses all digits for close rows; local scaling needs them.

    Parameters
    ----------
    rows : (b, d) float32
    candidates : (n, d) float32
    indices, distances : (b, K) int32 and float32
        Updated in place: ascending Euclidean distances, ties by index.
    """
    n_rows, n_neighbors = indices.shape
    for i in range(n_rows):
        for j in range(n_neighbors):
            index = indices[i, j]
            total = 0.0
            for f in range(rows.shape[1]):
                difference = np.float64(rows[i, f]) - np.float64(candidates[index, f])
                total += difference * difference
            distance = np.float32(np.sqrt(total))
            place = j
            while place > 0 and (
                distances[i, place - 1] > distance
                or (distances[i, place - 1] == distance and indices[i, place - 1] > index)
            ):
                distances[i, place] = distances[i, place - 1]
                indices[i, place] = indices[i, place - 1]
                place -= 1
            distances[i, place] = distance
            indices[i, place] = index


@njit(cache=True, nogil=True)
def drop_self(found, found_distances, first_row, indices, distances):  # type: ignore[no-untyped-def]
    """Copy K of K + 1 found neighbours of each row, leaving out the row itself; ties sorted by index.

    A row with more than K copies of itself may be absent from its own list: then the last one is left out.
    """
    n_rows, n_found = found.shape
    for i in range(n_rows):
        filled = 0
        for j in range(n_found):
            index = found[i, j]
            if index == first_row + i or filled == n_found - 1:
                continue
            distance = np.float32(found_distances[i, j])
            place = filled
            while place > 0 and distances[i, place - 1] == distance and indices[i, place - 1] > index:
                indices[i, place] = indices[i, place - 1]
                distances[i, place] = distances[i, place - 1]
                place -= 1
            indices[i, place] = index
            distances[i, place] = distance
            filled += 1


def square_norms(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the (n,) squared Euclidean norms of (n, d) rows."""
    norms: NDArray[np.float64] = np.einsum("ij,ij->i", rows, rows, dtype=np.float64)
    return norms.astype(np.float32)
