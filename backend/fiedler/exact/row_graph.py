"""From features to the graph of their distinct rows: the first half of the exact path."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from fiedler.exact.graphs import GraphOptions, feature_graph, unit_length
from fiedler.exact.inputs import checked_features, checked_n_neighbors
from fiedler.neighbors.distinct import DistinctRows, distinct_rows
from fiedler.neighbors.nearest import Neighbors, nearest_neighbors
from fiedler.neighbors.rounded import spread_rounded
from fiedler.parameters import Metric
from fiedler.progress import Report, portion

# Share of a typical run of the exact path, for the progress bar.
NEIGHBORS_SHARE = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class RowGraph:
    """The graph of a table's distinct rows.

    Attributes
    ----------
    distinct : DistinctRows
        Copies of a row share one vertex.
    rows : (m, d) float32
        The vertices' features, at unit length for the cosine.
    neighbors : Neighbors
        Lists of the nearest others; without a column when there is one vertex.
    affinity : csr_array of shape (m, m), float32
        Symmetric, without loops.
    """

    distinct: DistinctRows
    rows: NDArray[np.float32]
    neighbors: Neighbors
    affinity: sparse.csr_array

    @property
    def row_counts(self) -> NDArray[np.int64]:
        """(m,) rows of the table that each vertex stands for."""
        counts: NDArray[np.int64] = np.bincount(self.distinct.inverse, minlength=len(self.rows))
        return counts


def row_graph(
    features: NDArray[np.float32],
    n_neighbors: int,
    options: GraphOptions,
    *,
    metric: Metric = "euclidean",
    n_threads: int,
    report: Report = lambda fraction, message: None,
    neighbors: Neighbors | None = None,
) -> RowGraph:
    """Return the graph of all distinct rows.

    Parameters
    ----------
    features : (n, d) float32
        Finite; may be memory-mapped.
    n_neighbors : int
        K; lowered to the number of distinct rows less one.
    options : GraphOptions
    metric : {"euclidean", "cosine"}
    n_threads : int
    report : callable
        Told (fraction of the exact path, message).
    neighbors : Neighbors, optional
        Lists of the distinct rows, when they are known.

    Raises
    ------
    InvalidFeaturesError
        The features are not a finite matrix with at least one row and column.
    ParameterError
        ``n_neighbors`` is below 1, or there are too many rows or links for the affinity.
    """
    features = checked_features(features)
    if metric == "cosine":
        features = unit_length(features)
    distinct = distinct_rows(features)
    rows = features if len(distinct.first) == len(features) else features[distinct.first]
    used_neighbors = min(checked_n_neighbors(n_neighbors), len(rows) - 1)
    if used_neighbors == 0:
        nobody = Neighbors(np.empty((1, 0), np.int32), np.empty((1, 0), np.float32))
        return RowGraph(distinct, rows, nobody, sparse.csr_array((1, 1), dtype=np.float32))
    if neighbors is None:
        neighbors = _neighbors(rows, used_neighbors, n_threads, report)
    report(NEIGHBORS_SHARE, "Weighing links")
    return RowGraph(distinct, rows, neighbors, feature_graph(rows, neighbors, options, n_threads))


def _neighbors(rows: NDArray[np.float32], n_neighbors: int, n_threads: int, report: Report) -> Neighbors:
    """Return the neighbour lists of distinct rows, those of rounded columns spread."""
    message = f"Finding {n_neighbors} neighbours of each of {len(rows):,} rows"

    def found(fraction: float) -> None:
        report(NEIGHBORS_SHARE * fraction, message)

    found(0.0)
    neighbors = nearest_neighbors(rows, n_neighbors, n_threads=n_threads, progress=portion(found, 0.0, 0.5))
    spread = spread_rounded(rows, float(np.median(neighbors.distances[:, -1])))
    if spread is rows:
        return neighbors
    return nearest_neighbors(spread, n_neighbors, n_threads=n_threads, progress=portion(found, 0.5, 1.0))
