import json

import numpy as np
import pytest
from scipy import sparse
from sklearn.cluster import KMeans
from sklearn.datasets import load_digits, make_blobs, make_circles, make_moons
from sklearn.metrics import normalized_mutual_info_score

from fiedler.affinity.graph import neighbor_affinity
from fiedler.errors import ArtifactError, InvalidFeaturesError, InvalidGraphError, TooFewRowsError
from fiedler.exact.embedding import ExactEmbedding
from fiedler.exact.fitting import exact_embedding, graph_embedding
from fiedler.laplacian import degrees, symmetric_normalized_laplacian
from fiedler.neighbors.nearest import nearest_neighbors
from fiedler.parameters import ParameterError


def standardized(features):
    return ((features - features.mean(axis=0)) / features.std(axis=0)).astype(np.float32)


def normalized_rows(embedding, k):
    rows = embedding.rows(np.arange(embedding.n_samples))[:, :k].astype(np.float64)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def clusters(embedding, k):
    return KMeans(k, n_init=10, random_state=0).fit_predict(normalized_rows(embedding, k))


def blobs(n_samples=600, n_features=5, centers=4, seed=0):
    features, labels = make_blobs(n_samples, n_features, centers=centers, cluster_std=2.5, random_state=seed)
    return standardized(features), labels


def separate(*sizes, n_features=2, seed=0):
    """Gaussian groups far apart on the first axis, nearer to the second than to the others."""
    generator = np.random.default_rng(seed)
    offsets = 100.0 * np.arange(len(sizes)) ** 2
    rows = [generator.normal(size=(size, n_features)) for size in sizes]
    for group, offset in zip(rows, offsets, strict=True):
        group[:, 0] += offset
    return np.vstack(rows).astype(np.float32), np.repeat(np.arange(len(sizes)), sizes)


@pytest.mark.parametrize(
    ("data", "k", "floor"),
    [
        (lambda: make_moons(500, noise=0.05, random_state=0), 2, 0.99),
        (lambda: make_moons(3000, noise=0.05, random_state=1), 2, 0.99),
        (lambda: make_circles(500, noise=0.04, factor=0.5, random_state=0), 2, 0.99),
        (lambda: make_blobs(600, 4, centers=5, random_state=0), 5, 0.99),
    ],
)
@pytest.mark.parametrize("scale", [standardized, np.float32])
def test_shapes_are_recovered(data, k, floor, scale):
    features, labels = data()
    embedding = exact_embedding(scale(features), k)
    assert normalized_mutual_info_score(labels, clusters(embedding, k)) >= floor


def test_digits_are_recovered():
    """Measured .889; on standardised pixels .80, since rarely inked ones then weigh as much as all others."""
    features, labels = load_digits(return_X_y=True)
    embedding = exact_embedding(features.astype(np.float32), 11)
    assert normalized_mutual_info_score(labels, clusters(embedding, 10)) >= 0.87


def test_eigenpairs_are_those_of_the_dense_laplacian():
    """A whole embedding restated in four dense lines."""
    features, _ = blobs()
    embedding = exact_embedding(features, 8)
    affinity = neighbor_affinity(nearest_neighbors(features, 10), "local", "union")
    expected, vectors = np.linalg.eigh(symmetric_normalized_laplacian(affinity).toarray())
    np.testing.assert_allclose(embedding.eigenvalues, expected[:8], atol=1e-6)
    roots = np.sqrt(degrees(affinity))
    symmetric = embedding.vectors * (roots / np.linalg.norm(roots))[:, None]
    np.testing.assert_allclose(symmetric.T @ symmetric, np.eye(8), atol=1e-5)
    cosines = np.linalg.svd(vectors[:, :4].T @ symmetric[:, :4], compute_uv=False)
    np.testing.assert_allclose(cosines, 1, atol=1e-3)


@pytest.mark.parametrize("affinity", ["local", "global", "binary"])
@pytest.mark.parametrize("symmetrization", ["union", "mean", "mutual"])
def test_residual_norms_are_true(affinity, symmetrization):
    features, _ = blobs(400)
    embedding = exact_embedding(features, 6, affinity=affinity, symmetrization=symmetrization)
    graph = neighbor_affinity(nearest_neighbors(features, 10), affinity, symmetrization)
    kept = np.setdiff1d(np.arange(400), embedding.facts.attached_rows)
    graph = graph[kept][:, kept].tocsr()
    row_degrees = degrees(graph)
    vectors = embedding.vectors[kept] * np.sqrt(row_degrees / row_degrees.sum())[:, None]
    residuals = symmetric_normalized_laplacian(graph) @ vectors - vectors * embedding.eigenvalues
    # The vectors are kept in float32, which alone costs 1e-7.
    np.testing.assert_allclose(np.linalg.norm(residuals, axis=0), embedding.residual_norms, atol=5e-7)


