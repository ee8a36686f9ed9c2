"""Partitions under constraints: honoured, spread to rows nearby, and the same every time."""

import numpy as np
import pytest
from ambiguous_data import embedded, four_blobs
from sklearn.datasets import load_digits, make_moons
from sklearn.metrics import adjusted_rand_score

from fiedler.constraints.constraint_set import Constraints
from fiedler.constraints.errors import ConstraintError, ContradictoryConstraintsError
from fiedler.constraints.partition import constrained_partition
from fiedler.landmarks.fitting import landmark_embedding
from fiedler.rounding import round_embedding, sample_rows


def solved(embedding, n_clusters, constraints, seed=0):
    return constrained_partition(embedding, embedding.vectors, n_clusters, constraints, seed)


def random_pairs(truth, count, seed):
    """Must-links and cannot-links of random pairs of rows, by their true classes, and the rows named."""
    pairs = np.random.default_rng(seed).integers(len(truth), size=(count, 2))
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    same = truth[pairs[:, 0]] == truth[pairs[:, 1]]
    must = tuple((int(a), int(b)) for a, b in pairs[same])
    cannot = tuple(((int(a),), (int(b),)) for a, b in pairs[~same])
    return Constraints(must, cannot), np.unique(pairs)


def labelled(truth, count, seed):
    rows = np.random.default_rng(seed).choice(len(truth), count, replace=False)
    return Constraints(labelled_rows=tuple((int(row), int(truth[row])) for row in rows)), rows


def broken(labels, constraints):
    """Statements that labels do not keep."""
    together = [group for group in constraints.must_link if len({labels[row] for row in group}) > 1]
    sides = [
        sides
        for sides in constraints.cannot_link
        for a in sides[0]
        for b in sides[1]
        if labels[a] == labels[b]
    ]
    return together + sides


def test_without_constraints_it_is_the_plain_partition():
    embedding = embedded(four_blobs()[0])
    plain = round_embedding(embedding, embedding.vectors, 4, 0)
    assert np.array_equal(solved(embedding, 4, Constraints()).labels, plain.labels)


@pytest.mark.parametrize("sides", [((0, 1), (2, 3)), ((0, 2), (1, 3))])
def test_two_must_links_and_a_cannot_link_choose_how_four_blobs_are_cut(sides):
    rows, corner = four_blobs()
    first = [int(np.flatnonzero(corner == number)[5]) for number in range(4)]
    (a, b), (c, d) = sides
    constraints = Constraints(((first[a], first[b]), (first[c], first[d])), (((first[a],), (first[c],)),))
    partition = solved(embedded(rows), 2, constraints)
    assert adjusted_rand_score(np.isin(corner, sides[0]), partition.labels) > 0.85
    assert not broken(partition.labels, constraints)


@pytest.mark.parametrize("count", [3, 30, 300])
@pytest.mark.parametrize("n_clusters", [4, 6])
def test_every_constraint_is_honoured_when_some_placement_honours_all(count, n_clusters):
    rows, corner = four_blobs()
    constraints, _ = random_pairs(corner, count, seed=count)
    partition = solved(embedded(rows), n_clusters, constraints)
    assert partition.facts.violations == ()
    assert not broken(partition.labels, constraints)


def test_labelled_rows_raise_the_agreement_of_rows_never_named():
    digits = load_digits()
    embedding = embedded(digits.data / 16, n_components=25)
    gains = []
    for seed in range(3):
        constraints, named = labelled(digits.target, 50, seed)
        free = np.setdiff1d(np.arange(len(digits.target)), named)
        truth = digits.target[free]
        plain = adjusted_rand_score(truth, solved(embedding, 10, Constraints()).labels[free])
        gains.append(adjusted_rand_score(truth, solved(embedding, 10, constraints).labels[free]) - plain)
    assert np.mean(gains) > 0.03


def test_pairs_raise_the_agreement_on_noisy_moons():
    rows, moon = make_moons(800, noise=0.2, random_state=0)
    embedding = embedded(rows, n_components=20)
    plain = adjusted_rand_score(moon, solved(embedding, 2, Constraints()).labels)
    constraints, named = random_pairs(moon, 60, seed=1)
    free = np.setdiff1d(np.arange(len(moon)), named)
    agreement = adjusted_rand_score(moon[free], solved(embedding, 2, constraints).labels[free])
    assert agreement > plain + 0.2


def test_classes_are_told_their_clusters():
    rows, corner = four_blobs()
    constraints, named = labelled(corner, 20, seed=0)
    partition = solved(embedded(rows), 4, constraints)
    clusters = partition.facts.classes
    assert sorted(clusters.values()) == [0, 1, 2, 3]
    assert all(partition.labels[row] == clusters[int(corner[row])] for row in named)


def test_more_classes_than_clusters_are_reported_not_hidden():
    rows, corner = four_blobs()
    constraints, _ = labelled(corner, 30, seed=0)
    partition = solved(embedded(rows), 3, constraints)
    assert len(partition.facts.violations) == 1
    violation = partition.facts.violations[0]
    assert "at least 4 clusters" in violation.reason
    assert partition.labels[violation.rows[0]] == partition.labels[violation.rows[1]]


