"""Edits of labels: what they change, what they leave, and that a list of them replays."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nested_data import embedded, nested_blobs, plain_labels
from sklearn.metrics import adjusted_rand_score

from fiedler.edits.apply import EXCLUDED, apply, replay
from fiedler.edits.errors import EditError
from fiedler.edits.operations import (
    ExcludeRows,
    MergeClusters,
    MoveRows,
    ReclusterClusters,
    ReclusterRows,
    SplitCluster,
    operation_from_dict,
    operation_to_dict,
)

ROWS, BLOB = nested_blobs()
EMBEDDING = embedded(ROWS)
PAIRS = plain_labels(EMBEDDING, 3)


def edited(operation, labels=PAIRS):
    return apply(labels, EMBEDDING, ROWS, operation)


def rows_of(cluster, labels=PAIRS):
    return tuple(np.flatnonzero(labels == cluster).tolist())


def test_merging_joins_clusters_under_the_lowest_number_and_closes_up():
    labels, facts = edited(MergeClusters((1, 0)))
    assert np.array_equal(labels == 0, PAIRS != 2)
    assert facts.numbers == (0, None, 1)
    assert facts.created == ()
    assert facts.n_rows_changed == np.count_nonzero(PAIRS == 1)


def test_labels_given_are_not_changed():
    before = PAIRS.copy()
    for operation in (MergeClusters((0, 1)), SplitCluster(0), MoveRows((1,), 0), ExcludeRows((1,))):
        edited(operation)
    assert np.array_equal(PAIRS, before)


def test_a_split_finds_the_two_blobs_of_a_cluster_and_leaves_other_rows():
    labels, facts = edited(SplitCluster(1))
    inside = PAIRS == 1
    assert adjusted_rand_score(BLOB[inside], labels[inside]) > 0.95
    assert np.array_equal(labels[~inside], PAIRS[~inside])
    assert set(labels[inside]) == {1, 3}
    assert facts.sizes[1] >= facts.sizes[3]
    assert facts.created == (3,)
    assert facts.numbers == (0, 1, 2)


def test_splitting_and_merging_the_parts_gives_the_labels_back():
    labels, facts = edited(SplitCluster(0, 3))
    merged, _ = edited(MergeClusters((0, *facts.created)), labels)
    assert np.array_equal(merged, PAIRS)


def test_reclustering_clusters_keeps_the_numbers_of_parts_like_before():
    merged, _ = edited(MergeClusters((0, 1)))
    labels, facts = edited(ReclusterClusters((0, 1), 3), merged)
    assert adjusted_rand_score(PAIRS, labels) > 0.99
    assert facts.numbers == (0, 1)
    assert facts.created == (2,)


def test_reclustering_all_into_six_finds_all_blobs():
    labels, _ = edited(ReclusterClusters((0, 1, 2), 6))
    assert adjusted_rand_score(BLOB, labels) > 0.95


def test_reclustering_fewer_parts_than_clusters_merges():
    labels, facts = edited(ReclusterClusters((0, 1), 1))
    assert np.array_equal(labels == facts.numbers[0] if facts.numbers[0] is not None else 0, PAIRS != 2)


def test_reclustered_rows_leave_the_clusters_they_came_from():
    chosen = rows_of(0)[:40] + rows_of(2)[:40]
    labels, facts = edited(ReclusterRows(chosen, 2))
    assert facts.created == (3, 4)
    assert set(labels[list(chosen)]) == {3, 4}
    assert len({labels[row] for row in chosen[:40]}) == 1
    others = np.setdiff1d(np.arange(len(PAIRS)), chosen)
    assert np.array_equal(labels[others], PAIRS[others])


def test_excluded_rows_are_in_no_cluster_and_stay_so():
    labels, facts = edited(ExcludeRows((5, 6)))
    assert labels[5] == labels[6] == EXCLUDED
    assert facts.n_excluded == 2
    for operation in (MergeClusters((0, 1)), SplitCluster(0), ReclusterClusters((0, 1, 2), 4)):
        assert (edited(operation, labels)[0][[5, 6]] == EXCLUDED).all()


def test_excluding_a_whole_cluster_closes_its_number_up():
    labels, facts = edited(ExcludeRows(rows_of(1)))
    assert facts.numbers == (0, None, 1)
    assert sorted(np.unique(labels)) == [0, 1, EXCLUDED]


def test_excluding_every_row_is_refused():
    with pytest.raises(EditError, match="keep at least one row"):
        edited(ExcludeRows(tuple(range(len(PAIRS)))))


def test_moved_rows_join_a_cluster_or_make_one_and_excluded_rows_come_back():
    excluded, _ = edited(ExcludeRows((5, 6, 7)))
    labels, facts = edited(MoveRows((5, 6), 2), excluded)
    assert labels[5] == labels[6] == 2
    assert facts.n_excluded == 1
    labels, facts = edited(MoveRows((7,)), labels)
    assert facts.created == (3,)
    assert np.flatnonzero(labels == 3).tolist() == [7]


def test_excluded_rows_are_not_reclustered():
    excluded, _ = edited(ExcludeRows((5,)))
    with pytest.raises(EditError, match="the first is row 5"):
        edited(ReclusterRows((4, 5, 6), 2), excluded)


@pytest.mark.parametrize(
    "operation",
    [
        MergeClusters((0, 3)),
        SplitCluster(-1),
        ReclusterClusters((9,), 2),
        MoveRows((1,), 3),
        ExcludeRows((900,)),
        MoveRows((-1,), 0),
    ],
    ids=lambda operation: operation.kind,
)
def test_what_does_not_exist_cannot_be_edited(operation):
    with pytest.raises(EditError, match=r"names (cluster|row) -?\d+"):
        edited(operation)


def test_replay_says_which_edit_fails():
    with pytest.raises(EditError, match=r"edit 2 of 2 \(merge\): merge names cluster 2"):
        replay(PAIRS, EMBEDDING, ROWS, [MergeClusters((0, 1)), MergeClusters((1, 2))])


def test_a_list_of_edits_replays_to_the_same_labels_after_json():
    operations = [
        SplitCluster(0),
        ExcludeRows(tuple(range(0, 90, 9))),
        MergeClusters((1, 2)),
        ReclusterClusters((0, 1), 4),
        MoveRows((3, 4)),
        ReclusterRows(rows_of(0)[20:90], 2, "exact"),
    ]
    labels, facts = replay(PAIRS, EMBEDDING, ROWS, operations)
    read_back = [operation_from_dict(operation_to_dict(operation)) for operation in operations]
    fresh = embedded(ROWS)
    again, facts_again = replay(PAIRS, fresh, ROWS.copy(), read_back)
    assert np.array_equal(labels, again)
    assert facts == facts_again
    assert [fact.to_dict()["operation"]["kind"] for fact in facts] == [o.kind for o in operations]


edits = st.one_of(
    st.builds(MergeClusters, st.lists(st.integers(0, 4), min_size=2, max_size=3, unique=True).map(tuple)),
    st.builds(SplitCluster, st.integers(0, 4), st.integers(2, 4)),
    st.builds(MoveRows, st.lists(st.integers(0, 59), min_size=1).map(tuple), st.none() | st.integers(0, 4)),
    st.builds(ExcludeRows, st.lists(st.integers(0, 59), min_size=1).map(tuple)),
    st.builds(
        ReclusterRows, st.lists(st.integers(0, 59), min_size=4, unique=True).map(tuple), st.integers(1, 3)
    ),
)
SMALL = nested_blobs(60)[0]
SMALL_EMBEDDING = embedded(SMALL)


@settings(max_examples=40, deadline=None)
@given(st.lists(edits, max_size=5))
def test_whatever_is_done_numbers_stay_closed_and_facts_true(operations):
    labels = plain_labels(SMALL_EMBEDDING, 3)
    for operation in operations:
        try:
            after, facts = apply(labels, SMALL_EMBEDDING, SMALL, operation)
        except EditError:
            continue
        clusters = np.unique(after[after != EXCLUDED])
        assert clusters.tolist() == list(range(len(facts.sizes)))
        assert tuple(np.bincount(after[after != EXCLUDED])) == facts.sizes
        assert facts.n_excluded == np.count_nonzero(after == EXCLUDED)
        assert facts.n_excluded + sum(facts.sizes) == len(after)
        kept = sorted([*(number for number in facts.numbers if number is not None), *facts.created])
        assert kept == clusters.tolist()
        labels = after