def test_first_column_of_a_connected_graph_is_one():
    embedding = exact_embedding(blobs()[0], 5)
    assert embedding.facts.n_components == 1
    np.testing.assert_allclose(embedding.vectors[:, 0], 1, rtol=1e-6)


@pytest.mark.parametrize("sizes", [(100, 60), (200, 100, 50), (50,) * 6])
def test_zero_eigenvalue_multiplicity_counts_components(sizes):
    features, labels = separate(*sizes)
    embedding = exact_embedding(features, len(sizes) + 3)
    assert embedding.facts.n_components == len(sizes)
    assert embedding.facts.component_sizes == tuple(sorted(sizes, reverse=True))
    assert np.count_nonzero(embedding.eigenvalues < 1e-9) == len(sizes)
    assert (np.diff(embedding.eigenvalues) >= 0).all()
    assert normalized_mutual_info_score(labels, clusters(embedding, len(sizes))) == pytest.approx(1)


def test_eigenpairs_of_all_components_are_merged_in_order():
    """The smallest of the whole graph, whichever component they come from, each with its own vector."""
    features, labels = separate(120, 90, 60)
    embedding = exact_embedding(features, 12)
    graph = neighbor_affinity(nearest_neighbors(features, 10), "local", "union")
    laplacian = symmetric_normalized_laplacian(graph)
    expected = np.linalg.eigvalsh(laplacian.toarray())[:12]
    np.testing.assert_allclose(embedding.eigenvalues, expected, atol=1e-6)
    row_degrees = degrees(graph)
    vectors = embedding.vectors * np.sqrt(row_degrees / row_degrees.sum())[:, None]
    np.testing.assert_allclose(vectors.T @ vectors, np.eye(12), atol=1e-5)
    np.testing.assert_allclose(laplacian @ vectors, vectors * embedding.eigenvalues, atol=1e-5)
    owners = [set(labels[np.abs(column) > 1e-9]) for column in embedding.vectors[:, 3:].T]
    assert set.union(*owners) == {0, 1, 2}
    assert all(len(owner) == 1 for owner in owners)


def test_fewer_clusters_than_components_join_the_nearest():
    """Groups at 0, 100, 400, 900: with k = 3 the first two belong together, with k = 2 the first three."""
    features, labels = separate(80, 80, 80, 80)
    embedding = exact_embedding(features, 4)
    for k in (2, 3):
        found = clusters(embedding, k)
        assert np.isfinite(normalized_rows(embedding, k)).all()
        joined = np.maximum(labels - (4 - k), 0)
        assert normalized_mutual_info_score(joined, found) == pytest.approx(1)


def test_outliers_are_attached_to_their_nearest_component_and_named():
    features, _ = separate(300, 300)
    outliers = np.array([[40, 30], [40.1, 30], [140, -20], [140.2, -20]], np.float32)
    rows = np.vstack([outliers[:2], features, outliers[2:]])
    embedding = exact_embedding(rows, 4, n_neighbors=10, symmetrization="mutual")
    assert {0, 1, 602, 603} <= set(embedding.facts.attached_rows.tolist())
    assert sum(embedding.facts.component_sizes) + len(embedding.facts.attached_rows) == 604
    found = clusters(embedding, 2)
    first, second = found[2:302], found[302:602]
    assert set(found[:2]) == {first[0]}
    assert set(found[602:]) == {second[0]}


def test_spectrum_does_not_depend_on_the_order_of_rows():
    features, _ = blobs()
    order = np.random.default_rng(0).permutation(len(features))
    one, other = exact_embedding(features, 6), exact_embedding(features[order], 6)
    # Another start leaves other residuals, and the error of an eigenvalue goes with their square.
    np.testing.assert_allclose(other.eigenvalues, one.eigenvalues, atol=1e-5)


def test_spectrum_does_not_depend_on_the_unit():
    features, _ = blobs()
    one, other = exact_embedding(features, 6), exact_embedding(features * np.float32(1024), 6)
    np.testing.assert_array_equal(other.vectors, one.vectors)


@pytest.mark.parametrize("n_features", [2, 12])
def test_any_thread_count_gives_the_same_bits(n_features):
    features = blobs(2500, n_features)[0]
    one, two = exact_embedding(features, 6, n_threads=1), exact_embedding(features, 6, n_threads=2)
    np.testing.assert_array_equal(one.vectors, two.vectors)
    np.testing.assert_array_equal(one.eigenvalues, two.eigenvalues)


