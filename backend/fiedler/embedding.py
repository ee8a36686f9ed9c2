"""What every path (exact, landmark) hands to rounding: a spectral embedding of all rows."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from fiedler.progress import Fraction


class SpectralEmbedding(Protocol):
    """Eigenpairs of a normalized Laplacian, seen as one coordinate vector per row.

    Rows are *not* normalised here: rounding on the first ``k`` columns normalises each row over just
    those columns (Ng, Jordan and Weiss 2001).
    """

    @property
    def n_samples(self) -> int:
        """Number of rows embedded."""
        ...

    @property
    def eigenvalues(self) -> NDArray[np.float64]:
        """(q,) eigenvalues of the symmetric normalized Laplacian, ascending, in [0, 2]."""
        ...

    @property
    def residual_norms(self) -> NDArray[np.float64]:
        """(q,) 2-norms of ``L v - lambda v`` for unit ``v``, dimensionless."""
        ...

    def rows(self, indices: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the (m, q) embedding of the rows named, in the order named."""
        ...

    def nearest_centroid(
        self, centroids: NDArray[np.float64], progress: Fraction | None = None
    ) -> NDArray[np.uint16]:
        """Return (n_samples,) the nearest of the (c, k) centroids to each row normalised over k columns.

        Distances are Euclidean; a tie goes to the lower centroid. ``progress`` is told the fraction of rows
        done; an exception it raises ends the work.
        """
        ...

    def extend(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the (m, q) embedding of new rows from their (m, d) features (Nyström extension)."""
        ...
