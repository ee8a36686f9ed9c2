"""Cuts of one graph against dense statements of what is measured on them, and clouds without clusters."""

import numpy as np
import pytest
from scipy import sparse
from suggestion_data import separated_blobs

from fiedler.consensus.graphs import neighborhood
from fiedler.suggestions.reference import reference_clouds
from fiedler.suggestions.trials import largest_conductance, run_trial
from fiedler.suggestions.valley import valley_depth


def dense_conductance(affinity, members):
    leaving = affinity[np.ix_(members, ~members)].sum()
    return leaving / min(affinity[members].sum(), affinity[~members].sum())


def test_conductance_is_that_of_the_most_open_cluster():
    rng = np.random.default_rng(0)
    dense = rng.random((30, 30)) * (rng.random((30, 30)) < 0.3)
    dense = dense + dense.T
    labels = rng.integers(3, size=30)
    expected = max(dense_conductance(dense, labels == cluster) for cluster in range(3))
    assert largest_conductance(sparse.csr_array(dense), labels) == pytest.approx(expected)


def test_steps_are_those_of_the_dense_spectrum():
    trial = run_trial(neighborhood(separated_blobs(3, 200), 10, 1), 10, 6, 0)
    affinity = trial.affinity.toarray()
    degrees = affinity.sum(axis=1)
    spectrum = np.linalg.eigvalsh(np.eye(200) - affinity / np.sqrt(np.outer(degrees, degrees)))
    expected = np.log(np.maximum(spectrum[2:7], 1e-6) / np.maximum(spectrum[1:6], 1e-6))
    np.testing.assert_allclose(trial.steps, expected, rtol=1e-3, atol=1e-3)


def test_separation_and_step_are_largest_at_the_right_number():
    trial = run_trial(neighborhood(separated_blobs(4, 600), 10, 1), 10, 8, 0)
    assert trial.labels.shape == (7, 600)
    assert np.argmax(trial.separations + trial.steps) == 2
    assert trial.separations[2] > 0.95


def test_clouds_spread_like_the_rows():
    rng = np.random.default_rng(0)
    points = rng.normal(size=(4_000, 3)) @ np.array([[3, 1, 0], [0, 1, 0.5], [0, 0, 0.2]])
    normal, uniform, *_ = reference_clouds(points, 4_000, 1)
    np.testing.assert_allclose(np.cov(normal.T), np.cov(points.T), atol=0.5)
    _, axes = np.linalg.eigh(np.cov(points.T))
    centered = (points - points.mean(axis=0)) @ axes
    assert np.all(np.abs(uniform @ axes) <= np.abs(centered).max(axis=0) + 1e-9)


@pytest.mark.parametrize(("distance", "expected"), [(0.0, 0.0), (4.0, 1 - 2 * np.exp(-2)), (12.0, 1.0)])
def test_a_valley_is_as_deep_as_that_of_two_normal_curves(distance, expected):
    """At the middle of two unit normals ``distance`` apart, over the peak of one."""
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1], 20_000)
    points = rng.normal(size=(40_000, 3))
    points[:, 1] += distance * labels
    if distance == 0:
        labels = (points[:, 1] > 0).astype(int)
    assert valley_depth(points, labels) == pytest.approx(expected, abs=0.08)


def test_rows_on_one_place_have_no_valley():
    assert valley_depth(np.ones((20, 2)), np.repeat([0, 1], 10)) == 0
