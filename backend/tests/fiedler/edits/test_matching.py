"""Comparing partitions: scikit-learn's figures, one-to-one counterparts, rows that moved."""

import json

import numpy as np
import pytest
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score
from sklearn.metrics.cluster import contingency_matrix

from fiedler.edits.apply import EXCLUDED
from fiedler.edits.errors import ComparisonError
from fiedler.edits.matching import compare_partitions, contingency_table, moved_rows


def pair(n_samples, n_first, n_second, noise, seed):
    rng = np.random.default_rng(seed)
    first = rng.integers(n_first, size=n_samples)
    second = np.where(rng.random(n_samples) < noise, rng.integers(n_second, size=n_samples), first % n_second)
    return first.astype(np.uint16), second.astype(np.uint16)


@pytest.mark.parametrize("n_samples", [2, 30, 3_000])
@pytest.mark.parametrize(("n_first", "n_second"), [(1, 1), (1, 4), (3, 3), (9, 5)])
@pytest.mark.parametrize("noise", [0.0, 0.3, 1.0])
def test_agreement_equals_scikit_learns(n_samples, n_first, n_second, noise):
    first, second = pair(n_samples, n_first, n_second, noise, seed=n_samples)
    found = compare_partitions(first, second)
    assert found.adjusted_rand_index == pytest.approx(adjusted_rand_score(first, second), abs=1e-12)
    assert found.adjusted_mutual_information == pytest.approx(
        adjusted_mutual_info_score(first, second), abs=1e-9
    )


def test_all_rows_alone_agree_with_themselves_and_not_with_one_cluster():
    alone, one = np.arange(12, dtype=np.uint16), np.zeros(12, np.uint16)
    assert compare_partitions(alone, alone).adjusted_rand_index == 1
    assert compare_partitions(alone, alone).adjusted_mutual_information == 1
    assert compare_partitions(alone, one).adjusted_rand_index == 0


def test_renaming_clusters_changes_nothing_but_the_names():
    first, second = pair(500, 6, 6, 0.2, seed=1)
    names = np.random.default_rng(0).permutation(6).astype(np.uint16)
    found, renamed = compare_partitions(first, second), compare_partitions(first, names[second])
    assert np.array_equal(found.counterparts, renamed.counterparts[names])
    assert found.n_moved == renamed.n_moved
    assert found.adjusted_mutual_information == pytest.approx(renamed.adjusted_mutual_information, abs=1e-12)


def test_contingency_is_scikit_learns():
    first, second = pair(400, 4, 7, 0.5, seed=2)
    assert np.array_equal(contingency_table(first, second), contingency_matrix(first, second))


def test_moved_rows_are_those_outside_their_counterpart():
    first = np.array([0, 0, 0, 1, 1, 2, 2], np.uint16)
    second = np.array([2, 2, 0, 0, 0, 1, 1], np.uint16)
    found = compare_partitions(first, second)
    assert found.counterparts.tolist() == [1, 2, 0]
    assert found.n_moved == 1
    assert moved_rows(first, second, found).tolist() == [2]


def test_a_new_cluster_gets_a_new_number_and_its_rows_moved():
    first = np.array([0, 0, 0, 0, 1, 1], np.uint16)
    second = np.array([1, 1, 1, 0, 2, 2], np.uint16)
    found = compare_partitions(first, second)
    assert found.counterparts.tolist() == [-1, 0, 1]
    assert found.matched_numbers().tolist() == [2, 0, 1]
    assert moved_rows(first, second, found).tolist() == [3]
    assert json.loads(json.dumps(found.to_dict()))["counterparts"] == [None, 0, 1]


def test_clusters_that_share_no_row_never_correspond():
    first = np.array([0, 0, 1, 2], np.uint16)
    second = np.array([0, 0, 0, 1], np.uint16)
    assert compare_partitions(first, second).counterparts.tolist() == [0, 2]


def test_excluded_rows_are_left_out_and_counted():
    first, second = pair(200, 3, 4, 0.3, seed=3)
    inside = compare_partitions(first[20:], second[20:])
    first[:10] = EXCLUDED
    second[10:20] = EXCLUDED
    found = compare_partitions(first, second)
    assert found.n_left_out == 20
    assert np.array_equal(found.contingency, inside.contingency)
    assert found.n_moved == inside.n_moved == len(moved_rows(first, second, found))
    assert found.adjusted_rand_index == inside.adjusted_rand_index


def test_tables_of_different_lengths_are_refused():
    with pytest.raises(ComparisonError, match=r"\(3,\) and \(4,\)"):
        compare_partitions(np.zeros(3, np.uint16), np.zeros(4, np.uint16))


def test_partitions_that_share_no_row_are_refused():
    first = np.array([0, EXCLUDED], np.uint16)
    with pytest.raises(ComparisonError, match="none of the 2 rows"):
        compare_partitions(first, first[::-1].copy())


def test_independent_partitions_of_many_rows_agree_by_chance_only():
    first, second = pair(200_000, 12, 9, 1.0, seed=4)
    found = compare_partitions(first, second)
    # Both vary by about 1 / n around 0.
    assert abs(found.adjusted_rand_index) < 1e-3
    assert abs(found.adjusted_mutual_information) < 1e-3
