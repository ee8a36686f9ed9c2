"""Any two sets of rows are compared as a cluster is with the rest."""

import json

import numpy as np
import pytest
from explanation_data import blobs, coded_of

from fiedler.explanation.clusters import explain_cluster
from fiedler.explanation.comparison import compare_rows
from fiedler.explanation.errors import ExplanationError
from fiedler.explanation.members import cluster_members

POINTS, LABELS = blobs([300, 200, 100])


def test_a_cluster_against_all_others_is_its_explanation():
    coded = coded_of(POINTS)
    expected = explain_cluster(coded, cluster_members(LABELS), 1).contrast
    found = compare_rows(coded, np.flatnonzero(LABELS == 1))
    assert found.contrast == expected
    assert (found.n_first, found.n_second, found.n_shared) == (200, 400, 0)


def test_two_sets_leave_all_other_rows_out():
    coded = coded_of(POINTS)
    first, second = np.flatnonzero(LABELS == 0), np.flatnonzero(LABELS == 2)
    found = compare_rows(coded, first, second)
    alone = coded_of(POINTS[LABELS != 1])
    expected = compare_rows(alone, np.flatnonzero(LABELS[LABELS != 1] == 0))
    assert found.contrast.rule.n_rows == 400
    deltas = [[each.effect.cliffs_delta for each in one.contrast.columns] for one in (found, expected)]
    np.testing.assert_allclose(*deltas, atol=0.005)
    json.dumps(found.to_dict(), allow_nan=False)


def test_swapping_the_sets_turns_every_effect_round():
    coded = coded_of(POINTS)
    first, second = np.flatnonzero(LABELS == 0), np.flatnonzero(LABELS == 2)
    one, other = compare_rows(coded, first, second), compare_rows(coded, second, first)
    deltas = {each.column: each.effect.cliffs_delta for each in one.contrast.columns}
    for each in other.contrast.columns:
        assert each.effect.cliffs_delta == pytest.approx(-deltas[each.column], abs=1e-12)


def test_order_and_repetition_of_rows_do_not_matter():
    coded = coded_of(POINTS)
    first, second = np.flatnonzero(LABELS == 0), np.flatnonzero(LABELS == 2)
    found = compare_rows(coded, np.concatenate([first[::-1], first]), second[::-1])
    assert found == compare_rows(coded, first, second)


def test_shared_rows_count_with_the_first():
    coded = coded_of(POINTS)
    found = compare_rows(coded, np.arange(0, 60), np.arange(50, 150))
    assert (found.n_first, found.n_second, found.n_shared) == (60, 100, 10)
    assert found.contrast.columns[0].effect.outside_count == 90


def test_sampled_tables_are_compared_too():
    rng = np.random.default_rng(0)
    points = rng.normal(size=(9_000, 3))
    points[:3_000, 1] += 3
    coded = coded_of(points, largest=3_000)
    found = compare_rows(coded, np.arange(3_000), np.arange(3_000, 6_000))
    assert found.contrast.columns[0].column == 1
    assert found.contrast.rule.n_rows == 6_000


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        ([], [1], "first set has 0"),
        ([1, 2], [2, 1], "second 0"),
        ([600], [1], "row 600"),
        ([0], [-3], "row -3"),
        ([0.5], [1], "float64"),
    ],
)
def test_sets_that_cannot_be_compared_are_refused(first, second, message):
    with pytest.raises(ExplanationError, match=message):
        compare_rows(coded_of(POINTS), np.array(first), np.array(second))
