"""`SpectralClustering` as scikit-learn's users expect it."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.datasets import load_digits, make_blobs, make_circles, make_moons
from sklearn.metrics import normalized_mutual_info_score
from sklearn.utils.estimator_checks import parametrize_with_checks

from fiedler import SpectralClustering
from fiedler.errors import InvalidGraphError, TooFewRowsError
from fiedler.parameters import ParameterError


# Not with affinity="precomputed": the checks fit it on feature matrices, which are no affinities.
@parametrize_with_checks([SpectralClustering(n_clusters=2)])
def test_estimator_keeps_scikit_learns_rules(estimator, check):
    check(estimator)


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize(
    ("points", "truth", "floor"),
    [
        (*make_moons(1_500, noise=0.06, random_state=3), 0.99),
        (*make_circles(1_500, noise=0.05, factor=0.5, random_state=3), 0.99),
        (*make_blobs(1_500, centers=[[0, 0], [9, 0], [0, 9], [9, 9]], random_state=3), 0.99),
        (*load_digits(return_X_y=True), 0.89),
    ],
    ids=["moons", "circles", "blobs", "digits"],
)
def test_known_shapes_are_found(points, truth, floor, seed):
    n_clusters = np.unique(truth).size
    labels = SpectralClustering(n_clusters, random_state=seed).fit_predict(points)
    assert normalized_mutual_info_score(truth, labels) >= floor


@pytest.mark.parametrize("method", ["exact", "landmark"])
def test_predicting_the_training_rows_gives_their_labels(method):
    points, _ = make_moons(1_200, noise=0.06, random_state=0)
    model = SpectralClustering(4, method=method).fit(points)
    assert np.mean(model.predict(points) == model.labels_) > 0.999


@pytest.mark.parametrize("method", ["exact", "landmark"])
def test_new_rows_follow_the_shape_they_lie_on(method):
    points, _ = make_moons(1_500, noise=0.05, random_state=0)
    model = SpectralClustering(2, method=method).fit(points[:1_000])
    new, truth = make_moons(500, noise=0.05, random_state=9)
    assert normalized_mutual_info_score(truth, model.predict(new)) >= 0.95


def test_recut_equals_a_fit_for_that_number():
    points, _ = make_blobs(400, centers=6, random_state=0)
    model = SpectralClustering(2).fit(points)
    assert model.recut(5) is model
    assert np.array_equal(model.labels_, SpectralClustering(5).fit(points).labels_)
    assert model.n_clusters_ == 5
    assert model.n_clusters == 2


def test_recut_beyond_the_eigenvectors_is_refused():
    model = SpectralClustering(2, max_clusters=6).fit(np.random.default_rng(0).normal(size=(50, 2)))
    with pytest.raises(ParameterError, match="fit again with a larger max_clusters"):
        model.recut(30)


def test_shift_and_unit_do_not_change_the_labels():
    points, _ = make_moons(500, noise=0.05, random_state=0)
    labels = SpectralClustering(2).fit_predict(points)
    for transformed in (points + 1e8, points * 1e30, points * 1e-30):
        assert normalized_mutual_info_score(labels, SpectralClustering(2).fit_predict(transformed)) > 0.99


def test_frame_gives_the_labels_of_its_array_and_keeps_the_names():
    points, _ = make_blobs(100, centers=3, random_state=0)
    frame = pd.DataFrame(points, columns=["height", "width"])
    model = SpectralClustering(3).fit(frame)
    assert model.feature_names_in_.tolist() == ["height", "width"]
    assert np.array_equal(model.labels_, SpectralClustering(3).fit(points).labels_)
    assert np.array_equal(model.predict(frame), model.labels_)


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array, sparse.coo_matrix])
def test_precomputed_graph_falls_into_its_cliques(form):
    clique = np.ones((6, 6)) - np.eye(6)
    graph = np.kron(np.eye(3), clique)
    order = np.random.default_rng(0).permutation(18)
    model = SpectralClustering(3, affinity="precomputed").fit(form(graph[np.ix_(order, order)]))
    assert normalized_mutual_info_score(order // 6, model.labels_) == pytest.approx(1)
    assert np.count_nonzero(model.eigenvalues_ < 1e-10) == 3


def test_precomputed_graph_cannot_place_new_rows():
    model = SpectralClustering(2, affinity="precomputed").fit(np.ones((6, 6)))
    with pytest.raises(InvalidGraphError, match="placing new rows needs the features"):
        model.predict(np.ones((2, 6)))


@pytest.mark.parametrize(
    ("graph", "message"),
    [
        (np.array([[0, 1.0], [0.5, 0]]), "symmetric"),
        (np.array([[0, -1.0], [-1.0, 0]]), "negative|at least 0"),
        (np.ones((2, 3)), "square"),
    ],
)
def test_a_matrix_that_is_no_affinity_is_refused(graph, message):
    with pytest.raises(InvalidGraphError, match=message):
        SpectralClustering(2, affinity="precomputed").fit(graph)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_missing_and_infinite_values_are_refused(value):
    points = np.random.default_rng(0).normal(size=(20, 2))
    points[3, 1] = value
    with pytest.raises(ValueError, match=r"contains (NaN|infinity)"):
        SpectralClustering(2).fit(points)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"n_clusters": 200}, "n_clusters is 200; it must lie between 1 and 60"),
        ({"affinity": "gauss"}, "affinity is 'gauss'; it must be one of .*'precomputed'"),
        ({"n_clusters": 0}, "n_clusters is 0"),
        ({"n_clusters": 2.5}, "n_clusters is 2.5; it must be a whole number"),
        ({"method": "magic"}, "method is 'magic'; it must be one of"),
        ({"affinity": "knn"}, "affinity is 'knn'"),
    ],
)
def test_bad_parameters_are_refused_at_fit(parameters, message):
    with pytest.raises(ParameterError, match=message):
        SpectralClustering(**parameters).fit(np.eye(5))


def test_more_clusters_than_rows_are_refused():
    with pytest.raises(TooFewRowsError, match="6 clusters were asked for"):
        SpectralClustering(6).fit(np.eye(5))


def test_seed_may_be_a_generator_or_missing():
    points, _ = make_blobs(200, centers=5, cluster_std=3, random_state=0)
    fits = [SpectralClustering(5).fit(points).labels_ for _ in range(2)]
    assert np.array_equal(*fits)
    fits = [
        SpectralClustering(5, random_state=np.random.RandomState(4)).fit(points).labels_ for _ in range(2)
    ]
    assert np.array_equal(*fits)


def test_the_views_and_the_one_chosen_are_there_to_be_seen():
    points, truth = make_moons(1_500, noise=0.12, random_state=1)
    model = SpectralClustering(2).fit(points)
    assert normalized_mutual_info_score(truth, model.labels_) >= 0.9
    assert model.consensus_ is not None
    assert np.array_equal(model.consensus_.views[model.consensus_.chosen].labels, model.labels_)
    assert np.array_equal(model.predict(points), model.labels_)
    new, new_truth = make_moons(500, noise=0.12, random_state=9)
    assert normalized_mutual_info_score(new_truth, model.predict(new)) >= 0.85
    assert SpectralClustering(2, method="exact").fit(points).consensus_ is None


def test_the_fast_preset_takes_the_better_of_two_cuts():
    points, truth = make_moons(1_500, noise=0.06, random_state=1)
    model = SpectralClustering(2, preset="fast").fit(points)
    assert normalized_mutual_info_score(truth, model.labels_) >= 0.9
    assert model.consensus_ is not None
    assert len(model.consensus_.views) == 2
    best = max(model.consensus_.views, key=lambda view: view.separation)
    assert np.array_equal(best.labels, model.labels_)
    assert np.array_equal(model.recut(3).recut(2).labels_, best.labels)


def test_a_consensus_solves_for_the_spectrum_when_it_is_asked_for():
    points, _ = make_moons(300, noise=0.05, random_state=0)
    model = SpectralClustering(2).fit(points)
    assert not model._embedding.is_computed
    labels = model.labels_
    one_graph = SpectralClustering(2, method="exact").fit(points)
    np.testing.assert_array_equal(model.eigenvalues_, one_graph.eigenvalues_)
    assert model._embedding.is_computed
    assert model.eigen_solver_ == one_graph.eigen_solver_
    np.testing.assert_array_equal(model.labels_, labels)
