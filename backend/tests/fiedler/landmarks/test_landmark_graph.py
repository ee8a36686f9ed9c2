"""E, its spectrum and the rows' coordinates against a slow dense statement of the same equations."""

import numpy as np
import pytest
import scipy.linalg
from landmark_data import half_rings, mixture
from scipy.spatial.distance import cdist
from threadpoolctl import threadpool_limits

from fiedler.landmarks.accumulate import grid_affinity, group_affinity
from fiedler.landmarks.exponential import exponential
from fiedler.landmarks.fitting import landmark_embedding
from fiedler.landmarks.grid import candidate_grid
from fiedler.landmarks.groups import landmark_groups
from fiedler.landmarks.projection import Projection, fit_projection
from fiedler.landmarks.representatives import representatives
from fiedler.landmarks.spectrum import landmark_spectrum


@pytest.fixture(scope="module", autouse=True)
def _one_blas_thread():
    """As `landmark_embedding` runs: threads that spin for small products slow everyone down."""
    with threadpool_limits(limits=1, user_api="blas"):
        yield


def dense_weights(points, landmarks, n_neighbors, bandwidth):
    """B: Gaussian weights of the nearest landmarks, zero elsewhere, all in float64."""
    distances = cdist(points.astype(np.float64), landmarks.astype(np.float64))
    weights = np.exp(-(distances**2) / (2 * bandwidth**2))
    others = np.argsort(distances, axis=1)[:, n_neighbors:]
    np.put_along_axis(weights, others, 0.0, axis=1)
    return weights


def affinity_of(points, landmarks, bandwidth, n_neighbors=5, n_cells=2_048):
    scale = 1 / (2 * bandwidth**2)
    projection = Projection(points.shape[1])
    if points.shape[1] <= 3:
        grid = candidate_grid(landmarks, points[:2_000], n_neighbors, n_cells)
        return grid_affinity(points, projection, grid, scale, 1)
    return group_affinity(points, projection, landmark_groups(landmarks, n_neighbors), scale, 1)[0]


# 64 cells make every cell crowded, so all rows take the single-row way.
@pytest.mark.parametrize(("n_features", "n_cells"), [(1, 2_048), (2, 2_048), (2, 64), (3, 8_192), (8, 0)])
def test_affinity_is_the_dense_one(n_features, n_cells):
    points, _ = mixture(6_000, n_features, 3)
    landmarks = representatives(points, 150, np.random.default_rng(0))
    bandwidth = 0.7 * np.sort(cdist(points[:500], landmarks), axis=1)[:, :5].mean()
    affinity = affinity_of(points, landmarks, bandwidth, n_cells=n_cells).toarray()
    B = dense_weights(points, landmarks, 5, bandwidth)
    expected = B.T @ (B / B.sum(axis=1, keepdims=True))
    np.testing.assert_array_equal(affinity, affinity.T)
    # Weights are float32: relative 1e-6 of the largest entries.
    np.testing.assert_allclose(affinity, expected, rtol=2e-5, atol=2e-6 * expected.max())
    # E 1 = B' D**-1 B 1 = B' 1.
    np.testing.assert_allclose(affinity.sum(axis=1), B.sum(axis=0), rtol=2e-5, atol=1e-5 * expected.max())


@pytest.mark.parametrize("n_features", [2, 7])
def test_embedding_agrees_with_the_dense_statement(n_features):
    points, _ = half_rings(3_000) if n_features == 2 else mixture(3_000, 7, 3, spread=0.5)
    embedding = landmark_embedding(points, 6, n_landmarks=120)
    B = dense_weights(points, embedding.landmarks, 5, embedding.bandwidth)
    E = B.T @ (B / B.sum(axis=1, keepdims=True))
    inverse_sqrt = 1 / np.sqrt(E.sum(axis=1))
    laplacian = np.eye(len(E)) - inverse_sqrt[:, None] * E * inverse_sqrt
    expected, unit = scipy.linalg.eigh(laplacian)
    np.testing.assert_allclose(embedding.eigenvalues, expected[:6], atol=1e-5)
    rows = B @ (inverse_sqrt[:, None] * unit[:, :6]) / B.sum(axis=1, keepdims=True)
    found = embedding.rows(np.arange(3_000)).astype(np.float64)
    # The same subspace: every expected coordinate is a combination of those found.
    combination = np.linalg.lstsq(found, rows, rcond=None)[0]
    assert np.linalg.norm(found @ combination - rows) < 1e-3 * np.linalg.norm(rows)


def blocks_affinity(sizes, link=0.0):
    """Cliques of the given sizes; neighbouring ones linked by one edge of weight ``link``."""
    affinity = scipy.linalg.block_diag(*[np.ones((size, size)) for size in sizes])
    ends = np.cumsum(sizes)[:-1]
    for end in ends:
        affinity[end - 1, end] = affinity[end, end - 1] = link
    return affinity


