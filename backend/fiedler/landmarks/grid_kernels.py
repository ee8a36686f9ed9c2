"""Compiled loops of the candidate grid: the table of candidates, cells of rows, search inside a cell.

Cells are numbered in C order of their position; the number of cells itself stands for "outside the box".
"""

from __future__ import annotations

import numpy as np
from numba import njit

from fiedler.landmarks.exponential import LARGEST_EXPONENT

_FAR = 1e300
# Covers float32 rounding of distances, relative.
_SLACK = 1.0 + 1e-5


@njit(cache=True, nogil=True)
def _superset(low, high, landmarks, tried, n_tried, n_neighbors, found, farthest):  # type: ignore[no-untyped-def]
    """Write the candidates of the box into ``found``: whoever can be among the nearest of a point in it.

    A landmark whose least distance to the box exceeds the K-th smallest greatest distance cannot be.
    """
    n_dims = landmarks.shape[1]
    for j in range(n_neighbors):
        farthest[j] = _FAR
    for e in range(n_tried):
        r = tried[e]
        total = 0.0
        for q in range(n_dims):
            t = max(abs(landmarks[r, q] - low[q]), abs(landmarks[r, q] - high[q]))
            total += t * t
        if total < farthest[n_neighbors - 1]:
            j = n_neighbors - 1
            while j > 0 and farthest[j - 1] > total:
                farthest[j] = farthest[j - 1]
                j -= 1
            farthest[j] = total
    bound = farthest[n_neighbors - 1] * _SLACK + 1e-30
    n_found = 0
    for e in range(n_tried):
        r = tried[e]
        total = 0.0
        for q in range(n_dims):
            t = max(0.0, max(low[q] - landmarks[r, q], landmarks[r, q] - high[q]))
            total += t * t
        if total <= bound:
            found[n_found] = r
            n_found += 1
    return n_found


