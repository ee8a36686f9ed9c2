"""A basis of the null space that is useful before every component has a cluster of its own.

The Laplacian of a graph with c components has c zero eigenvalues, and any rotation of the c component
indicators is a basis of their eigenvectors. Indicators themselves are a poor one: the first k < c columns
would say nothing about the rows of the other components. Joining the components by bridges of weight epsilon
picks one basis out: as epsilon goes to 0 the null vectors tend to eigenvectors of the small graph of
components (degenerate perturbation theory), while the rest of the spectrum stays. That limit is taken here,
so that the first k columns cut between the groups of components that lie furthest apart and no eigenvalue is
falsified.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from fiedler.eigensolvers.finish import fix_signs
from fiedler.neighbors.nearest import centered_and_scaled
from fiedler.neighbors.selection import square_norms
from fiedler.row_blocks import single_blas_thread

SAMPLE_ROWS = 4000
MAX_BRIDGED_COMPONENTS = 1000


def bridged_basis(
    features: NDArray[np.float32],
    labels: NDArray[np.int32],
    volumes: NDArray[np.float64],
    n_columns: int,
) -> NDArray[np.float64]:
    """Return the first ``n_columns`` null vectors in coordinates of the c normalised component indicators.

    Components are joined pairwise with weight 1 over the squared distance of their nearest rows, in a sample
    of 4,000 rows shared evenly between components. With more than 1,000 components `volume_basis` is
    returned.

    Parameters
    ----------
    features : (n, d) float32
    labels : (n,) int32
        Component of each row; rows of -1 are left out.
    volumes : (c,) float64
        Sum of degrees of each component.
    n_columns : int
        At most c.

    Returns
    -------
    (c, n_columns) float64
        Orthonormal columns; the first is proportional to the square root of the volumes.
    """
    return basis_of_gaps(lambda n_parts: _square_gaps(features, labels, n_parts), volumes, n_columns)


def basis_of_gaps(
    square_gaps_of: Callable[[int], NDArray[np.float64]], volumes: NDArray[np.float64], n_columns: int
) -> NDArray[np.float64]:
    """Return the same from the (c, c) squared gaps between components, measured only where they matter.

    Parameters
    ----------
    square_gaps_of : callable
        Given c, returns squared distances between the nearest rows of each two components.
    volumes, n_columns
        As in `bridged_basis`.
    """
    n_components = len(volumes)
    if n_components > MAX_BRIDGED_COMPONENTS or n_components <= 2:
        return volume_basis(volumes, n_columns)
    square_gaps = square_gaps_of(n_components)
    largest = square_gaps.max()
    if not largest > 0:
        return volume_basis(volumes, n_columns)
    weights = 1.0 / np.maximum(square_gaps / largest, 1e-12)
    np.fill_diagonal(weights, 0.0)
    laplacian = np.diag(weights.sum(axis=1)) - weights
    inverse = 1.0 / np.sqrt(volumes / volumes.max())
    quotient = inverse[:, None] * laplacian * inverse
    with single_blas_thread():
        basis = np.linalg.eigh((quotient + quotient.T) / 2)[1][:, :n_columns]
        # The first is known; Gram-Schmidt keeps the others orthogonal to it.
        basis[:, 0] = np.sqrt(volumes / volumes.sum())
        basis, _ = np.linalg.qr(basis)
    return fix_signs(basis)


def volume_basis(volumes: NDArray[np.float64], n_columns: int) -> NDArray[np.float64]:
    """Return null vectors that set one component after another against all that follow.

    The basis where nothing is known about distances between components: with k columns the first k - 1
    components and the rest can be told apart.

    Parameters
    ----------
    volumes : (c,) float64
        Positive.
    n_columns : int
        At most c.
    """
    roots = np.sqrt(volumes / volumes.sum())
    basis = np.zeros((len(volumes), n_columns))
    basis[:, 0] = roots
    for column in range(1, n_columns):
        first = column - 1
        rest = float((roots[first + 1 :] ** 2).sum())
        basis[first, column] = rest / roots[first]
        basis[first + 1 :, column] = -roots[first + 1 :]
        basis[:, column] /= np.linalg.norm(basis[:, column])
    return basis


def _square_gaps(
    features: NDArray[np.float32], labels: NDArray[np.int32], n_components: int
) -> NDArray[np.float64]:
    """Return (c, c) squared distances between the nearest sampled rows of each two components."""
    order = np.argsort(labels, kind="stable")
    counts = np.bincount(labels[labels >= 0], minlength=n_components)
    ends = np.cumsum(counts) + np.count_nonzero(labels < 0)
    share = max(1, SAMPLE_ROWS // n_components)
    picked = [
        order[np.linspace(end - count, end - 1, min(count, share)).astype(np.int64)]
        for end, count in zip(ends, counts, strict=True)
    ]
    sizes = np.array([len(rows) for rows in picked])
    rows, _ = centered_and_scaled(features[np.concatenate(picked)])
    starts = np.cumsum(sizes) - sizes
    norms = square_norms(rows).astype(np.float64)
    gaps = np.empty((n_components, n_components))
    with single_blas_thread():
        for component in range(n_components):
            own = slice(starts[component], starts[component] + sizes[component])
            squares = norms[own, None] + norms - 2.0 * (rows[own] @ rows.T)
            gaps[component] = np.minimum.reduceat(squares.min(axis=0), starts)
    return np.maximum(np.minimum(gaps, gaps.T), 0.0)