@pytest.mark.parametrize("sizes", [(12,), (12, 9), (12, 9, 7, 5)])
def test_zero_eigenvalue_comes_once_for_each_component(sizes):
    """von Luxburg (2007), proposition 4."""
    size = sum(sizes)
    found = landmark_spectrum(blocks_affinity(sizes), np.arange(size, dtype=np.float32)[:, None], 6)
    assert np.count_nonzero(found.eigenvalues < 1e-12) == len(sizes)
    assert found.residual_norms.max() < 1e-12
    np.testing.assert_allclose(found.vectors[:, 0], 1.0)
    rows = found.vectors[:, : len(sizes)]
    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    same = np.repeat(np.arange(len(sizes)), sizes)
    np.testing.assert_allclose(rows @ rows.T, same[:, None] == same, atol=1e-12)


def test_fewer_vectors_than_components_keep_the_heaviest_apart():
    sizes = (12, 9, 7, 5)
    found = landmark_spectrum(blocks_affinity(sizes), np.arange(33, dtype=np.float32)[:, None], 2)
    heaviest = np.repeat([True, False, False, False], sizes)
    assert found.vectors[heaviest, 1].min() > 0 > found.vectors[~heaviest, 1].max()


def test_island_lighter_than_an_average_landmark_follows_its_nearest():
    affinity = blocks_affinity((20, 20, 1), link=1e-5)
    affinity[-1, -1] = 0.1
    landmarks = np.arange(41, dtype=np.float32)[:, None]
    landmarks[-1] = -100.0
    found = landmark_spectrum(affinity, landmarks, 3)
    assert found.n_islands == 1
    np.testing.assert_array_equal(found.vectors[-1], found.vectors[0])
    assert 0 < found.eigenvalues[1] < 1e-4 < found.eigenvalues[2]


def test_landmark_without_rows_follows_its_nearest():
    affinity = blocks_affinity((10,))
    affinity[3] = affinity[:, 3] = 0.0
    found = landmark_spectrum(affinity, np.arange(10, dtype=np.float32)[:, None], 2)
    assert found.n_islands == 1
    assert np.isfinite(found.vectors).all()


@pytest.mark.parametrize("n_columns", [1, 5])
def test_lanczos_on_many_landmarks_agrees_with_dense(n_columns):
    """In few columns it iterates on the inverse, in more on the graph."""
    generator = np.random.default_rng(0)
    places = np.sort(generator.random(900))
    gaps = np.abs(places[:, None] - places)
    affinity = np.exp(-((gaps / 5e-3) ** 2)) * (gaps < 15e-3)
    affinity[:300, 300:] = affinity[300:, :300] = 0.0
    landmarks = np.repeat(places[:, None], n_columns, axis=1).astype(np.float32)
    found = landmark_spectrum(affinity, landmarks, 8)
    inverse_sqrt = 1 / np.sqrt(affinity.sum(axis=1))
    laplacian = np.eye(900) - inverse_sqrt[:, None] * affinity * inverse_sqrt
    expected = scipy.linalg.eigh(laplacian, eigvals_only=True, subset_by_index=[0, 7])
    np.testing.assert_allclose(found.eigenvalues, expected, atol=1e-9)
    assert found.residual_norms.max() < 1e-7


def test_exponential_is_accurate_and_never_zero():
    arguments = np.linspace(-80, 0, 4_001).astype(np.float32)
    found = np.array([exponential(x) for x in arguments])
    np.testing.assert_allclose(found, np.exp(arguments.astype(np.float64)), rtol=1e-5)
    assert exponential(np.float32(-1e30)) > 0


def test_projection_leaves_well_scaled_features_alone():
    points, _ = mixture(1_000, 4, 3)
    assert fit_projection(points, 0).is_identity
    moved = fit_projection(points + np.float32(1e5), 0)
    assert not moved.is_identity
    before = cdist(points[:20], points[:20])
    after = cdist(moved(points + np.float32(1e5))[:20], moved(points + np.float32(1e5))[:20])
    # One factor for all distances; the columns carry what float32 kept of them at 1e5.
    ratio = after[before > 0] / before[before > 0]
    np.testing.assert_allclose(ratio, ratio.mean(), rtol=2e-2)


def test_principal_axes_keep_the_variance_of_a_low_rank_table():
    generator = np.random.default_rng(0)
    points = generator.standard_normal((2_000, 10)) @ generator.standard_normal((10, 100))
    projection = fit_projection(points.astype(np.float32), 0)
    assert projection.n_coordinates == 50
    reduced = projection(points.astype(np.float32))
    np.testing.assert_allclose(reduced.var(axis=0).sum(), points.var(axis=0).sum(), rtol=1e-4)
