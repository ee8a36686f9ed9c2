"""Chebyshev-filtered block iteration: takes a start, and its sparse-times-block products run in threads."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import sparse

from fiedler.eigensolvers.finish import finish, required_tolerances
from fiedler.eigensolvers.protocol import EigenProblem, EigenResult, SolveStatus
from fiedler.row_blocks import run_blocks, single_blas_thread

DEGREE = 12
MAX_ITERATIONS = 30
BLOCK_ROWS = 2048
# A direction below this share of the largest is a combination of the others up to rounding.
DEPENDENT = 1e-10


def solve_chebyshev(problem: EigenProblem) -> EigenResult:
    """Return the smallest eigenpairs by filtering a block with polynomials of degree 12.

    The filter damps the part of the spectrum below the block's smallest Ritz value; Rayleigh-Ritz steps turn
    the block into eigenvectors. It ends when every residual fits the eigengaps found, or after 30 filters.

    References
    ----------
    Zhou, Saad, Tiago and Chelikowsky (2006), "Self-consistent-field calculations using Chebyshev-filtered
    subspace iteration", algorithm 3.1.
    """
    wanted = problem.n_eigenpairs - 1
    with single_blas_thread():
        if wanted == 0:
            return finish(problem, np.empty((problem.n_samples, 0)), SolveStatus.CONVERGED, "chebyshev")
        block = _start_block(problem)
        status = SolveStatus.MAX_ITERATIONS
        block, values, residuals = _rayleigh_ritz(problem, block)
        for _ in range(MAX_ITERATIONS):
            eigenvalues = np.concatenate([[0.0], 1 - values[:wanted]])
            # Half of what is required leaves room for the change of basis in `finish`.
            if (residuals[:wanted] <= required_tolerances(eigenvalues)[1:] / 2).all():
                status = SolveStatus.CONVERGED
                break
            block = _filter(problem, block, float(max(values[-1], -0.5)))
            block, values, residuals = _rayleigh_ritz(problem, block)
        return finish(problem, block[:, :wanted], status, "chebyshev")


def _start_block(problem: EigenProblem) -> NDArray[np.float64]:
    """Return (n, m) start columns: the approximate eigenvectors given, filled up with noise."""
    wanted = problem.n_eigenpairs - 1
    width = min(problem.n_samples - 1, wanted + max(6, wanted // 2))
    generator = np.random.default_rng(problem.random_state)
    noise = generator.standard_normal((problem.n_samples, width))
    if problem.start is not None:
        given = min(width, problem.start.shape[1])
        start = problem.start[:, :given].astype(np.float64)
        noise[:, :given] = start / np.maximum(np.linalg.norm(start, axis=0), np.finfo(np.float64).tiny)
    return noise


def _rayleigh_ritz(
    problem: EigenProblem, block: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return orthonormal Ritz vectors, Ritz values of B descending, and residual norms."""
    null = problem.null_vector
    block = block - np.outer(null, null @ block)
    block /= np.maximum(np.linalg.norm(block, axis=0), np.finfo(np.float64).tiny)
    scales, basis = np.linalg.eigh(block.T @ block)
    independent = scales > DEPENDENT * scales[-1]
    block = block @ (basis[:, independent] / np.sqrt(scales[independent]))
    image = np.empty_like(block)
    _multiply(problem, block, image)
    values, rotation = np.linalg.eigh((block.T @ image + image.T @ block) / 2)
    values, rotation = values[::-1], rotation[:, ::-1]
    block, image = block @ rotation, image @ rotation
    return block, values, np.linalg.norm(image - block * values, axis=0)


def _filter(problem: EigenProblem, block: NDArray[np.float64], upper: float) -> NDArray[np.float64]:
    """Return the block with its parts of eigenvalues of B in [-1, upper] damped."""
    center, half_width = (upper - 1) / 2, (upper + 1) / 2
    before = np.ascontiguousarray(block)
    now = np.empty_like(before)
    _multiply(problem, before, now, factor=1 / half_width, center=center)
    for _ in range(2, DEGREE + 1):
        after = np.empty_like(before)
        _multiply(problem, now, after, factor=2 / half_width, center=center, subtract=before)
        before, now = now, after
    return np.asarray(now / np.maximum(np.abs(now).max(axis=0), np.finfo(np.float64).tiny))


def _multiply(
    problem: EigenProblem,
    block: NDArray[np.float64],
    product: NDArray[np.float64],
    *,
    factor: float = 1.0,
    center: float = 0.0,
    subtract: NDArray[np.float64] | None = None,
) -> None:
    """Write ``factor (B - center I) block - subtract`` to ``product``."""
    problem.step()
    matrix: sparse.csr_array = problem.normalized_affinity
    block = np.ascontiguousarray(block)
    subtracted = block if subtract is None else subtract
    share = 0.0 if subtract is None else 1.0

    def rows(start: int, stop: int) -> None:
        _multiply_rows(
            matrix.indptr,
            matrix.indices,
            matrix.data,
            block,
            subtracted,
            factor,
            center,
            share,
            start,
            stop,
            product,
        )

    run_blocks(rows, len(block), BLOCK_ROWS, problem.n_threads)


@njit(cache=True, nogil=True, fastmath=True)
def _multiply_rows(bounds, columns, values, block, subtracted, factor, center, share, start, stop, product):  # type: ignore[no-untyped-def]
    width = block.shape[1]
    total = np.empty(width, np.float64)
    for i in range(start, stop):
        for c in range(width):
            total[c] = -center * block[i, c]
        for entry in range(bounds[i], bounds[i + 1]):
            weight = values[entry]
            source = block[columns[entry]]
            for c in range(width):
                total[c] += weight * source[c]
        for c in range(width):
            product[i, c] = factor * total[c] - share * subtracted[i, c]
