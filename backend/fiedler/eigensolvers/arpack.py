"""Implicitly restarted Lanczos (ARPACK), tightened until the residuals fit the eigengaps it found."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.linalg import ArpackError, ArpackNoConvergence, LinearOperator, eigsh

from fiedler.eigensolvers.finish import TIGHTEST_TOLERANCE, finish, required_tolerances
from fiedler.eigensolvers.protocol import EigenProblem, EigenResult, SolveStatus
from fiedler.row_blocks import single_blas_thread

FIRST_TOLERANCE = 1e-4
MAX_ROUNDS = 4
MAX_RESTARTS = 300


def solve_arpack(problem: EigenProblem) -> EigenResult:
    """Return the smallest eigenpairs; needs ``n_eigenpairs < n``.

    The first round uses a loose tolerance. While some residual exceeds a tenth of the eigengaps found,
    another round starts from the sum of the vectors at hand with the tolerance that those gaps ask for.

    References
    ----------
    Lehoucq, Sorensen and Yang (1998), "ARPACK users' guide".
    """
    generator = np.random.default_rng(problem.random_state)
    noise = generator.standard_normal(problem.n_samples)
    start = noise if problem.start is None else problem.start.sum(axis=1) + 1e-3 * noise
    tolerance = FIRST_TOLERANCE
    with single_blas_thread():
        for _ in range(MAX_ROUNDS):
            vectors, status = _lanczos(problem, start, tolerance)
            result = finish(problem, vectors, status, "arpack")
            if status is not SolveStatus.CONVERGED or result.status is SolveStatus.CONVERGED:
                break
            required = required_tolerances(result.eigenvalues)
            needed = float(required[result.residual_norms > required].min())
            tolerance = max(TIGHTEST_TOLERANCE, min(needed / 2, tolerance / 10))
            start = vectors.sum(axis=1) + 1e-3 * noise / np.sqrt(problem.n_samples)
    return result


def _lanczos(
    problem: EigenProblem, start: NDArray[np.float64], tolerance: float
) -> tuple[NDArray[np.float64], SolveStatus]:
    """Return the leading eigenvectors of B with its known top eigenvector moved to the bottom."""
    matrix, null = problem.normalized_affinity, problem.null_vector
    n_samples, wanted = problem.n_samples, problem.n_eigenpairs - 1
    if wanted == 0:
        return np.empty((n_samples, 0)), SolveStatus.CONVERGED

    def multiply(vector: NDArray[np.float64]) -> NDArray[np.float64]:
        problem.step()
        flat = vector.ravel()
        return np.asarray(matrix @ flat - (3.0 * (null @ flat)) * null)

    operator = LinearOperator((n_samples, n_samples), matvec=multiply, dtype=np.float64)
    start = start - null * (null @ start)
    try:
        _, vectors = eigsh(
            operator,
            wanted,
            which="LA",
            v0=start,
            ncv=min(n_samples, max(2 * wanted + 1, 20)),
            maxiter=MAX_RESTARTS,
            tol=tolerance,
            rng=np.random.default_rng(problem.random_state),
        )
    except ArpackNoConvergence as error:
        found = error.eigenvectors
        # Unconverged places are filled with noise; the residuals will say so.
        missing = np.random.default_rng(problem.random_state).standard_normal(
            (n_samples, wanted - found.shape[1])
        )
        return np.hstack([found, missing]), SolveStatus.MAX_ITERATIONS
    except ArpackError:
        noise = np.random.default_rng(problem.random_state).standard_normal((n_samples, wanted))
        return noise, SolveStatus.BREAKDOWN
    return vectors, SolveStatus.CONVERGED
