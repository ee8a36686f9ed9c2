"""Corrections of a fitted estimator: what is said holds, and every step can be taken back."""

import pickle

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.metrics import adjusted_rand_score, pairwise_distances
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from fiedler import SpectralClustering
from fiedler.constraints.errors import ConstraintError, ContradictoryConstraintsError
from fiedler.edits.errors import EditError

CENTERS = np.array([[0, 0], [12, 0], [12, 6], [0, 14]])
DOORS = {"consensus": {}, "exact": {"method": "exact"}, "landmark": {"method": "landmark"}}


@pytest.fixture(scope="module")
def blobs():
    rng = np.random.default_rng(0)
    truth = rng.permutation(np.repeat(np.arange(4), [180, 140, 100, 80]))
    return CENTERS[truth] + rng.normal(size=(len(truth), 2)), truth


@pytest.fixture(params=DOORS.values(), ids=DOORS)
def model(request, blobs):
    return SpectralClustering(4, **request.param).fit(blobs[0])


def test_partial_labels_decide_what_a_cluster_is(blobs):
    points, truth = blobs
    # Two classes that no distance suggests: the near pair of blobs apart, the far ones together.
    classes = np.array([0, 1, 0, 0])[truth]
    rng = np.random.default_rng(1)
    known = rng.permutation(len(points))[:60]
    labels = np.full(len(points), -1)
    labels[known] = classes[known]
    for parameters in DOORS.values():
        plain = SpectralClustering(2, **parameters).fit(points)
        model = SpectralClustering(2, **parameters).fit(points, labels=labels)
        facts = model.constraints_
        assert facts.violations == ()
        assert facts.classes.keys() == {0, 1}
        for name, cluster in facts.classes.items():
            assert (model.labels_[labels == name] == cluster).all()
        assert adjusted_rand_score(classes, model.labels_) > 0.95
        assert adjusted_rand_score(classes, plain.labels_) < 0.6


def test_links_hold_in_every_door(model):
    first, second = (np.flatnonzero(model.labels_ == cluster) for cluster in (0, 1))
    model.constrain(must_link=[first[:3]], cannot_link=[(first[0], [first[5], second[0]])])
    labels = model.labels_
    assert labels[first[0]] == labels[first[1]] == labels[first[2]]
    assert labels[first[0]] not in (labels[first[5]], labels[second[0]])
    assert model.constraints_.violations == ()
    assert "all hold" in str(model.corrections_[-1])


def test_contradictions_are_refused_and_leave_the_labels(model):
    before = model.labels_.copy()
    with pytest.raises(ContradictoryConstraintsError):
        model.constrain(must_link=[(0, 1), (1, 2)], cannot_link=[(0, 2)])
    assert np.array_equal(model.labels_, before)
    assert model.corrections_ == ()


def test_constraints_without_arguments_end_what_was_said(model):
    before = model.labels_.copy()
    rows = np.flatnonzero(before == 0)[:2]
    model.constrain(cannot_link=[tuple(rows)])
    assert model.constraints_ is not None
    model.constrain()
    assert model.constraints_ is None
    assert np.array_equal(model.labels_, before)


def test_a_recut_keeps_constraints_and_drops_edits(model):
    rows = np.flatnonzero(model.labels_ == 0)[:2]
    model.constrain(cannot_link=[tuple(rows)]).merge([1, 2]).recut(5)
    assert model.labels_[rows[0]] != model.labels_[rows[1]]
    assert [str(each).split()[0] for each in model.corrections_] == ["constraints"]


def test_unknown_number_of_clusters_is_at_least_that_of_classes(blobs):
    points, _ = blobs
    labels = np.full(len(points), None)
    labels[:6] = list("abcdef")
    model = SpectralClustering().fit(points, labels=labels)
    assert len(set(model.labels_[:6])) == 6


@pytest.mark.parametrize("labels", [[0, 1], np.full(500, 0.5)], ids=["too few", "measured"])
def test_labels_that_are_no_classes_are_refused(blobs, labels):
    with pytest.raises(ConstraintError, match="labels h"):
        SpectralClustering(2).fit(blobs[0], labels=labels)


def test_constraints_pass_through_a_pipeline(blobs):
    points, truth = blobs
    steps = make_pipeline(StandardScaler(), SpectralClustering(4))
    labels = np.where(np.arange(len(points)) < 40, truth, -1)
    found = steps.fit_predict(points, spectralclustering__labels=labels)
    assert steps[-1].constraints_.n_rows == 40
    assert adjusted_rand_score(truth, found) == 1


def test_an_edit_that_breaks_a_constraint_is_told_of(model):
    row, other = np.flatnonzero(model.labels_ == 0)[:2]
    model.constrain(must_link=[(row, other)])
    model.move([other], 1 if model.labels_[row] != 1 else 0)
    (violation,) = model.constraints_.violations
    assert violation.rows == (row, other)
    assert "edits" in violation.reason
    assert model.exclude([other]).constraints_.violations == ()


