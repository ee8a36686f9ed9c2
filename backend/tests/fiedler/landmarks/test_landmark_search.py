"""The searches against a brute-force statement of the same thing."""

import numpy as np
import pytest
from landmark_data import half_rings, mixture
from scipy.spatial import KDTree
from scipy.spatial.distance import cdist
from threadpoolctl import threadpool_limits

from fiedler.landmarks.distinct import sorted_distinct
from fiedler.landmarks.grid import candidate_grid
from fiedler.landmarks.groups import landmark_groups
from fiedler.landmarks.lloyd import lloyd_centres
from fiedler.landmarks.nearest_centre import nearest_centre
from fiedler.landmarks.representatives import representatives

UNBOUNDED = 1e-300


@pytest.fixture(scope="module", autouse=True)
def _one_blas_thread():
    """As `landmark_embedding` runs: threads that spin for small products slow everyone down."""
    with threadpool_limits(limits=1, user_api="blas"):
        yield


def uniform(n_samples, n_features):
    return np.random.default_rng(1).random((n_samples, n_features), dtype=np.float32)


def log_normal(n_samples, n_features):
    generator = np.random.default_rng(2)
    return np.exp(1.5 * generator.standard_normal((n_samples, n_features))).astype(np.float32)


def lattice(n_samples, n_features):
    return np.random.default_rng(3).integers(0, 40, (n_samples, n_features)).astype(np.float32)


def diagonal(n_samples, n_features):
    """One value in every column: all rows in few cells."""
    return np.repeat(np.random.default_rng(4).random((n_samples, 1), dtype=np.float32), n_features, axis=1)


def with_outliers(n_samples, n_features):
    points = uniform(n_samples, n_features)
    points[:20] *= 1e6
    return points


