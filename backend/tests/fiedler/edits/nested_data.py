"""Clusters that each hold two, and an embedding of them."""

import numpy as np

from fiedler.exact.fitting import exact_embedding
from fiedler.rounding import round_embedding


def nested_blobs(n_samples=900, seed=0):
    """Three far pairs of blobs: rows, and the blob (0 to 5) of each; blob // 2 is the pair."""
    rng = np.random.default_rng(seed)
    blob = rng.integers(6, size=n_samples)
    pairs = np.array([[0, 0], [25, 0], [0, 25]])
    rows = pairs[blob // 2] + np.outer(blob % 2, [0, 5]) + 0.8 * rng.standard_normal((n_samples, 2))
    return rows.astype(np.float32), blob


def embedded(rows, n_components=8):
    return exact_embedding(np.ascontiguousarray(rows, dtype=np.float32), n_components)


def plain_labels(embedding, n_clusters):
    return round_embedding(embedding, embedding.vectors, n_clusters, 0).labels
