"""What one spectrum and its embedding suggest, where a graph was chosen by hand or given."""

import numpy as np
import pytest
from sklearn.datasets import make_circles, make_moons
from suggestion_data import separated_blobs

from fiedler import SpectralClustering
from fiedler.suggestions import suggest_n_clusters


def first(points, n=3):
    suggestions = SpectralClustering(preset="fast").fit(points).suggestions_
    return [suggestion.n_clusters for suggestion in suggestions[:n]]


@pytest.mark.parametrize("n_clusters", [3, 5, 8])
def test_separated_blobs_are_counted(n_clusters):
    assert n_clusters in first(separated_blobs(n_clusters))


@pytest.mark.parametrize(
    "points",
    [
        make_moons(1_000, noise=0.05, random_state=0)[0],
        make_circles(1_000, noise=0.04, factor=0.5, random_state=0)[0],
    ],
    ids=["moons", "circles"],
)
def test_two_shapes_are_counted_first(points):
    assert first(points, 1) == [2]


def test_noise_around_two_groups_does_not_hide_them():
    rng = np.random.default_rng(1)
    groups = [rng.normal(size=(600, 2)), rng.normal((12, 0), 1, (400, 2)), rng.uniform(-6, 18, (60, 2))]
    assert 2 in first(np.vstack(groups))


@pytest.mark.parametrize("n_columns", [2, 5, 10])
@pytest.mark.parametrize("seed", [0, 1])
def test_one_gaussian_is_said_to_have_no_clusters(n_columns, seed):
    points = np.random.default_rng(seed).normal(size=(1_200, n_columns))
    suggestions = SpectralClustering(preset="fast").fit(points).suggestions_
    assert suggestions[0].n_clusters == 1
    assert "No clear clusters" in suggestions[0].reasons[0]


def test_outliers_alone_are_no_clusters():
    """Landmarks in the tails of a cloud come loose from the others."""
    points = np.random.default_rng(0).normal(size=(20_000, 2))
    assert first(points, 1) == [1]


def test_reasons_name_the_step_of_the_spectrum():
    eigenvalues = np.array([0.0, 0.001, 0.002, 0.4, 0.41])
    vectors = np.repeat(np.eye(5, dtype=np.float32)[:3], 50, axis=0)
    vectors[:, 3:] = np.random.default_rng(0).normal(size=(150, 2)) * 0.3
    best = suggest_n_clusters(eigenvalues, vectors, 4, 0)[0]
    assert best.n_clusters == 3
    assert best.ratio == pytest.approx(200)
    assert best.eigengap == pytest.approx(0.398)
    assert best.reasons[0] == "The spectrum steps up 200.0-fold after eigenvalue 3"


@pytest.mark.parametrize("n_rows", [1, 2, 3])
def test_tiny_tables_get_one_cluster_with_the_reason(n_rows):
    suggestions = suggest_n_clusters(np.zeros(1), np.ones((n_rows, 1), np.float32), n_rows, 0)
    assert [suggestion.n_clusters for suggestion in suggestions] == [1]
    assert suggestions[0].reasons == ["Too few rows to tell clusters apart"]


def test_a_constant_table_is_said_to_be_one():
    suggestions = SpectralClustering().fit(np.ones((300, 2))).suggestions_
    assert [suggestion.n_clusters for suggestion in suggestions] == [1]
    assert suggestions[0].reasons == ["All rows are alike: no column tells any of them apart"]


def test_scores_descend_and_stay_within_their_range():
    scores = [s.score for s in SpectralClustering(preset="fast").fit(separated_blobs(5)).suggestions_]
    assert scores == sorted(scores, reverse=True)
    assert 0 <= min(scores) <= max(scores) <= 1
