"""Degrees and the three Laplacians of a graph: symmetric normalized, random walk, unnormalized."""

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


def random_walk_laplacian(affinity: sparse.csr_array) -> sparse.csr_array:
    """Return ``I - D^(-1) W`` in float64; 0 on the diagonal of an isolated row.

    Its eigenvalues are those of the symmetric normalized Laplacian and its eigenvectors ``D^(-1/2) v`` for
    eigenvectors v of that one, so it is never solved itself. It relaxes the normalized cut.

    Parameters
    ----------
    affinity : csr_array of shape (n, n)
        W: symmetric, entries >= 0.

    References
    ----------
    Shi and Malik (2000), "Normalized cuts and image segmentation"; von Luxburg (2007), proposition 3.
    """
    row_sums = degrees(affinity)
    inverse = np.divide(1.0, row_sums, out=np.zeros_like(row_sums), where=row_sums > 0)
    diagonal = sparse.diags_array((row_sums > 0).astype(np.float64))
    return (diagonal - sparse.diags_array(inverse) @ affinity.astype(np.float64)).tocsr()


def unnormalized_laplacian(affinity: sparse.csr_array) -> sparse.csr_array:
    """Return ``D - W`` in float64, which relaxes the ratio cut.

    Parameters
    ----------
    affinity : csr_array of shape (n, n)
        W: symmetric, entries >= 0.

    Returns
    -------
    csr_array of shape (n, n)
        Positive semi-definite; eigenvalues lie between 0 and twice the largest degree and are in the unit
        of the weights.

    References
    ----------
    von Luxburg (2007), "A tutorial on spectral clustering", section 3.1.
    """
    return (sparse.diags_array(degrees(affinity)) - affinity.astype(np.float64)).tocsr()


def evened_affinity(affinity: sparse.csr_array) -> tuple[sparse.csr_array, float]:
    """Return the affinity with self-loops that raise every degree to the largest, and that degree.

    The symmetric normalized Laplacian of the graph returned, times that degree, is the unnormalized Laplacian
    of the graph given. So one solver, with tolerances for eigenvalues in [0, 2], serves both.

    Parameters
    ----------
    affinity : csr_array of shape (n, n)
        W: symmetric, entries >= 0. Without any link the degree is 1.
    """
    row_sums = degrees(affinity)
    largest = float(row_sums.max())
    if largest <= 0:
        largest = 1.0
    loops = sparse.diags_array(largest - row_sums)
    return (affinity.astype(np.float64) + loops).tocsr(), largest
