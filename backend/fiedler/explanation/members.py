"""Which rows each cluster has, and fixed samples of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fiedler.edits.apply import EXCLUDED
from fiedler.explanation.errors import ExplanationError
from fiedler.rounding import sample_rows

_SEED = 0


@dataclass(frozen=True, eq=False)
class ClusterMembers:
    """The rows of every cluster.

    Attributes
    ----------
    labels : (n,) uint16
        0 to k - 1; `EXCLUDED` for rows that are in no cluster.
    order : (n,) int64
        All rows, those of cluster 0 first and excluded ones last; within a cluster ascending.
    bounds : (k + 1,) int64
        Cluster c has the rows ``order[bounds[c]:bounds[c + 1]]``.
    """

    labels: NDArray[np.uint16]
    order: NDArray[np.int64]
    bounds: NDArray[np.int64]

    @property
    def n_clusters(self) -> int:
        """Number of clusters, k."""
        return len(self.bounds) - 1

    @property
    def n_members(self) -> int:
        """Number of rows that are in a cluster."""
        return int(self.bounds[-1])

    @property
    def sizes(self) -> NDArray[np.int64]:
        """(k,) number of rows of each cluster."""
        sizes: NDArray[np.int64] = np.diff(self.bounds)
        return sizes

    def rows(self, cluster: int) -> NDArray[np.int64]:
        """Return the rows of one cluster, ascending.

        Raises
        ------
        ExplanationError
            There is no such cluster.
        """
        if not 0 <= cluster < self.n_clusters:
            raise ExplanationError(
                f"cluster {cluster} was asked for; the partition has the clusters 0 to "
                f"{self.n_clusters - 1}; choose one of them."
            )
        return self.order[self.bounds[cluster] : self.bounds[cluster + 1]]

    def sample(self, cluster: int, size: int) -> NDArray[np.int64]:
        """Return up to ``size`` rows of one cluster, ascending, the same ones at every call."""
        rows = self.rows(cluster)
        return rows[sample_rows(len(rows), size, _SEED)]


def cluster_members(labels: NDArray[np.uint16], n_clusters: int | None = None) -> ClusterMembers:
    """Return the rows of every cluster; needed once per partition.

    Parameters
    ----------
    labels : (n,) uint16
        In row order; `EXCLUDED` for rows that are in no cluster.
    n_clusters : int, optional
        The largest label plus one when None.

    Raises
    ------
    ExplanationError
        There is no row, all are excluded, or a label is not below ``n_clusters``.
    """
    labels = np.asarray(labels, dtype=np.uint16)
    if labels.ndim != 1 or not labels.size:
        raise ExplanationError(
            f"labels have the shape {labels.shape}; required is one label for each of at least one row."
        )
    n_members = int(np.count_nonzero(labels != EXCLUDED))
    if not n_members:
        raise ExplanationError(
            f"all {labels.size} rows are excluded; at least one must be in a cluster; undo an exclusion."
        )
    order = np.argsort(labels, kind="stable")
    largest = int(labels[order[n_members - 1]])
    n_clusters = largest + 1 if n_clusters is None else n_clusters
    if largest >= n_clusters:
        raise ExplanationError(
            f"a row has the label {largest}; with {n_clusters} clusters labels run from 0 to "
            f"{n_clusters - 1}; give the number of clusters of this partition."
        )
    sizes = np.bincount(labels, minlength=n_clusters)[:n_clusters]
    bounds = np.concatenate([[0], np.cumsum(sizes)])
    return ClusterMembers(labels, order, bounds.astype(np.int64))
