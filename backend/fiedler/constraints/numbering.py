"""Cluster numbers by descending size, in two passes over the rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def number_by_size(labels: NDArray[np.uint16]) -> tuple[NDArray[np.uint16], NDArray[np.int64]]:
    """Return (n,) labels from 0 by descending size, ties by first row, and the (c,) sizes, none of them 0."""
    sizes = np.bincount(labels)
    present = np.flatnonzero(sizes)
    _, copies = np.unique(sizes[present], return_counts=True)
    first_rows = np.zeros(len(present), dtype=np.int64)
    if (copies > 1).any():
        first_rows = np.array([np.argmax(labels == label) for label in present])
    order = present[np.lexsort((first_rows, -sizes[present]))]
    numbers = np.zeros(len(sizes), dtype=np.uint16)
    numbers[order] = np.arange(len(order), dtype=np.uint16)
    return numbers[labels], sizes[order]
