"""Chebyshev-filtered block iteration: takes a start, and its sparse-times-block products run in threads.

The block is float32 until its rounding is in the way of the residuals required: products cost memory traffic,
and that halves it. Rows are reordered so that linked ones lie near each other in memory.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import reverse_cuthill_mckee

from fiedler.eigensolvers.finish import finish, required_tolerances
from fiedler.eigensolvers.protocol import EigenProblem, EigenResult, SolveStatus
from fiedler.row_blocks import run_blocks, single_blas_thread

FIRST_DEGREE = 10
DEGREE = 20
# A filter favours the block's best column over its worst by at most this: float32 still sees both.
LARGEST_GROWTH = 300.0
MAX_ITERATIONS = 25
# What a random block is first rid of: eigenvalues of B below this.
FIRST_UPPER = 0.5
BLOCK_ROWS = 2048
# A product of fewer rows is done before threads have started.
FEWEST_ROWS_FOR_THREADS = 30_000
# A block this wide fills vectors of any processor, and costs hardly more than a narrower one.
WIDTH_STEP = 8
# A direction below this share of the largest is a combination of the others up to rounding.
DEPENDENT = {np.dtype(np.float32): 1e-6, np.dtype(np.float64): 1e-10}
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
        vectors, status = _iterate(problem, order, wanted)
        found = np.empty_like(vectors)
        found[order] = vectors
        return finish(problem, found, status, "chebyshev")


def _iterate(
    problem: EigenProblem, order: NDArray[np.int32], wanted: int
) -> tuple[NDArray[np.float64], SolveStatus]:
    """Return (n, wanted) vectors, their rows in ``order``."""
    links = problem.normalized_affinity[order][:, order].tocsr()
    operator = _Operator.of(problem, order, links, np.float32)
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
            operator = _Operator.of(problem, order, links, np.float64)
            ritz = operator.rayleigh_ritz(ritz.block.astype(np.float64))
        ritz = operator.rayleigh_ritz(operator.filtered(ritz, upper, degree))
        upper, degree = ritz.smallest, DEGREE
    return ritz.block[:, :wanted].astype(np.float64), status


def _start_block(problem: EigenProblem, wanted: int) -> NDArray[np.float32]:
    """Return (n, m) start columns: the approximate eigenvectors given, filled up with noise."""
    width = wanted + max(6, wanted // 2)
    width = min(problem.n_samples - 1, -(-width // WIDTH_STEP) * WIDTH_STEP)
    generator = np.random.default_rng(problem.random_state)
    block = generator.standard_normal((problem.n_samples, width), dtype=np.float32)
    if problem.start is not None:
        given = min(width, problem.start.shape[1])
        start = problem.start[:, :given].astype(np.float64)
        block[:, :given] = start / np.maximum(np.linalg.norm(start, axis=0), np.finfo(np.float64).tiny)
    return block


@dataclass(frozen=True, slots=True)
class _Ritz:
    """Orthonormal Ritz vectors (n, m), their images under B, Ritz values of B descending, residual norms."""

    block: NDArray[np.floating]
    image: NDArray[np.floating]
    values: NDArray[np.float64]
    residuals: NDArray[np.float64]

    @property
    def smallest(self) -> float:
        """The least of the Ritz values, not so low that nothing is left to damp."""
        return float(max(self.values[-1], -0.5))


@dataclass(frozen=True, slots=True)
class _Operator:
    """B and its null vector in one precision, rows in the order of the block."""

    problem: EigenProblem
    links: sparse.csr_array
    weights: NDArray[np.floating]
    null: NDArray[np.floating]

    @classmethod
    def of(
        cls,
        problem: EigenProblem,
        order: NDArray[np.int32],
        links: sparse.csr_array,
        dtype: type[np.floating],
    ) -> _Operator:
        return cls(problem, links, links.data.astype(dtype), problem.null_vector[order].astype(dtype))

    @property
    def is_single(self) -> bool:
        """Whether products are in float32."""
        return self.weights.dtype == np.float32

    def rayleigh_ritz(self, block: NDArray[np.floating]) -> _Ritz:
        """Return what the span of (n, m) columns knows of the eigenpairs below the null pair."""
        block = block - np.outer(self.null, self.null @ block)
        block /= np.maximum(np.linalg.norm(block, axis=0), np.finfo(block.dtype).tiny)
        scales, basis = np.linalg.eigh((block.T @ block).astype(np.float64))
        independent = scales > DEPENDENT[block.dtype] * scales[-1]
        basis = basis[:, independent] / np.sqrt(scales[independent])
        image = np.empty_like(block)
        self.multiply(block, image)
        projected = basis.T @ (block.T @ image).astype(np.float64) @ basis
        values, rotation = np.linalg.eigh((projected + projected.T) / 2)
        values = values[::-1]
        turn = (basis @ rotation[:, ::-1]).astype(block.dtype)
        block, image = block @ turn, image @ turn
        return _Ritz(block, image, values, np.linalg.norm(image - block * values.astype(block.dtype), axis=0))

    def filtered(self, ritz: _Ritz, upper: float, degree: int) -> NDArray[np.floating]:
        """Return the block with its parts of eigenvalues of B in [-1, upper] damped."""
        center, half_width = (upper - 1) / 2, (upper + 1) / 2
        # A polynomial of degree m grows to cosh(m acosh(x)) at x = (1 - center) / half_width.
        degree = min(degree, int(np.arccosh(LARGEST_GROWTH) / np.arccosh((1 - center) / half_width)))
        scalar = self.weights.dtype.type
        before = np.ascontiguousarray(ritz.block)
        now = (ritz.image - scalar(center) * before) / scalar(half_width)
        for _ in range(2, degree + 1):
            after = np.empty_like(before)
            self.multiply(now, after, factor=2 / half_width, center=center, subtract=before)
            before, now = now, after
        return np.asarray(now / np.maximum(np.abs(now).max(axis=0), np.finfo(now.dtype).tiny))

    def multiply(
        self,
        block: NDArray[np.floating],
        product: NDArray[np.floating],
        *,
        factor: float = 1.0,
        center: float = 0.0,
        subtract: NDArray[np.floating] | None = None,
    ) -> None:
        """Write ``factor (B - center I) block - subtract`` to ``product``."""
        self.problem.step()
        scalar = self.weights.dtype.type
        block = np.ascontiguousarray(block)
        subtracted = block if subtract is None else subtract
        share = 0.0 if subtract is None else 1.0

        def rows(start: int, stop: int) -> None:
            _multiply_rows(
                self.links.indptr,
                self.links.indices,
                self.weights,
                block,
                subtracted,
                scalar(factor),
                scalar(center),
                scalar(share),
                start,
                stop,
                product,
            )

        n_threads = self.problem.n_threads if len(block) >= FEWEST_ROWS_FOR_THREADS else 1
        run_blocks(rows, len(block), BLOCK_ROWS, n_threads)


@njit(cache=True, nogil=True, fastmath=True)
def _multiply_rows(bounds, columns, values, block, subtracted, factor, center, share, start, stop, product):  # type: ignore[no-untyped-def]
    width = block.shape[1]
    for i in range(start, stop):
        total = product[i]
        for c in range(width):
            total[c] = -center * block[i, c]
        entry, last = bounds[i], bounds[i + 1]
        # Four links at once spare three quarters of the loads and stores of the sum.
        while entry + 4 <= last:
            w_0, w_1, w_2, w_3 = values[entry], values[entry + 1], values[entry + 2], values[entry + 3]
            x_0, x_1 = block[columns[entry]], block[columns[entry + 1]]
            x_2, x_3 = block[columns[entry + 2]], block[columns[entry + 3]]
            for c in range(width):
                total[c] += w_0 * x_0[c] + w_1 * x_1[c] + w_2 * x_2[c] + w_3 * x_3[c]
            entry += 4
        while entry < last:
            weight = values[entry]
            source = block[columns[entry]]
            for c in range(width):
                total[c] += weight * source[c]
            entry += 1
        for c in range(width):
            total[c] = factor * total[c] - share * subtracted[i, c]
