"""Degrees, the normalized affinity and the symmetric normalized Laplacian of a graph."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse


def degrees(affinity: sparse.csr_array) -> NDArray[np.float64]:
    """Return (n,) the row sums of the affinity, summed in float64."""
    # SciPy would sum float32 entries in float32, whatever the dtype asked for.
    return np.asarray(affinity.astype(np.float64).sum(axis=1)).ravel()


def inverse_square_root_degrees(affinity: sparse.csr_array) -> NDArray[np.float64]:
    """Return (n,) ``1 / sqrt(degree)``; 0 for an isolated row."""
    row_sums = degrees(affinity)
    return np.divide(1.0, np.sqrt(row_sums), out=np.zeros_like(row_sums), where=row_sums > 0)


def normalized_affinity(affinity: sparse.csr_array) -> sparse.csr_array:
    """Return ``D^(-1/2) W D^(-1/2)`` in float64; its eigenvalues are 1 minus those of the Laplacian.

    Parameters
    ----------
    affinity : csr_array of shape (n, n)
        W: symmetric, entries >= 0. Rows without any entry stay zero.
    """
    inverse = inverse_square_root_degrees(affinity)
    values = affinity.data * np.repeat(inverse, np.diff(affinity.indptr)) * inverse[affinity.indices]
    return sparse.csr_array((values, affinity.indices, affinity.indptr), shape=affinity.shape)


def symmetric_normalized_laplacian(affinity: sparse.csr_array) -> sparse.csr_array:
    """Return ``I - D^(-1/2) W D^(-1/2)`` in float64; 0 on the diagonal of an isolated row.

    Parameters
    ----------
    affinity : csr_array of shape (n, n)
        W: symmetric, entries >= 0.

    Returns
    -------
    csr_array of shape (n, n)
        Positive semi-definite; eigenvalues lie in [0, 2] and 0 has the multiplicity of the graph's components
        (an isolated row counts as one).

    References
    ----------
    von Luxburg (2007), "A tutorial on spectral clustering", section 3.2.
    """
    # An isolated row is a component of its own: its eigenvalue is 0, as with a self-loop.
    diagonal = sparse.diags_array((degrees(affinity) > 0).astype(np.float64))
    return (diagonal - normalized_affinity(affinity)).tocsr()
