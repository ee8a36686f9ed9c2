import numpy as np
import pytest

from fiedler.errors import TooFewRowsError
from fiedler.neighbors.flat import flat_neighbors
from fiedler.neighbors.kd_tree import kd_tree_neighbors
from fiedler.neighbors.nearest import nearest_neighbors, search_neighbors
from fiedler.neighbors.pruned import pruned_neighbors
from fiedler.neighbors.self_join import self_join_neighbors

SEARCHES = [kd_tree_neighbors, flat_neighbors, pruned_neighbors, self_join_neighbors]


def mixture(n_samples, n_features, seed=0):
    """Ten Gaussian groups whose spread falls off over the columns, as after a PCA."""
    generator = np.random.default_rng(seed)
    centers = generator.normal(size=(10, n_features))
    spread = np.linspace(1.5, 0.1, n_features)
    noise = generator.normal(size=(n_samples, n_features)) * spread
    return (centers[generator.integers(0, 10, n_samples)] + noise).astype(np.float32)


def slow_distances(features):
    """All pairwise distances in float64, the diagonal infinite."""
    rows = features.astype(np.float64)
    distances = np.sqrt(((rows[:, None] - rows) ** 2).sum(axis=-1))
    np.fill_diagonal(distances, np.inf)
    return distances


@pytest.mark.parametrize("n_features", [1, 2, 3, 5, 20])
@pytest.mark.parametrize("n_neighbors", [1, 10, 40])
def test_distances_are_those_of_a_slow_search(n_features, n_neighbors):
    features = mixture(300, n_features)
    found = nearest_neighbors(features, n_neighbors)
    distances = slow_distances(features)
    np.testing.assert_allclose(found.distances, np.sort(distances, axis=1)[:, :n_neighbors], rtol=1e-5)
    # The indices belong to the distances told: near-ties may swap places, never rows.
    np.testing.assert_allclose(
        np.take_along_axis(distances, found.indices.astype(np.int64), axis=1), found.distances, rtol=1e-5
    )


def test_flat_search_crosses_tile_borders():
    """More rows than a tile has columns: neighbours must come from every tile."""
    features = mixture(5000, 6)
    found, distances = flat_neighbors(features, 12, 1)
    reference, reference_distances = kd_tree_neighbors(features, 12, 1)
    np.testing.assert_allclose(distances, reference_distances, rtol=1e-5, atol=1e-6)
    assert (found == reference).mean() > 0.9999


@pytest.mark.parametrize("n_features", [2, 6, 40])
@pytest.mark.parametrize("n_neighbors", [1, 10, 300])
def test_passing_over_groups_loses_no_neighbour(n_features, n_neighbors):
    features = mixture(3_000, n_features)
    found, distances = pruned_neighbors(features, n_neighbors, 1)
    exact, exact_distances = flat_neighbors(features, n_neighbors, 1)
    np.testing.assert_array_equal(distances, exact_distances)
    # Rows equally near may swap places.
    assert (found == exact).mean() > 0.9999


def test_groups_of_one_point_and_of_outliers_lose_no_neighbour():
    """A centre among copies, next to another; a clump; rows a thousand times as far off."""
    generator = np.random.default_rng(0)
    clump = generator.normal(size=(1_500, 4)) * 1e-3
    features = np.vstack(
        [np.zeros((500, 4)), clump, generator.normal(size=(400, 4)), generator.normal(size=(9, 4)) * 1e3]
    ).astype(np.float32)
    _, distances = pruned_neighbors(features, 12, 2)
    np.testing.assert_allclose(distances, np.sort(slow_distances(features), axis=1)[:, :12], rtol=1e-4)


def test_self_join_finds_nearly_all_neighbours():
    features = mixture(20_000, 30)
    found, _ = self_join_neighbors(features, 10, 2)
    exact, _ = flat_neighbors(features, 10, 2)
    sample = np.arange(0, 20_000, 20)
    recall = np.mean([np.isin(found[row], exact[row]).mean() for row in sample])
    # Measured .99 on such data; .97 leaves room for another BLAS.
    assert recall > 0.97


def test_a_clump_larger_than_a_piece_is_searched_whole():
    """Half of the rows lie almost on one point, in a group of many thousand rows."""
    generator = np.random.default_rng(0)
    clump = generator.normal(size=(5000, 4)) * 1e-3
    features = np.vstack([clump, generator.normal(size=(5000, 4)) * 50]).astype(np.float32)
    found, _ = self_join_neighbors(features, 5, 2)
    exact, _ = flat_neighbors(features, 5, 2)
    sample = np.arange(0, 5000, 10)
    assert np.mean([np.isin(found[row], exact[row]).mean() for row in sample]) > 0.95


@pytest.mark.parametrize("search", SEARCHES)
def test_lists_leave_out_self_even_among_copies(search):
    features = np.repeat(mixture(30, 4), 20, axis=0)
    indices, distances = search(features, 7, 1)
    assert not (indices == np.arange(len(features))[:, None]).any()
    assert (distances == 0).all()
    assert all(len(set(row)) == 7 for row in indices.tolist())


@pytest.mark.parametrize("search", SEARCHES)
def test_any_thread_count_gives_the_same_bits(search):
    features = mixture(3000, 3 if search is kd_tree_neighbors else 12)
    one, two = search(features, 9, 1), search(features, 9, 2)
    np.testing.assert_array_equal(one[0], two[0])
    np.testing.assert_array_equal(one[1], two[1])


def test_close_rows_far_from_the_origin_keep_their_digits():
    """Without centring, |x|^2 - 2 x.y + |y|^2 in float32 is noise here."""
    features = mixture(200, 6) * np.float32(1e-2) + np.float32(1000)
    found = nearest_neighbors(features, 5)
    np.testing.assert_allclose(found.distances, np.sort(slow_distances(features), axis=1)[:, :5], rtol=1e-5)


def test_huge_values_do_not_overflow():
    features = mixture(100, 5) * np.float32(1e30)
    found = nearest_neighbors(features, 5)
    np.testing.assert_allclose(found.distances, np.sort(slow_distances(features), axis=1)[:, :5], rtol=1e-5)


def test_constant_columns_change_nothing():
    features = mixture(200, 2)
    padded = np.hstack([features, np.full((200, 3), 7, np.float32)])
    np.testing.assert_allclose(
        nearest_neighbors(padded, 6).distances, nearest_neighbors(features, 6).distances, rtol=1e-5
    )


@pytest.mark.parametrize("n_neighbors", [0, 10])
def test_too_few_rows_are_refused_with_both_numbers(n_neighbors):
    with pytest.raises(TooFewRowsError, match=f"{n_neighbors} for 10 rows"):
        nearest_neighbors(mixture(10, 2), n_neighbors)


@pytest.mark.parametrize("n_features", [2, 8])
def test_search_of_new_rows_agrees_with_a_slow_one(n_features):
    features, queries = mixture(400, n_features), mixture(50, n_features, seed=1)
    found = search_neighbors(features, queries, 4)
    distances = np.sqrt(((queries[:, None].astype(np.float64) - features) ** 2).sum(axis=-1))
    np.testing.assert_allclose(found.distances, np.sort(distances, axis=1)[:, :4], rtol=1e-5)
    one = search_neighbors(features, queries, 1)
    np.testing.assert_array_equal(one.indices[:, 0], distances.argmin(axis=1))


def test_search_refuses_more_neighbours_than_rows():
    with pytest.raises(TooFewRowsError, match="5 for 4 rows"):
        search_neighbors(mixture(4, 2), mixture(2, 2), 5)
