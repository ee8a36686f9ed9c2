import numpy as np
import pytest
from scipy.spatial.distance import cdist

from fiedler.consensus.curves import CURVED_SHARE, curve_lift


def rings(n_rows: int = 300) -> np.ndarray:
    generator = np.random.default_rng(0)
    angle = generator.random(2 * n_rows) * 2 * np.pi
    center = np.repeat([0.0, 1.1], n_rows)
    radius = 1 + generator.normal(0, 0.02, 2 * n_rows)
    return np.c_[center + radius * np.cos(angle), radius * np.sin(angle)]


def test_rows_on_curves_are_lifted_by_their_direction():
    points = rings()
    lift = curve_lift(points, 2)
    assert lift is not None
    assert lift.strip_share >= CURVED_SHARE
    assert lift.points.shape == (600, 5)
    # On the first ring the direction is at right angles to the radius, up to its sign.
    expected = np.c_[-points[:300, 1], points[:300, 0]]
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    products = lift.points[:300, 2:] / 2.0
    found = products[:, 0] * expected[:, 0] ** 2 + products[:, 2] * expected[:, 1] ** 2
    found += np.sqrt(2) * products[:, 1] * expected[:, 0] * expected[:, 1]
    assert np.median(found) > 0.97


def test_a_crossing_comes_apart():
    points = rings()
    lift = curve_lift(points, 2)
    plain = cdist(points[:300], points[300:]).min() / np.median(cdist(points, points))
    apart = cdist(lift.points[:300], lift.points[300:])
    assert np.median(np.sort(apart.ravel())[:20]) / np.median(cdist(lift.points, lift.points)) > 5 * plain


@pytest.mark.parametrize("n_features", [2, 3])
def test_rows_in_a_filled_area_are_not_lifted(n_features):
    assert curve_lift(np.random.default_rng(0).random((800, n_features)), 3) is None


def test_few_rows_and_one_column_are_not_lifted():
    assert curve_lift(np.random.default_rng(0).random((12, 2)), 2) is None
    assert curve_lift(np.arange(100.0)[:, None], 2) is None
