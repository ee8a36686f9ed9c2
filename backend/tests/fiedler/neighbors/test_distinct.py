import numpy as np

from fiedler.neighbors import distinct
from fiedler.neighbors.distinct import distinct_rows


def test_rows_rebuilt_from_distinct_ones_are_the_rows():
    generator = np.random.default_rng(0)
    features = generator.integers(0, 4, (500, 3)).astype(np.float32)
    found = distinct_rows(features)
    np.testing.assert_array_equal(features[found.first][found.inverse], features)
    assert len(found.first) == len(np.unique(features, axis=0))


def test_order_is_that_of_first_occurrence():
    features = np.array([[3], [1], [3], [2], [1]], np.float32)
    found = distinct_rows(features)
    np.testing.assert_array_equal(found.first, [0, 1, 3])
    np.testing.assert_array_equal(found.inverse, [0, 1, 0, 2, 1])


def test_negative_zero_equals_zero():
    assert len(distinct_rows(np.array([[0.0, 1], [-0.0, 1]], np.float32)).first) == 1


def test_colliding_hashes_are_told_apart(monkeypatch):
    """Every hash made equal: whole rows must decide."""

    def collide(bits, hashes):
        hashes[:] = 1

    monkeypatch.setattr(distinct, "_hash_rows", collide)
    features = np.array([[1, 2], [2, 1], [1, 2]], np.float32)
    found = distinct_rows(features)
    np.testing.assert_array_equal(found.inverse, [0, 1, 0])
