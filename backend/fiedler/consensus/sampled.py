"""The consensus of a large table: views of a fixed sample of its rows, carried to all rows by landmarks."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from fiedler.consensus.embedding import landmark_consensus_embedding
from fiedler.consensus.partition import consensus_partition
from fiedler.consensus.prepared import PreparedTable
from fiedler.consensus.results import ConsensusResult
from fiedler.landmarks.embedding import LandmarkEmbedding
from fiedler.numbering import number_by_size
from fiedler.progress import Report
from fiedler.rounding import Rounding, RoundingOptions


@dataclass(frozen=True, slots=True, eq=False)
class SampledConsensus:
    """A consensus of a sample, and how it labels any row.

    Attributes
    ----------
    result : ConsensusResult
        ``labels`` of all rows; its views are of ``result.rows``.
    embedding : LandmarkEmbedding
        Leading coordinates of a row: the votes of its landmarks for each cluster.
    rounding : Rounding
        Of that embedding; the same labels.
    """

    result: ConsensusResult
    embedding: LandmarkEmbedding
    rounding: Rounding


def sampled_consensus(
    table: PreparedTable,
    embedding: LandmarkEmbedding,
    n_clusters: int,
    *,
    random_state: int = 0,
    progress: Report | None = None,
) -> SampledConsensus:
    """Return the consensus of the sampled rows, and the labels of all rows by the votes of their landmarks.

    The cost of the views does not depend on the number of rows.

    Parameters
    ----------
    table : PreparedTable
        With the ``rows`` that it is a sample of.
    embedding : LandmarkEmbedding
        Of all n rows.
    n_clusters : int
        From 1 to the rows sampled.
    random_state : int
    progress : callable, optional
        Told (fraction from 0 to 1, message).

    Raises
    ------
    TooFewRowsError
        Fewer rows were sampled than clusters asked for.
    """
    found = consensus_partition(table, n_clusters, random_state=random_state, progress=progress)
    carried = landmark_consensus_embedding(embedding, found.labels, table.rows)
    n_found = int(found.labels.max()) + 1
    labels, order, sizes = number_by_size(carried.nearest_centroid(np.eye(n_found)))
    vectors = carried.vectors.copy()
    vectors[:, : len(order)] = carried.vectors[:, order]
    rounding = Rounding(
        labels,
        sizes,
        np.eye(n_found)[: len(order)],
        np.arange(len(order), dtype=np.uint16),
        RoundingOptions(),
    )
    result = dataclasses.replace(found, labels=labels.astype(np.int32), rows=table.rows)
    return SampledConsensus(result, dataclasses.replace(carried, vectors=vectors), rounding)
