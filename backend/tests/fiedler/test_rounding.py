"""From an embedding to labels: the right groups, numbered by size, the same every time."""

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from fiedler.rounding import find_centroids, normalize_rows, round_embedding, sample_rows


class ArrayEmbedding:
    """A spectral embedding that is an array."""

    def __init__(self, vectors):
        self.vectors = vectors.astype(np.float32)
        self.n_samples = len(vectors)

    def rows(self, indices):
        return self.vectors[indices]

    def nearest_centroid(self, centroids):
        points = normalize_rows(self.vectors, centroids.shape[1])
        distances = ((points[:, None] - centroids) ** 2).sum(axis=2)
        return distances.argmin(axis=1).astype(np.uint16)


def noisy_directions(n_clusters, n_samples, seed=0):
    """Rows near the axes of an orthonormal basis, of any length, as ideal spectral embeddings are."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(n_clusters, size=n_samples)
    basis = np.linalg.qr(rng.standard_normal((n_clusters, n_clusters)))[0]
    vectors = basis[labels] + 0.1 * rng.standard_normal((n_samples, n_clusters))
    return vectors * rng.uniform(0.2, 5, (n_samples, 1)), labels


def rounded(vectors, n_clusters, seed=0):
    return round_embedding(ArrayEmbedding(vectors), vectors.astype(np.float32), n_clusters, seed)


@pytest.mark.parametrize("n_clusters", [2, 5, 20, 60])
def test_directions_of_any_length_are_recovered(n_clusters):
    vectors, labels = noisy_directions(n_clusters, 6_000)
    assert adjusted_rand_score(labels, rounded(vectors, n_clusters).labels) > 0.99


def test_labels_run_by_descending_size_then_first_row():
    vectors = np.repeat(np.eye(4), [2, 5, 2, 3], axis=0)[[0, 2, 7, 3, 9, 4, 1, 8, 5, 10, 6, 11]]
    rounding = rounded(vectors, 4)
    assert rounding.sizes.tolist() == [5, 3, 2, 2]
    firsts = [np.flatnonzero(rounding.labels == label)[0] for label in range(4)]
    assert firsts[2] < firsts[3]
    assert np.bincount(rounding.labels).tolist() == rounding.sizes.tolist()


def test_centroids_are_in_label_order():
    vectors, _ = noisy_directions(5, 1_000)
    rounding = rounded(vectors, 5)
    assert np.array_equal(ArrayEmbedding(vectors).nearest_centroid(rounding.centroids), rounding.labels)


def test_one_cluster_holds_every_row():
    rounding = rounded(noisy_directions(3, 50)[0], 1)
    assert rounding.labels.tolist() == [0] * 50
    assert rounding.labels.dtype == np.uint16


def test_fewer_distinct_rows_than_clusters_give_fewer_clusters():
    rounding = rounded(np.repeat(np.eye(5)[:2], 10, axis=0), 5)
    assert rounding.n_clusters == 2
    assert sorted(np.unique(rounding.labels)) == [0, 1]


def test_zero_rows_are_no_obstacle():
    vectors, _ = noisy_directions(3, 100)
    vectors[:5] = 0
    assert rounded(vectors, 3).n_clusters == 3


def test_same_seed_gives_the_same_bits():
    vectors, _ = noisy_directions(8, 20_000)
    first, second = (find_centroids(vectors.astype(np.float32), 8, 4) for _ in range(2))
    assert np.array_equal(first, second)


def test_sample_is_sorted_distinct_and_fixed():
    rows = sample_rows(100_000, 500, 7)
    assert np.array_equal(rows, np.unique(rows))
    assert np.array_equal(rows, sample_rows(100_000, 500, 7))
    assert len(rows) == 500
    assert sample_rows(5, 500, 7).tolist() == [0, 1, 2, 3, 4]