@pytest.mark.parametrize("n_samples", [1, 2, 3, 5, 11])
def test_few_rows_lower_the_number_of_neighbours_and_eigenpairs(n_samples):
    features = np.random.default_rng(0).normal(size=(n_samples, 3)).astype(np.float32)
    embedding = exact_embedding(features, 20, n_neighbors=10)
    assert embedding.facts.n_neighbors == min(10, n_samples - 1)
    assert embedding.vectors.shape == (n_samples, n_samples)
    assert np.isfinite(embedding.vectors).all()
    assert embedding.eigenvalues[0] == 0
    assert embedding.eigenvalues.max() <= 2


def test_equal_rows_are_one_component_with_one_eigenpair():
    embedding = exact_embedding(np.full((40, 3), 2.5, np.float32), 5)
    assert embedding.facts.n_components == 1
    assert embedding.facts.n_distinct == 1
    np.testing.assert_array_equal(embedding.eigenvalues, [0])
    np.testing.assert_array_equal(embedding.vectors, np.ones((40, 1)))
    np.testing.assert_array_equal(embedding.extend(np.zeros((2, 3), np.float32)), np.ones((2, 1)))


def test_copies_share_a_vector_and_change_no_eigenvalue():
    features, _ = blobs(300)
    copied = np.repeat(features, np.random.default_rng(0).integers(1, 30, 300), axis=0)
    one, other = exact_embedding(features, 6), exact_embedding(copied, 6)
    np.testing.assert_array_equal(other.eigenvalues, one.eigenvalues)
    assert other.facts.n_distinct == 300
    assert sum(other.facts.component_sizes) == len(copied)
    same = (copied[1:] == copied[:-1]).all(axis=1)
    np.testing.assert_array_equal(other.vectors[1:][same], other.vectors[:-1][same])


def test_a_constant_column_changes_nothing():
    features, _ = blobs(300, n_features=2)
    padded = np.hstack([features, np.full((300, 1), 3, np.float32)])
    expected = exact_embedding(features, 5).eigenvalues
    np.testing.assert_allclose(exact_embedding(padded, 5).eigenvalues, expected, atol=1e-6)


def test_nearest_centroid_agrees_with_a_slow_search():
    embedding = exact_embedding(blobs()[0], 8)
    centroids = np.random.default_rng(0).normal(size=(7, 5))
    rows = normalized_rows(embedding, 5)
    expected = ((rows[:, None] - centroids) ** 2).sum(axis=-1).argmin(axis=1)
    found = embedding.nearest_centroid(centroids)
    assert found.dtype == np.uint16
    np.testing.assert_array_equal(found, expected)
    twice = np.vstack([centroids, centroids])
    np.testing.assert_array_equal(embedding.nearest_centroid(twice), expected)


def test_training_rows_extend_to_themselves():
    features, _ = separate(80, 60, 40)
    embedding = exact_embedding(features, 6)
    np.testing.assert_allclose(embedding.extend(features), embedding.vectors, atol=1e-6)


@pytest.mark.parametrize("affinity", ["local", "global", "binary"])
def test_new_rows_fall_into_the_cluster_they_were_drawn_from(affinity):
    features, labels = make_moons(1200, noise=0.06, random_state=0)
    features = features.astype(np.float32)
    embedding = exact_embedding(features[:900], 2, affinity=affinity)
    rows = np.vstack([embedding.vectors, embedding.extend(features[900:])])
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    centroids = KMeans(2, n_init=5, random_state=0).fit(rows[:900]).cluster_centers_
    found = ((rows[:, None] - centroids) ** 2).sum(axis=-1).argmin(axis=1)
    training = normalized_mutual_info_score(labels[:900], found[:900])
    assert normalized_mutual_info_score(labels[900:], found[900:]) >= training - 0.05


def test_a_far_row_extends_without_underflow():
    embedding = exact_embedding(separate(80, 60)[0], 4)
    assert np.isfinite(embedding.extend(np.array([[1e6, -1e6]], np.float32))).all()


@pytest.mark.parametrize("copies", [1, 3])
def test_a_saved_embedding_loads_the_same(tmp_path, copies):
    features = np.repeat(separate(80, 60, 5)[0], copies, axis=0)
    embedding = exact_embedding(features, 6)
    embedding.save(tmp_path)
    loaded = ExactEmbedding.load(tmp_path, features)
    fresh = features[:20] + np.float32(0.1)
    np.testing.assert_array_equal(loaded.vectors, embedding.vectors)
    np.testing.assert_array_equal(loaded.eigenvalues, embedding.eigenvalues)
    np.testing.assert_array_equal(loaded.residual_norms, embedding.residual_norms)
    np.testing.assert_array_equal(loaded.extend(fresh), embedding.extend(fresh))
    np.testing.assert_array_equal(loaded.facts.attached_rows, embedding.facts.attached_rows)
    assert loaded.facts.to_dict() == embedding.facts.to_dict()
    assert isinstance(loaded.vectors, np.memmap)


