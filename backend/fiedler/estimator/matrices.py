"""Embedding what an estimator was given as a matrix: affinities of rows, or their distances."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from fiedler.estimator.inputs import checked_affinity
from fiedler.exact.distances import checked_distances, distance_affinity, distance_embedding
from fiedler.exact.embedding import ExactEmbedding
from fiedler.exact.fitting import graph_embedding
from fiedler.exact.graphs import GraphOptions
from fiedler.parameters import ClusteringParameters
from fiedler.progress import Report


def embed_affinity(
    matrix: Any, parameters: ClusteringParameters, report: Report | None = None
) -> tuple[sparse.csr_array, ExactEmbedding]:
    """Return the affinity and the embedding of an (n, n) matrix of affinities, dense or sparse."""
    affinity = checked_affinity(matrix)
    embedding = graph_embedding(
        affinity,
        min(parameters.n_eigenpairs, affinity.shape[0]),
        laplacian=parameters.laplacian,
        eigen_solver=parameters.eigen_solver,
        random_state=parameters.random_state,
        progress=report,
    )
    return affinity, embedding


def embed_distances(
    matrix: NDArray[np.float64], parameters: ClusteringParameters, report: Report | None = None
) -> tuple[sparse.csr_array, ExactEmbedding]:
    """Return the affinity and the embedding of (n, n) distances."""
    distances = checked_distances(matrix)
    affinity = distance_affinity(distances, parameters.n_neighbors, GraphOptions.of(parameters))
    embedding = distance_embedding(
        distances,
        affinity,
        min(parameters.n_eigenpairs, len(distances)),
        laplacian=parameters.laplacian,
        eigen_solver=parameters.eigen_solver,
        random_state=parameters.random_state,
        progress=report,
    )
    return affinity, embedding
