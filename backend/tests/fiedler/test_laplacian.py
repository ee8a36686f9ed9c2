import numpy as np
import pytest
from scipy import sparse

from fiedler.laplacian import (
    degrees,
    evened_affinity,
    normalized_affinity,
    random_walk_laplacian,
    symmetric_normalized_laplacian,
    unnormalized_laplacian,
)


def random_affinity(n_samples, seed, density=0.2):
    generator = np.random.default_rng(seed)
    upper = np.triu(
        generator.random((n_samples, n_samples)) * (generator.random((n_samples,) * 2) < density), 1
    )
    return sparse.csr_array(upper + upper.T)


@pytest.mark.parametrize("n_components", [1, 2, 5])
def test_zero_eigenvalue_multiplicity_counts_components(n_components):
    """von Luxburg (2007), proposition 4."""
    clique = np.ones((4, 4)) - np.eye(4)
    affinity = sparse.csr_array(sparse.block_diag([clique] * n_components))
    eigenvalues = np.linalg.eigvalsh(symmetric_normalized_laplacian(affinity).toarray())
    assert np.count_nonzero(eigenvalues < 1e-12) == n_components


@pytest.mark.parametrize("seed", range(3))
def test_eigenvalues_lie_between_0_and_2(seed):
    eigenvalues = np.linalg.eigvalsh(symmetric_normalized_laplacian(random_affinity(40, seed)).toarray())
    assert eigenvalues.min() > -1e-12
    assert eigenvalues.max() < 2 + 1e-12


def test_largest_eigenvalue_is_2_on_a_bipartite_graph():
    """Chung (1997), lemma 1.7."""
    path = sparse.diags_array([np.ones(5), np.ones(5)], offsets=[-1, 1], shape=(6, 6)).tocsr()
    eigenvalues = np.linalg.eigvalsh(symmetric_normalized_laplacian(path).toarray())
    np.testing.assert_allclose(eigenvalues[-1], 2, atol=1e-12)


def test_square_root_of_degrees_is_a_null_vector():
    affinity = random_affinity(50, 0, density=0.5)
    image = symmetric_normalized_laplacian(affinity) @ np.sqrt(degrees(affinity))
    np.testing.assert_allclose(image, 0, atol=1e-12)


def test_spectrum_does_not_depend_on_the_order_of_rows():
    affinity = random_affinity(40, 1)
    order = np.random.default_rng(0).permutation(40)
    shuffled = affinity[order][:, order].tocsr()
    np.testing.assert_allclose(
        np.linalg.eigvalsh(symmetric_normalized_laplacian(shuffled).toarray()),
        np.linalg.eigvalsh(symmetric_normalized_laplacian(affinity).toarray()),
        atol=1e-12,
    )


def test_laplacian_does_not_change_when_all_weights_are_doubled():
    affinity = random_affinity(30, 2)
    doubled = symmetric_normalized_laplacian((affinity * 2.0).tocsr()).toarray()
    np.testing.assert_allclose(doubled, symmetric_normalized_laplacian(affinity).toarray(), atol=1e-14)


def test_isolated_row_has_eigenvalue_0_and_no_infinite_entry():
    affinity = sparse.csr_array(np.array([[0, 1, 0], [1, 0, 0], [0, 0, 0]], float))
    laplacian = symmetric_normalized_laplacian(affinity).toarray()
    np.testing.assert_allclose(laplacian, [[1, -1, 0], [-1, 1, 0], [0, 0, 0]])


def test_float32_weights_are_summed_in_float64():
    affinity = sparse.csr_array(np.array([[1.0, 1e-9], [1e-9, 0.0]], np.float32))
    assert degrees(affinity)[0] == pytest.approx(1 + np.float64(np.float32(1e-9)), rel=1e-15)
    assert normalized_affinity(affinity).dtype == np.float64


@pytest.mark.parametrize("seed", range(3))
def test_random_walk_has_the_eigenpairs_of_the_symmetric_one(seed):
    """von Luxburg (2007), proposition 3: L_rw u = lambda u for u = D^(-1/2) v."""
    affinity = random_affinity(40, seed, density=0.4)
    values, vectors = np.linalg.eigh(symmetric_normalized_laplacian(affinity).toarray())
    walk = vectors / np.sqrt(degrees(affinity))[:, None]
    np.testing.assert_allclose(random_walk_laplacian(affinity) @ walk, walk * values, atol=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_unnormalized_laplacian_sums_squared_differences(seed):
    """von Luxburg (2007), proposition 1: f' L f = 1/2 sum_ij w_ij (f_i - f_j)^2."""
    affinity = random_affinity(30, seed)
    values = np.random.default_rng(seed).standard_normal(30)
    differences = (values[:, None] - values) ** 2
    expected = 0.5 * (affinity.toarray() * differences).sum()
    np.testing.assert_allclose(values @ (unnormalized_laplacian(affinity) @ values), expected, rtol=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_evened_degrees_turn_the_normalized_laplacian_into_the_unnormalized(seed):
    affinity = random_affinity(30, seed)
    evened, degree = evened_affinity(affinity)
    np.testing.assert_allclose(degrees(evened), degree)
    expected = unnormalized_laplacian(affinity).toarray()
    np.testing.assert_allclose(
        degree * symmetric_normalized_laplacian(evened).toarray(), expected, atol=1e-12
    )


def test_an_isolated_row_has_eigenvalue_zero_in_each():
    affinity = sparse.csr_array(np.array([[0.0, 2, 0], [2, 0, 0], [0, 0, 0]]))
    for laplacian in (symmetric_normalized_laplacian, random_walk_laplacian, unnormalized_laplacian):
        assert not laplacian(affinity).toarray()[2].any()
    nothing, degree = evened_affinity(sparse.csr_array((2, 2)))
    np.testing.assert_array_equal(nothing.toarray(), np.eye(2))
    assert degree == 1
