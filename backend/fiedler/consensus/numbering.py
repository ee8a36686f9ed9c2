"""One numbering for all partitions: by descending cluster size."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def numbered_by_size(labels: NDArray[np.integer]) -> NDArray[np.int32]:
    """Return (n,) labels from 0 by descending size, ties by first row; unused numbers are closed up.

    ``labels`` are >= 0.
    """
    sizes = np.bincount(labels)
    # Written from the last row on, so that the first of each cluster stays.
    first = np.zeros(len(sizes), dtype=np.int64)
    first[labels[::-1]] = np.arange(len(labels) - 1, -1, -1)
    used = np.flatnonzero(sizes)
    numbers = np.zeros(len(sizes), dtype=np.int32)
    numbers[used[np.lexsort((first[used], -sizes[used]))]] = np.arange(len(used), dtype=np.int32)
    return np.asarray(numbers[labels])
