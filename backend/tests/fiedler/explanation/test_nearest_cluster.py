"""The nearest cluster is the one whose rows lie next to it, whatever their shapes."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from fiedler.explanation.members import cluster_members
from fiedler.explanation.nearest import local_distances, nearest_cluster

RNG = np.random.default_rng(0)


def test_local_distance_agrees_with_brute_force():
    features = RNG.normal(size=(200, 3)).astype(np.float32)
    placed, shown = np.arange(50), np.arange(30, 180)
    distances = cdist(features[placed], features[shown])
    distances[placed[:, None] == shown] = np.inf
    expected = np.sort(distances, axis=1)[:, :5].mean(axis=1)
    found = local_distances(features, placed, shown, except_self=True)
    np.testing.assert_allclose(found, expected, rtol=1e-6)


@pytest.mark.parametrize("offset", [0.0, 1e4])
def test_nearest_of_blobs_in_a_row(offset):
    labels = np.repeat(np.arange(3), 100).astype(np.uint16)
    features = (RNG.normal(size=(300, 2)) + np.array([[0, 0], [8, 0], [14, 0]])[labels] + offset).astype(
        np.float32
    )
    members = cluster_members(labels)
    assert [nearest_cluster(features, members, c).cluster for c in range(3)] == [1, 2, 1]
    assert nearest_cluster(features, members, 0).share_nearer == 0.0


def test_a_ring_does_not_sit_nearer_to_what_it_surrounds():
    angles = RNG.uniform(0, 2 * np.pi, 600)
    radii = np.repeat([1.0, 5.0], 300) + 0.1 * RNG.normal(size=600)
    features = np.column_stack([radii * np.cos(angles), radii * np.sin(angles)]).astype(np.float32)
    members = cluster_members(np.repeat(np.arange(2), 300))
    assert nearest_cluster(features, members, 1).share_nearer == 0.0


def test_share_nearer_counts_rows_among_the_other_cluster():
    features = RNG.normal(size=(200, 2)).astype(np.float32)
    features[:100, 0] += 50
    labels = np.repeat(np.arange(2), 100).astype(np.uint16)
    labels[:25] = 1
    found = nearest_cluster(features, cluster_members(labels), 1)
    # 25 of its 125 rows lie in the middle of the other cluster, near each other too.
    assert 0.1 < found.share_nearer <= 0.2


def test_only_cluster_with_rows_has_no_nearest():
    features = np.zeros((4, 1), np.float32)
    assert nearest_cluster(features, cluster_members(np.zeros(4, dtype=np.uint16), 3), 0) is None
    assert nearest_cluster(features, cluster_members(np.zeros(4, dtype=np.uint16), 3), 1) is None


def test_clusters_of_single_rows():
    features = np.array([[0.0], [1.0], [5.0]], np.float32)
    members = cluster_members(np.arange(3))
    found = [nearest_cluster(features, members, c) for c in range(3)]
    assert [each.cluster for each in found] == [1, 0, 1]
    assert [each.share_nearer for each in found] == [0.0, 0.0, 0.0]
