"""From an embedding to labels: the right groups, numbered by size, the same every time."""

import numpy as np
import pytest
import scipy.linalg
from sklearn.metrics import adjusted_rand_score

from fiedler.parameters import ParameterError
from fiedler.rounding import (
    SAMPLE_ROWS,
    RoundingOptions,
    find_centroids,
    normalize_rows,
    round_embedding,
    sample_rows,
)
from fiedler.rounding.discretize import rotated_axes


class ArrayEmbedding:
    """A spectral embedding that is an array."""

    def __init__(self, vectors):
        self.vectors = vectors.astype(np.float32)
        self.n_samples = len(vectors)

    def rows(self, indices):
        return self.vectors[indices]

    def nearest_centroid(self, centroids, progress=None):
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


METHODS = ["kmeans", "cluster_qr", "discretize", "tree"]


def rounded_by(method, vectors, n_clusters, seed=0, **options):
    return round_embedding(
        ArrayEmbedding(vectors),
        vectors.astype(np.float32),
        n_clusters,
        seed,
        RoundingOptions(method, **options),
    )


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("unit_rows", [True, False])
@pytest.mark.parametrize("n_clusters", [2, 5, 20])
def test_every_method_recovers_directions(method, unit_rows, n_clusters):
    vectors, labels = noisy_directions(n_clusters, 2_000)
    if not unit_rows:
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    found = rounded_by(method, vectors, n_clusters, unit_rows=unit_rows)
    assert adjusted_rand_score(labels, found.labels) > 0.99
    assert np.bincount(found.labels).tolist() == found.sizes.tolist() == sorted(found.sizes, reverse=True)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("unit_rows", [True, False])
def test_new_rows_are_labelled_as_the_rounded_ones_are(method, unit_rows):
    vectors, _ = noisy_directions(4, 1_500)
    found = rounded_by(method, vectors, 4, unit_rows=unit_rows)
    assert np.mean(found.labels_of(vectors.astype(np.float32)) == found.labels) > 0.99


@pytest.mark.parametrize("method", ["cluster_qr", "discretize", "tree"])
def test_methods_without_chance_do_not_follow_the_seed(method):
    vectors, _ = noisy_directions(6, 1_000)
    first, second = (rounded_by(method, vectors, 6, seed).labels for seed in (0, 7))
    assert np.array_equal(first, second)


@pytest.mark.parametrize("method", METHODS)
def test_signs_of_eigenvectors_do_not_change_the_clusters(method):
    vectors, _ = noisy_directions(5, 1_000)
    flipped = vectors * np.array([1, -1, -1, 1, -1])
    found, other = (rounded_by(method, each, 5).labels for each in (vectors, flipped))
    assert adjusted_rand_score(found, other) == 1


def test_rows_of_one_direction_are_told_apart_only_by_length():
    vectors = np.ones((300, 2))
    vectors[:100] *= 4
    assert rounded_by("kmeans", vectors, 2, unit_rows=False).sizes.tolist() == [200, 100]
    assert rounded_by("kmeans", vectors, 2).n_clusters == 1


def test_cluster_qr_agrees_with_the_statement_of_the_paper():
    """Damle, Minden and Ying (2019): pivots of V^T, polar factor of their rows, largest entry of each row."""
    vectors, _ = noisy_directions(4, 400)
    points = normalize_rows(vectors.astype(np.float32), 4).astype(np.float64)
    pivots = scipy.linalg.qr(points.T, pivoting=True)[2][:4]
    polar = scipy.linalg.polar(points[pivots].T)[0]
    expected = np.abs(points @ polar).argmax(axis=1)
    assert adjusted_rand_score(expected, rounded_by("cluster_qr", vectors, 4).labels) == 1


def test_discretize_reaches_an_optimum_of_its_objective():
    """No rotation near the one found brings the rows closer to the indicators of their clusters."""
    vectors, _ = noisy_directions(3, 500)
    points = normalize_rows(vectors.astype(np.float32), 3)
    axes = rotated_axes(points, 3)
    np.testing.assert_allclose(axes @ axes.T, np.eye(3), atol=1e-6)
    reached = (points @ axes.T).max(axis=1).sum()
    rng = np.random.default_rng(0)
    for _ in range(50):
        turn = scipy.linalg.expm(0.05 * (lambda a: a - a.T)(rng.standard_normal((3, 3))))
        assert (points @ (turn @ axes).T).max(axis=1).sum() <= reached + 1e-3


def rings(n_samples, seed=0):
    rng = np.random.default_rng(seed)
    angles = rng.uniform(0, 2 * np.pi, n_samples)
    labels = np.arange(n_samples) % 2
    radii = np.where(labels, 3.0, 1.0) + 0.05 * rng.standard_normal(n_samples)
    return np.stack([radii * np.cos(angles), radii * np.sin(angles)], axis=1), labels


@pytest.mark.parametrize("n_samples", [3_000, 30_000])
def test_trees_follow_shapes_that_k_means_cuts(n_samples):
    """Beyond the sampled rows, points that stand for the clusters label the others."""
    vectors, labels = rings(n_samples)
    sample = vectors[sample_rows(n_samples, SAMPLE_ROWS, 0)].astype(np.float32)
    options = RoundingOptions("tree", unit_rows=False)
    found = round_embedding(ArrayEmbedding(vectors), sample, 2, 0, options)
    assert adjusted_rand_score(labels, found.labels) > 0.99
    assert adjusted_rand_score(labels, found.labels_of(vectors.astype(np.float32))) > 0.99
    assert adjusted_rand_score(labels, rounded_by("kmeans", vectors, 2, unit_rows=False).labels) < 0.1


@pytest.mark.parametrize("method", METHODS)
def test_separate_parts_of_very_different_sizes_are_clusters(method):
    """Rows of one part coincide: the tree must not join parts while copies of a row are left."""
    vectors = np.repeat(np.eye(3), [2_000, 40, 5], axis=0)
    assert rounded_by(method, vectors, 3).sizes.tolist() == [2_000, 40, 5]


def test_more_columns_than_clusters_are_seen_when_asked_for():
    """Two groups that differ in the third column alone."""
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1], 200)
    vectors = np.column_stack([np.ones(400), 0.1 * rng.standard_normal(400), 2.0 * labels - 1])
    assert adjusted_rand_score(labels, rounded_by("kmeans", vectors, 2).labels) < 0.1
    assert adjusted_rand_score(labels, rounded_by("kmeans", vectors, 2, n_components=3).labels) == 1
    assert adjusted_rand_score(labels, rounded_by("tree", vectors, 2, n_components=3).labels) == 1


def test_an_unknown_method_is_refused():
    with pytest.raises(ParameterError, match="'ward'"):
        rounded_by("ward", np.eye(3), 2)


def test_a_tree_counts_rows_that_coincide():
    """A group in one point is no smaller than those spread out: as one vertex it would be merged away."""
    rng = np.random.default_rng(0)
    truth = np.repeat([0, 1, 2], 200)
    vectors = (
        np.array([[0, 0], [5, 0], [0, 5]])[truth] + 0.3 * rng.standard_normal((600, 2)) * (truth > 0)[:, None]
    )
    found = rounded_by("tree", vectors, 3, unit_rows=False)
    assert adjusted_rand_score(truth, found.labels) == 1
