"""The graph of aggregates: what is left of an operator on vectors constant, but for degrees, in each."""

import numpy as np
from scipy import sparse

from fiedler.affinity.graph import neighbor_affinity
from fiedler.eigensolvers.chebyshev import ROWS_WITHOUT_COARSE_START, solve_chebyshev
from fiedler.eigensolvers.coarse import coarse_problem
from fiedler.eigensolvers.protocol import EigenProblem, SolveStatus
from fiedler.eigensolvers.select import SOLVERS
from fiedler.laplacian import degrees, normalized_affinity
from fiedler.neighbors.nearest import nearest_neighbors


def groups_in_five_columns(n_rows, n_eigenpairs):
    """The problem of a neighbour graph of four groups that touch."""
    generator = np.random.default_rng(0)
    rows = generator.standard_normal((n_rows, 5)) + 2.5 * np.eye(4, 5)[generator.integers(4, size=n_rows)]
    affinity = neighbor_affinity(nearest_neighbors(rows.astype(np.float32), 10), "local", "union")
    root = np.sqrt(degrees(affinity))
    return EigenProblem(normalized_affinity(affinity), root / np.linalg.norm(root), n_eigenpairs)


def test_the_coarse_operator_is_the_fine_one_on_prolonged_vectors():
    fine = groups_in_five_columns(600, 4)
    coarse = coarse_problem(fine)
    size = coarse.problem.n_samples
    assert size < 600 / 4
    assert set(coarse.aggregate) == set(range(size))
    unit = np.zeros((600, size))
    unit[np.arange(600), coarse.aggregate] = coarse.shares
    np.testing.assert_allclose(unit.T @ unit, np.eye(size), atol=1e-12)
    restricted = unit.T @ (fine.normalized_affinity @ unit)
    np.testing.assert_allclose(coarse.problem.normalized_affinity.toarray(), restricted, atol=1e-12)
    np.testing.assert_allclose(
        coarse.prolonged(coarse.problem.null_vector[:, None])[:, 0], fine.null_vector, rtol=1e-6
    )


def test_rows_without_links_are_aggregates_of_their_own():
    links = sparse.csr_array((np.ones(2), ([0, 1], [1, 0])), shape=(4, 4))
    coarse = coarse_problem(EigenProblem(links, np.full(4, 0.5), 2))
    assert coarse.aggregate.tolist() == [0, 0, 1, 2]


def test_a_solve_that_starts_from_aggregates_finds_the_eigenpairs_of_another_solver():
    problem = groups_in_five_columns(ROWS_WITHOUT_COARSE_START + 500, 7)
    found = solve_chebyshev(problem)
    expected = SOLVERS["arpack"](problem)
    assert found.status is expected.status is SolveStatus.CONVERGED
    np.testing.assert_allclose(found.eigenvalues, expected.eigenvalues, atol=1e-6)
    cosines = np.linalg.svd(expected.eigenvectors[:, :4].T @ found.eigenvectors[:, :4], compute_uv=False)
    assert cosines.min() > 0.99
