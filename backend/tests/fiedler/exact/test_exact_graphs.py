"""Embeddings by every affinity and metric, of features and of distances."""

import numpy as np
import pytest
from scipy import linalg
from scipy.spatial.distance import cdist
from sklearn.datasets import make_blobs, make_moons
from sklearn.metrics import adjusted_rand_score

from fiedler.errors import InvalidFeaturesError, InvalidGraphError
from fiedler.exact.distances import checked_distances, distance_affinity, distance_embedding
from fiedler.exact.embedding import ExactEmbedding
from fiedler.exact.fitting import exact_embedding
from fiedler.exact.graphs import GraphOptions, feature_graph, unit_length
from fiedler.laplacian import symmetric_normalized_laplacian
from fiedler.neighbors.nearest import nearest_neighbors
from fiedler.parameters import ParameterError
from fiedler.rounding import round_embedding

AFFINITIES = ["local", "global", "binary", "epsilon", "rbf"]


def moons(n_samples=700, seed=0):
    features, labels = make_moons(n_samples, noise=0.05, random_state=seed)
    return features.astype(np.float32), labels


def rounded(embedding, n_clusters):
    return round_embedding(embedding, embedding.vectors, n_clusters, 0)


@pytest.mark.parametrize("affinity", AFFINITIES)
def test_every_affinity_finds_the_moons_and_places_new_rows(affinity, tmp_path):
    features, labels = moons(900)
    embedding = exact_embedding(features[:700], 3, affinity=affinity)
    found = rounded(embedding, 2)
    assert adjusted_rand_score(labels[:700], found.labels) > 0.97
    embedding.save(tmp_path)
    loaded = ExactEmbedding.load(tmp_path, features[:700])
    assert adjusted_rand_score(labels[700:], found.labels_of(loaded.extend(features[700:]))) > 0.95
    np.testing.assert_array_equal(loaded.extend(features[:700]), embedding.vectors)
    assert np.isfinite(loaded.extend(np.array([[1e4, -1e4]], np.float32))).all()


@pytest.mark.parametrize("options", [GraphOptions("rbf", bandwidth=0.3), GraphOptions("epsilon", radius=0.4)])
def test_bandwidth_and_radius_are_those_given(options):
    features, _ = moons(300)
    distances = cdist(features, features)
    if options.affinity == "rbf":
        dense = np.exp(-(distances**2) / (2 * 0.3**2))
    else:
        dense = (distances <= 0.4).astype(float)
    np.fill_diagonal(dense, 0)
    inverse = 1 / np.sqrt(dense.sum(axis=1))
    expected = linalg.eigvalsh(np.eye(300) - inverse[:, None] * dense * inverse)[:5]
    embedding = exact_embedding(
        features, 5, affinity=options.affinity, bandwidth=options.bandwidth, radius=options.radius
    )
    np.testing.assert_allclose(embedding.eigenvalues, expected, atol=1e-5)


@pytest.mark.parametrize("affinity", AFFINITIES)
def test_distances_lead_where_their_features_do(affinity):
    features, _ = moons(400)
    by_features = exact_embedding(features, 6, affinity=affinity, eigen_solver="dense")
    distances = checked_distances(cdist(features, features))
    graph = distance_affinity(distances, 10, GraphOptions(affinity))
    expected = feature_graph(features, nearest_neighbors(features, 10), GraphOptions(affinity), 1)
    np.testing.assert_allclose(graph.toarray(), expected.toarray(), atol=1e-5)
    by_distances = distance_embedding(distances, graph, 6)
    np.testing.assert_allclose(by_distances.eigenvalues, by_features.eigenvalues, atol=1e-4)
    labels = rounded(by_features, 2).labels, rounded(by_distances, 2).labels
    assert adjusted_rand_score(*labels) == 1


def test_far_groups_of_distances_join_their_nearest_and_outliers_are_attached():
    """Groups at 0, 100, 400; two rows near the last know only each other."""
    generator = np.random.default_rng(0)
    centers = np.repeat([0.0, 100.0, 400.0, 430.0], [60, 60, 60, 2])
    rows = centers + generator.normal(size=182)
    distances = checked_distances(np.abs(rows[:, None] - rows))
    graph = distance_affinity(distances, 20, GraphOptions(symmetrization="mutual"))
    embedding = distance_embedding(distances, graph, 5)
    assert {180, 181} <= set(embedding.facts.attached_rows.tolist())
    assert embedding.facts.n_components == 3
    found = rounded(embedding, 2).labels
    assert len(set(found[:120])) == len(set(found[120:])) == 1
    assert found[0] != found[181]
    with pytest.raises(InvalidFeaturesError, match="precomputed matrix"):
        embedding.extend(np.zeros((1, 1), np.float32))


