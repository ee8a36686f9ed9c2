"""Spectral coordinates of rows, as a step of a pipeline."""

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.datasets import make_blobs, make_circles
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import adjusted_rand_score
from sklearn.pipeline import make_pipeline

from fiedler import SpectralClustering
from fiedler.errors import InvalidGraphError

DOORS = {"consensus": {}, "exact": {"method": "exact"}, "landmark": {"method": "landmark"}}


@pytest.mark.parametrize("parameters", DOORS.values(), ids=DOORS)
def test_coordinates_of_fitted_rows_are_those_that_were_cut(parameters):
    points, truth = make_circles(600, noise=0.05, factor=0.4, random_state=0)
    model = SpectralClustering(2, **parameters)
    coordinates = model.fit_transform(points)
    assert (coordinates.shape, coordinates.dtype) == ((600, 2), np.float32)
    np.testing.assert_allclose(np.linalg.norm(coordinates, axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(model.transform(points), coordinates, atol=1e-5)
    found = KMeans(2, n_init=4, random_state=0).fit_predict(coordinates)
    assert adjusted_rand_score(truth, found) > 0.95


@pytest.mark.parametrize("parameters", DOORS.values(), ids=DOORS)
def test_shapes_become_linear_for_the_next_step(parameters):
    points, truth = make_circles(900, noise=0.05, factor=0.4, random_state=1)
    plain = LogisticRegression().fit(points[:600], truth[:600])
    steps = make_pipeline(SpectralClustering(2, **parameters), LogisticRegression())
    assert plain.score(points[600:], truth[600:]) < 0.7
    assert steps.fit(points[:600], truth[:600]).score(points[600:], truth[600:]) > 0.98


def test_columns_have_names_and_frames_come_out_of_frames():
    points, _ = make_blobs(200, centers=3, random_state=0)
    frame = pd.DataFrame(points, columns=["a", "b"])
    model = SpectralClustering(3).set_output(transform="pandas")
    found = model.fit_transform(frame)
    names = [f"spectralclustering{i}" for i in range(3)]
    assert found.columns.tolist() == names
    assert model.get_feature_names_out().tolist() == names
    assert model.transform(frame[:5]).columns.tolist() == names


def test_more_eigenvectors_and_recuts_give_more_columns():
    points, _ = make_blobs(200, centers=5, random_state=0)
    assert SpectralClustering(3, n_components=6).fit_transform(points).shape == (200, 6)
    model = SpectralClustering(3).fit(points)
    assert model.recut(5).transform(points[:7]).shape == (7, 5)
    assert len(model.get_feature_names_out()) == 5


def test_a_graph_has_coordinates_of_its_rows_only():
    graph = np.kron(np.eye(2), np.ones((5, 5)))
    model = SpectralClustering(2, affinity="precomputed")
    coordinates = model.fit_transform(graph)
    assert len(np.unique(coordinates.round(4), axis=0)) == 2
    with pytest.raises(InvalidGraphError, match="placing new rows needs the features"):
        model.transform(graph)
