"""Coarse groups of rows: Lloyd's centres of a fixed sample, and each row's nearest groups."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fiedler.neighbors.flat import flat_search
from fiedler.progress import Fraction, portion

SAMPLE_PER_GROUP = 24
ITERATIONS = 4


def coarse_centers(
    features: NDArray[np.float32], n_groups: int, n_threads: int, progress: Fraction | None = None
) -> NDArray[np.float32]:
    """Return (g, d) centres after a few of Lloyd's iterations on an evenly spaced sample of the rows.

    A rough clustering is enough: the centres only decide which rows are compared with which.
    """
    n_sample = min(len(features), SAMPLE_PER_GROUP * n_groups)
    # A seeded draw, since evenly spaced rows of a sorted or periodic table would be a biased sample.
    generator = np.random.default_rng(0)
    sample = features[np.sort(generator.choice(len(features), n_sample, replace=False))]
    centers = sample[np.sort(generator.choice(n_sample, n_groups, replace=False))].copy()
    for iteration in range(ITERATIONS):
        done = portion(progress, iteration / ITERATIONS, (iteration + 1) / ITERATIONS)
        labels = flat_search(centers, sample, 1, n_threads, done)[0][:, 0]
        counts = np.bincount(labels, minlength=n_groups)
        order = np.argsort(labels, kind="stable")
        filled = np.flatnonzero(counts)
        starts = np.cumsum(counts)[filled] - counts[filled]
        sums = np.add.reduceat(sample[order].astype(np.float64), starts, axis=0)
        centers[filled] = sums / counts[filled, None]
    return centers


def nearest_groups(
    features: NDArray[np.float32],
    centers: NDArray[np.float32],
    n_probes: int,
    n_threads: int,
    progress: Fraction | None = None,
) -> NDArray[np.int32]:
    """Return (n, n_probes) the groups nearest to each row, nearest first."""
    return flat_search(centers, features, n_probes, n_threads, progress)[0]
