"""The embedding of new rows from their nearest training rows (Nyström extension)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fiedler.affinity.kernels import local_scales
from fiedler.errors import InvalidFeaturesError
from fiedler.exact.graphs import unit_length
from fiedler.exact.inputs import checked_features
from fiedler.neighbors.nearest import Neighbors, search_neighbors
from fiedler.parameters import AffinityKernel, Metric

SMALLEST_FACTOR = 0.1


@dataclass(frozen=True, slots=True)
class ExtensionModel:
    """What placing new rows needs besides the vectors.

    Attributes
    ----------
    features : (m, d) float32
        The distinct training rows, in order of first occurrence.
    rows : (m,) int64
        The training row where each first occurs.
    affinity : str
        Kernel of the graph.
    n_neighbors : int
    scales : (m,) float32
        Local scales.
    bandwidth : float
        Gaussian bandwidth.
    radius : float
        Of "epsilon".
    metric : str
        Of "cosine", the features are at unit length, and new rows are brought to it.
    """

    features: NDArray[np.float32]
    rows: NDArray[np.int64]
    affinity: AffinityKernel
    n_neighbors: int
    scales: NDArray[np.float32]
    bandwidth: float
    radius: float = 1.0
    metric: Metric = "euclidean"

    def extend(
        self,
        features: NDArray[np.float32],
        vectors: NDArray[np.float32],
        eigenvalues: NDArray[np.float64],
        n_threads: int,
    ) -> NDArray[np.float32]:
        """Return the (m, q) vectors of (m, d) new rows, see `extend_vectors`.

        Parameters
        ----------
        features : (m, d) float32
        vectors : (n, q) float32
            Of all training rows.
        eigenvalues : (q,) float64
        n_threads : int

        Raises
        ------
        InvalidFeaturesError
            The features are not finite, or have another number of columns than in training.
        """
        queries = checked_features(features)
        if queries.shape[1] != self.features.shape[1]:
            raise InvalidFeaturesError(
                f"The new rows have {queries.shape[1]} columns; the embedding was fitted on "
                f"{self.features.shape[1]}. Give the same columns in the same order."
            )
        if len(queries) == 0:
            return np.empty((0, vectors.shape[1]), np.float32)
        if self.metric == "cosine":
            queries = unit_length(queries)
        n_neighbors = min(max(1, self.n_neighbors), len(self.features))
        neighbors = search_neighbors(self.features, queries, n_neighbors, n_threads=n_threads)
        weights = extension_weights(neighbors, self.affinity, self.scales, self.bandwidth, self.radius)
        training = Neighbors(self.rows[neighbors.indices].astype(np.int32), neighbors.distances)
        return extend_vectors(training, weights, vectors, eigenvalues)


def extension_weights(
    neighbors: Neighbors,
    affinity: AffinityKernel,
    scales: NDArray[np.float32],
    bandwidth: float,
    radius: float = np.inf,
) -> NDArray[np.float64]:
    """Return (m, K) weights of each new row's training neighbours, adding up to 1 per row.

    The kernel of training, moved by each row's largest exponent so that a far-off row keeps its nearest
    neighbours instead of underflowing to zero. A row that equals a training row takes that row alone.

    Parameters
    ----------
    neighbors : Neighbors
        Training rows nearest to each new row.
    scales : (n,) float32
        Local scales of the training rows; used by ``local`` only.
    bandwidth : float
        Used by ``global`` and ``rbf`` only.
    radius : float
        Used by ``epsilon`` only: of the neighbours those within it count alike, without any the nearest does.
    """
    distances = neighbors.distances.astype(np.float64)
    if affinity == "local":
        own = local_scales(neighbors.distances).astype(np.float64)
        exponents = (distances / own[:, None]) * (distances / scales[neighbors.indices])
    elif affinity in ("global", "rbf"):
        exponents = 0.5 * (distances / bandwidth) ** 2
    elif affinity == "epsilon":
        exponents = np.where(distances <= np.maximum(radius, distances[:, :1]), 0.0, np.inf)
    else:
        exponents = np.zeros_like(distances)
    weights = np.exp(exponents.min(axis=1, keepdims=True) - exponents)
    copies = distances[:, 0] == 0
    weights[copies] = distances[copies] == 0
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def extend_vectors(
    neighbors: Neighbors,
    weights: NDArray[np.float64],
    vectors: NDArray[np.float32],
    eigenvalues: NDArray[np.float64],
) -> NDArray[np.float32]:
    """Return (m, q) ``1 / (1 - lambda_j) * sum_i w_i u_j(i)`` for random-walk eigenvectors u.

    A row that equals a training row has that row's vector unchanged. Factors above 10 are cut off: where
    lambda nears 1 the eigenvector says nothing about neighbours.

    Parameters
    ----------
    vectors : (n, q) float32
        Random-walk eigenvectors at the training rows.
    eigenvalues : (q,) float64
        Of the normalized Laplacian.

    References
    ----------
    Bengio et al. (2003), "Out-of-sample extensions for LLE, Isomap, MDS, eigenmaps, and spectral clustering".
    """
    averages = np.zeros((len(weights), vectors.shape[1]))
    for column in range(weights.shape[1]):
        averages += weights[:, column, None] * vectors[neighbors.indices[:, column]]
    fresh = neighbors.distances[:, 0] > 0
    averages[fresh] /= np.maximum(1 - eigenvalues, SMALLEST_FACTOR)
    return averages.astype(np.float32)
