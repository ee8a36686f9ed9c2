"""Data whose right answer is known."""

import numpy as np


def half_rings(n_samples, seed=0):
    generator = np.random.default_rng(seed)
    label = np.arange(n_samples) % 2
    angle = generator.uniform(0, np.pi, n_samples)
    x = np.where(label == 0, np.cos(angle), 1 - np.cos(angle))
    y = np.where(label == 0, np.sin(angle), 0.5 - np.sin(angle))
    points = np.column_stack([x, y]) + 0.05 * generator.standard_normal((n_samples, 2))
    return points.astype(np.float32), label


def mixture(n_samples, n_features, n_clusters, seed=0, spread=2.0):
    generator = np.random.default_rng(seed)
    centres = spread * generator.standard_normal((n_clusters, n_features))
    label = generator.integers(0, n_clusters, n_samples)
    points = centres[label] + generator.standard_normal((n_samples, n_features))
    return points.astype(np.float32), label


def cluster(embedding, n_clusters, sample=5000):
    """k-means on row-normalised coordinates of a row sample, then every row's nearest centroid."""
    from sklearn.cluster import KMeans

    generator = np.random.default_rng(0)
    chosen = generator.choice(embedding.n_samples, min(sample, embedding.n_samples), replace=False)
    rows = embedding.rows(chosen)[:, :n_clusters].astype(np.float64)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    centroids = KMeans(n_clusters, n_init=5, random_state=0).fit(rows).cluster_centers_
    return embedding.nearest_centroid(centroids), centroids
