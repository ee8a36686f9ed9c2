"""Compiled loops that add rows to the landmark affinity ``E = B' D**-1 B`` in 64-bit fixed point.

Whole numbers add up to the same bits in any order, so threads and blocks need no agreement on one.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from fiedler.landmarks.exponential import LARGEST_EXPONENT, exponential

LANES = 256
"""Rows of a cell handled together: every inner loop runs over them, contiguous float32."""

_ZERO = np.float32(0)
_ONE = np.float32(1)


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract", "nsz", "arcp"})
def _lane_distances(rows, first, n_lanes, landmarks, cell, lanes, squared):  # type: ignore[no-untyped-def]
    """Write ``squared`` (candidates, lanes): distances of up to 256 rows of one cell to its candidates.

    ``lanes`` (d, 256) comes back with the rows' columns.
    """
    n_dims = rows.shape[1]
    for q in range(n_dims):
        for i in range(n_lanes):
            lanes[q, i] = rows[first + i, q]
    for a in range(cell.shape[0]):
        r = cell[a]
        of_candidate = squared[a]
        if n_dims == 2:
            r_0, r_1 = landmarks[r, 0], landmarks[r, 1]
            x_0, x_1 = lanes[0], lanes[1]
            for i in range(n_lanes):
                t_0 = x_0[i] - r_0
                t_1 = x_1[i] - r_1
                of_candidate[i] = t_0 * t_0 + t_1 * t_1
        else:
            for i in range(n_lanes):
                of_candidate[i] = _ZERO
            for q in range(n_dims):
                r_q = landmarks[r, q]
                x_q = lanes[q]
                for i in range(n_lanes):
                    t = x_q[i] - r_q
                    of_candidate[i] += t * t


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract", "nsz", "arcp"})
def _lane_ranks(squared, n_candidates, n_lanes, nearest, kept):  # type: ignore[no-untyped-def]
    """Write ``nearest`` (K, lanes), the smallest squared distances ascending, by branch-free insertion."""
    n_kept = min(nearest.shape[0], n_candidates)
    for a in range(n_candidates):
        of_candidate = squared[a]
        for i in range(n_lanes):
            kept[i] = of_candidate[i]
        for j in range(min(a, n_kept)):
            of_rank = nearest[j]
            for i in range(n_lanes):
                t = of_rank[i]
                w = kept[i]
                of_rank[i] = min(t, w)
                kept[i] = max(t, w)
        if a < n_kept:
            of_rank = nearest[a]
            for i in range(n_lanes):
                of_rank[i] = kept[i]
    return n_kept


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract", "nsz", "arcp"})
def _lane_weights(weights, n_candidates, n_lanes, n_kept, scale, nearest, excess, sums):  # type: ignore[no-untyped-def]
    """Turn squared distances (candidates, lanes) into weights, 0 beyond the K nearest, and ``sums`` them."""
    smallest = nearest[0]
    threshold = nearest[n_kept - 1]
    for i in range(n_lanes):
        sums[i] = _ZERO
        excess[i] = max(_ZERO, smallest[i] * scale - LARGEST_EXPONENT)
    for a in range(n_candidates):
        of_candidate = weights[a]
        for i in range(n_lanes):
            w = exponential(excess[i] - of_candidate[i] * scale)
            w = w if of_candidate[i] <= threshold[i] else _ZERO
            of_candidate[i] = w
            sums[i] += w


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract", "nsz", "arcp"})
def add_cells(rows, ends, landmarks, starts, candidates, n_neighbors, scale, unit, largest, total):  # type: ignore[no-untyped-def]
    """Add (m, d) rows grouped by cell to ``total`` (p, p) int64, upper triangle, multiples of ``1 / unit``.

    ``largest`` is the greatest number of candidates of a cell that holds rows here.
    """
    lanes = np.empty((rows.shape[1], LANES), np.float32)
    weights = np.empty((largest, LANES), np.float32)
    nearest = np.empty((n_neighbors, LANES), np.float32)
    kept = np.empty(LANES, np.float32)
    sums = np.empty(LANES, np.float32)
    for c in range(starts.shape[0] - 1):
        if ends[c] == ends[c + 1]:
            continue
        cell = candidates[starts[c] : starts[c + 1]]
        n_candidates = cell.shape[0]
        for first in range(ends[c], ends[c + 1], LANES):
            n_lanes = min(LANES, ends[c + 1] - first)
            _lane_distances(rows, first, n_lanes, landmarks, cell, lanes, weights)
            n_kept = _lane_ranks(weights, n_candidates, n_lanes, nearest, kept)
            _lane_weights(weights, n_candidates, n_lanes, n_kept, scale, nearest, kept, sums)
            for i in range(n_lanes):
                sums[i] = _ONE / sums[i]
            for a in range(n_candidates):
                w_a = weights[a]
                for i in range(n_lanes):
                    kept[i] = w_a[i] * sums[i]
                for b in range(a, n_candidates):
                    w_b = weights[b]
                    together = _ZERO
                    for i in range(n_lanes):
                        together += kept[i] * w_b[i]
                    if together > _ZERO:
                        total[cell[a], cell[b]] += np.int64(together * unit + 0.5)


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract", "nsz", "arcp"})
def add_neighbors(indices, distances, scale, unit, total):  # type: ignore[no-untyped-def]
    """Add rows given by their nearest landmarks (m, K) and squared distances to ``total``, as `add_cells`."""
    n_rows, n_neighbors = indices.shape
    weights = np.empty(n_neighbors, np.float32)
    for i in range(n_rows):
        degree = _ZERO
        for j in range(n_neighbors):
            weights[j] = exponential(-distances[i, j] * scale)
            degree += weights[j]
        inverse = _ONE / degree
        for j in range(n_neighbors):
            a = indices[i, j]
            scaled = weights[j] * inverse
            for k in range(j, n_neighbors):
                b = indices[i, k]
                together = np.int64(scaled * weights[k] * unit + 0.5)
                if a <= b:
                    total[a, b] += together
                else:
                    total[b, a] += together


@njit(cache=True, nogil=True)
def count_links(upper):  # type: ignore[no-untyped-def]
    """Return the (p + 1,) int32 row bounds of the symmetric sparse matrix with the upper triangle (p, p)."""
    size = upper.shape[0]
    bounds = np.zeros(size + 1, np.int32)
    for i in range(size):
        for j in range(i, size):
            if upper[i, j] != 0:
                bounds[i + 1] += 1
                if i != j:
                    bounds[j + 1] += 1
    for i in range(size):
        bounds[i + 1] += bounds[i]
    return bounds


@njit(cache=True, nogil=True)
def fill_links(upper, unit, bounds, columns, values):  # type: ignore[no-untyped-def]
    """Write the columns, ascending in each row, and the values, ``upper / unit``, between the ``bounds``."""
    size = upper.shape[0]
    places = bounds[:-1].copy()
    for i in range(size):
        for j in range(i, size):
            if upper[i, j] == 0:
                continue
            value = upper[i, j] / unit
            columns[places[i]] = j
            values[places[i]] = value
            places[i] += 1
            if i != j:
                # Rows are walked in order: whoever comes before i has already written to row j.
                columns[places[j]] = i
                values[places[j]] = value
                places[j] += 1
