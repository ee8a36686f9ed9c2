import numpy as np
import pytest
from scipy import sparse
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial.distance import cdist

from fiedler.neighbors.nearest import nearest_neighbors
from fiedler.trees.planar import planar_links, planar_tree
from fiedler.trees.spanning import graph_tree, mutual_reachability_tree


@pytest.mark.parametrize("n_features", [1, 2, 12])
@pytest.mark.parametrize("n_neighbors", [0, 4])
def test_the_tree_is_as_light_as_scipys(n_features, n_neighbors):
    points = np.random.default_rng(3).standard_normal((120, n_features))
    distances = cdist(points, points)
    cores = np.sort(distances, axis=1)[:, n_neighbors]
    reachability = np.maximum(np.maximum(distances, cores[:, None]), cores)
    np.fill_diagonal(reachability, 0)
    tree = mutual_reachability_tree(points, cores)
    assert tree.lengths.sum() == pytest.approx(minimum_spanning_tree(reachability).sum(), rel=1e-12)
    assert np.all(np.diff(tree.lengths) >= 0)


def test_without_core_distances_it_is_the_euclidean_tree():
    points = np.array([[0.0], [1.0], [3.0], [10.0]])
    tree = mutual_reachability_tree(points)
    assert tree.lengths.tolist() == [1, 2, 7]
    assert {tuple(sorted(edge)) for edge in tree.edges.tolist()} == {(0, 1), (1, 2), (2, 3)}


def test_one_row_has_an_empty_tree():
    tree = mutual_reachability_tree(np.zeros((1, 2)))
    assert tree.n_samples == 1


def test_a_graphs_tree_keeps_to_its_links():
    ring = sparse.csr_array(np.roll(np.eye(6), 1, axis=0) + np.roll(np.eye(6), -1, axis=0))
    positions = np.array([[0.0], [1], [2], [3], [4], [9]])
    tree = graph_tree(ring, positions)
    assert {tuple(sorted(edge)) for edge in tree.edges.tolist()} == {(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)}


def test_rows_that_coincide_in_the_embedding_stay_linked():
    chain = sparse.csr_array(np.eye(5, k=1) + np.eye(5, k=-1))
    assert graph_tree(chain, np.zeros((5, 2))).n_samples == 5


def test_a_graph_in_two_parts_is_refused():
    parts = sparse.csr_array(sparse.block_diag([np.ones((3, 3)), np.ones((3, 3))]))
    with pytest.raises(ValueError, match="2 components"):
        graph_tree(parts, np.zeros((6, 1)))


@pytest.mark.parametrize("n_neighbors", [0, 4])
def test_in_the_plane_the_links_of_a_triangulation_are_enough(n_neighbors):
    points = np.random.default_rng(3).standard_normal((1500, 2)) ** 3
    found = nearest_neighbors(points.astype(np.float32), 10)
    cores = found.distances[:, n_neighbors - 1].astype(np.float64) if n_neighbors else None
    tree = planar_tree(points, planar_links(points, found.indices), cores)
    assert tree.lengths.sum() == pytest.approx(
        mutual_reachability_tree(points, cores).lengths.sum(), rel=1e-9
    )
    assert np.all(np.diff(tree.lengths) >= 0)


def test_rows_that_no_triangulation_links_are_compared_all_with_all():
    points = np.random.default_rng(3).standard_normal((1500, 2)) * [1, 0]
    assert planar_links(points, np.zeros((1500, 1), dtype=np.int32)) is None
    unlinked = planar_tree(points, np.array([[0, 1]]))
    assert unlinked.lengths.sum() == pytest.approx(np.ptp(points[:, 0]))
