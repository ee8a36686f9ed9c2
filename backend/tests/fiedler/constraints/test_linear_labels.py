"""Linear scores through nearest centroids: the same cluster for every row."""

import numpy as np
import pytest
from ambiguous_data import embedded, four_blobs

from fiedler.constraints.linear_labels import equivalent_centroids, linear_labels
from fiedler.rounding import normalize_rows


@pytest.mark.parametrize("n_clusters", [2, 4, 7])
@pytest.mark.parametrize("with_offsets", [False, True])
def test_nearest_of_equivalent_centroids_has_the_largest_score(n_clusters, with_offsets):
    rng = np.random.default_rng(n_clusters)
    directions = rng.standard_normal((n_clusters, 6))
    offsets = rng.standard_normal(n_clusters) * with_offsets
    points = normalize_rows(rng.standard_normal((500, 6)).astype(np.float32), 6).astype(np.float64)
    centroids = equivalent_centroids(directions, offsets)
    nearest = ((points[:, None] - centroids) ** 2).sum(axis=2).argmin(axis=1)
    assert np.array_equal(nearest, (points @ directions.T - offsets).argmax(axis=1))


def test_more_directions_than_a_sphere_can_hold_have_no_centroids():
    directions = np.random.default_rng(0).standard_normal((9, 3))
    assert equivalent_centroids(directions, np.zeros(9)) is None


def test_labels_are_the_same_with_and_without_centroids():
    embedding = embedded(four_blobs()[0])
    rng = np.random.default_rng(0)
    points = normalize_rows(embedding.vectors, 3).astype(np.float64)
    for n_clusters in (3, 9):
        directions = rng.standard_normal((n_clusters, 3))
        expected = (points @ directions.T).argmax(axis=1)
        labels = linear_labels(embedding, directions, np.zeros(n_clusters))
        assert np.mean(labels == expected) > 0.995  # float32 decides rows on a border


def test_one_direction_labels_every_row_zero():
    labels = linear_labels(embedded(four_blobs()[0]), np.ones((1, 3)), np.zeros(1))
    assert not labels.any()
