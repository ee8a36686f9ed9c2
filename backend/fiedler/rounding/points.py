"""The points that are rounded: leading coordinates of a sample of rows, at unit length or as they are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Rows whose vectors decide the clusters of all.
SAMPLE_ROWS = 10_000


def sample_rows(n_samples: int, size: int, random_state: int) -> NDArray[np.int64]:
    """Return up to ``size`` distinct row numbers, ascending: all rows when there are no more."""
    if n_samples <= size:
        return np.arange(n_samples, dtype=np.int64)
    chosen = np.random.default_rng(random_state).choice(n_samples, size, replace=False, shuffle=False)
    return np.sort(chosen).astype(np.int64)


def normalize_rows(vectors: NDArray[np.float32], n_columns: int) -> NDArray[np.float32]:
    """Return the (m, n_columns) leading columns, each row of unit length (zero rows stay zero).

    References
    ----------
    Ng, Jordan, Weiss (2001), "On spectral clustering: analysis and an algorithm", step 4.
    """
    leading = leading_columns(vectors, n_columns)
    norms = np.linalg.norm(leading, axis=1, keepdims=True)
    norms[norms == 0] = 1.0
    normalized: NDArray[np.float32] = leading / norms
    return normalized


def leading_columns(vectors: NDArray[np.float32], n_columns: int) -> NDArray[np.float32]:
    """Return the (m, n_columns) leading columns as they are, in C order."""
    return np.ascontiguousarray(vectors[:, :n_columns], dtype=np.float32)