def test_rows_moved_against_the_embedding_are_named():
    rng = np.random.default_rng(0)
    truth = np.repeat([0, 1, 2], 60)
    rows = np.array([[0, 0], [30, 0], [0, 30]])[truth] + rng.standard_normal((180, 2))
    constraints = Constraints(labelled_rows=tuple((int(row), int(truth[row])) for row in range(0, 170, 4)))
    swapped = list(constraints.labelled_rows)
    swapped[3] = (swapped[3][0], 2)
    partition = solved(embedded(rows), 3, Constraints(labelled_rows=tuple(swapped)))
    assert partition.facts.forced_rows == (swapped[3][0],)
    assert partition.labels[swapped[3][0]] == partition.facts.classes[2]
    assert adjusted_rand_score(truth, partition.labels) > 0.95


def test_contradictions_stop_before_solving():
    embedding = embedded(four_blobs()[0])
    with pytest.raises(ContradictoryConstraintsError):
        solved(embedding, 2, Constraints(must_link=((1, 2),), cannot_link=(((1,), (2,)),)))


@pytest.mark.parametrize("n_clusters", [0, 13])
def test_numbers_of_clusters_without_eigenvectors_are_refused(n_clusters):
    with pytest.raises(ConstraintError, match="between 1 and 12"):
        solved(embedded(four_blobs()[0]), n_clusters, Constraints(must_link=((1, 2),)))


def test_one_cluster_holds_all_rows_and_reports_what_cannot_hold():
    partition = solved(embedded(four_blobs()[0]), 1, Constraints(cannot_link=(((1,), (2,)),)))
    assert partition.sizes.tolist() == [400]
    assert len(partition.facts.violations) == 1


def test_labels_run_by_descending_size_and_none_is_empty():
    rows, corner = four_blobs()
    partition = solved(embedded(rows), 8, labelled(corner, 12, seed=2)[0])
    assert np.array_equal(np.bincount(partition.labels), partition.sizes)
    assert (np.diff(partition.sizes) <= 0).all()
    assert partition.sizes.min() > 0


def test_fewer_distinct_rows_than_clusters_give_fewer_clusters():
    rows = np.repeat(np.array([[0.0, 0.0], [5.0, 5.0], [0.0, 9.0]]), 20, axis=0)
    embedding = embedded(rows)
    partition = solved(embedding, 3, Constraints(must_link=((0, 25),)))
    assert partition.labels[0] == partition.labels[25]
    assert partition.n_clusters <= 3


def test_the_same_constraints_give_the_same_bits():
    rows, corner = four_blobs()
    embedding = embedded(rows)
    constraints, _ = random_pairs(corner, 40, seed=5)
    first, second = (solved(embedding, 4, constraints) for _ in range(2))
    assert np.array_equal(first.labels, second.labels)
    assert first.facts == second.facts


def test_the_order_of_statements_does_not_matter():
    rows, corner = four_blobs()
    embedding = embedded(rows)
    constraints, _ = random_pairs(corner, 40, seed=6)
    turned = Constraints(
        tuple(group[::-1] for group in reversed(constraints.must_link)),
        tuple(sides[::-1] for sides in reversed(constraints.cannot_link)),
    )
    assert np.array_equal(solved(embedding, 4, constraints).labels, solved(embedding, 4, turned).labels)


@pytest.mark.parametrize("n_features", [2, 5])
def test_landmark_embeddings_are_constrained_alike(n_features):
    rows, corner = four_blobs(4_000)
    rng = np.random.default_rng(0)
    rows = np.column_stack([rows, 0.1 * rng.standard_normal((4_000, n_features - 2))]).astype(np.float32)
    embedding = landmark_embedding(rows, 12, n_landmarks=300)
    sample = embedding.rows(sample_rows(4_000, 1_000, 0))
    for truth in (corner // 2, corner % 2):
        constraints, named = labelled(truth, 16, seed=1)
        partition = constrained_partition(embedding, sample, 2, constraints, 0)
        assert all(partition.labels[row] == partition.facts.classes[int(truth[row])] for row in named)
        assert adjusted_rand_score(truth, partition.labels) > 0.85


def test_rows_in_another_order_get_the_same_clusters():
    rows, corner = four_blobs()
    order = np.random.default_rng(0).permutation(len(rows))
    place = np.argsort(order)
    constraints, _ = labelled(corner // 2, 12, seed=3)
    moved = Constraints(
        labelled_rows=tuple((int(place[row]), name) for row, name in constraints.labelled_rows)
    )
    first = solved(embedded(rows), 2, constraints).labels
    second = solved(embedded(rows[order]), 2, moved).labels
    # k-means starts depend on row order; rows on a border may follow.
    assert adjusted_rand_score(first[order], second) > 0.95


def test_thousands_of_labelled_rows_are_solved_from_a_fixed_part_of_them():
    rows, corner = four_blobs(6_000)
    embedding = embedded(rows)
    constraints, named = labelled(corner, 3_000, seed=0)
    partition = solved(embedding, 4, constraints)
    assert all(partition.labels[row] == partition.facts.classes[int(corner[row])] for row in named)
    assert adjusted_rand_score(corner, partition.labels) > 0.9
