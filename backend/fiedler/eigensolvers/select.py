"""Which eigensolver a problem gets, and what follows when it does not converge."""

from __future__ import annotations

from fiedler.eigensolvers.arpack import solve_arpack
from fiedler.eigensolvers.chebyshev import solve_chebyshev
from fiedler.eigensolvers.dense import solve_dense
from fiedler.eigensolvers.protocol import EigenProblem, EigenResult, Eigensolver, SolveStatus
from fiedler.eigensolvers.shift_invert import solve_shift_invert
from fiedler.parameters import EigenSolver, ParameterError

DENSE_ROWS = 2000
# Up to here a dense solve takes less time than any iteration needs to start.
ALWAYS_DENSE_ROWS = 300
# A dense matrix of 800 MB, and as much again for its factors.
MOST_DENSE_ROWS = 10_000
# So few pairs of so few rows are found by single vectors before a block has its first filter behind it.
FEW_EIGENPAIRS = 4
FEW_ROWS = 3_000
SPARSE_FACTOR_COLUMNS = 3
SPARSE_FACTOR_ROWS = 200_000
# Links a row, above which factors fill up.
SPARSE_FACTOR_LINKS = 100

SOLVERS: dict[str, Eigensolver] = {
    "dense": solve_dense,
    "arpack": solve_arpack,
    "shift_invert": solve_shift_invert,
    "chebyshev": solve_chebyshev,
}


def choose_solvers(
    problem: EigenProblem, n_features: int | None = None, solver: EigenSolver = "auto"
) -> list[str]:
    """Return the names of the solvers to try, in order.

    Parameters
    ----------
    problem : EigenProblem
    n_features : int, optional
        Columns of the data the graph was built on: graphs of up to three have tiny eigengaps, and sparse
        factors.
    solver : {"auto", "dense", "arpack", "shift_invert", "chebyshev"}
        The one to use, and no other; but where half of all eigenpairs are wanted only "dense" can.

    Raises
    ------
    ParameterError
        "dense" is asked for with more rows than memory is likely to hold.
    """
    n_samples = problem.n_samples
    if solver == "dense" and n_samples > MOST_DENSE_ROWS:
        raise ParameterError(
            f"eigen_solver is 'dense' for {n_samples:,} linked rows, a matrix of "
            f"{8 * n_samples**2 / 1e9:.1f} GB; it is for up to {MOST_DENSE_ROWS:,}; use 'auto' or 'arpack'."
        )
    if problem.n_eigenpairs >= n_samples // 2:
        return ["dense"]
    if solver != "auto":
        return [solver]
    if n_samples <= ALWAYS_DENSE_ROWS:
        return ["dense"]
    dense = ["dense"] if n_samples <= DENSE_ROWS else []
    is_sparse = problem.normalized_affinity.nnz <= SPARSE_FACTOR_LINKS * n_samples
    few_columns = n_features is not None and n_features <= SPARSE_FACTOR_COLUMNS
    if few_columns and n_samples <= SPARSE_FACTOR_ROWS and is_sparse:
        return ["shift_invert", "arpack", *(dense or ["chebyshev"])]
    if problem.n_eigenpairs <= FEW_EIGENPAIRS and n_samples <= FEW_ROWS and problem.start is None:
        return ["arpack", *(dense or ["chebyshev"])]
    return ["chebyshev", "arpack", *dense]


def solve(problem: EigenProblem, n_features: int | None = None, solver: EigenSolver = "auto") -> EigenResult:
    """Return the smallest eigenpairs of the first solver that converges, else the best attempt.

    Parameters are those of `choose_solvers`.
    """
    best: EigenResult | None = None
    for name in choose_solvers(problem, n_features, solver):
        result = SOLVERS[name](problem)
        if best is None or result.residual_norms.max() < best.residual_norms.max():
            best = result
        if result.status is SolveStatus.CONVERGED:
            return result
    assert best is not None  # noqa: S101 - choose_solvers names at least one
    return best
