"""Memberships: of new rows and of the fitted ones."""

import numpy as np
import pytest
from sklearn.datasets import make_blobs, make_moons

from fiedler import SpectralClustering
from fiedler.consensus.row_agreement import row_agreement
from fiedler.errors import InvalidGraphError
from fiedler.estimator.prediction import Voters, memberships

DOORS = {
    "consensus": {},
    "exact": {"method": "exact"},
    "landmark": {"method": "landmark"},
}
OTHER_ROUNDINGS = {name: {"rounding": name} for name in ("tree", "cluster_qr", "discretize")}


def fitted(parameters):
    points, _ = make_blobs(800, centers=[[0, 0], [3, 0], [0, 3]], random_state=0)
    return SpectralClustering(3, **parameters).fit(points)


@pytest.fixture(params=DOORS.values(), ids=DOORS)
def model(request):
    return fitted(request.param)


@pytest.mark.parametrize("correct", [False, True], ids=["cut", "corrected"])
@pytest.mark.parametrize("parameters", [*DOORS.values(), *OTHER_ROUNDINGS.values()], ids=str)
def test_memberships_add_up_and_the_largest_is_the_cluster_predicted(parameters, correct):
    model = fitted(parameters)
    if correct:
        model.merge([0, 1])
    new = np.random.default_rng(1).uniform(-4, 7, size=(2_000, 2))
    found = model.predict_proba(new)
    assert found.shape == (2_000, model.n_clusters_)
    assert found.min() >= 0
    np.testing.assert_allclose(found.sum(axis=1), 1)
    assert np.array_equal(found.argmax(axis=1), model.predict(new))


@pytest.mark.parametrize("parameters", [*list(DOORS.values())[1:], *OTHER_ROUNDINGS.values()], ids=str)
def test_merging_moves_no_new_row(parameters):
    model = fitted(parameters)
    new = np.random.default_rng(1).uniform(-4, 7, size=(2_000, 2))
    before, sure = model.predict(new), model.confidence_
    model.merge([0, 2])
    assert np.array_equal(model.predict(new), np.array([0, 1, 0])[before])
    # The merged cluster is as near as the nearest of its parts.
    assert (model.confidence_ >= sure - 1e-12).all()
    model.merge([0, 1])
    assert (model.predict_proba(new) == 1).all()


def test_rows_between_clusters_are_the_least_sure(model):
    points, _ = make_blobs(2_000, centers=[[0, 0], [3, 0], [0, 3]], random_state=1)
    largest = model.predict_proba(points).max(axis=1)
    squares = ((points[:, None] - np.array([[0, 0], [3, 0], [0, 3]])) ** 2).sum(axis=2)
    first, second = np.sort(squares, axis=1)[:, :2].T
    between = second - first < 1
    assert largest[between].mean() < largest[second - first > 6].mean() - 0.03


def test_confidence_is_lower_where_the_cut_errs(model):
    _, truth = make_blobs(800, centers=[[0, 0], [3, 0], [0, 3]], random_state=0)
    of_cluster = np.array([np.bincount(truth[model.labels_ == c]).argmax() for c in range(3)])
    right = of_cluster[model.labels_] == truth
    assert 0.8 < right.mean() < 1
    confidence = model.confidence_
    assert ((confidence > 0) & (confidence <= 1)).all()
    assert confidence[right].mean() > confidence[~right].mean() + 0.05


def test_memberships_are_inverse_squared_distances_to_the_nearest_centroid_of_each_cluster():
    centroids = np.array([[1.0, 0], [5, 5], [0, 1]])
    points = np.array([[1, 0], [0.5, 0.5], [0.25, 0]], dtype=np.float32)
    found = memberships(points, centroids, np.array([0, 0, 1]))
    np.testing.assert_allclose(found[:2], [[1, 0], [0.5, 0.5]], atol=1e-6)
    np.testing.assert_allclose(found[2, 0] / found[2, 1], (0.25**2 + 1) / 0.75**2, rtol=1e-6)


def test_votes_weigh_by_inverse_distance_and_copies_decide_alone():
    points = np.array([[0.0], [1], [3], [3], [7]], dtype=np.float32)
    labels = np.array([0, 0, 1, 0, 1])
    shares = Voters.nearest(points, np.array([[2.0], [3.0]], np.float32)).shares(labels, 2)
    weights = 1 / np.array([2, 1, 1, 1, 5])
    np.testing.assert_allclose(shares[0, 1], weights[[2, 4]].sum() / weights.sum())
    np.testing.assert_allclose(shares[1], [0.5, 0.5])


def test_many_rows_of_many_columns_vote_by_a_sample():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 60_000)
    points = (rng.normal(size=(60_000, 4)) + 8 * labels[:, None]).astype(np.float32)
    voters = Voters.nearest(points, points[:500])
    assert len(np.unique(voters.rows)) > 400
    assert np.array_equal(voters.shares(labels, 2).argmax(axis=1), labels[:500])
    # Five in six are asked: of the rest the nearest others vote.
    assert 0.75 < np.mean((voters.rows == np.arange(500)[:, None]).any(axis=1)) < 0.9


def test_agreement_of_a_row_is_the_share_of_views_that_place_it_alike():
    points, _ = make_moons(400, noise=0.2, random_state=0)
    consensus = SpectralClustering(2).fit(points).consensus_
    found = row_agreement(consensus)
    expected, total = np.zeros(400), 0.0
    for view in consensus.views:
        assert view.n_clusters == 2
        same = view.labels == consensus.labels
        # With two clusters there are two ways to match them.
        expected += view.support * (same if same.sum() >= 200 else ~same)
        total += view.support
    np.testing.assert_allclose(found, expected / total)
    assert 0 < found.min() < 0.9


def test_views_of_a_sample_leave_no_row_without_confidence():
    points, _ = make_moons(12_000, noise=0.1, random_state=0)
    model = SpectralClustering(2).fit(points)
    assert model.consensus_.rows is not None
    assert row_agreement(model.consensus_).shape == model.consensus_.rows.shape
    confidence = model.confidence_
    assert confidence.shape == (12_000,)
    np.testing.assert_allclose(confidence, model.predict_proba(points).max(axis=1), atol=1e-4)
    model.update(points[:100] + 0.01)
    assert model.confidence_.shape == (12_100,)
    assert np.array_equal(model.predict(points[:100] + 0.01), model.labels_[12_000:])


def test_a_graph_alone_gives_confidence_but_no_place_for_new_rows():
    graph = np.kron(np.eye(2), np.ones((5, 5)))
    graph[4, 5] = graph[5, 4] = 0.2
    model = SpectralClustering(2, affinity="precomputed").fit(graph)
    assert model.confidence_.argmin() in (4, 5)
    with pytest.raises(InvalidGraphError, match="placing new rows needs the features"):
        model.predict_proba(np.ones((1, 10)))