@pytest.mark.parametrize("n_features", [1, 2, 3])
@pytest.mark.parametrize("shape", [uniform, log_normal, lattice, diagonal, with_outliers])
def test_grid_finds_the_nearest_landmarks_exactly(shape, n_features):
    points = shape(20_000, n_features)
    landmarks = representatives(points, 300, np.random.default_rng(0))
    grid = candidate_grid(landmarks, points, 5, 4_096)
    indices, squared, finite = grid.nearest(points, UNBOUNDED)
    expected, _ = KDTree(landmarks.astype(np.float64)).query(points.astype(np.float64), 5)
    assert finite
    # Compared by distance: which of two equally near landmarks comes first is nobody's promise.
    np.testing.assert_allclose(np.sqrt(squared), expected, rtol=1e-6, atol=1e-12)
    named = np.linalg.norm(points[:, None].astype(np.float64) - landmarks[indices], axis=2)
    np.testing.assert_allclose(named, expected, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("n_features", [1, 2, 3])
def test_every_cell_lists_the_nearest_of_each_of_its_rows(n_features):
    points = uniform(50_000, n_features)
    landmarks = representatives(points, 200, np.random.default_rng(0))
    grid = candidate_grid(landmarks, points[:5_000], 4, 2_048)
    cells = grid.cells(points)
    assert np.mean(cells == grid.n_cells) < 0.01
    _, nearest = KDTree(landmarks).query(points, 4)
    for row in range(0, 50_000, 97):
        if cells[row] < grid.n_cells:
            listed = grid.candidates[grid.starts[cells[row]] : grid.starts[cells[row] + 1]]
            assert np.isin(nearest[row], listed).all()


def test_cells_follow_the_rows_so_that_a_skewed_table_stays_cheap():
    points = log_normal(100_000, 2)
    landmarks = representatives(points, 1_000, np.random.default_rng(0))
    grid = candidate_grid(landmarks, points[:20_000], 5, 32_768)
    counts = np.append(np.diff(grid.starts), landmarks.shape[0])
    assert counts[grid.cells(points)].mean() < 20


@pytest.mark.parametrize("n_features", [1, 2, 3])
def test_far_row_keeps_the_differences_of_its_distances_and_a_bound(n_features):
    points = uniform(2_000, n_features)
    landmarks = representatives(points, 50, np.random.default_rng(0))
    grid = candidate_grid(landmarks, points, 3, 1_024)
    far = np.full((1, n_features), 30.0, np.float32)
    scale = 1.0
    _, bounded, _ = grid.nearest(far, scale)
    _, squared, _ = grid.nearest(far, UNBOUNDED)
    assert bounded[0, 0] == pytest.approx(16.0)
    np.testing.assert_allclose(np.diff(bounded[0]), np.diff(squared[0]), atol=1e-3)


@pytest.mark.parametrize(("n_features", "n_landmarks"), [(5, 60), (20, 150)])
def test_groups_of_few_landmarks_are_exact(n_features, n_landmarks):
    points, _ = mixture(5_000, n_features, 5)
    landmarks = representatives(points, n_landmarks, np.random.default_rng(0))
    indices, squared, _ = landmark_groups(landmarks, 5).nearest(points, UNBOUNDED)
    expected, _ = KDTree(landmarks).query(points, 5)
    np.testing.assert_allclose(np.sqrt(squared), expected, rtol=1e-5)
    # By distance: of two landmarks as near as float32 can tell, either may come first.
    named = np.linalg.norm(points[:, None].astype(np.float64) - landmarks[indices], axis=2)
    np.testing.assert_allclose(named, expected, rtol=1e-5)


@pytest.mark.parametrize("n_features", [5, 30])
def test_groups_of_many_landmarks_miss_almost_none(n_features):
    points, _ = mixture(20_000, n_features, 5)
    landmarks = representatives(points, 1_000, np.random.default_rng(0))
    indices, squared, _ = landmark_groups(landmarks, 5).nearest(points, UNBOUNDED)
    expected = np.argsort(cdist(points[:2_000], landmarks), axis=1)[:, :5]
    found = (indices[:2_000, :, None] == expected[:, None, :]).any(axis=1).mean()
    assert found > 0.98
    assert (np.diff(squared, axis=1) >= 0).all()


def test_row_far_outside_the_groups_is_compared_with_all():
    points, _ = mixture(5_000, 6, 4)
    landmarks = representatives(points, 400, np.random.default_rng(0))
    far = np.array([[1e6, 2e6, 0, 0, 1e6, 0], [1e25, 0, 0, 0, 0, 0]], np.float32)
    indices, _, finite = landmark_groups(landmarks, 5).nearest(far, UNBOUNDED)
    expected = np.argsort(cdist(far[:1], landmarks), axis=1)[:, :5]
    assert finite
    np.testing.assert_array_equal(indices[0], expected[0])


# By boxes, by lanes and by matrix product, all with a last block that is not full.
@pytest.mark.parametrize("n_features", [1, 2, 3, 5, 20, 40])
@pytest.mark.parametrize("n_copies", [1, 60])
def test_nearest_centre_agrees_with_brute_force(n_features, n_copies):
    points = np.repeat(mixture(700, n_features, 4)[0], n_copies, axis=0)[:7_000]
    centres = points[:: len(points) // 90]
    expected = ((points[:, None].astype(np.float64) - centres) ** 2).sum(axis=2)
    owner = nearest_centre(points, centres)
    chosen = expected[np.arange(len(points)), owner]
    np.testing.assert_allclose(chosen, expected.min(axis=1), atol=1e-3)


@pytest.mark.parametrize("decimals", [0, 1, 6])
@pytest.mark.parametrize("n_features", [1, 2, 4])
def test_distinct_rows_are_sorted_as_the_library_sorts_them(decimals, n_features):
    rows = np.random.default_rng(0).standard_normal((3_000, n_features)).round(decimals).astype(np.float32)
    np.testing.assert_array_equal(sorted_distinct(rows), np.unique(rows, axis=0))


@pytest.mark.parametrize("n_features", [2, 20])
def test_lloyd_lowers_the_distance_and_every_centre_owns_a_point(n_features):
    points, _ = mixture(3_000, n_features, 4)
    start = np.unique(points[:100], axis=0)
    centres = lloyd_centres(points, start, 10)
    before = KDTree(start).query(points)[0]
    after, owner = KDTree(centres).query(points)
    assert (after**2).sum() < 0.9 * (before**2).sum()
    assert np.unique(owner).size == centres.shape[0]


def test_landmarks_are_the_distinct_rows_when_those_are_few():
    points = np.repeat(half_rings(40)[0], 10, axis=0)
    landmarks = representatives(points, 50, np.random.default_rng(0))
    np.testing.assert_array_equal(landmarks, np.unique(points, axis=0))
