"""Cluster numbers by descending size: the one order that labels are given in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def number_by_size(
    labels: NDArray[np.uint16],
) -> tuple[NDArray[np.uint16], NDArray[np.int64], NDArray[np.int64]]:
    """Return labels from 0 by descending size, ties by first row, in two passes over the rows.

    Parameters
    ----------
    labels : (n,) uint16
        Any labels; numbers that no row has are left out.

    Returns
    -------
    labels : (n,) uint16
    order : (c,) int64
        The old label of each new one.
    sizes : (c,) int64
        Rows of each new label, none of them 0.
    """
    sizes = np.bincount(labels)
    present = np.flatnonzero(sizes)
    tied = np.unique(sizes[present]).size < present.size
    first_rows = np.array([np.argmax(labels == label) if tied else 0 for label in present], dtype=np.int64)
    order = present[order_by_size(sizes[present], first_rows)]
    numbers = np.zeros(len(sizes), dtype=np.uint16)
    numbers[order] = np.arange(order.size, dtype=np.uint16)
    return numbers[labels], order, sizes[order]


def order_by_size(sizes: NDArray[np.int64], first_rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the positions of clusters by descending size, ties by first row."""
    return np.lexsort((first_rows, -sizes)).astype(np.int64)
