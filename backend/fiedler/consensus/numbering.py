"""One numbering for all partitions: by descending cluster size."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def numbered_by_size(labels: NDArray[np.integer]) -> NDArray[np.int32]:
    """Return (n,) labels from 0 by descending size, ties by first row; unused numbers are closed up."""
    _, first, inverse, sizes = np.unique(labels, return_index=True, return_inverse=True, return_counts=True)
    numbers = np.empty(len(sizes), dtype=np.int32)
    numbers[np.lexsort((first, -sizes))] = np.arange(len(sizes), dtype=np.int32)
    return np.asarray(numbers[inverse])
