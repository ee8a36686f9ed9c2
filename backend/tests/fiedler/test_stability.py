"""Stability under subsampling, where the right answer is known."""

import json

import numpy as np
import pytest

from fiedler.edits.apply import EXCLUDED
from fiedler.errors import TooFewRowsError
from fiedler.parameters import ParameterError
from fiedler.stability import largest_jaccard, subset_stability

LABELS = np.repeat(np.arange(3), [50, 30, 20]).astype(np.uint16)


def same(rows, seed):
    # Numbered otherwise: only the grouping counts.
    return (2 - LABELS[rows]).astype(np.uint16)


def judged(recluster, labels=LABELS, **settings):
    return subset_stability(
        labels, recluster, **{"n_rounds": 30, "share": 0.5, "random_state": 0, **settings}
    )


def test_clusters_found_again_each_time_are_stable():
    found = judged(same)
    assert np.array_equal(found.clusters, [1, 1, 1])
    assert np.array_equal(found.n_recovered, [30, 30, 30])
    assert np.array_equal(found.n_dissolved, [0, 0, 0])
    np.testing.assert_array_equal(found.rows, 1)
    assert found.n_sampled == 50


def test_a_cluster_merged_into_another_is_gone_and_only_its_rows_waver():
    def merged(rows, seed):
        return np.minimum(LABELS[rows], 1).astype(np.uint16)

    found = judged(merged)
    assert found.clusters[0] == 1
    # 30 rows of 50 in the joint cluster, 20 of 50.
    np.testing.assert_allclose(found.clusters[1:], [0.6, 0.4], atol=0.05)
    assert found.n_dissolved[2] >= 28
    assert (found.rows[:50] == 1).all()
    # In a round with more rows of the smaller one it gives the joint cluster its name.
    assert found.rows[50:80].mean() > 0.9
    assert found.rows[80:].mean() < 0.1


def test_labels_that_know_nothing_reach_what_chance_gives():
    found = judged(lambda rows, seed: np.random.default_rng(seed).integers(0, 3, len(rows)).astype(np.uint16))
    np.testing.assert_allclose(found.clusters, found.by_chance, atol=0.05)
    assert (found.n_recovered == 0).all()


def test_rows_in_no_cluster_are_never_drawn():
    labels = LABELS.copy()
    labels[:10] = EXCLUDED

    def recluster(rows, seed):
        assert rows.min() >= 10
        return LABELS[rows]

    found = judged(recluster, labels)
    assert np.isnan(found.rows[:10]).all()
    assert (found.rows[10:] == 1).all()


def test_a_tiny_cluster_may_never_be_drawn():
    labels = np.array([0] * 99 + [1], dtype=np.uint16)
    found = judged(lambda rows, seed: labels[rows], labels, n_rounds=1, share=0.05)
    assert np.isnan(found.clusters[1])
    assert "never drawn" in str(found)
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["clusters"][1]["jaccard"] is None


def test_the_same_seed_gives_the_same_rounds():
    seen = []

    def recluster(rows, seed):
        seen.append((rows.tolist(), seed))
        return LABELS[rows]

    judged(recluster)
    judged(recluster)
    assert seen[:30] == seen[30:]
    judged(recluster, random_state=1)
    assert seen[60:] != seen[:30]


def test_progress_is_told_and_may_end_the_work():
    told = []

    def stop(fraction, message):
        told.append(fraction)
        if fraction >= 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        judged(same, progress=stop, n_rounds=4)
    assert told == [0, 0.25, 0.5]


def test_jaccard_is_of_the_most_similar_cluster():
    first = np.array([0, 0, 0, 1, 1, 3], dtype=np.uint16)
    second = np.array([0, 0, 1, 1, 1, 2], dtype=np.uint16)
    np.testing.assert_allclose(largest_jaccard(first, second, 4), [2 / 3, 2 / 3, np.nan, 1])


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({"n_rounds": 0}, ParameterError),
        ({"share": 1.0}, ParameterError),
        ({"share": 0.02}, TooFewRowsError),
    ],
)
def test_rounds_that_cannot_be_are_refused(settings, error):
    with pytest.raises(error):
        judged(same, **settings)
