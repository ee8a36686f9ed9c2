"""Every solver on every kind of matrix, against LAPACK on the dense Laplacian."""

import numpy as np
import pytest
from scipy import sparse

from fiedler.affinity.graph import neighbor_affinity
from fiedler.components import connected_components
from fiedler.eigensolvers.finish import fix_signs, required_tolerances
from fiedler.eigensolvers.protocol import EigenProblem, SolveStatus
from fiedler.eigensolvers.select import SOLVERS, choose_solvers, solve
from fiedler.laplacian import degrees, normalized_affinity, symmetric_normalized_laplacian
from fiedler.neighbors.nearest import nearest_neighbors
from fiedler.parameters import ParameterError


def path(n_samples=400):
    ones = np.ones(n_samples - 1)
    return sparse.diags_array([ones, ones], offsets=[-1, 1]).tocsr()


def complete(n_samples=60):
    return sparse.csr_array(np.ones((n_samples, n_samples)) - np.eye(n_samples))


def star(n_samples=80):
    affinity = np.zeros((n_samples, n_samples))
    affinity[0, 1:] = affinity[1:, 0] = 1
    return sparse.csr_array(affinity)


def weakly_joined(bridge=1e-7):
    """Four random groups of 100 in a row, joined by one negligible link each: eigenvalues near 1e-10."""
    generator = np.random.default_rng(0)
    blocks = []
    for _ in range(4):
        upper = np.triu(generator.random((100, 100)) * (generator.random((100, 100)) < 0.2), 1)
        blocks.append(upper + upper.T)
    affinity = sparse.block_diag(blocks).tolil()
    for group in range(3):
        row, column = 100 * group + 99, 100 * group + 100
        affinity[row, column] = affinity[column, row] = bridge
    return sparse.csr_array(affinity)


def neighbor_graph(n_features=6):
    features = np.random.default_rng(3).normal(size=(700, n_features)).astype(np.float32)
    affinity = neighbor_affinity(nearest_neighbors(features, 10), "local", "union")
    assert len(connected_components(affinity).sizes) == 1
    return affinity


MATRICES = {
    "path": path,
    "complete": complete,
    "star": star,
    "weakly_joined": weakly_joined,
    "neighbor_graph": neighbor_graph,
    "flat_neighbor_graph": lambda: neighbor_graph(2),
}


def problem_of(affinity, n_eigenpairs=6, **options):
    root = np.sqrt(degrees(affinity))
    return EigenProblem(normalized_affinity(affinity), root / np.linalg.norm(root), n_eigenpairs, **options)


def residuals(affinity, result):
    laplacian = symmetric_normalized_laplacian(affinity)
    return np.linalg.norm(laplacian @ result.eigenvectors - result.eigenvectors * result.eigenvalues, axis=0)


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("matrix", MATRICES)
def test_eigenpairs_are_those_of_the_dense_laplacian(solver, matrix):
    affinity = MATRICES[matrix]()
    result = SOLVERS[solver](problem_of(affinity))
    expected = np.linalg.eigvalsh(symmetric_normalized_laplacian(affinity).toarray())[:6]
    true_residuals = residuals(affinity, result)
    np.testing.assert_allclose(result.residual_norms, true_residuals, atol=1e-12)
    np.testing.assert_allclose(result.eigenvectors.T @ result.eigenvectors, np.eye(6), atol=1e-10)
    if result.status is SolveStatus.CONVERGED:
        assert (true_residuals <= required_tolerances(result.eigenvalues) + 1e-12).all()
        # An eigenvalue's error is below its residual.
        np.testing.assert_allclose(result.eigenvalues, expected, atol=true_residuals.max() + 1e-12)
    else:
        assert solver == "chebyshev", f"{solver} ended with {result.status} on {matrix}"


@pytest.mark.parametrize("matrix", MATRICES)
def test_chosen_solver_converges(matrix):
    affinity = MATRICES[matrix]()
    result = solve(problem_of(affinity), n_features=2)
    assert result.status is SolveStatus.CONVERGED
    assert result.eigenvalues[0] == 0
    assert (np.diff(result.eigenvalues) >= 0).all()


@pytest.mark.parametrize("solver", ["arpack", "shift_invert", "chebyshev"])
def test_iterative_vectors_span_the_exact_ones(solver):
    """The tolerance follows the eigengap: the span is right to a tenth, whatever the size of the gap."""
    affinity = weakly_joined(1e-4)
    result = SOLVERS[solver](problem_of(affinity, 4))
    exact = np.linalg.eigh(symmetric_normalized_laplacian(affinity).toarray())[1]
    for k in (2, 3, 4):
        cosines = np.linalg.svd(exact[:, :k].T @ result.eigenvectors[:, :k], compute_uv=False)
        assert np.sqrt(max(0, 1 - cosines.min() ** 2)) < 0.1


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("n_eigenpairs", [1, 2])
def test_few_eigenpairs(solver, n_eigenpairs):
    affinity = neighbor_graph()
    result = SOLVERS[solver](problem_of(affinity, n_eigenpairs))
    assert result.eigenvalues.shape == (n_eigenpairs,)
    assert residuals(affinity, result).max() < 1e-3


