"""Lanczos on the inverse: for graphs of few dimensions, with tiny eigengaps and sparse factors."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import ArpackError, ArpackNoConvergence, LinearOperator, eigsh, splu

from fiedler.eigensolvers.finish import finish
from fiedler.eigensolvers.protocol import EigenProblem, EigenResult, SolveStatus
from fiedler.row_blocks import single_blas_thread

SHIFT = 1e-6
TOLERANCE = 1e-8
MAX_RESTARTS = 100


def solve_shift_invert(problem: EigenProblem) -> EigenResult:
    """Return the smallest eigenpairs by Lanczos on ``(L + 1e-6 I)^-1``; needs ``n_eigenpairs < n``.

    Eigenvalues near zero become far apart, so eigengaps of 1e-6 cost a few dozen solves. The sparse factor
    grows quickly with the number of columns the graph was built on: only for about three.
    """
    n_samples, wanted = problem.n_samples, problem.n_eigenpairs - 1
    null = problem.null_vector
    with single_blas_thread():
        if wanted == 0:
            return finish(problem, np.empty((n_samples, 0)), SolveStatus.CONVERGED, "shift_invert")
        identity = sparse.eye_array(n_samples, format="csc")
        shifted = ((1 + SHIFT) * identity - problem.normalized_affinity).tocsc()
        # Positive definite and symmetric: no pivoting, and an ordering of the symmetric pattern.
        factor = splu(
            shifted, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True}
        )

        def solve(vector: NDArray[np.float64]) -> NDArray[np.float64]:
            problem.step()
            flat = vector.ravel()
            solved = factor.solve(flat - null * (null @ flat))
            return np.asarray(solved - null * (null @ solved))

        generator = np.random.default_rng(problem.random_state)
        start = generator.standard_normal(n_samples)
        operator = LinearOperator((n_samples, n_samples), matvec=solve, dtype=np.float64)
        try:
            _, vectors = eigsh(
                operator,
                wanted,
                which="LA",
                v0=start - null * (null @ start),
                ncv=min(n_samples, max(2 * wanted + 1, 20)),
                maxiter=MAX_RESTARTS,
                tol=TOLERANCE,
                rng=generator,
            )
            status = SolveStatus.CONVERGED
        except ArpackNoConvergence as error:
            missing = generator.standard_normal((n_samples, wanted - error.eigenvectors.shape[1]))
            vectors, status = np.hstack([error.eigenvectors, missing]), SolveStatus.MAX_ITERATIONS
        except ArpackError:
            vectors, status = generator.standard_normal((n_samples, wanted)), SolveStatus.BREAKDOWN
        return finish(problem, vectors, status, "shift_invert")
