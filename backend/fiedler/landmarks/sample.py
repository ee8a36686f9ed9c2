"""A seeded sample of rows: what landmarks, bandwidth and projection are measured on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fiedler.landmarks.blocks import refuse_non_finite

ROWS_PER_LANDMARK = 10
SMALLEST_SAMPLE = 20_000


def sample_size(n_samples: int, n_landmarks: int) -> int:
    """Return how many rows are sampled: ten a landmark, 20,000 at least, never more than there are."""
    return min(n_samples, max(ROWS_PER_LANDMARK * n_landmarks, SMALLEST_SAMPLE))


def sample_positions(n_samples: int, size: int, generator: np.random.Generator) -> NDArray[np.int64]:
    """Return ``size`` distinct row numbers, ascending, so that a file is read in one direction.

    ``rows[generator.permutation(size)]`` of those rows is a random sample in random order: any prefix is one
    itself.
    """
    if size == n_samples:
        return np.arange(size)
    return np.sort(generator.choice(n_samples, size, replace=False))


def sample_rows(
    features: NDArray[np.float32], size: int, generator: np.random.Generator
) -> NDArray[np.float32]:
    """Return ``size`` distinct rows of the (n, d) features in random order, as float32.

    Any prefix of the result is itself a random sample.

    Raises
    ------
    InvalidFeaturesError
        A sampled row holds a value that is not finite.
    """
    chosen = sample_positions(features.shape[0], size, generator)
    rows = np.ascontiguousarray(features[chosen], dtype=np.float32)
    if not np.isfinite(rows).all():
        first = int(chosen[~np.isfinite(rows).all(axis=1)][0])
        refuse_non_finite(np.asarray(features[first : first + 1]), first)
    return rows[generator.permutation(size)]
