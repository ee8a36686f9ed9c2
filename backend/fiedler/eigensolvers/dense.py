"""Dense eigendecomposition: a few thousand rows at most, no iteration, any spectrum."""

from __future__ import annotations

import numpy as np
from scipy import linalg

from fiedler.eigensolvers.finish import finish
from fiedler.eigensolvers.protocol import EigenProblem, EigenResult, SolveStatus
from fiedler.row_blocks import single_blas_thread


def solve_dense(problem: EigenProblem) -> EigenResult:
    """Return the smallest eigenpairs by LAPACK's symmetric solver on the dense matrix, n^2 * 8 bytes."""
    n_samples, wanted = problem.n_samples, problem.n_eigenpairs
    dense = problem.normalized_affinity.toarray()
    # The known eigenvector moves from the top of the spectrum, 1, to below its bottom, -1.
    dense -= 3.0 * np.outer(problem.null_vector, problem.null_vector)
    with single_blas_thread():
        if wanted == 1:
            vectors = np.empty((n_samples, 0))
        else:
            first = n_samples - wanted + 1
            _, vectors = linalg.eigh(dense, subset_by_index=[first, n_samples - 1], overwrite_a=True)
        return finish(problem, vectors, SolveStatus.CONVERGED, "dense")
