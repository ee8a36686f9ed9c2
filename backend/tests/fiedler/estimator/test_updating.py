"""Rows added to a fitted estimator: placed at once, nothing else changes."""

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import make_moons
from sklearn.metrics import adjusted_rand_score

from fiedler import SpectralClustering
from fiedler.errors import InvalidGraphError

DOORS = {
    "consensus": {},
    "exact": {"method": "exact"},
    "landmark": {"method": "landmark"},
    "tree": {"rounding": "tree"},
}
CENTERS = np.random.default_rng(5).normal(size=(4, 6)) * 6


def rows(n, seed, n_columns):
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 4, n)
    return (CENTERS[truth] + rng.normal(size=(n, 6)))[:, :n_columns], truth


@pytest.fixture(params=[(door, columns) for door in DOORS for columns in (2, 6)], ids=str)
def model(request):
    door, n_columns = request.param
    return SpectralClustering(4, **DOORS[door]).fit(rows(800, 0, n_columns)[0])


def new_rows(model, n=200, seed=1):
    return rows(n, seed, model.n_features_in_)[0]


def test_new_rows_are_predicted_and_old_ones_stay(model):
    before, new = model.labels_.copy(), new_rows(model)
    predicted = model.predict(new)
    drift = model.update(new)
    assert np.array_equal(model.labels_, np.concatenate([before, predicted]))
    assert model.updates_ == (drift,)
    assert not drift.refit_due
    assert model.confidence_.shape == (1_000,)
    assert model.confidence_[800:].mean() > 0.8


def test_strangers_call_for_a_fit_at_once_or_in_small_numbers(model):
    assert model.update(new_rows(model) + 100).refit_due
    model.fit(rows(800, 0, model.n_features_in_)[0])
    assert model.updates_ == ()
    due = [model.update(new_rows(model, 2, seed) + 100).refit_due for seed in range(4)]
    assert due == [False, False, True, True]


def test_what_works_on_rows_sees_the_new_ones(model):
    model.update(new_rows(model))
    assert model.explain_cluster(0).n_rows == 1_000
    assert model.explain_row(950).row == 950
    assert len(model.recut(3).labels_) == 1_000
    old, added = (
        np.flatnonzero(model.labels_[:800] == 0)[0],
        800 + np.flatnonzero(model.labels_[800:] == 1)[0],
    )
    model.constrain(must_link=[(old, added)])
    assert model.labels_[old] == model.labels_[added]
    assert model.stability(2).rows.shape == (1_000,)


def test_a_recut_gives_the_old_rows_what_they_had(model):
    three = model.recut(3).labels_.copy()
    model.recut(4).update(new_rows(model))
    agreement = adjusted_rand_score(three, model.recut(3).labels_[:800])
    # A consensus, and a tree, is made of all rows there are.
    assert agreement == 1 if model.consensus_ is None and model.rounding == "kmeans" else agreement > 0.8


def test_corrections_can_still_be_undone_and_done_again(model):
    plain = SpectralClustering(**model.get_params()).fit(rows(800, 0, model.n_features_in_)[0])
    model.merge([0, 1]).exclude([0, 1]).undo().update(new_rows(model))
    merged = model.labels_.copy()
    assert merged.max() == 2
    assert (model.redo().labels_ == -1).sum() == 2
    model.undo().undo()
    assert np.array_equal(model.labels_[:800], plain.labels_)
    same = np.array([0, 0, 1, 2])[model.labels_] == merged
    assert same[:800].all()
    # Two votes may join forces in one for the merged cluster.
    assert same.all() if model.consensus_ is None else same.mean() > 0.95


def test_new_rows_are_voted_into_parts_of_a_split_cluster(model):
    new = new_rows(model)
    model.merge([0, 3]).split(0).update(new)
    assert np.array_equal(model.predict(new), model.labels_[800:])
    truth = np.concatenate([rows(800, 0, 2)[1], rows(200, 1, 2)[1]])
    assert adjusted_rand_score(truth, model.labels_) > 0.5
    assert model.undo().undo().labels_.max() == 3


def test_rows_in_no_cluster_draw_no_new_row(model):
    new = new_rows(model)
    model.exclude(model.labels_ == 2).update(new)
    assert (model.labels_[800:] >= 0).all()
    assert model.labels_.max() == 2


def test_added_rows_survive_pickling(model):
    model.update(new_rows(model))
    loaded = pickle.loads(pickle.dumps(model))
    assert np.array_equal(loaded.labels_, model.labels_)
    assert np.array_equal(loaded.recut(5).labels_, model.recut(5).labels_)


def test_shapes_are_followed():
    points, truth = make_moons(1_500, noise=0.05, random_state=0)
    for parameters in DOORS.values():
        model = SpectralClustering(2, **parameters).fit(points[:1_000])
        model.update(points[1_000:1_250])
        model.update(points[1_250:])
        assert adjusted_rand_score(truth, model.labels_) > 0.95


def test_columns_are_those_of_the_fit():
    frame = pd.DataFrame(rows(100, 0, 2)[0], columns=["a", "b"])
    model = SpectralClustering(2).fit(frame)
    with pytest.raises(ValueError, match="feature names"):
        model.update(frame[["b", "a"]])
    with pytest.raises(ValueError, match="NaN"):
        model.update(frame * np.nan)
    assert len(model.labels_) == 100


def test_a_graph_cannot_grow():
    model = SpectralClustering(2, affinity="precomputed").fit(np.ones((6, 6)))
    with pytest.raises(InvalidGraphError, match="adding rows needs the features"):
        model.update(np.ones((1, 6)))
