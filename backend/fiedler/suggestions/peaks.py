"""The peaks of the rows' density, and how far each stands out: a count of clusters that needs no cut."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from fiedler.neighbors.nearest import nearest_neighbors

DENSITY_NEIGHBORS = 30
"""Fewer leave ripples that look like peaks, more wash out small clusters."""
LINKS = 10
NO_PROMINENCE = 0.05
"""Added to every prominence: ripples of less than one part in twenty are not told apart."""
LARGEST_PEAK_RATIO = float(np.exp(2))
"""A larger ratio of prominences says no more."""
SEPARATE_FACTOR = 2.0
"""The highest peak of a part of its own stands out this many times as far as any other."""


def peak_prominences(points: NDArray[np.float64], n_threads: int | None = None) -> NDArray[np.float64]:
    """Return how far each peak of the density stands out, descending.

    The density of a row is one over the root mean square distance to its 30 nearest rows. Rows join from the
    densest on with those of their neighbours that are there already; where two peaks meet, the lower one
    ends, and has stood out by the natural logarithm of its density over that of the row where they meet.

    Parameters
    ----------
    points : (m, d) float64
        At least 3 rows.
    n_threads : int or None
        For the neighbour search; None uses every core.

    Returns
    -------
    (r,) float64
        At least one, the highest peak's.

    References
    ----------
    Chazal, Guibas, Oudot and Skraba (2013), "Persistence-based clustering in Riemannian manifolds"; Biau,
    Chazal, Cohen-Steiner, Devroye and Rodriguez (2011), "A weighted k-nearest neighbor density estimate for
    geometric inference", for the density.
    """
    found = nearest_neighbors(
        points.astype(np.float32), min(DENSITY_NEIGHBORS, len(points) - 1), n_threads=n_threads
    )
    distances = np.sqrt(np.mean(found.distances.astype(np.float64) ** 2, axis=1))
    heights = -np.log(np.maximum(distances, np.finfo(np.float64).tiny))
    order = np.argsort(-heights, kind="stable")
    ended, n_parts = _ended_peaks(order, np.ascontiguousarray(found.indices[:, :LINKS]), heights)
    ended = np.sort(ended)[::-1]
    highest = SEPARATE_FACTOR * max(ended.max(initial=0.0), float(heights.std()))
    return np.concatenate([np.full(n_parts, highest), ended])


def peak_ratios(prominences: NDArray[np.float64], largest: int) -> NDArray[np.float64]:
    """Return (largest - 1,) how many times as far the k-th peak stands out as the next, for k = 2, 3, ...

    Capped at `LARGEST_PEAK_RATIO`.
    """
    padded = np.zeros(max(largest + 1, len(prominences)))
    padded[: len(prominences)] = prominences
    padded += NO_PROMINENCE
    return np.minimum(padded[1:largest] / padded[2 : largest + 1], LARGEST_PEAK_RATIO)


@numba.njit(cache=True, nogil=True)
def _summit(above: NDArray[np.int64], row: int) -> int:
    while above[row] != row:
        above[row] = above[above[row]]
        row = above[row]
    return row


@numba.njit(cache=True, nogil=True)
def _ended_peaks(
    order: NDArray[np.int64], neighbors: NDArray[np.int32], heights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], int]:
    """Return the prominences of peaks that met a higher one, and how many peaks never did.

    A row is linked to its neighbours and to the rows that it is a neighbour of.
    """
    n_samples, n_links = neighbors.shape
    place = np.empty(n_samples, np.int64)
    starts = np.zeros(n_samples + 1, np.int64)
    for at in range(n_samples):
        place[order[at]] = at
    # Each link counts where its later end joins.
    for row in range(n_samples):
        for link in range(n_links):
            starts[max(place[row], place[neighbors[row, link]]) + 1] += 1
    starts = np.cumsum(starts)
    earlier = np.empty(starts[-1], np.int64)
    filled = starts[:-1].copy()
    for row in range(n_samples):
        for link in range(n_links):
            other = neighbors[row, link]
            late, early = (row, other) if place[row] > place[other] else (other, row)
            earlier[filled[place[late]]] = early
            filled[place[late]] += 1
    above = np.arange(n_samples)
    ended = np.empty(n_samples)
    n_ended, n_merged = 0, 0
    for at in range(n_samples):
        row = order[at]
        for link in range(starts[at], starts[at + 1]):
            one, other = _summit(above, row), _summit(above, earlier[link])
            if one == other:
                continue
            lower, higher = (one, other) if place[one] > place[other] else (other, one)
            above[lower] = higher
            n_merged += 1
            # A row that joins below others is no peak.
            if lower != row and heights[lower] > heights[row]:
                ended[n_ended] = heights[lower] - heights[row]
                n_ended += 1
    return ended[:n_ended], n_samples - n_merged
