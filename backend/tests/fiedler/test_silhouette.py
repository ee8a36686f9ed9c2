"""Silhouettes agree with an independent statement of the same formula."""

import numpy as np
import pytest
from sklearn.metrics import silhouette_samples

from fiedler.silhouette import pairwise_distances, silhouette


@pytest.mark.parametrize("n_clusters", [2, 5, 13])
@pytest.mark.parametrize("offset", [0.0, 1e4])
def test_values_agree_with_scikit_learn(n_clusters, offset):
    rng = np.random.default_rng(0)
    points = (rng.normal(size=(400, 6)) + offset).astype(np.float32)
    labels = rng.integers(n_clusters, size=400).astype(np.uint16)
    expected = silhouette_samples(points.astype(np.float64), labels)
    found = silhouette(pairwise_distances(points), labels, n_clusters)
    # Distances are kept in float32: six digits.
    assert found.overall == pytest.approx(expected.mean(), abs=1e-5)
    for cluster in range(n_clusters):
        assert found.by_cluster[cluster] == pytest.approx(expected[labels == cluster].mean(), abs=1e-5)
    assert found.sample_size == 400


def test_one_cluster_has_no_silhouette():
    found = silhouette(pairwise_distances(np.eye(3, dtype=np.float32)), np.zeros(3, np.uint16), 1)
    assert found.overall is None
    assert found.by_cluster == [None]


def test_cluster_outside_the_sample_has_none():
    labels = np.array([0, 0, 2, 2], dtype=np.uint16)
    found = silhouette(pairwise_distances(np.arange(4, dtype=np.float32)[:, None]), labels, 3)
    assert found.by_cluster[1] is None
    assert found.by_cluster[0] is not None


def test_lone_and_duplicate_rows_count_zero():
    points = np.zeros((4, 2), dtype=np.float32)
    found = silhouette(pairwise_distances(points), np.array([0, 0, 1, 2], dtype=np.uint16), 3)
    assert found.by_cluster == [0.0, 0.0, 0.0]