@pytest.mark.parametrize("solver", SOLVERS)
def test_solving_twice_and_with_more_threads_gives_the_same_bits(solver):
    affinity = neighbor_graph()
    results = [SOLVERS[solver](problem_of(affinity, n_threads=n)) for n in (1, 1, 2)]
    for other in results[1:]:
        np.testing.assert_array_equal(results[0].eigenvectors, other.eigenvectors)
        np.testing.assert_array_equal(results[0].eigenvalues, other.eigenvalues)


def test_all_eigenpairs_of_a_small_graph():
    affinity = complete(5)
    result = solve(problem_of(affinity, 5))
    np.testing.assert_allclose(result.eigenvalues, [0, 1.25, 1.25, 1.25, 1.25], atol=1e-12)


@pytest.mark.parametrize("seed", range(60))
def test_the_null_vector_is_not_mistaken_for_that_of_eigenvalue_2(seed):
    """Bipartite graphs have eigenvalue 2, the far end of the spectrum: it stays apart from the null pair."""
    weights = np.random.default_rng(seed).random((1, 1 + seed % 3))
    zeros = np.zeros((weights.shape[1],) * 2)
    affinity = sparse.csr_array(np.block([[np.zeros((1, 1)), weights], [weights.T, zeros]]))
    result = SOLVERS["dense"](problem_of(affinity, affinity.shape[0]))
    expected = np.linalg.eigvalsh(symmetric_normalized_laplacian(affinity).toarray())
    np.testing.assert_allclose(result.eigenvalues, expected, atol=1e-12)


def test_a_good_start_saves_filters_and_changes_no_eigenvalue():
    affinity = neighbor_graph()
    exact = SOLVERS["dense"](problem_of(affinity)).eigenvectors[:, 1:].astype(np.float32)
    warm = SOLVERS["chebyshev"](problem_of(affinity, start=exact))
    cold = SOLVERS["chebyshev"](problem_of(affinity))
    assert warm.status is cold.status is SolveStatus.CONVERGED
    np.testing.assert_allclose(warm.eigenvalues, cold.eigenvalues, atol=1e-6)
    assert (warm.residual_norms <= required_tolerances(warm.eigenvalues)).all()


def test_a_start_of_one_vector_many_times_is_told_and_another_solver_asked():
    affinity = neighbor_graph()
    start = np.tile(np.arange(700, dtype=np.float32)[:, None], 40)
    problem = problem_of(affinity, 30, start=start)
    assert SOLVERS["chebyshev"](problem).status is SolveStatus.BREAKDOWN
    assert solve(problem).solver == "arpack"


def test_gaps_below_the_rounding_of_float32_are_met():
    affinity = weakly_joined(1e-6)
    result = SOLVERS["chebyshev"](problem_of(affinity, 4))
    assert result.status is SolveStatus.CONVERGED
    assert required_tolerances(result.eigenvalues).min() < 1e-8


def test_required_tolerances_follow_the_smaller_gap_beside_each_pair():
    np.testing.assert_allclose(required_tolerances(np.array([0, 1e-5, 3e-5])), [1e-3, 2e-6, 2e-6])
    # A tiny gap below asks nothing of a pair far above it.
    np.testing.assert_allclose(required_tolerances(np.array([0, 1e-6, 3e-6, 0.5]))[1:], [2e-7, 2e-7, 1e-3])
    # The third and fourth eigenvalue are equal: a hundredth of them stands in for their gap.
    np.testing.assert_allclose(required_tolerances(np.array([0, 0.1, 0.5, 0.5]))[1:], [1e-3, 5e-4, 5e-4])
    np.testing.assert_allclose(required_tolerances(np.array([0, 1e-4]))[1:], [1e-5])
    np.testing.assert_array_equal(required_tolerances(np.array([0.0])), [1e-3])


def test_signs_do_not_depend_on_the_sign_given():
    vectors = np.random.default_rng(0).normal(size=(30, 4))
    np.testing.assert_array_equal(fix_signs(vectors), fix_signs(-vectors))
    symmetric = np.array([[1.0], [-1.0 - 1e-9]])
    np.testing.assert_array_equal(fix_signs(symmetric), symmetric)


@pytest.mark.parametrize(
    ("n_samples", "n_features", "n_eigenpairs", "expected"),
    [
        (200, 2, 6, "dense"),
        (5000, 2, 6, "shift_invert"),
        (5000, 20, 6, "chebyshev"),
        (5000, None, 6, "chebyshev"),
        (2000, 20, 3, "arpack"),
        (5000, 20, 3, "chebyshev"),
    ],
)
def test_choice_by_size_columns_and_pairs(n_samples, n_features, n_eigenpairs, expected):
    assert choose_solvers(problem_of(path(n_samples), n_eigenpairs), n_features)[0] == expected


def test_a_start_asks_for_the_block_solver():
    start = np.ones((5000, 3), np.float32)
    assert choose_solvers(problem_of(path(5000), start=start), 20)[0] == "chebyshev"


def test_a_solver_asked_for_by_name_is_the_only_one():
    assert choose_solvers(problem_of(path(5000)), 2, "chebyshev") == ["chebyshev"]
    assert choose_solvers(problem_of(path(200)), 2, "arpack") == ["arpack"]
    # Lanczos cannot find half of all eigenpairs.
    assert choose_solvers(problem_of(path(6), 5), 2, "arpack") == ["dense"]


def test_a_dense_matrix_that_memory_may_not_hold_is_refused():
    with pytest.raises(ParameterError, match=r"20,000 linked rows, a matrix of 3\.2 GB"):
        choose_solvers(problem_of(path(20_000)), 2, "dense")
