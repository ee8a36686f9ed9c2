import numpy as np
import pytest
from scipy import sparse

from fiedler.affinity.graph import link_weights, neighbor_affinity
from fiedler.affinity.symmetrize import symmetrize
from fiedler.neighbors.nearest import Neighbors, nearest_neighbors
from fiedler.parameters import ParameterError

KERNELS = ["local", "global", "binary"]
SYMMETRIZATIONS = ["union", "mean", "mutual"]


def points(n_samples=120, n_features=2, seed=0):
    return np.random.default_rng(seed).normal(size=(n_samples, n_features)).astype(np.float32)


def slow_affinity(features, n_neighbors, kernel, symmetrization):
    """The definitions written out for dense matrices."""
    rows = features.astype(np.float64)
    distances = np.sqrt(((rows[:, None] - rows) ** 2).sum(axis=-1))
    np.fill_diagonal(distances, np.inf)
    order = np.argsort(distances, axis=1)
    scales = np.sort(distances, axis=1)[:, min(7, n_neighbors) - 1]
    chosen = np.zeros_like(distances, bool)
    np.put_along_axis(chosen, order[:, :n_neighbors], True, axis=1)
    if kernel == "local":
        weights = np.exp(-(distances**2) / np.outer(scales, scales))
    elif kernel == "global":
        weights = np.exp(-(distances**2) / (2 * distances[chosen].mean() ** 2))
    else:
        weights = np.ones_like(distances)
    directed = np.where(chosen, weights, 0)
    if symmetrization == "union":
        return np.maximum(directed, directed.T)
    return (directed + directed.T) / 2 if symmetrization == "mean" else np.minimum(directed, directed.T)


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("symmetrization", SYMMETRIZATIONS)
@pytest.mark.parametrize("n_neighbors", [4, 10])
def test_affinity_agrees_with_its_definition(kernel, symmetrization, n_neighbors):
    features = points()
    affinity = neighbor_affinity(nearest_neighbors(features, n_neighbors), kernel, symmetrization)
    expected = slow_affinity(features, n_neighbors, kernel, symmetrization)
    np.testing.assert_allclose(affinity.toarray(), expected, atol=2e-6)


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("symmetrization", SYMMETRIZATIONS)
def test_affinity_is_symmetric_without_self_loops(kernel, symmetrization):
    affinity = neighbor_affinity(nearest_neighbors(points(), 8), kernel, symmetrization)
    assert abs(affinity - affinity.T).max() == 0
    assert affinity.diagonal().max() == 0
    assert affinity.data.min() > 0
    assert affinity.data.max() <= 1


@pytest.mark.parametrize("factor", [2.0**-20, 3.0, 2.0**20])
@pytest.mark.parametrize("kernel", ["local", "global"])
def test_weights_do_not_depend_on_the_unit_of_distance(kernel, factor):
    features = points()
    plain = neighbor_affinity(nearest_neighbors(features, 10), kernel, "union")
    scaled = neighbor_affinity(nearest_neighbors(features * np.float32(factor), 10), kernel, "union")
    np.testing.assert_allclose(scaled.toarray(), plain.toarray(), rtol=1e-4, atol=2e-6)


def test_local_scaling_is_blind_to_density():
    """Two copies of one shape, the second a hundred times as large, have the same weights inside."""
    shape = points(60)
    features = np.vstack([shape, 100 * shape + 10_000])
    weights = link_weights(nearest_neighbors(features, 10), "local")
    np.testing.assert_allclose(weights[60:], weights[:60], rtol=1e-3)


def test_rows_at_distance_zero_have_full_weight_and_finite_neighbours():
    indices = np.array([[1, 2], [0, 2], [0, 1]], np.int32)
    distances = np.array([[0, 5], [0, 5], [5, 5]], np.float32)
    for kernel in KERNELS:
        weights = link_weights(Neighbors(indices, distances), kernel)
        assert np.isfinite(weights).all()
        assert weights[0, 0] == 1


def test_all_rows_equal_have_weight_one():
    indices = np.array([[1, 2], [0, 2], [0, 1]], np.int32)
    for kernel in KERNELS:
        assert (link_weights(Neighbors(indices, np.zeros((3, 2), np.float32)), kernel) == 1).all()


@pytest.mark.parametrize(("distance", "is_kept"), [(3.5, True), (4.1, False)])
def test_negligible_links_are_dropped(distance, is_kept):
    """On a ring with scales of 1 the eighth link weighs exp(-d^2): 5e-6 at 3.5, 5e-8 at 4.1."""
    n_samples = 40
    indices = (np.arange(n_samples)[:, None] + np.arange(1, 9)).astype(np.int32) % n_samples
    distances = np.tile(np.array([1] * 7 + [distance], np.float32), (n_samples, 1))
    affinity = neighbor_affinity(Neighbors(indices, distances), "local", "union").toarray()
    assert (affinity[0, 8] > 0) == is_kept
    assert affinity[0, 7] > 0


def test_unknown_names_are_refused():
    neighbors = nearest_neighbors(points(20), 3)
    with pytest.raises(ParameterError, match="'cosine'"):
        neighbor_affinity(neighbors, "cosine", "union")
    with pytest.raises(ParameterError, match="'both'"):
        symmetrize(sparse.csr_array(np.eye(3)), "both")
