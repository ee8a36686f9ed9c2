"""Groups in clusters: best of all placements, and reasons where there is none."""

from itertools import product

import numpy as np
import pytest

from fiedler.constraints.placement import GroupLinks

SEARCH = 10_000


def best_by_trying_all(scores, apart):
    n_groups, n_clusters = scores.shape
    totals = [
        sum(scores[group, cluster] for group, cluster in enumerate(clusters))
        for clusters in product(range(n_clusters), repeat=n_groups)
        if all(clusters[left] != clusters[right] for left, right in apart)
    ]
    return max(totals, default=None)


@pytest.mark.parametrize("seed", range(12))
def test_placement_is_the_best_of_all(seed):
    rng = np.random.default_rng(seed)
    scores = rng.standard_normal((6, 3))
    pairs = np.array([(i, j) for i in range(6) for j in range(i + 1, 6)])
    apart = pairs[rng.random(len(pairs)) < 0.5]
    best = best_by_trying_all(scores, apart)
    placement = GroupLinks(6, apart).place(scores, SEARCH)
    if best is None:
        assert placement.violated.size
        assert len(placement.reasons) == placement.violated.size
    else:
        assert placement.violated.size == 0
        assert scores[np.arange(6), placement.clusters].sum() == pytest.approx(best)


def test_groups_all_apart_take_the_assignment_of_largest_score():
    scores = np.array([[5.0, 4.0, 0.0], [5.0, 0.0, 0.0], [4.9, 0.0, 0.1]])
    placement = GroupLinks(3, np.array([[0, 1], [0, 2], [1, 2]])).place(scores, SEARCH)
    assert placement.clusters.tolist() == [1, 0, 2]


def test_more_groups_apart_than_clusters_are_said():
    apart = np.array([[0, 1], [0, 2], [1, 2]])
    placement = GroupLinks(3, apart).place(np.zeros((3, 2)), SEARCH)
    assert placement.violated.size == 1
    assert "ask for at least 3 clusters" in placement.reasons[0]


def test_an_odd_cycle_cannot_be_put_in_two_clusters_and_breaks_once():
    apart = np.array([[0, 1], [1, 2], [2, 3], [3, 4], [0, 4]])
    placement = GroupLinks(5, apart).place(np.random.default_rng(0).random((5, 2)), SEARCH)
    assert placement.violated.size == 1
    assert "cannot all hold with 2 clusters" in placement.reasons[0]


def test_an_even_cycle_of_hundreds_of_groups_is_two_coloured():
    size = 600
    apart = np.stack([np.arange(size), (np.arange(size) + 1) % size], axis=1)
    placement = GroupLinks(size, np.sort(apart, axis=1)).place(
        np.random.default_rng(0).random((size, 2)), 100
    )
    assert placement.violated.size == 0


def test_no_groups_apart_leaves_every_group_in_its_best_cluster():
    scores = np.random.default_rng(0).random((9, 4))
    placement = GroupLinks(9, np.empty((0, 2), np.int64)).place(scores, SEARCH)
    assert np.array_equal(placement.clusters, scores.argmax(axis=1))


def test_a_search_cut_short_says_so():
    rng = np.random.default_rng(1)
    pairs = np.array([(i, j) for i in range(60) for j in range(i + 1, 60)])
    apart = pairs[rng.random(len(pairs)) < 0.5]
    placement = GroupLinks(60, apart).place(rng.random((60, 5)), 50)
    assert placement.violated.size
    assert "was found in 110 steps" in placement.reasons[0]
