"""Embeddings by each Laplacian agree with a slow dense statement of it."""

import numpy as np
import pytest
from scipy import linalg, sparse
from sklearn.cluster import KMeans
from sklearn.datasets import make_blobs
from sklearn.metrics import adjusted_rand_score

from fiedler.affinity.graph import neighbor_affinity
from fiedler.exact.embedding import ExactEmbedding
from fiedler.exact.fitting import exact_embedding, graph_embedding
from fiedler.laplacian import degrees, symmetric_normalized_laplacian, unnormalized_laplacian
from fiedler.neighbors.nearest import nearest_neighbors
from fiedler.rounding import RoundingOptions, round_embedding

LAPLACIANS = ["symmetric_normalized", "random_walk", "unnormalized"]


def random_graph(sizes, seed=0, density=0.3):
    """Random weights inside groups of the sizes given, none between them."""
    generator = np.random.default_rng(seed)
    blocks = []
    for size in sizes:
        upper = np.triu(generator.random((size, size)) * (generator.random((size, size)) < density), 1)
        # A path keeps each group connected.
        upper += np.diag(np.full(size - 1, 0.5), 1)
        blocks.append(upper + upper.T)
    return sparse.csr_array(sparse.block_diag(blocks))


def joined_cliques(sizes, seed=0):
    """Cliques of uneven weights, each linked to the next by one weak link."""
    generator = np.random.default_rng(seed)
    affinity = linalg.block_diag(*(np.ones((size, size)) * generator.uniform(0.5, 2) for size in sizes))
    ends = np.cumsum(sizes)[:-1]
    affinity[ends, ends - 1] = affinity[ends - 1, ends] = 0.05
    np.fill_diagonal(affinity, 0)
    return sparse.csr_array(affinity)


def dense_eigenpairs(affinity, laplacian):
    """The generalized problem of each Laplacian: L u = lambda D u, or L u = lambda u."""
    dense = unnormalized_laplacian(affinity).toarray()
    if laplacian == "unnormalized":
        return linalg.eigh(dense)
    return linalg.eigh(dense, np.diag(degrees(affinity)))


@pytest.mark.parametrize("laplacian", LAPLACIANS)
@pytest.mark.parametrize("sizes", [(60,), (40, 25), (30, 20, 10, 5)])
def test_eigenvalues_are_those_of_the_dense_problem(laplacian, sizes):
    affinity = random_graph(sizes)
    embedding = graph_embedding(affinity, 12, laplacian=laplacian)
    expected = dense_eigenpairs(affinity, laplacian)[0][:12]
    np.testing.assert_allclose(embedding.eigenvalues, expected, atol=1e-9)
    assert embedding.facts.laplacian == laplacian


@pytest.mark.parametrize("laplacian", LAPLACIANS)
@pytest.mark.parametrize("sizes", [(60,), (40, 25), (30, 20, 10, 5)])
def test_residual_norms_are_true_and_vectors_orthonormal(laplacian, sizes):
    affinity = random_graph(sizes)
    embedding = graph_embedding(affinity, 12, laplacian=laplacian)
    if laplacian == "unnormalized":
        matrix, vectors = unnormalized_laplacian(affinity), embedding.vectors / np.sqrt(sum(sizes))
    else:
        row_degrees = degrees(affinity)
        matrix = symmetric_normalized_laplacian(affinity)
        vectors = embedding.vectors * np.sqrt(row_degrees / row_degrees.sum())[:, None]
    np.testing.assert_allclose(vectors.T @ vectors, np.eye(12), atol=1e-5)
    residuals = np.linalg.norm(matrix @ vectors - vectors * embedding.eigenvalues, axis=0)
    # Kept in float32, vectors cost 1e-7 of the largest eigenvalue.
    np.testing.assert_allclose(residuals, embedding.residual_norms, atol=1e-6 * degrees(affinity).max())


@pytest.mark.parametrize("laplacian", LAPLACIANS)
@pytest.mark.parametrize("method", ["kmeans", "cluster_qr", "discretize", "tree"])
def test_clusters_are_those_of_the_dense_statement(laplacian, method):
    sizes = (40, 30, 20, 10)
    affinity = joined_cliques(sizes)
    vectors = dense_eigenpairs(affinity, laplacian)[1][:, :4]
    if laplacian == "symmetric_normalized":
        vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    expected = KMeans(4, n_init=20, random_state=0).fit_predict(vectors)
    assert adjusted_rand_score(np.repeat(range(4), sizes), expected) == 1
    embedding = graph_embedding(affinity, 6, laplacian=laplacian)
    options = RoundingOptions(method, unit_rows=laplacian == "symmetric_normalized")
    found = round_embedding(embedding, embedding.vectors, 4, 0, options)
    assert adjusted_rand_score(expected, found.labels) == 1


def test_ratio_cut_counts_rows_where_the_normalized_cut_counts_links():
    """A chain of 5 rows linked by 40, and twice 20 rows linked by 1, with seams of 1.2 and 1.

    Cutting off the five heavy rows costs a normalized cut of 1.2 (1/800 + 1/760) = .0031 and a ratio cut of
    1.2 (1/5 + 1/40) = .27; cutting off the last twenty 1/1180 + 1/380 = .0035 and 1/25 + 1/20 = .09.
    """
    affinity = linalg.block_diag(40 * np.ones((5, 5)), np.ones((20, 20)), np.ones((20, 20)))
    np.fill_diagonal(affinity, 0)
    affinity[4, 5] = affinity[5, 4] = 1.2
    affinity[24, 25] = affinity[25, 24] = 1.0
    smaller = {"random_walk": np.arange(45) < 5, "unnormalized": np.arange(45) >= 25}
    for laplacian, side in smaller.items():
        embedding = graph_embedding(sparse.csr_array(affinity), 3, laplacian=laplacian)
        assert adjusted_rand_score(side, embedding.vectors[:, 1] > 0) == 1


@pytest.mark.parametrize("eigen_solver", ["dense", "arpack", "shift_invert", "chebyshev"])
@pytest.mark.parametrize("laplacian", LAPLACIANS)
def test_every_solver_by_name_finds_the_same_eigenvalues(eigen_solver, laplacian):
    features, _ = make_blobs(700, 5, centers=4, cluster_std=2.5, random_state=0)
    features = features.astype(np.float32)
    embedding = exact_embedding(features, 6, laplacian=laplacian, eigen_solver=eigen_solver)
    affinity = neighbor_affinity(nearest_neighbors(features, 10), "local", "union")
    expected = dense_eigenpairs(affinity, laplacian)[0][:6]
    assert embedding.facts.solver == eigen_solver
    assert embedding.facts.status == "converged"
    np.testing.assert_allclose(embedding.eigenvalues, expected, atol=2e-4 * max(1, expected[-1]))


def test_new_rows_follow_theirs_by_the_unnormalized_laplacian_too(tmp_path):
    features, labels = make_blobs(400, 3, centers=3, random_state=0)
    features = features.astype(np.float32)
    embedding = exact_embedding(features[:300], 3, laplacian="unnormalized")
    embedding.save(tmp_path)
    embedding = ExactEmbedding.load(tmp_path, features[:300])
    rounding = round_embedding(embedding, embedding.vectors, 3, 0, RoundingOptions(unit_rows=False))
    found = rounding.labels_of(embedding.extend(features[300:]))
    assert adjusted_rand_score(labels[300:], found) > 0.95
    np.testing.assert_array_equal(embedding.extend(features[:300]), embedding.vectors)
