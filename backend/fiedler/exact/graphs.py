"""The graph of the exact path: of nearest neighbours, of a radius, or of all pairs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from fiedler.affinity.graph import neighbor_affinity
from fiedler.affinity.kernels import global_bandwidth
from fiedler.affinity.pairs import (
    automatic_radius,
    check_all_pairs,
    dense_gaussian,
    dense_radius,
    gaussian_affinity,
    radius_affinity,
)
from fiedler.errors import InvalidFeaturesError
from fiedler.neighbors.nearest import Neighbors
from fiedler.parameters import AffinityKernel, ClusteringParameters, Symmetrization


@dataclass(frozen=True, slots=True)
class GraphOptions:
    """Which graph the rows are linked in.

    Attributes
    ----------
    affinity : {"local", "global", "binary", "epsilon", "rbf"}
    symmetrization : {"union", "mean", "mutual"}
        Of the graphs of nearest neighbours.
    bandwidth : float or None
        Of "global" and "rbf", in the unit of the distances; None: the mean distance of rows to their K
        neighbours (von Luxburg 2007, section 8.1, names it as a rule of thumb).
    radius : float or None
        Of "epsilon"; None: `fiedler.affinity.pairs.automatic_radius`.
    """

    affinity: AffinityKernel = "local"
    symmetrization: Symmetrization = "union"
    bandwidth: float | None = None
    radius: float | None = None

    @classmethod
    def of(cls, parameters: ClusteringParameters) -> GraphOptions:
        """Return the options that the parameters ask for."""
        return cls(parameters.affinity, parameters.symmetrization, parameters.bandwidth, parameters.radius)

    def bandwidth_of(self, neighbors: Neighbors) -> float:
        """Return the Gaussian bandwidth."""
        return self.bandwidth or global_bandwidth(neighbors.distances)

    def radius_of(self, neighbors: Neighbors) -> float:
        """Return the radius."""
        return self.radius or automatic_radius(neighbors.distances)


def feature_graph(
    rows: NDArray[np.float32], neighbors: Neighbors, options: GraphOptions, n_threads: int
) -> sparse.csr_array:
    """Return the symmetric (n, n) float32 affinity of distinct rows.

    Raises
    ------
    ParameterError
        There are too many rows or links for the affinity.
    """
    return _graph(
        neighbors,
        options,
        lambda radius: radius_affinity(rows, radius, n_threads),
        lambda bandwidth: gaussian_affinity(rows, bandwidth),
    )


def distance_graph(
    distances: NDArray[np.float64], neighbors: Neighbors, options: GraphOptions
) -> sparse.csr_array:
    """Return the symmetric (n, n) float32 affinity of (n, n) symmetric distances.

    Raises
    ------
    ParameterError
        There are too many rows for the affinity.
    """
    if options.affinity == "rbf":
        check_all_pairs(len(distances))
    return _graph(
        neighbors,
        options,
        lambda radius: dense_radius(distances, radius),
        lambda bandwidth: dense_gaussian(distances, bandwidth),
    )


def _graph(
    neighbors: Neighbors,
    options: GraphOptions,
    within: Callable[[float], sparse.csr_array],
    gaussian: Callable[[float], sparse.csr_array],
) -> sparse.csr_array:
    if options.affinity == "epsilon":
        return within(options.radius_of(neighbors))
    bandwidth = options.bandwidth_of(neighbors)
    if options.affinity == "rbf":
        return gaussian(bandwidth)
    return neighbor_affinity(neighbors, options.affinity, options.symmetrization, bandwidth)


def unit_length(features: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return (n, d) rows at unit length: their Euclidean distances are ``sqrt(2 - 2 cos)``.

    Raises
    ------
    InvalidFeaturesError
        A row is zero in every column and has no direction.
    """
    wide = features.astype(np.float64)
    norms = np.linalg.norm(wide, axis=1, keepdims=True)
    zero = np.flatnonzero(norms == 0)
    if zero.size:
        raise InvalidFeaturesError(
            f"{zero.size} of {len(features)} rows are zero in every column, the first of them row {zero[0]}; "
            f"they have no direction for the cosine; leave them out, or use metric 'euclidean'."
        )
    unit: NDArray[np.float32] = (wide / norms).astype(np.float32)
    return unit
