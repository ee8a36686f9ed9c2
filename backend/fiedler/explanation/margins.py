"""Where rows lie between clusters in the spectral embedding: margins and the rows on the border."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fiedler.embedding import SpectralEmbedding
from fiedler.explanation.members import ClusterMembers
from fiedler.rounding import normalize_rows
from fiedler.row_blocks import single_blas_thread

# Rows that place the centres of all clusters together, and the least of each cluster.
CENTER_ROWS = 10_000
_LEAST_CENTER_ROWS = 50
# Rows of a cluster whose margins are looked at.
MARGIN_ROWS = 10_000
# Below this margin the way to another cluster's centre is hardly longer than to the own one.
BORDER_MARGIN = 0.1
ROWS_LISTED = 100
# Bins of equal width that margins are counted in, from -1 to 1.
MARGIN_BINS = 40


@dataclass(frozen=True, eq=False)
class EmbeddedClusters:
    """The centre of every cluster in the embedding of a fit.

    Attributes
    ----------
    embedding : SpectralEmbedding
    members : ClusterMembers
    centers : (c, q) float64
        Mean of the row-normalised vectors of each cluster (of a fixed sample of its rows), over as many
        columns as there are clusters; NaN for an empty cluster.
    """

    embedding: SpectralEmbedding
    members: ClusterMembers
    centers: NDArray[np.float64]

    def distances(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the (m, c) Euclidean distances of rows to the centres; infinite to an empty cluster."""
        vectors = _directions(self.embedding, rows, self.members.n_clusters)
        squares = np.einsum("ij,ij->i", vectors, vectors)[:, None]
        with single_blas_thread():
            squares = squares - 2 * (vectors @ self.centers.T)
        squares += np.einsum("ij,ij->i", self.centers, self.centers)
        return np.sqrt(np.maximum(np.where(np.isnan(squares), np.inf, squares), 0))


@dataclass(frozen=True, slots=True)
class Margins:
    """How far inside their cluster rows lie.

    Attributes
    ----------
    values : (m,) float64
        ``(b - a) / max(a, b)`` with a the distance to the own cluster's centre and b to the nearest other:
        1 at the centre, 0 half way, negative where the other is nearer. NaN when there is no other cluster.
    others : (m,) int64
        The nearest other cluster; -1 when there is none.

    References
    ----------
    Hruschka, de Castro, Campello (2004), "Evolutionary algorithms for clustering gene-expression data": the
    simplified silhouette.
    """

    values: NDArray[np.float64]
    others: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Border:
    """The rows of one cluster that lie nearly as close to another.

    Attributes
    ----------
    rows : list of dict
        ``row``, ``margin`` and ``other`` (the cluster it is next to), smallest margin first; at most 100.
    threshold : float
        Margins below it count as borderline.
    n_examined : int
        Rows looked at: all of the cluster, or a fixed sample.
    n_borderline : int
        Those of them below the threshold.
    estimated_borderline : int
        Borderline rows of the whole cluster; exact when all were examined.
    others : list of dict
        ``cluster`` and ``count``: which clusters the borderline rows are next to, most frequent first.
    counts : list of int
        (40) rows looked at by margin, in bins of equal width from -1 to 1.
    mean : float
        Mean margin of the rows looked at.
    borderline : (n_borderline,) int64
        The borderline rows among those looked at, ascending; not part of the dictionary.
    """

    rows: list[dict[str, Any]]
    threshold: float
    n_examined: int
    n_borderline: int
    estimated_borderline: int
    others: list[dict[str, int]]
    counts: list[int]
    mean: float
    borderline: NDArray[np.int64]

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-safe dictionary."""
        fields = (field.name for field in dataclasses.fields(self))
        return {name: getattr(self, name) for name in fields if name != "borderline"}


def embedded_clusters(embedding: SpectralEmbedding, members: ClusterMembers) -> EmbeddedClusters:
    """Return the clusters' centres in the embedding; needed once per partition."""
    n_clusters = members.n_clusters
    cap = max(CENTER_ROWS // n_clusters, _LEAST_CENTER_ROWS)
    if embedding.n_samples <= CENTER_ROWS:
        cap = embedding.n_samples
    sampled = [members.sample(cluster, cap) for cluster in range(n_clusters)]
    vectors = _directions(embedding, np.concatenate(sampled), n_clusters)
    sizes = np.array([len(rows) for rows in sampled])
    stops = np.cumsum(sizes)
    centers = np.full((n_clusters, vectors.shape[1]), np.nan)
    for cluster in np.flatnonzero(sizes):
        centers[cluster] = vectors[stops[cluster] - sizes[cluster] : stops[cluster]].mean(axis=0)
    return EmbeddedClusters(embedding, members, centers)


def margins(clusters: EmbeddedClusters, rows: NDArray[np.int64]) -> Margins:
    """Return the margins of the rows named."""
    distances = clusters.distances(rows)
    labels = clusters.members.labels[rows].astype(np.int64)
    places = np.arange(len(rows))
    own = distances[places, labels]
    distances[places, labels] = np.inf
    others = distances.argmin(axis=1)
    nearest = distances[places, others]
    alone = ~np.isfinite(nearest)
    larger = np.maximum(own, np.where(alone, own, nearest))
    values = np.divide(nearest - own, larger, out=np.zeros_like(own), where=(larger > 0) & ~alone)
    values[alone] = np.nan
    return Margins(values, np.where(alone, -1, others))


def border(clusters: EmbeddedClusters, cluster: int, n_listed: int = ROWS_LISTED) -> Border:
    """Return the borderline rows of one cluster."""
    rows = clusters.members.sample(cluster, MARGIN_ROWS)
    found = margins(clusters, rows)
    near = found.values < BORDER_MARGIN
    order = np.argsort(found.values, kind="stable")[: min(n_listed, int(np.count_nonzero(near)))]
    n_borderline = int(np.count_nonzero(near))
    size = int(clusters.members.sizes[cluster])
    counts = np.bincount(found.others[near], minlength=1) if n_borderline else np.zeros(0, np.int64)
    ranked = sorted(np.flatnonzero(counts), key=lambda other: (-counts[other], other))
    return Border(
        rows=[
            {"row": int(rows[i]), "margin": float(found.values[i]), "other": int(found.others[i])}
            for i in order
        ],
        threshold=BORDER_MARGIN,
        n_examined=len(rows),
        n_borderline=n_borderline,
        estimated_borderline=round(n_borderline / len(rows) * size) if len(rows) else 0,
        others=[{"cluster": int(other), "count": int(counts[other])} for other in ranked],
        counts=np.histogram(found.values, MARGIN_BINS, (-1.0, 1.0))[0].tolist(),
        # An exact sum: the order of rows does not change it.
        mean=math.fsum(found.values) / len(rows),
        borderline=rows[near],
    )


def _directions(
    embedding: SpectralEmbedding, rows: NDArray[np.int64], n_clusters: int
) -> NDArray[np.float64]:
    """Return the rows' vectors as rounding sees them: the first k columns at unit length."""
    return normalize_rows(embedding.rows(rows), n_clusters).astype(np.float64)
