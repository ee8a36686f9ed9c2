import numpy as np
import pytest

from fiedler.neighbors.morton import morton_order


@pytest.mark.parametrize("n_features", [1, 2, 3, 5])
def test_order_is_a_permutation(n_features):
    features = np.random.default_rng(0).normal(size=(500, n_features)).astype(np.float32)
    np.testing.assert_array_equal(np.sort(morton_order(features)), np.arange(500))


def test_consecutive_rows_are_close_in_space():
    """Steps along the curve are a small share of those in random order; 0.1 is far above what is measured."""
    features = np.random.default_rng(0).random((5000, 2)).astype(np.float32)
    steps = np.linalg.norm(np.diff(features[morton_order(features)], axis=0), axis=1)
    assert steps.mean() < 0.1 * np.linalg.norm(np.diff(features, axis=0), axis=1).mean()


def test_quadrants_follow_each_other():
    corners = np.array([[1, 1], [0, 0], [0, 1], [1, 0]], np.float32)
    np.testing.assert_array_equal(morton_order(corners), [1, 3, 2, 0])


def test_a_constant_column_keeps_the_order_of_the_other():
    features = np.column_stack([np.ones(20), np.arange(20)[::-1]]).astype(np.float32)
    np.testing.assert_array_equal(morton_order(features), np.arange(20)[::-1])
