"""The partitions that mixtures are fitted from: EM finds the model nearest to where it starts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fiedler.consensus.candidates import Candidate
from fiedler.consensus.kmeans import kmeans_labels
from fiedler.consensus.numbering import numbered_by_size

MOST_STARTS = 6
SAME_START = 0.9
"""Views with a larger index lead a mixture to the same end."""


def mixture_starts(
    found: list[Candidate],
    chosen: int,
    agreement: NDArray[np.float64],
    points: NDArray[np.float64],
    n_clusters: int,
    random_state: int,
) -> list[NDArray[np.int32]]:
    """Return the chosen view, k-means in the columns, and the views that differ most from each other.

    Parameters
    ----------
    found : list of v Candidate
    chosen : int
        Number of the chosen view.
    agreement : (v, v) float64
        Adjusted Rand indices.
    points : (m, d) float64
        Columns, or principal components, for k-means.
    n_clusters : int
    random_state : int
    """
    starts = [found[chosen].labels, numbered_by_size(kmeans_labels(points, n_clusters, random_state))]
    nearest = agreement[chosen].copy()
    while len(starts) < MOST_STARTS and nearest.min() < SAME_START:
        other = int(np.argmin(nearest))
        nearest = np.maximum(nearest, agreement[other])
        if found[other].labels.max() + 1 == n_clusters:
            starts.append(found[other].labels)
    return starts
