"""Compiled loops over the coded features: coding, counting by group, counting pairs of columns."""

from __future__ import annotations

import numpy as np
from numba import njit

MISSING = 255
_TILE_CELLS = 16_384
_FEW_EDGES = 6


@njit(cache=True, nogil=True)
def cell_of(value, origin, cells_per_unit, n_cells):  # type: ignore[no-untyped-def]
    """Return the cell of a uniform grid that holds a float32 value, monotone in the value."""
    position = (value - origin) * cells_per_unit
    if not position > np.float32(0):
        return 0
    if position >= np.float32(n_cells - 1):
        return n_cells - 1
    return int(position)


@njit(cache=True, nogil=True)
def code_rows(rows, edges, origins, cells_per_unit, firsts, first_row, codes):  # type: ignore[no-untyped-def]
    """Write how many of its column's edges lie below each value into ``codes`` (d, m) uint8; NaN is 255.

    The rows are those from ``first_row`` on of the codes. ``firsts`` (d, cells + 1) int16 holds how many
    edges lie in earlier cells, so only the edges of the value's own cell are compared.
    """
    n_rows, n_columns = rows.shape
    n_cells = firsts.shape[1] - 1
    tile = max(64, _TILE_CELLS // n_columns)
    for start in range(0, n_rows, tile):
        stop = min(n_rows, start + tile)
        for column in range(n_columns):
            origin = origins[column]
            scale = cells_per_unit[column]
            for i in range(start, stop):
                value = rows[i, column]
                if value != value:
                    codes[column, first_row + i] = MISSING
                    continue
                cell = cell_of(value, origin, scale, n_cells)
                low = int(firsts[column, cell])
                high = int(firsts[column, cell + 1])
                while high - low > _FEW_EDGES:
                    middle = (low + high) // 2
                    if edges[column, middle] < value:
                        low = middle + 1
                    else:
                        high = middle
                # Mostly one edge a cell: a step without a branch, which would be mispredicted. An edge of a
                # later cell is not below the value, and an infinite one ends each column's.
                low += int(edges[column, low] < value)
                while low < high and edges[column, low] < value:
                    low += 1
                codes[column, first_row + i] = low


@njit(cache=True, nogil=True)
def count_codes(codes, groups, counts):  # type: ignore[no-untyped-def]
    """Add one to ``counts`` (g, d, 256) int64 for each cell; rows of a group beyond g are not counted."""
    n_groups = counts.shape[0]
    for column in range(codes.shape[0]):
        for i in range(codes.shape[1]):
            group = groups[i]
            if group < n_groups:
                counts[group, column, codes[column, i]] += 1


@njit(cache=True, nogil=True)
def count_pairs(codes, columns, sides, shift, strides, tables):  # type: ignore[no-untyped-def]
    """Count each pair of ``columns`` into ``tables`` (pairs, 2, levels, levels) int64, by side 0 or 1.

    Codes are shifted right by ``shift``; pairs run (0, 1), (0, 2) ... (p-2, p-1). Of each side every
    ``strides[side]``-th row is counted, of another side none.
    """
    n_columns = columns.shape[0]
    values = np.empty(n_columns, np.int64)
    waiting = np.zeros(2, np.int64)
    for i in range(codes.shape[1]):
        side = sides[i]
        if side > 1:
            continue
        if waiting[side] > 0:
            waiting[side] -= 1
            continue
        waiting[side] = strides[side] - 1
        for a in range(n_columns):
            values[a] = codes[columns[a], i] >> shift
        pair = 0
        for a in range(n_columns):
            for b in range(a + 1, n_columns):
                tables[pair, side, values[a], values[b]] += 1
                pair += 1


@njit(cache=True, nogil=True)
def count_jointly(codes, first, second, sides, counts):  # type: ignore[no-untyped-def]
    """Count the rows of each pair of codes of two columns into ``counts`` (3, 256, 256) int32, by side."""
    for i in range(codes.shape[1]):
        counts[sides[i], codes[first, i], codes[second, i]] += 1
