"""The operator that blocks of vectors are filtered by, in either precision, and what a block knows of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import sparse

from fiedler.eigensolvers.protocol import EigenProblem
from fiedler.row_blocks import run_blocks

# A filter favours the block's best column over its worst by at most this: float32 still sees both.
LARGEST_GROWTH = 300.0
BLOCK_ROWS = 2048
# A product of fewer rows is done before threads have started.
FEWEST_ROWS_FOR_THREADS = 30_000
# A direction below this share of the largest is a combination of the others up to rounding.
DEPENDENT = {np.dtype(np.float32): 1e-6, np.dtype(np.float64): 1e-10}


@dataclass(frozen=True, slots=True)
class Ritz:
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
class FilterOperator:
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
    ) -> FilterOperator:
        """Return the operator of ``links``, the problem's matrix in ``order``."""
        return cls(problem, links, links.data.astype(dtype), problem.null_vector[order].astype(dtype))

    @property
    def is_single(self) -> bool:
        """Whether products are in float32."""
        return self.weights.dtype == np.float32

    def rayleigh_ritz(self, block: NDArray[np.floating]) -> Ritz:
        """Return what the span of (n, m) columns knows of the eigenpairs below the null pair."""
        block = block - self.null[:, None] * (self.null @ block)
        products = (block.T @ block).astype(np.float64)
        # Columns are brought to one length before it is asked which of them the others span.
        inverse_lengths = 1 / np.sqrt(np.maximum(products.diagonal(), np.finfo(block.dtype).tiny))
        scales, basis = np.linalg.eigh(products * inverse_lengths[:, None] * inverse_lengths)
        independent = scales > DEPENDENT[block.dtype] * scales[-1]
        basis = inverse_lengths[:, None] * basis[:, independent] / np.sqrt(scales[independent])
        image = np.empty_like(block)
        self.multiply(block, image)
        projected = basis.T @ (block.T @ image).astype(np.float64) @ basis
        values, rotation = np.linalg.eigh((projected + projected.T) / 2)
        values = values[::-1]
        turn = (basis @ rotation[:, ::-1]).astype(block.dtype)
        block, image = block @ turn, image @ turn
        misses = image - block * values.astype(block.dtype)
        return Ritz(block, image, values, np.sqrt(np.einsum("ij,ij->j", misses, misses)))

    def filtered(self, ritz: Ritz, upper: float, degree: int) -> NDArray[np.floating]:
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
        return np.asarray(now)

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
        run_blocks(rows, len(block), BLOCK_ROWS if n_threads > 1 else len(block), n_threads)


@njit(cache=True, nogil=True, fastmath=True)
def _multiply_rows(bounds, columns, values, block, subtracted, factor, center, share, start, stop, product):  # type: ignore[no-untyped-def]
    width = block.shape[1]
    total = np.empty(width, block.dtype)
    for i in range(start, stop):
        for c in range(width):
            total[c] = -center * block[i, c]
        entry, last = bounds[i], bounds[i + 1]
        # Four links at once spare three quarters of the loads and stores of the sum.
        while entry + 4 <= last:
            w_0, w_1, w_2, w_3 = values[entry], values[entry + 1], values[entry + 2], values[entry + 3]
            j_0, j_1, j_2, j_3 = columns[entry], columns[entry + 1], columns[entry + 2], columns[entry + 3]
            for c in range(width):
                total[c] += (w_0 * block[j_0, c] + w_1 * block[j_1, c]) + (
                    w_2 * block[j_2, c] + w_3 * block[j_3, c]
                )
            entry += 4
        while entry < last:
            weight, j = values[entry], columns[entry]
            for c in range(width):
                total[c] += weight * block[j, c]
            entry += 1
        for c in range(width):
            product[i, c] = factor * total[c] - share * subtracted[i, c]
