"""The steps of a spectrum: the eigenvalue after the k-th against the k-th."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Eigenvalues below this are zero up to rounding or to the weak links that join separate parts.
ZERO = 1e-6
# A step of the spectrum worth naming.
_CLEAR_RATIO = 1.5
_LARGEST_RATIO = 1e6


def step_after(eigenvalues: NDArray[np.float64], n_clusters: int) -> tuple[float, float]:
    """Return ratio (capped at 1e6) and difference of the eigenvalues after and at ``n_clusters``.

    Both are 0 when the one after was not computed.
    """
    if n_clusters >= len(eigenvalues):
        return 0.0, 0.0
    before, after = float(eigenvalues[n_clusters - 1]), float(eigenvalues[n_clusters])
    return min(after / max(before, ZERO), _LARGEST_RATIO), after - before


def step_in_words(eigenvalues: NDArray[np.float64], n_clusters: int) -> str | None:
    """Return the step after ``n_clusters`` as a reason, or None when it is not clear."""
    ratio, _ = step_after(eigenvalues, n_clusters)
    if ratio < _CLEAR_RATIO:
        return None
    if eigenvalues[n_clusters - 1] < ZERO:
        return f"The graph falls into {n_clusters} separate parts"
    return f"The spectrum steps up {ratio:.1f}-fold after eigenvalue {n_clusters}"
