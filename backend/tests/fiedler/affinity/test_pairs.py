"""Affinities of all pairs agree with their definitions, and say when there are too many."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from fiedler.affinity import pairs
from fiedler.parameters import ParameterError


def points(n_samples=150, n_features=2, seed=0):
    return np.random.default_rng(seed).normal(size=(n_samples, n_features)).astype(np.float32)


@pytest.mark.parametrize("n_features", [1, 2, 20])
@pytest.mark.parametrize("radius", [0.3, 3.0])
def test_rows_within_the_radius_are_linked_and_no_others(n_features, radius):
    rows = points(n_features=n_features)
    distances = cdist(rows, rows)
    expected = (distances <= radius) & ~np.eye(len(rows), dtype=bool)
    for affinity in (pairs.radius_affinity(rows, radius), pairs.dense_radius(distances, radius)):
        np.testing.assert_array_equal(affinity.toarray(), expected)


@pytest.mark.parametrize("bandwidth", [0.1, 1.0])
def test_gaussian_affinity_is_that_of_all_pairs(bandwidth):
    rows = points()
    expected = np.exp(-(cdist(rows, rows) ** 2) / (2 * bandwidth**2))
    np.fill_diagonal(expected, 0)
    affinity = pairs.gaussian_affinity(rows, bandwidth)
    np.testing.assert_allclose(affinity.toarray(), expected, atol=1.1e-6)
    assert abs(affinity - affinity.T).max() == 0
    assert affinity.data.min() >= 1e-6
    np.testing.assert_array_equal(
        pairs.dense_gaussian(cdist(rows, rows), bandwidth).toarray(), affinity.toarray()
    )


def test_nine_rows_of_ten_have_their_neighbours_within_the_automatic_radius():
    rows = points(500)
    distances = np.sort(cdist(rows, rows), axis=1)[:, 1:8].astype(np.float32)
    within = (cdist(rows, rows) <= pairs.automatic_radius(distances)).sum(axis=1) - 1
    assert np.mean(within >= 7) == pytest.approx(0.9, abs=0.01)
    assert pairs.automatic_radius(np.zeros((5, 3), np.float32)) == 1


def test_too_many_links_are_refused_before_they_are_made():
    with pytest.raises(ParameterError, match="links each of 9,000 rows to about 8,999 others"):
        pairs.radius_affinity(points(9_000), 100.0)


def test_too_many_rows_for_all_pairs_are_refused():
    pairs.check_all_pairs(pairs.MOST_ROWS)
    with pytest.raises(ParameterError, match=r"5,001 distinct rows.*use 'global'"):
        pairs.check_all_pairs(pairs.MOST_ROWS + 1)


@pytest.mark.parametrize("n_threads", [1, 2])
def test_threads_do_not_change_the_links(n_threads):
    rows = points(400, 8)
    one, other = pairs.radius_affinity(rows, 2.5), pairs.radius_affinity(rows, 2.5, n_threads)
    np.testing.assert_array_equal(one.indices, other.indices)
