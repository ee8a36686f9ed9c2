"""Feature matrices with columns in units of their own, and what embeds them."""

from dataclasses import dataclass

import numpy as np

from fiedler.explanation.codes import code_features
from fiedler.feature_columns import FeatureColumn

CENTER, SCALE = 10.0, 2.0


def columns_of(n_columns, center=CENTER, scale=SCALE, names=None):
    names = names or [f"c{j}" for j in range(n_columns)]
    return [FeatureColumn(name, 0, 0, 0.0, center, scale) for name in names]


def coded_of(points, **options):
    """Code values given in the columns' own units."""
    points = np.asarray(points, dtype=np.float64)
    features = ((points - CENTER) / SCALE).astype(np.float32)
    names = options.pop("names", None)
    return code_features(features, columns_of(points.shape[1], names=names), n_threads=1, **options)


def in_units(features):
    return features.astype(np.float64) * SCALE + CENTER


@dataclass(frozen=True)
class StoredEmbedding:
    """An embedding whose vectors are given."""

    vectors: np.ndarray

    @property
    def n_samples(self):
        return len(self.vectors)

    @property
    def eigenvalues(self):
        return np.zeros(self.vectors.shape[1])

    @property
    def residual_norms(self):
        return np.zeros(self.vectors.shape[1])

    def rows(self, indices):
        return self.vectors[indices]

    def nearest_centroid(self, centroids, progress=None):
        raise NotImplementedError("explanations read vectors only")

    def extend(self, features):
        raise NotImplementedError("explanations read vectors only")


def blobs(sizes, n_columns=4, spread=1.0, distance=6.0, seed=0):
    """Return (n, d) points and (n,) labels of normal blobs in random order."""
    rng = np.random.default_rng(seed)
    centers = rng.normal(size=(len(sizes), n_columns)) * distance
    labels = rng.permutation(np.repeat(np.arange(len(sizes)), sizes)).astype(np.uint16)
    return centers[labels] + spread * rng.normal(size=(len(labels), n_columns)), labels


def embedding_of(labels, n_clusters, noise=0.1, seed=0):
    """Return vectors near one axis a cluster."""
    rng = np.random.default_rng(seed)
    vectors = np.eye(n_clusters)[labels] + noise * rng.normal(size=(len(labels), n_clusters))
    return StoredEmbedding(vectors.astype(np.float32))
