import numpy as np
import pytest
from scipy import sparse
from scipy.sparse.csgraph import minimum_spanning_tree

from fiedler.trees.kruskal import ascending_order, lightest_links


@pytest.mark.parametrize("magnitude", [1e-300, 1.0, 1e300])
def test_the_order_is_that_of_a_stable_sort(magnitude):
    lengths = np.random.default_rng(0).integers(0, 50, 2000) * magnitude / 7
    lengths[5] = -0.0
    assert np.array_equal(ascending_order(lengths), np.argsort(lengths, kind="stable"))


def test_the_forest_is_as_light_as_scipys():
    generator = np.random.default_rng(1)
    first, second = generator.integers(0, 200, (2, 1500))
    first, second = first[first != second], second[first != second]
    lengths = generator.random(len(first)) + 0.1
    links = np.full((200, 200), np.inf)
    np.minimum.at(links, (first, second), lengths)
    theirs = minimum_spanning_tree(sparse.csr_array(np.where(np.isfinite(links), links, 0)))
    kept = lightest_links(first, second, lengths, 200)
    assert len(kept) == theirs.nnz
    assert lengths[kept].sum() == pytest.approx(theirs.sum(), rel=1e-12)


def test_of_equal_links_the_first_is_taken():
    square = np.array([[0, 1], [1, 2], [2, 3], [3, 0]])
    assert lightest_links(*square.T, np.ones(4), 4).tolist() == [0, 1, 2]


def test_no_links_leave_every_vertex_alone():
    assert lightest_links(np.empty(0, int), np.empty(0, int), np.empty(0), 3).size == 0