def test_one_row_and_equal_rows_are_embedded_from_their_distances():
    for n_samples in (1, 2, 5):
        distances = np.zeros((n_samples, n_samples))
        embedding = distance_embedding(distances, distance_affinity(distances, 10), 3)
        assert np.isfinite(embedding.vectors).all()
        assert embedding.eigenvalues[0] == 0


def test_cosine_sees_directions_and_not_lengths(tmp_path):
    generator = np.random.default_rng(0)
    axes = np.eye(3)[np.arange(240) % 3]
    features = (axes + 0.1 * generator.normal(size=(240, 3))) * generator.uniform(0.1, 10, (240, 1))
    features = features.astype(np.float32)
    embedding = exact_embedding(features, 4, metric="cosine")
    found = rounded(embedding, 3)
    assert adjusted_rand_score(np.arange(240) % 3, found.labels) > 0.95
    unit = unit_length(features)
    np.testing.assert_allclose(np.linalg.norm(unit, axis=1), 1, rtol=1e-6)
    np.testing.assert_array_equal(exact_embedding(unit, 4).eigenvalues, embedding.eigenvalues)
    np.testing.assert_array_equal(
        exact_embedding(8 * features, 4, metric="cosine").vectors, embedding.vectors
    )
    fresh = generator.normal(size=(20, 3)).astype(np.float32)
    np.testing.assert_array_equal(embedding.extend(64 * fresh), embedding.extend(fresh))
    embedding.save(tmp_path)
    loaded = ExactEmbedding.load(tmp_path, features)
    assert found.labels_of(loaded.extend(100 * np.eye(3, dtype=np.float32))).tolist() == [
        int(np.bincount(found.labels[np.arange(240) % 3 == axis]).argmax()) for axis in range(3)
    ]


def test_rows_without_a_direction_are_refused():
    features = np.ones((5, 2), np.float32)
    features[3] = 0
    with pytest.raises(InvalidFeaturesError, match=r"1 of 5 rows are zero in every column.*row 3"):
        exact_embedding(features, 2, metric="cosine")


def test_all_pairs_of_many_rows_are_refused():
    features, _ = make_blobs(5_200, 3, random_state=0)
    with pytest.raises(ParameterError, match="'rbf' for 5,200 distinct rows"):
        exact_embedding(features.astype(np.float32), 2, affinity="rbf")


def test_a_radius_too_small_for_some_rows_attaches_them():
    features, labels = moons(400)
    rows = np.vstack([features, [[5, 5], [5.1, 5]]]).astype(np.float32)
    embedding = exact_embedding(rows, 3, affinity="epsilon", radius=0.3)
    assert embedding.facts.attached_rows.tolist() == [400, 401]
    assert adjusted_rand_score(labels, rounded(embedding, 2).labels[:400]) > 0.97


@pytest.mark.parametrize("n_samples", [1500])
def test_residuals_are_small_beside_the_gaps_for_dense_graphs_too(n_samples):
    """Every row linked to hundreds: a sparse factor is no use, whatever the number of columns."""
    features, _ = moons(n_samples)
    embedding = exact_embedding(features, 4, affinity="epsilon", radius=0.5)
    graph = feature_graph(features, nearest_neighbors(features, 10), GraphOptions("epsilon", radius=0.5), 1)
    assert graph.nnz > 100 * n_samples
    assert embedding.facts.solver == "arpack"
    expected = linalg.eigvalsh(symmetric_normalized_laplacian(graph).toarray())[:4]
    np.testing.assert_allclose(embedding.eigenvalues, expected, atol=1e-4)


@pytest.mark.parametrize(
    ("distances", "message"),
    [
        (np.zeros((2, 3)), "shape"),
        (np.array([[0, -1.0], [-1.0, 0]]), "a distance is -1"),
        (np.array([[0, np.nan], [np.nan, 0]]), "not finite"),
        (np.array([[0, 1.0], [2.0, 0]]), "transpose"),
        (np.array([[1.0, 0.5], [0.5, 1.0]]), "are these affinities"),
    ],
)
def test_matrices_that_are_no_distances_are_refused(distances, message):
    with pytest.raises(InvalidGraphError, match=message):
        checked_distances(distances)
