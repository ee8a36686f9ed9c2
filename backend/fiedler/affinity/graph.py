"""The affinity graph of neighbour lists."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from fiedler.affinity.kernels import gaussian_weights, global_bandwidth, local_scales, local_weights
from fiedler.affinity.pairs import NEGLIGIBLE
from fiedler.affinity.symmetrize import symmetrize
from fiedler.neighbors.nearest import Neighbors
from fiedler.parameters import AffinityKernel, ParameterError, Symmetrization


def link_weights(
    neighbors: Neighbors,
    affinity: AffinityKernel,
    scales: NDArray[np.float32] | None = None,
    bandwidth: float | None = None,
) -> NDArray[np.float32]:
    """Return (n, K) float32 weights in [0, 1] of the directed neighbour links.

    Parameters
    ----------
    neighbors : Neighbors
    affinity : {"local", "global", "binary"}
    scales : (n,) float32, optional
        Local scales, for "local".
    bandwidth : float, optional
        For "global"; the mean neighbour distance when omitted.

    Raises
    ------
    ParameterError
        ``affinity`` is not ``local``, ``global`` or ``binary``.
    """
    distances = neighbors.distances
    if affinity == "local":
        scales = local_scales(distances) if scales is None else scales
        return local_weights(distances, scales, scales[neighbors.indices])
    if affinity == "global":
        return gaussian_weights(distances, bandwidth or global_bandwidth(distances))
    if affinity == "binary":
        return np.ones_like(distances)
    raise ParameterError(f"affinity is {affinity!r}; it must be 'local', 'global' or 'binary'.")


def neighbor_affinity(
    neighbors: Neighbors,
    affinity: AffinityKernel,
    symmetrization: Symmetrization,
    bandwidth: float | None = None,
) -> sparse.csr_array:
    """Return the symmetric (n, n) float32 affinity of neighbour lists, without self-loops.

    Parameters
    ----------
    neighbors : Neighbors
    affinity : {"local", "global", "binary"}
    symmetrization : {"union", "mean", "mutual"}
    bandwidth : float, optional
        See `link_weights`.

    Raises
    ------
    ParameterError
        A name is unknown.
    """
    n_samples, n_neighbors = neighbors.indices.shape
    weights = link_weights(neighbors, affinity, bandwidth=bandwidth)
    weights[weights < NEGLIGIBLE] = 0
    bounds = np.arange(0, n_samples * n_neighbors + 1, n_neighbors, dtype=np.int32)
    directed = sparse.csr_array(
        (weights.ravel(), neighbors.indices.ravel(), bounds), shape=(n_samples, n_samples)
    )
    directed.eliminate_zeros()
    directed.sort_indices()
    return symmetrize(directed, symmetrization)
