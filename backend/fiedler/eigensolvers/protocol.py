"""What every eigensolver is given and what it returns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy import sparse


class SolveStatus(StrEnum):
    """How an iterative solve ended."""

    CONVERGED = "converged"
    MAX_ITERATIONS = "max_iterations"
    BREAKDOWN = "breakdown"


def _tell_nobody() -> None:
    """Stand for a listener where there is none."""


@dataclass(frozen=True, slots=True)
class EigenProblem:
    """The smallest eigenpairs wanted of ``L = I - B`` for a connected graph.

    Attributes
    ----------
    normalized_affinity : csr_array of shape (n, n), float64
        ``B = D^(-1/2) W D^(-1/2)``.
    null_vector : (n,) float64
        The unit vector ``sqrt(degrees)``, eigenvector of L for the simple eigenvalue 0.
    n_eigenpairs : int
        From 1 to n, the known null pair included.
    random_state : int
        Seed of the start vector.
    start : (n, m) float32, optional
        Approximate eigenvectors to start from.
    n_threads : int
    step : callable
        Called by iterative solvers at each product with the matrix; what it raises ends the solve.
    """

    normalized_affinity: sparse.csr_array
    null_vector: NDArray[np.float64]
    n_eigenpairs: int
    random_state: int = 0
    start: NDArray[np.float32] | None = None
    n_threads: int = 1
    step: Callable[[], None] = _tell_nobody

    @property
    def n_samples(self) -> int:
        """Number of rows of the graph."""
        return int(self.null_vector.shape[0])


@dataclass(frozen=True, slots=True)
class EigenResult:
    """Eigenpairs of the symmetric normalized Laplacian and how they were reached.

    Attributes
    ----------
    eigenvalues : (q,) float64
        Ascending, in [0, 2]; the first is exactly 0.
    eigenvectors : (n, q) float64
        Orthonormal columns, sign-fixed.
    residual_norms : (q,) float64
        2-norm of ``L v - lambda v``, computed after the solve.
    status : SolveStatus
    solver : str
    """

    eigenvalues: NDArray[np.float64]
    eigenvectors: NDArray[np.float64]
    residual_norms: NDArray[np.float64]
    status: SolveStatus
    solver: str


Eigensolver = Callable[[EigenProblem], EigenResult]
