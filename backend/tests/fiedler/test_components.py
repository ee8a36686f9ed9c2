import numpy as np
import pytest
from scipy import sparse

from fiedler.components import connected_components, smallest_kept_size


def cliques(*sizes):
    return sparse.csr_array(sparse.block_diag([np.ones((size, size)) - np.eye(size) for size in sizes]))


def test_components_are_numbered_by_size():
    found = connected_components(cliques(3, 6, 4))
    np.testing.assert_array_equal(found.sizes, [6, 4, 3])
    np.testing.assert_array_equal(found.labels, [2] * 3 + [0] * 6 + [1] * 4)


def test_small_components_are_left_out_and_still_counted():
    found = connected_components(cliques(2, 6, 4), smallest=3)
    np.testing.assert_array_equal(found.labels, [-1] * 2 + [0] * 6 + [1] * 4)
    assert found.n_found == 3


def test_all_are_kept_when_none_is_large_enough():
    found = connected_components(cliques(2, 2), smallest=5)
    np.testing.assert_array_equal(found.sizes, [2, 2])


def test_sizes_count_the_rows_a_vertex_stands_for():
    found = connected_components(cliques(2, 3), smallest=4, row_counts=np.array([10, 1, 1, 1, 1]))
    np.testing.assert_array_equal(found.sizes, [11])
    np.testing.assert_array_equal(found.labels, [0, 0, -1, -1, -1])


@pytest.mark.parametrize(
    ("n_samples", "smallest"), [(3, 5), (150, 7), (400, 20), (20_000, 40), (1_000_000, 100)]
)
def test_smallest_kept_size_grows_slowly(n_samples, smallest):
    assert smallest_kept_size(n_samples) == smallest
