"""Eigenpairs of any graph, connected or not, agree with a slow dense statement."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import linalg, sparse

from fiedler import graph_from_edges
from fiedler.exact.fitting import graph_embedding
from fiedler.laplacian import degrees, unnormalized_laplacian

EXAMPLES = settings(max_examples=60, deadline=None, derandomize=True)
LAPLACIANS = st.sampled_from(["symmetric_normalized", "random_walk", "unnormalized"])


@st.composite
def graphs(draw):
    """Return a symmetric affinity of up to 30 vertices, often in several parts, some of single vertices."""
    n_vertices = draw(st.integers(1, 30))
    generator = np.random.default_rng(draw(st.integers(0, 10_000)))
    density = draw(st.sampled_from([0.0, 0.03, 0.1, 0.5, 1.0]))
    upper = generator.uniform(0.1, 10, (n_vertices, n_vertices)) * (
        generator.random((n_vertices, n_vertices)) < density
    )
    upper = np.triu(upper, 0 if draw(st.booleans()) else 1)
    return sparse.csr_array(upper + np.triu(upper, 1).T)


def dense_eigenvalues(affinity, laplacian):
    dense, row_degrees = unnormalized_laplacian(affinity).toarray(), degrees(affinity)
    if laplacian == "unnormalized":
        return linalg.eigvalsh(dense)
    # An isolated vertex has the eigenvalue 0, as with a self-loop.
    return linalg.eigvalsh(dense, np.diag(np.where(row_degrees > 0, row_degrees, 1)))


@EXAMPLES
@given(graphs(), LAPLACIANS)
def test_eigenvalues_are_those_of_the_dense_problem(affinity, laplacian):
    n_vertices = affinity.shape[0]
    embedding = graph_embedding(affinity, n_vertices, laplacian=laplacian)
    expected = dense_eigenvalues(affinity, laplacian)
    np.testing.assert_allclose(embedding.eigenvalues, expected, atol=1e-9 * max(1, expected[-1]))
    assert embedding.residual_norms.max() < 1e-9 * max(1, expected[-1])
    n_parts = sparse.csgraph.connected_components(affinity, directed=False)[0]
    assert np.count_nonzero(embedding.eigenvalues == 0) == n_parts == embedding.facts.n_components


@EXAMPLES
@given(graphs(), LAPLACIANS, st.integers(-10, 10))
def test_the_unit_of_weights_scales_the_unnormalized_spectrum_alone(affinity, laplacian, power):
    one, other = (
        graph_embedding(each, 5, laplacian=laplacian).eigenvalues
        for each in (affinity, affinity * 2.0**power)
    )
    factor = 2.0**power if laplacian == "unnormalized" else 1
    np.testing.assert_allclose(other, one * factor, atol=1e-9 * factor)


@EXAMPLES
@given(graphs(), LAPLACIANS, st.integers(0, 100))
def test_the_order_of_vertices_does_not_matter(affinity, laplacian, seed):
    order = np.random.default_rng(seed).permutation(affinity.shape[0])
    one = graph_embedding(affinity, 8, laplacian=laplacian).eigenvalues
    other = graph_embedding(affinity[order][:, order], 8, laplacian=laplacian).eigenvalues
    np.testing.assert_allclose(other, one, atol=1e-9 * max(1, one[-1]))


@EXAMPLES
@given(graphs(), st.integers(0, 100))
def test_the_order_and_direction_of_edges_do_not_matter(affinity, seed):
    links = sparse.triu(affinity).tocoo()
    edges = np.column_stack([links.row, links.col, links.data])
    if len(edges) == 0:
        return
    generator = np.random.default_rng(seed)
    turned = edges[generator.permutation(len(edges))]
    swapped = generator.random(len(edges)) < 0.5
    turned[swapped] = turned[swapped][:, [1, 0, 2]]
    for each in (edges, turned):
        found = graph_from_edges(each, n_vertices=affinity.shape[0])
        np.testing.assert_allclose(found.affinity.toarray(), affinity.toarray(), rtol=1e-15)
