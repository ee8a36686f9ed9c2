"""Affinities of all pairs of rows: within a radius, and Gaussian without a limit on neighbours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.spatial.distance import cdist
from sklearn.neighbors import radius_neighbors_graph

from fiedler.affinity.kernels import gaussian_weights
from fiedler.parameters import ParameterError

NEGLIGIBLE = np.float32(1e-6)
"""Links weaker than this are dropped: groups that only such links join have eigenvalues too near zero to be
told from separate components, so they are treated as those."""
MOST_ROWS = 5_000
"""Of a graph that weighs all pairs: up to 25 million links, about 600 MB while it is solved."""
MOST_LINKS = 50_000_000
RADIUS_SHARE = 0.9
_COUNTED_ROWS = 200


def automatic_radius(distances: NDArray[np.float32]) -> float:
    """Return the radius within which nine rows of ten have their K neighbours; 1 when that is 0.

    Parameters
    ----------
    distances : (n, K) float32
        Ascending neighbour distances.
    """
    radius = float(np.quantile(distances[:, -1].astype(np.float64), RADIUS_SHARE))
    return radius if radius > 0 else 1.0


def radius_affinity(rows: NDArray[np.float32], radius: float, n_threads: int = 1) -> sparse.csr_array:
    """Return the (n, n) float32 affinity that is 1 between rows at most ``radius`` apart.

    Distances within one radius are of one scale, so links are not weighed further.

    Parameters
    ----------
    rows : (n, d) float32
    radius : float
        In the unit of the rows.

    Raises
    ------
    ParameterError
        There would be more than fifty million links.

    References
    ----------
    von Luxburg (2007), "A tutorial on spectral clustering", section 2.2.
    """
    counted = np.linspace(0, len(rows) - 1, min(len(rows), _COUNTED_ROWS)).astype(np.int64)
    n_within = np.count_nonzero(cdist(rows[counted], rows) <= radius) / len(counted) - 1
    if n_within * len(rows) > MOST_LINKS:
        raise ParameterError(
            f"a radius of {radius:.3g} links each of {len(rows):,} rows to about {n_within:,.0f} others, "
            f"{n_within * len(rows):.2g} links; at most {MOST_LINKS:,} are possible; lower the radius, or "
            f"lower n_neighbors when it is automatic."
        )
    near = radius_neighbors_graph(
        rows.astype(np.float64), radius, mode="connectivity", include_self=False, n_jobs=n_threads
    )
    directed = sparse.csr_array(near, dtype=np.float32)
    # Rounding may put a pair inside the radius from one side alone.
    return _sorted(directed.maximum(directed.T))


def gaussian_affinity(rows: NDArray[np.float32], bandwidth: float) -> sparse.csr_array:
    """Return the (n, n) float32 affinity ``exp(-d_ij^2 / (2 bandwidth^2))`` of all pairs.

    Negligible weights are left out.

    Parameters
    ----------
    rows : (n, d) float32
    bandwidth : float
        In the unit of the rows.

    Raises
    ------
    ParameterError
        There are more rows than all pairs can be weighed of.
    """
    check_all_pairs(len(rows))
    return dense_gaussian(cdist(rows, rows), bandwidth)


def check_all_pairs(n_vertices: int) -> None:
    """Refuse more distinct rows than all pairs can be weighed of.

    Raises
    ------
    ParameterError
    """
    if n_vertices > MOST_ROWS:
        raise ParameterError(
            f"affinity is 'rbf' for {n_vertices:,} distinct rows; it weighs all pairs and is for up to "
            f"{MOST_ROWS:,}; use 'global', the same kernel between nearest neighbours."
        )


def dense_gaussian(distances: NDArray[np.floating], bandwidth: float) -> sparse.csr_array:
    """Return the Gaussian affinity of (n, n) symmetric distances, as `gaussian_affinity`."""
    weights = gaussian_weights(distances, bandwidth)
    weights[weights < NEGLIGIBLE] = 0
    np.fill_diagonal(weights, 0)
    return _sorted(sparse.csr_array(weights))


def dense_radius(distances: NDArray[np.floating], radius: float) -> sparse.csr_array:
    """Return the affinity that is 1 where (n, n) symmetric distances are at most ``radius``."""
    within = distances <= radius
    np.fill_diagonal(within, val=False)
    return _sorted(sparse.csr_array(within.astype(np.float32)))


def _sorted(affinity: sparse.csr_array) -> sparse.csr_array:
    affinity = affinity.tocsr()
    affinity.sort_indices()
    return affinity
