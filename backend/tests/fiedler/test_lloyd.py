"""Lloyd's iteration: where a library's ends from the same start, and no centroid left without rows."""

import numpy as np
import pytest
from sklearn.cluster import KMeans

from fiedler.rounding import normalize_rows
from fiedler.rounding.lloyd import polish_centroids


def unit_rows(n_rows, n_columns, seed):
    """Rows about as many directions as there are columns."""
    rng = np.random.default_rng(seed)
    rows = np.eye(n_columns)[rng.integers(n_columns, size=n_rows)]
    rows += 0.3 * rng.standard_normal(rows.shape)
    return normalize_rows(rows.astype(np.float32), n_columns)


@pytest.mark.parametrize(("n_columns", "seed"), [(2, 0), (9, 1), (20, 2)])
def test_it_ends_where_the_library_does_from_the_same_start(n_columns, seed):
    points = unit_rows(2_000, n_columns, seed)
    start = points[:n_columns]
    _, inertia = polish_centroids(points, start)
    library = KMeans(n_columns, init=start, n_init=1, max_iter=100, tol=0).fit(points)
    # It stops when an iteration gains less than a hundred-thousandth.
    assert inertia == pytest.approx(library.inertia_, rel=1e-4)


def test_inertia_is_that_of_the_centroids():
    points = unit_rows(1_000, 5, 0)
    centroids, inertia = polish_centroids(points, points[:4])
    squares = ((points[:, None] - centroids) ** 2).sum(axis=2).min(axis=1)
    assert inertia == pytest.approx(squares.sum(), rel=1e-4)


def test_a_centroid_without_rows_moves_to_the_row_farthest_from_its_own():
    points = np.repeat(np.eye(3, dtype=np.float32), 10, axis=0)
    centroids, inertia = polish_centroids(points, points[[0, 0, 10]])
    assert sorted(map(tuple, centroids)) == sorted(map(tuple, np.eye(3)))
    assert inertia == 0
