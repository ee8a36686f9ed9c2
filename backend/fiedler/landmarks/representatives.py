"""The landmarks: centres of a k-means on a sample, or the distinct rows when there are few."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fiedler.landmarks.distinct import sorted_distinct
from fiedler.landmarks.lloyd import lloyd_centres
from fiedler.landmarks.sample import ROWS_PER_LANDMARK
from fiedler.progress import Fraction

_LLOYD_ITERATIONS = 5


def representatives(
    sample: NDArray[np.float32],
    n_landmarks: int,
    generator: np.random.Generator,
    progress: Fraction | None = None,
) -> NDArray[np.float32]:
    """Return at most ``n_landmarks`` distinct landmarks (p, d) of a random (m, d) sample, float32.

    Fewer come back when the sample has fewer distinct rows, or when a centre ends without rows.

    References
    ----------
    Huang et al. (2020), section III-A: a hybrid of random choice and k-means.
    """
    rows = sample[: ROWS_PER_LANDMARK * n_landmarks]
    distinct = sorted_distinct(rows)
    if distinct.shape[0] <= n_landmarks:
        distinct = sorted_distinct(sample)
    if distinct.shape[0] <= n_landmarks:
        return distinct
    start = distinct[np.sort(generator.choice(distinct.shape[0], n_landmarks, replace=False))]
    return lloyd_centres(rows, start, _LLOYD_ITERATIONS, progress)
