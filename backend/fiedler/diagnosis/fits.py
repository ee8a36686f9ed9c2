"""The diagnosis of the graph that a fit was solved on, made again from what the fit keeps."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from fiedler.computation import ComputedEmbedding
from fiedler.diagnosis.figures import diagnose_graph
from fiedler.diagnosis.report import GraphDiagnosis
from fiedler.exact.graphs import GraphOptions
from fiedler.exact.row_graph import row_graph
from fiedler.landmarks.embedding import LandmarkEmbedding
from fiedler.landmarks.memberships import landmark_graph, memberships
from fiedler.parameters import ClusteringParameters
from fiedler.rounding import sample_rows
from fiedler.row_blocks import available_threads

# Rows that show the landmarks' graph where there are more.
_SHOWN_ROWS = 200_000
_SEED = 0


def diagnose_fit(
    embedding: ComputedEmbedding,
    features: NDArray[np.float32],
    parameters: ClusteringParameters,
    labels: NDArray[np.integer],
) -> GraphDiagnosis:
    """Return what is conspicuous about the graph of a fit.

    The exact graph is built again, at what it cost in the fit without the eigenvectors. The landmarks' graph
    is shown by up to 200,000 rows.

    Parameters
    ----------
    embedding : ExactEmbedding or LandmarkEmbedding
        Of the features.
    features : (n, d) float32
    parameters : ClusteringParameters
        Of the fit.
    labels : (n,) integer
        Clusters whose cuts are measured; negative for rows in none.
    """
    if isinstance(embedding, LandmarkEmbedding):
        return _landmarks(embedding, labels)
    graph = row_graph(
        features,
        parameters.n_neighbors,
        GraphOptions.of(parameters),
        metric=parameters.metric,
        n_threads=available_threads(),
    )
    return diagnose_graph(
        graph.affinity,
        np.asarray(labels)[graph.distinct.first],
        rows=graph.distinct.first,
        row_counts=graph.row_counts,
    )


def _landmarks(embedding: LandmarkEmbedding, labels: NDArray[np.integer]) -> GraphDiagnosis:
    """Return the diagnosis of the landmarks' graph; a landmark is in the cluster most of its rows are in."""
    rows = sample_rows(len(labels), _SHOWN_ROWS, _SEED)
    weights = memberships(embedding, rows)
    clusters = labels[rows].astype(np.int64)
    placed = np.flatnonzero(clusters >= 0)
    of_cluster = sparse.csr_array(
        (np.ones(len(placed)), (placed, clusters[placed])), shape=(len(rows), int(clusters.max()) + 1)
    )
    shares = (weights.T @ of_cluster).toarray()
    owners = np.where(shares.any(axis=1), shares.argmax(axis=1), -1)
    return diagnose_graph(landmark_graph(weights), owners, vertices="landmarks")
