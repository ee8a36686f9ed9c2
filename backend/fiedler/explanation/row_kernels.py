"""One compiled pass over all rows: their distances to one row, summed by cluster, and the nearest ones."""

from __future__ import annotations

import math

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def scan_rows(rows, first_row, labels, target, own_row, sums, nearest, squares):  # type: ignore[no-untyped-def]
    """Add a block of rows (m, d), numbered from ``first_row``, to what is known about ``target`` (d,).

    Parameters
    ----------
    labels : (m,) uint16
        Rows of a label beyond the last cluster are left out of everything.
    own_row : int
        The target's number, left out of everything.
    sums : (k,) float64
        Euclidean distances by cluster are added.
    nearest, squares : (K,) int64 and float64
        Nearest rows so far and their squared distances, ascending; of equal ones the first row stays.
    """
    n_rows, n_columns = rows.shape
    n_nearest = nearest.shape[0]
    for i in range(n_rows):
        if first_row + i == own_row or labels[i] >= sums.shape[0]:
            continue
        square = 0.0
        for j in range(n_columns):
            difference = np.float64(rows[i, j]) - target[j]
            square += difference * difference
        sums[labels[i]] += math.sqrt(square)
        if n_nearest and square < squares[n_nearest - 1]:
            place = n_nearest - 1
            while place > 0 and squares[place - 1] > square:
                squares[place] = squares[place - 1]
                nearest[place] = nearest[place - 1]
                place -= 1
            squares[place] = square
            nearest[place] = first_row + i
