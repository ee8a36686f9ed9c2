"""Rows whose number of clusters is known."""

import numpy as np


def separated_blobs(n_clusters, n_samples=1_500, seed=0):
    rng = np.random.default_rng(seed)
    labels = rng.integers(n_clusters, size=n_samples)
    corners = np.array([[8 * (i % 4), 8 * (i // 4)] for i in range(n_clusters)])
    return corners[labels] + rng.normal(size=(n_samples, 2))


def nested_blobs(n_groups, n_each, seed=0):
    """Groups of clusters round a centre of their own, 120 rows a cluster."""
    rng = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(n_groups * n_each), 120)
    angle = 2 * np.pi * (cluster % n_each) / n_each
    centers = (
        np.c_[40.0 * (cluster // n_each), np.zeros(len(cluster))] + 7 * np.c_[np.cos(angle), np.sin(angle)]
    )
    return centers + rng.normal(size=centers.shape)
