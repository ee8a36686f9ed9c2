"""The operator that blocks of vectors are filtered by, in either precision, and what a block knows of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from fiedler.eigensolvers.link_sums import multiply_rows
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
        image = np.empty(block.shape, block.dtype)
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
            after = np.empty(before.shape, before.dtype)
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
        factors = scalar(factor), scalar(center), scalar(0.0 if subtract is None else 1.0)

        def rows(start: int, stop: int) -> None:
            multiply_rows(
                self.links.indptr,
                self.links.indices,
                self.weights,
                block,
                subtracted,
                factors,
                start,
                stop,
                product,
            )

        n_threads = self.problem.n_threads if len(block) >= FEWEST_ROWS_FOR_THREADS else 1
        run_blocks(rows, len(block), BLOCK_ROWS if n_threads > 1 else len(block), n_threads)
