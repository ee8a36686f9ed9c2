"""Which eigensolver a problem gets, and what follows when it does not converge."""

from __future__ import annotations

from fiedler.eigensolvers.arpack import solve_arpack
from fiedler.eigensolvers.chebyshev import solve_chebyshev
from fiedler.eigensolvers.dense import solve_dense
from fiedler.eigensolvers.protocol import EigenProblem, EigenResult, Eigensolver, SolveStatus
from fiedler.eigensolvers.shift_invert import solve_shift_invert

DENSE_ROWS = 2000
# Up to here a dense solve takes less time than any iteration needs to start.
ALWAYS_DENSE_ROWS = 300
SPARSE_FACTOR_COLUMNS = 3
SPARSE_FACTOR_ROWS = 200_000

SOLVERS: dict[str, Eigensolver] = {
    "dense": solve_dense,
    "arpack": solve_arpack,
    "shift_invert": solve_shift_invert,
    "chebyshev": solve_chebyshev,
}


def choose_solvers(problem: EigenProblem, n_features: int | None = None) -> list[str]:
    """Return the names of the solvers to try, in order.

    Parameters
    ----------
    problem : EigenProblem
    n_features : int, optional
        Columns of the data the graph was built on: graphs of up to three have tiny eigengaps, and sparse
        factors.
    """
    n_samples = problem.n_samples
    if n_samples <= ALWAYS_DENSE_ROWS or problem.n_eigenpairs >= n_samples // 2:
        return ["dense"]
    fallback = ["dense"] if n_samples <= DENSE_ROWS else ["chebyshev"]
    if n_features is not None and n_features <= SPARSE_FACTOR_COLUMNS and n_samples <= SPARSE_FACTOR_ROWS:
        return ["shift_invert", "arpack", *fallback]
    if problem.start is not None:
        return ["chebyshev", "arpack"]
    return ["arpack", *fallback]


def solve(problem: EigenProblem, n_features: int | None = None) -> EigenResult:
    """Return the smallest eigenpairs of the first solver that converges, else the best attempt."""
    best: EigenResult | None = None
    for name in choose_solvers(problem, n_features):
        result = SOLVERS[name](problem)
        if best is None or result.residual_norms.max() < best.residual_norms.max():
            best = result
        if result.status is SolveStatus.CONVERGED:
            return result
    assert best is not None  # noqa: S101 - choose_solvers names at least one
    return best
