import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from fiedler.consensus.agreement import pairwise_agreement, separation, separation_weights, support
from fiedler.trees.spanning import mutual_reachability_tree


def test_agreement_is_the_adjusted_rand_index():
    generator = np.random.default_rng(0)
    views = [generator.integers(0, k, 300).astype(np.int32) for k in (2, 3, 7)]
    views.append(views[1].copy())
    agreement = pairwise_agreement(views)
    for row, first in enumerate(views):
        for column, second in enumerate(views):
            assert agreement[row, column] == pytest.approx(adjusted_rand_score(first, second), abs=1e-12)


def test_agreement_does_not_see_the_numbering():
    labels = np.array([0, 0, 1, 1, 2, 2], np.int32)
    assert pairwise_agreement([labels, np.array([2, 2, 0, 0, 1, 1], np.int32)])[0, 1] == 1


def test_two_views_of_one_cluster_agree():
    assert pairwise_agreement([np.zeros(5, np.int32), np.zeros(5, np.int32)])[0, 1] == 1


def test_a_sample_of_many_rows_tells_nearly_the_same():
    generator = np.random.default_rng(1)
    first = generator.integers(0, 4, 9_000).astype(np.int32)
    second = np.where(generator.random(9_000) < 0.2, generator.integers(0, 4, 9_000), first).astype(np.int32)
    # Four standard errors of the index on 4,000 rows.
    assert pairwise_agreement([first, second])[0, 1] == pytest.approx(
        adjusted_rand_score(first, second), abs=0.03
    )


def test_the_partition_along_the_gap_is_better_separated():
    generator = np.random.default_rng(2)
    points = np.vstack([generator.normal(0, 1, (60, 2)), generator.normal(10, 1, (60, 2))])
    tree = mutual_reachability_tree(points)
    along = np.repeat([0, 1], 60).astype(np.int32)
    across = (points[:, 0] > np.median(points[:60, 0])).astype(np.int32)
    assert separation(tree, along) > 0.5
    assert separation(tree, across) < separation(tree, along)


def test_one_cluster_is_not_separated_at_all():
    tree = mutual_reachability_tree(np.arange(4.0)[:, None])
    assert separation(tree, np.zeros(4, np.int32)) == -3


def test_support_is_one_only_where_all_agree():
    agreement = np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    assert support(agreement, np.ones(3)).tolist() == pytest.approx([2 / 3, 2 / 3, 1 / 3])
    assert support(np.ones((3, 3)), np.array([0.1, 1, 5])).tolist() == pytest.approx([1, 1, 1])


def test_worse_than_chance_counts_as_no_agreement():
    assert support(np.array([[1.0, -0.5], [-0.5, 1.0]]), np.ones(2)).tolist() == [0.5, 0.5]


def test_weights_follow_the_rank_of_separation():
    assert separation_weights(np.array([-1.0, 3.0])).tolist() == [0.25, 1.0]
    assert separation_weights(np.zeros(3)).min() > 0