def test_incomplete_or_foreign_folders_are_refused(tmp_path):
    features, _ = separate(30, 30)
    with pytest.raises(ArtifactError, match="no complete"):
        ExactEmbedding.load(tmp_path / "nothing", features)
    exact_embedding(features, 3).save(tmp_path)
    description = json.loads((tmp_path / "exact.json").read_text())
    (tmp_path / "exact.json").write_text(json.dumps({**description, "format": 99}))
    with pytest.raises(ArtifactError, match="format 99"):
        ExactEmbedding.load(tmp_path, features)


def test_a_rough_start_leads_to_the_same_eigenvalues():
    features, _ = blobs(1500, 12)
    cold = exact_embedding(features, 6)
    noise = np.random.default_rng(0).normal(size=cold.vectors.shape).astype(np.float32)
    warm = exact_embedding(features, 6, start=cold.vectors + 0.05 * noise)
    assert warm.facts.solver == "chebyshev"
    np.testing.assert_allclose(warm.eigenvalues, cold.eigenvalues, atol=1e-4)


def test_progress_rises_to_one():
    told = []
    exact_embedding(blobs()[0], 5, progress=lambda fraction, message: told.append((fraction, message)))
    fractions = [fraction for fraction, _ in told]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    assert all(message for _, message in told)


@pytest.mark.parametrize(
    ("features", "error", "message"),
    [
        (np.array([[1.0], [np.nan]], np.float32), InvalidFeaturesError, "nan in row 1, column 0"),
        (np.array([[1.0, np.inf]], np.float32), InvalidFeaturesError, "inf in row 0, column 1"),
        (np.array([[1e300]]), InvalidFeaturesError, "1e\\+300"),
        (np.ones(3, np.float32), InvalidFeaturesError, "shape"),
        (np.ones((3, 0), np.float32), InvalidFeaturesError, "column"),
        (np.ones((0, 3), np.float32), TooFewRowsError, "no rows"),
    ],
)
def test_bad_features_are_refused(features, error, message):
    with pytest.raises(error, match=message):
        exact_embedding(features, 2)


def test_bad_parameters_are_refused():
    features, _ = separate(30)
    with pytest.raises(ParameterError, match="n_components is 0"):
        exact_embedding(features, 0)
    with pytest.raises(ParameterError, match="n_neighbors is 0"):
        exact_embedding(features, 2, n_neighbors=0)
    with pytest.raises(InvalidFeaturesError, match="3 columns"):
        exact_embedding(features, 2).extend(np.ones((1, 3), np.float32))


def test_memory_mapped_features_are_read(tmp_path):
    features, _ = blobs(200)
    np.save(tmp_path / "features.npy", features)
    mapped = np.load(tmp_path / "features.npy", mmap_mode="r")
    np.testing.assert_array_equal(exact_embedding(mapped, 4).vectors, exact_embedding(features, 4).vectors)


def test_a_graph_embeds_like_the_features_it_came_from():
    features, _ = blobs()
    affinity = neighbor_affinity(nearest_neighbors(features, 10), "local", "union")
    np.testing.assert_allclose(
        graph_embedding(affinity, 6).eigenvalues, exact_embedding(features, 6).eigenvalues, atol=1e-9
    )


def test_components_and_isolated_vertices_of_a_graph_are_all_kept():
    clique = np.ones((6, 6)) - np.eye(6)
    affinity = sparse.block_diag([clique, clique, np.zeros((1, 1)), np.zeros((1, 1))])
    embedding = graph_embedding(affinity, 10)
    assert np.count_nonzero(embedding.eigenvalues < 1e-12) == 4
    assert embedding.facts.component_sizes == (6, 6, 1, 1)
    found = clusters(embedding, 4)
    assert len({found[0], found[6], found[12], found[13]}) == 4
    assert len(set(found[:6])) == len(set(found[6:12])) == 1
    # With fewer clusters than components every row still has a direction.
    assert np.isfinite(normalized_rows(embedding, 2)).all()
    assert embedding.facts.status == "converged"


def test_a_graph_cannot_place_new_rows():
    embedding = graph_embedding(np.ones((5, 5)) - np.eye(5), 2)
    with pytest.raises(InvalidFeaturesError, match="precomputed matrix"):
        embedding.extend(np.ones((1, 2), np.float32))


@pytest.mark.parametrize(
    ("affinity", "message"),
    [
        (np.ones((2, 3)), "square"),
        (np.array([[0, 1.0], [2.0, 0]]), "not symmetric"),
        (np.array([[0, -1.0], [-1.0, 0]]), "-1.0"),
        (np.array([[0, np.inf], [np.inf, 0]]), "not finite"),
    ],
)
def test_bad_graphs_are_refused(affinity, message):
    with pytest.raises(InvalidGraphError, match=message):
        graph_embedding(affinity, 2)
