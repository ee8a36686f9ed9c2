"""Chebyshev-filtered block iteration: takes a start, and its sparse-times-block products run in threads.

The block is float32 until its rounding is in the way of the residuals required: products cost memory traffic,
and that halves it. Rows are reordered so that linked ones lie near each other in memory.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray
from scipy import linalg
from scipy.sparse.csgraph import reverse_cuthill_mckee

from fiedler.eigensolvers.coarse import CoarseProblem, coarse_problem
from fiedler.eigensolvers.filter_operator import FilterOperator
from fiedler.eigensolvers.finish import finish, required_tolerances
from fiedler.eigensolvers.protocol import EigenProblem, EigenResult, SolveStatus
from fiedler.row_blocks import single_blas_thread

FIRST_DEGREE = 10
DEGREE = 20
MAX_ITERATIONS = 25
# What a random block is first rid of: eigenvalues of B below this.
FIRST_UPPER = 0.5
# A block this wide fills vectors of any processor, and costs hardly more than a narrower one.
WIDTH_STEP = 8
# More rows get a start from the graph of their aggregates; up to so many aggregates are solved densely.
ROWS_WITHOUT_COARSE_START = 2_500
COARSEST_ROWS = 300
COARSE_FILTERS = 2
# Where links are few or fall on the same rows, aggregates would be nearly as many as rows.
LARGEST_COARSE_SHARE = 0.5
# Residuals that float32 reaches for sure.
SINGLE_RESIDUAL = 2e-5


def solve_chebyshev(problem: EigenProblem) -> EigenResult:
    """Return the smallest eigenpairs by filtering a block with polynomials of degree 20.

    The filter damps the part of the spectrum below the block's smallest Ritz value; Rayleigh-Ritz steps turn
    the block into eigenvectors. It ends when every residual fits the eigengaps found, or after 25 filters.

    References
    ----------
    Zhou, Saad, Tiago and Chelikowsky (2006), "Self-consistent-field calculations using Chebyshev-filtered
    subspace iteration", algorithm 3.1.
    """
    wanted = problem.n_eigenpairs - 1
    with single_blas_thread():
        if wanted == 0:
            return finish(problem, np.empty((problem.n_samples, 0)), SolveStatus.CONVERGED, "chebyshev")
        order = reverse_cuthill_mckee(problem.normalized_affinity, symmetric_mode=True)
        if problem.start is None and problem.n_samples > ROWS_WITHOUT_COARSE_START:
            problem = _started(problem, wanted)
        vectors, status = _iterate(problem, order, wanted)
        found = np.empty_like(vectors)
        found[order] = vectors
        return finish(problem, found, status, "chebyshev")


def _iterate(
    problem: EigenProblem, order: NDArray[np.int32], wanted: int
) -> tuple[NDArray[np.float64], SolveStatus]:
    """Return (n, wanted) vectors, their rows in ``order``."""
    links = problem.normalized_affinity[order][:, order].tocsr()
    operator = FilterOperator.of(problem, order, links, np.float32)
    ritz = operator.rayleigh_ritz(_start_block(problem, wanted)[order])
    upper, degree = FIRST_UPPER, FIRST_DEGREE
    if problem.start is not None:
        upper, degree = ritz.smallest, DEGREE
    status = SolveStatus.MAX_ITERATIONS
    for _ in range(MAX_ITERATIONS):
        if len(ritz.values) < wanted:
            # The start's columns, or what a filter left of the block's, depend on each other.
            noise = np.random.default_rng(problem.random_state).standard_normal((len(order), wanted))
            return noise, SolveStatus.BREAKDOWN
        # Half of what is required leaves room for the change of basis in `finish`.
        required = required_tolerances(np.concatenate([[0.0], 1 - ritz.values[:wanted]]))[1:] / 2
        residuals = ritz.residuals[:wanted]
        if (residuals <= required).all():
            status = SolveStatus.CONVERGED
            break
        if operator.is_single and (residuals <= np.maximum(required, SINGLE_RESIDUAL)).all():
            operator = FilterOperator.of(problem, order, links, np.float64)
            ritz = operator.rayleigh_ritz(ritz.block.astype(np.float64))
        ritz = operator.rayleigh_ritz(operator.filtered(ritz, upper, degree))
        upper, degree = ritz.smallest, DEGREE
    return ritz.block[:, :wanted].astype(np.float64), status


def _start_block(problem: EigenProblem, wanted: int) -> NDArray[np.float32]:
    """Return (n, m) start columns: the approximate eigenvectors given, filled up with noise."""
    width = min(problem.n_samples - 1, _block_width(wanted))
    generator = np.random.default_rng(problem.random_state)
    block = generator.standard_normal((problem.n_samples, width), dtype=np.float32)
    if problem.start is not None:
        given = min(width, problem.start.shape[1])
        start = problem.start[:, :given].astype(np.float64)
        block[:, :given] = start / np.maximum(np.linalg.norm(start, axis=0), np.finfo(np.float64).tiny)
    return block


def _block_width(wanted: int) -> int:
    width = wanted + max(6, wanted // 2)
    return -(-width // WIDTH_STEP) * WIDTH_STEP


def _started(problem: EigenProblem, wanted: int) -> EigenProblem:
    """Return the problem with a start from the graph of its aggregates, if that is much smaller."""
    coarse = coarse_problem(problem)
    width = _block_width(wanted)
    if not width < coarse.problem.n_samples <= LARGEST_COARSE_SHARE * problem.n_samples:
        return problem
    return dataclasses.replace(problem, start=coarse.prolonged(_coarse_vectors(coarse, width)))


def _coarse_vectors(coarse: CoarseProblem, width: int) -> NDArray[np.floating]:
    """Return about (m, width) eigenvectors of the aggregates, as good as a start for their rows need be."""
    problem = coarse.problem
    if problem.n_samples <= COARSEST_ROWS:
        dense = problem.normalized_affinity.toarray()
        # The known eigenvector moves from the top of the spectrum, 1, to below its bottom, -1.
        dense -= 3.0 * np.outer(problem.null_vector, problem.null_vector)
        last = problem.n_samples - 1
        _, vectors = linalg.eigh(dense, subset_by_index=[last - width + 1, last], overwrite_a=True)
        return np.asarray(vectors[:, ::-1])
    problem = _started(problem, width)
    everyone = np.arange(problem.n_samples, dtype=np.int32)
    operator = FilterOperator.of(problem, everyone, problem.normalized_affinity, np.float32)
    ritz = operator.rayleigh_ritz(_start_block(problem, width))
    for _ in range(COARSE_FILTERS):
        ritz = operator.rayleigh_ritz(operator.filtered(ritz, ritz.smallest, DEGREE))
    return ritz.block[:, :width]