def test_merging_keeps_the_lowest_number(model):
    before = model.labels_.copy()
    model.merge([1, 3])
    assert model.n_clusters_ == 3
    assert np.array_equal(model.labels_, np.array([0, 1, 2, 1])[before])


def test_a_merged_cluster_is_split_where_it_was_joined(blobs):
    points, truth = blobs
    for parameters in DOORS.values():
        model = SpectralClustering(4, **parameters).fit(points)
        model.merge([0, 3]).split(0)
        assert adjusted_rand_score(truth, model.labels_) == 1
        assert model.corrections_[-1].facts.method in ("embedding", "exact")


def test_reclustering_changes_only_the_rows_named(model):
    before = model.labels_.copy()
    inside = before == 1
    model.recluster(3, rows=inside)
    assert np.array_equal(model.labels_[~inside], before[~inside])
    assert len(set(model.labels_[inside])) == 3
    model.undo().recluster(2, clusters=[0, 1])
    assert adjusted_rand_score(before, model.labels_) == 1


def test_rows_move_to_a_cluster_or_to_one_of_their_own(model):
    rows = np.flatnonzero(model.labels_ == 0)[:4]
    assert (model.move(rows, 2).labels_[rows] == 2).all()
    assert (model.move(rows).labels_[rows] == 4).all()
    assert model.n_clusters_ == 5


def test_excluded_rows_have_the_label_minus_one(model, blobs):
    points, _ = blobs
    outside = points[:, 0] > 12
    model.exclude(outside)
    assert np.array_equal(model.labels_ == -1, outside)
    assert np.array_equal(np.isnan(model.confidence_), outside)
    assert (model.predict(points) >= 0).all()


def test_every_step_can_be_taken_back_and_done_again(model):
    states = [model.labels_.copy()]
    for step in (
        lambda: model.merge([0, 1]),
        lambda: model.split(0, 3),
        lambda: model.constrain(must_link=[(0, 1)]),
        lambda: model.exclude([5]),
    ):
        step()
        states.append(model.labels_.copy())
    for state in states[-2::-1]:
        assert np.array_equal(model.undo().labels_, state)
    with pytest.raises(EditError, match="no correction to take back"):
        model.undo()
    for state in states[1:]:
        assert np.array_equal(model.redo().labels_, state)
    with pytest.raises(EditError, match="undo one first"):
        model.redo()
    model.undo().merge([0, 1])
    with pytest.raises(EditError, match="undo one first"):
        model.redo()


def test_new_rows_follow_the_corrected_labels(model, blobs):
    points, _ = blobs
    model.merge([0, 1])
    assert np.array_equal(model.predict(points), model.labels_)
    assert np.array_equal(model.predict(points + 0.001), model.labels_)


def test_a_graph_can_be_corrected_too(blobs):
    points, _ = blobs
    affinity = sparse.csr_array(np.exp(-(pairwise_distances(points) ** 2)))
    model = SpectralClustering(4, affinity="precomputed").fit(affinity)
    before = model.labels_.copy()
    rows = np.flatnonzero(before == 2)[:2]
    model.merge([0, 1]).constrain(cannot_link=[tuple(rows)])
    assert model.labels_[rows[0]] != model.labels_[rows[1]]
    assert np.isfinite(model.confidence_).all()


def test_what_is_done_survives_pickling_and_not_cloning(model):
    model.merge([0, 1]).move([3])
    loaded = pickle.loads(pickle.dumps(model))
    assert np.array_equal(loaded.labels_, model.labels_)
    assert np.array_equal(loaded.undo().labels_, model.undo().labels_)
    assert not hasattr(clone(model), "labels_")


@pytest.mark.parametrize(
    ("correct", "message"),
    [
        (lambda model: model.merge([0]), "at least two"),
        (lambda model: model.merge([0, 9]), "cluster 9"),
        (lambda model: model.split(7), "cluster 7"),
        (lambda model: model.recluster(2), "either clusters or rows"),
        (lambda model: model.recluster(2, clusters=[0], rows=[1]), "either clusters or rows"),
        (lambda model: model.move([10_000], 0), "row 10000"),
        (lambda model: model.move([0.5], 0), "row numbers"),
        (lambda model: model.exclude(np.ones(500, bool)), "at least one row"),
    ],
)
def test_what_cannot_be_done_is_refused(blobs, correct, message):
    model = SpectralClustering(4, method="exact").fit(blobs[0])
    before = model.labels_.copy()
    with pytest.raises(EditError, match=message):
        correct(model)
    assert np.array_equal(model.labels_, before)


def test_steps_are_told_in_words_and_as_data(model):
    model.merge([0, 1]).constrain(must_link=[(0, 1)])
    edit, said = model.corrections_
    assert str(edit) == f"merge: {edit.facts.n_rows_changed:,} rows changed cluster"
    assert edit.to_dict()["operation"] == {"kind": "merge", "clusters": [0, 1]}
    assert said.to_dict()["constraints"]["must_link"] == [[0, 1]]