@njit(cache=True, nogil=True)
def candidate_table(landmarks, edges, padding, shape, coarse, n_neighbors):  # type: ignore[no-untyped-def]
    """Return ``starts`` (cells + 1,) int64 and ``candidates`` uint16 of every cell, in cell order.

    Parameters
    ----------
    landmarks : (p, d) float64
    edges : (d, greatest shape + 1) float64
        Where the cells of each axis begin and the last one ends.
    padding : (d,) float64
        How far a cell is widened to cover float32 rounding.
    shape, coarse : (d,) int64
        Cells an axis; cells an axis of a coarse block, a divisor of ``shape``. A block sieves all
        landmarks once, its cells sieve what the block kept.
    """
    n_landmarks, n_dims = landmarks.shape
    n_cells = 1
    n_blocks = 1
    block_cells = 1
    for q in range(n_dims):
        n_cells *= shape[q]
        n_blocks *= shape[q] // coarse[q]
        block_cells *= coarse[q]
    counts = np.zeros(n_cells, np.int64)
    places = np.zeros(n_cells, np.int64)
    capacity = n_cells * 16
    pool = np.empty(capacity, np.uint16)
    used = 0
    everyone = np.arange(n_landmarks)
    of_block = np.empty(n_landmarks, np.int64)
    of_cell = np.empty(n_landmarks, np.int64)
    farthest = np.empty(n_neighbors)
    low = np.empty(n_dims)
    high = np.empty(n_dims)
    block = np.empty(n_dims, np.int64)
    inside = np.empty(n_dims, np.int64)
    for b in range(n_blocks):
        rest = b
        for q in range(n_dims - 1, -1, -1):
            block[q] = rest % (shape[q] // coarse[q])
            rest //= shape[q] // coarse[q]
        for q in range(n_dims):
            low[q] = edges[q, block[q] * coarse[q]] - padding[q]
            high[q] = edges[q, (block[q] + 1) * coarse[q]] + padding[q]
        n_block = _superset(low, high, landmarks, everyone, n_landmarks, n_neighbors, of_block, farthest)
        for s in range(block_cells):
            rest = s
            for q in range(n_dims - 1, -1, -1):
                inside[q] = rest % coarse[q]
                rest //= coarse[q]
            cell = 0
            for q in range(n_dims):
                i = block[q] * coarse[q] + inside[q]
                cell = cell * shape[q] + i
                low[q] = edges[q, i] - padding[q]
                high[q] = edges[q, i + 1] + padding[q]
            n_cell = _superset(low, high, landmarks, of_block, n_block, n_neighbors, of_cell, farthest)
            if used + n_cell > capacity:
                capacity = 2 * capacity + n_cell
                larger = np.empty(capacity, np.uint16)
                larger[:used] = pool[:used]
                pool = larger
            for e in range(n_cell):
                pool[used + e] = of_cell[e]
            places[cell] = used
            counts[cell] = n_cell
            used += n_cell
    starts = np.zeros(n_cells + 1, np.int64)
    candidates = np.empty(used, np.uint16)
    for c in range(n_cells):
        starts[c + 1] = starts[c] + counts[c]
        for e in range(counts[c]):
            candidates[starts[c] + e] = pool[places[c] + e]
    return starts, candidates


@njit(cache=True, nogil=True)
def cell_numbers(rows, origin, bins_per_unit, n_bins, offsets, n_cells, cells):  # type: ignore[no-untyped-def]
    """Write the cell of each of the (m, d) float32 rows into ``cells`` (m,) int32.

    Parameters
    ----------
    origin, bins_per_unit : (d,) float32
    n_bins : (d,) int64
        Equal fine bins along each axis.
    offsets : (d, greatest n_bins) int32
        What a fine bin adds to the cell's number; cells are runs of fine bins.
    n_cells : int
        The number of rows outside. Comparisons are false for a NaN, so a row that is not finite is one.
    """
    n_rows, n_dims = rows.shape
    outside = np.int32(n_cells)
    zero = np.float32(0)
    if n_dims == 2:
        origin_0, origin_1 = origin[0], origin[1]
        bins_0, bins_1 = bins_per_unit[0], bins_per_unit[1]
        end_0, end_1 = np.float32(n_bins[0]), np.float32(n_bins[1])
        offsets_0, offsets_1 = offsets[0], offsets[1]
        for i in range(n_rows):
            a = (rows[i, 0] - origin_0) * bins_0
            b = (rows[i, 1] - origin_1) * bins_1
            inside = (a >= zero) & (a < end_0) & (b >= zero) & (b < end_1)
            # Looked up for rows outside as well, and as unsigned numbers: so the loop has no branch.
            bin_0 = np.uint32(np.int32(a if inside else zero))
            bin_1 = np.uint32(np.int32(b if inside else zero))
            cells[i] = offsets_0[bin_0] + offsets_1[bin_1] if inside else outside
        return
    for i in range(n_rows):
        cell = np.int32(0)
        inside = True
        for q in range(n_dims):
            a = (rows[i, q] - origin[q]) * bins_per_unit[q]
            inside = inside and a >= zero and a < np.float32(n_bins[q])
            if inside:
                cell += offsets[q, np.int32(a)]
        cells[i] = cell if inside else outside


@njit(cache=True, nogil=True)
def sort_by_cell(rows, cells, ends, grouped):  # type: ignore[no-untyped-def]
    """Write the rows into ``grouped`` (m, d) float32, those of a cell together, by a counting sort.

    ``ends`` (cells + 2,) int32 comes back with the pointers: cell ``c`` holds ``ends[c]:ends[c + 1]``. A row
    is written as a whole, to one place in memory: columns apart would be two or three far ones.
    """
    n_rows, n_dims = rows.shape
    n_buckets = ends.shape[0] - 1
    ends[:] = 0
    for i in range(n_rows):
        ends[np.uint32(cells[i] + 1)] += 1
    for c in range(n_buckets):
        ends[c + 1] += ends[c]
    for i in range(n_rows):
        cell = np.uint32(cells[i])
        j = ends[cell]
        ends[cell] = j + 1
        for q in range(n_dims):
            grouped[np.uint32(j), q] = rows[i, q]
    # Filling moved each pointer to the next cell's start: move them back.
    for c in range(n_buckets, 0, -1):
        ends[c] = ends[c - 1]
    ends[0] = 0


@njit(cache=True, nogil=True)
def nearest_in_cells(rows, cells, starts, candidates, landmarks, scale, indices, distances):  # type: ignore[no-untyped-def]
    """Write the nearest landmarks of each row, ascending, into ``indices`` (m, K) uint16 and ``distances``.

    Distances are squared, summed in float64 (a far row would lose every digit in float32) and stored as
    float32, bounded as `bounded_distances` says. Returns False when a row is not finite.
    """
    n_rows, n_dims = rows.shape
    n_cells = starts.shape[0] - 1
    n_neighbors = indices.shape[1]
    best = np.empty(n_neighbors)
    place = np.empty(n_neighbors, np.int64)
    finite = True
    for i in range(n_rows):
        outside = cells[i] == n_cells
        first = 0 if outside else starts[cells[i]]
        last = landmarks.shape[0] if outside else starts[cells[i] + 1]
        for j in range(n_neighbors):
            best[j] = np.inf
            place[j] = 0
        for e in range(first, last):
            r = e if outside else np.int64(candidates[e])
            total = 0.0
            for q in range(n_dims):
                t = np.float64(rows[i, q]) - landmarks[r, q]
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


@njit(cache=True, nogil=True)
def bounded_distances(best, scale):  # type: ignore[no-untyped-def]
    """Shift ascending squared distances so that ``best[0] * scale`` is at most ``LARGEST_EXPONENT``.

    The weights of a far row keep their proportions; without the shift all of them would underflow.
    """
    excess = best[0] - np.float64(LARGEST_EXPONENT) / scale
    if excess > 0.0:
        for j in range(best.shape[0]):
            best[j] -= excess
